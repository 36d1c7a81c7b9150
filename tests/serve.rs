//! `casebook serve`, over real HTTP on the loopback address.

#![expect(clippy::disallowed_methods, reason = "a test edits as an author would, and runs the program")]

mod common;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use common::{Archive, tree};

/// A server that ends with the test.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(archive: &Archive) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_casebook"))
            .args(["serve", "--port", "0", "--format", "json"])
            .current_dir(archive.root())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary runs");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("stdout is piped")).read_line(&mut line).expect("a line of output");
        let told: serde_json::Value = serde_json::from_str(&line).expect("an object");
        let address =
            told["url"].as_str().expect("an address").trim_start_matches("http://").trim_end_matches('/').to_owned();
        Self { child, address }
    }

    /// The head and the body of an answer.
    fn get(&self, path: &str, host: &str) -> (String, String) {
        let mut stream = TcpStream::connect(&self.address).expect("the server listens");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a time-out can be set");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
            .expect("a request can be sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("an answer");
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        (head.to_owned(), body.to_owned())
    }

    fn page(&self, path: &str) -> (String, String) {
        self.get(path, "localhost")
    }

    /// Asks until the answer is as wanted; editing and seeing are apart by as much as the machine takes.
    fn until(&self, path: &str, wanted: impl Fn(&str, &str) -> bool) {
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            let (head, body) = self.page(path);
            if wanted(&head, &body) {
                return;
            }
            assert!(Instant::now() < end, "{path}: {head}\n{body}");
            std::thread::sleep(Duration::from_millis(30));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn pages_are_those_of_a_build_but_for_the_script() {
    let archive = Archive::new();
    archive.essay("one", "Text.");
    archive.put("content/essays/draft.md", "+++\ntitle = \"D\"\ndraft = true\narguments = []\n+++\nUnfinished.\n");
    archive.build();
    let before = archive.read("public/.casebook");
    let server = Server::start(&archive);
    let (head, body) = server.page("/essays/one/");
    assert!(head.starts_with("HTTP/1.1 200") && head.contains("default-src 'self'"), "{head}");
    let script = body.find("<script src=\"/__casebook/reload.js\"").expect("the script that reloads");
    let end = body[script..].find('\n').expect("a line of its own") + script + 1;
    assert_eq!(format!("{}{}", &body[..script], &body[end..]), archive.read("public/essays/one/index.html"));
    let (head, _) = server.page("/essays/one");
    assert!(head.starts_with("HTTP/1.1 307") && head.contains("location: /essays/one/"), "{head}");
    // What is searched is what is published.
    for (path, bytes) in tree(&archive.path("public/search")).into_iter().filter(|(path, _)| path.contains(".js")) {
        let (head, body) = server.page(&format!("/search/{path}"));
        assert!(head.contains("text/javascript") && body.as_bytes() == bytes, "{path}: {head}");
    }
    let (head, body) = server.page("/no/such/page/");
    assert!(head.starts_with("HTTP/1.1 404") && body.contains("<h1"), "{head}");
    for path in ["/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd"] {
        assert!(server.page(path).0.starts_with("HTTP/1.1 404"), "{path}");
    }
    assert!(server.get("/", "evil.example").0.starts_with("HTTP/1.1 403"));
    assert!(server.page("/feed.xml").0.contains("application/xml"));
    assert_eq!(archive.read("public/.casebook"), before);
}

#[test]
fn edits_show_and_mistakes_are_told_until_they_are_mended() {
    let archive = Archive::new();
    archive.essay("one", "First.");
    archive.put("content/essays/draft.md", "+++\ntitle = \"D\"\ndraft = true\narguments = []\n+++\nUnfinished.\n");
    let server = Server::start(&archive);
    assert!(server.page("/essays/draft/").1.contains("Unfinished."), "drafts are shown");
    archive.essay("one", "Second.");
    server.until("/essays/one/", |_, body| body.contains("Second."));
    archive.essay("one", "[gone](gone.md)");
    server.until("/__casebook/findings.json", |_, body| body.contains("E007"));
    assert!(server.page("/essays/one/").1.contains("Second."), "the last good site stays");
    archive.essay("one", "Third.");
    server.until("/__casebook/findings.json", |_, body| body.contains("\"errors\":0"));
    server.until("/essays/one/", |_, body| body.contains("Third."));
    // As an editor saves, and as a checkout changes folders.
    archive.put("content/essays/one.md.tmp", "+++\ntitle = \"One\"\narguments = []\n+++\nFourth.\n");
    std::fs::rename(archive.path("content/essays/one.md.tmp"), archive.path("content/essays/one.md")).unwrap();
    server.until("/essays/one/", |_, body| body.contains("Fourth."));
    std::fs::remove_dir_all(archive.path("content/essays")).unwrap();
    server.until("/essays/one/", |head, _| head.starts_with("HTTP/1.1 404"));
    archive.essay("one", "Fifth.");
    server.until("/essays/one/", |_, body| body.contains("Fifth."));
    archive.put("themes/default/static/site.css", "body { color: red }");
    server.until("/essays/one/", |_, body| !body.contains("site.css\"") && body.contains("static/site."));
}

/// What the server tells a browser that shows a page, event by event.
struct Listener(BufReader<TcpStream>);

impl Listener {
    /// As a browser that got the page just now.
    fn on(server: &Server, path: &str) -> Self {
        let (_, body) = server.page(path);
        let digest = body.split("data-page=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a digest");
        let mut stream = TcpStream::connect(&server.address).expect("the server listens");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a time-out can be set");
        let address = format!("/__casebook/events?page={path}&digest={digest}");
        write!(stream, "GET {address} HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("a request can be sent");
        let mut listener = Self(BufReader::new(stream));
        assert_eq!(listener.next()["changed"], false, "the page is that which was just sent");
        listener
    }

    fn next(&mut self) -> serde_json::Value {
        loop {
            let mut line = String::new();
            assert_ne!(self.0.read_line(&mut line).expect("an event"), 0, "the stream goes on");
            if let Some(news) = line.strip_prefix("data:") {
                return serde_json::from_str(news).expect("an object");
            }
        }
    }
}

#[test]
fn a_browser_reloads_the_page_that_has_changed_and_no_other() {
    let archive = Archive::new();
    archive.essay("one", "First. ![A picture](p.svg)").essay("two", "Second.");
    let drawing = |size| format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{size}\" height=\"9\"/>");
    archive.put("content/essays/p.svg", drawing(9));
    let server = Server::start(&archive);
    let (mut one, mut two) = (Listener::on(&server, "/essays/one/"), Listener::on(&server, "/essays/two/"));
    archive.essay("one", "Changed. ![A picture](p.svg)");
    assert_eq!(one.next()["changed"], true);
    assert_eq!(two.next()["changed"], false);
    // An image has no other address than before.
    let mut one = Listener::on(&server, "/essays/one/");
    archive.put("content/essays/p.svg", drawing(8));
    assert_eq!((&one.next()["changed"], &two.next()["changed"]), (&true.into(), &false.into()));
    let mut one = Listener::on(&server, "/essays/one/");
    archive.put("themes/default/static/site.css", "body { color: red }");
    let news = loop {
        let news = one.next();
        assert_eq!(news["changed"], false, "a style sheet is exchanged in place");
        let path = news["styles"]["site.css"].as_str().expect("a style sheet").to_owned();
        if server.page(&format!("/{path}")).1.contains("color: red") {
            break path;
        }
    };
    assert!(server.page("/essays/one/").1.contains(&news));
    archive.essay("one", "[gone](gone.md)");
    assert!(one.next()["problem"].as_str().is_some_and(|problem| problem.contains("gone.md")));
    archive.essay("one", "Mended.");
    let news = one.next();
    assert_eq!((&news["problem"], &news["changed"]), (&serde_json::Value::Null, &true.into()));
}

#[test]
fn bursts_and_whole_folders_end_in_the_right_state() {
    let archive = Archive::new();
    archive.essay("one", "First.");
    let server = Server::start(&archive);
    // Many saves of one file, as editors save: in place, and by a rename with a copy kept meanwhile.
    let (path, copy) = (archive.path("content/essays/one.md"), archive.path("content/essays/one.md~"));
    for at in 0..20 {
        archive.essay("one", &format!("Saved {at} times, and the last one counts."));
        std::fs::rename(&path, &copy).unwrap();
        archive.essay("one", &format!("Moved {at} times, and the last one counts."));
        std::fs::remove_file(&copy).unwrap();
    }
    server.until("/essays/one/", |_, body| body.contains("Moved 19 times"));
    // As a checkout does: folders that are not there yet, and many files at once.
    let slug = |at: usize| format!("many-{at}");
    for at in 0..1000 {
        let text =
            format!("+++\nspeaker = \"Nobody\"\nsource = \"book\"\nlocator = \"{at}\"\n+++\nWord {at} of many.\n");
        archive.put(&format!("content/quotes/{}/index.md", slug(at)), text);
    }
    for at in [0, 500, 999] {
        server.until(&format!("/quotes/{}/", slug(at)), |head, body| {
            head.starts_with("HTTP/1.1 200") && body.contains(&format!("Word {at} of many."))
        });
    }
    server.until("/api/entries/1.json", |_, body| body.contains("\"total\": 1001"));
    archive.put(
        "content/quotes/many-7/index.md",
        "+++\nspeaker = \"Nobody\"\nsource = \"book\"\n+++\nInside of a new folder.\n",
    );
    server.until("/quotes/many-7/", |_, body| body.contains("Inside of a new folder."));
    std::fs::rename(archive.path("content/quotes"), archive.path("elsewhere")).unwrap();
    server.until("/quotes/many-7/", |head, _| head.starts_with("HTTP/1.1 404"));
    std::fs::rename(archive.path("elsewhere"), archive.path("content/quotes")).unwrap();
    server.until("/quotes/many-7/", |_, body| body.contains("Inside of a new folder."));
    archive.put(
        "content/quotes/many-8/index.md",
        "+++\nspeaker = \"Nobody\"\nsource = \"book\"\n+++\nWritten after the move.\n",
    );
    server.until("/quotes/many-8/", |_, body| body.contains("Written after the move."));
    std::fs::remove_dir_all(archive.path("content/quotes")).unwrap();
    server.until("/quotes/many-8/", |head, _| head.starts_with("HTTP/1.1 404"));
    server.until("/api/entries/1.json", |_, body| body.contains("\"total\": 1,"));
}

#[test]
fn an_archive_that_is_broken_from_the_start_heals() {
    let archive = Archive::new();
    archive.essay("one", "[gone](gone.md)");
    let server = Server::start(&archive);
    let (head, body) = server.page("/");
    assert!(head.starts_with("HTTP/1.1 503") && body.contains("gone.md"), "{head}\n{body}");
    archive.essay("one", "Mended.");
    server.until("/essays/one/", |head, body| head.starts_with("HTTP/1.1 200") && body.contains("Mended."));
}
