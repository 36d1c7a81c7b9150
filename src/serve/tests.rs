//! A server on loopback over a small archive, asked by a client of a few lines.

#![expect(clippy::disallowed_methods, reason = "tests edit the archive as its author would")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::Value;

use super::*;

/// No test waits longer for anything; none expects anything to be faster.
const PATIENCE: Duration = Duration::from_secs(30);

/// One page for each file of `content/`, with the file's text.
struct Fake(BTreeMap<String, String>);

impl Pages for Fake {
    fn has(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    fn render(&self, path: &str) -> Option<Result<Artifact, Problem>> {
        let text = self.0.get(path)?;
        if text.contains("panic") {
            panic!("a page that panics");
        }
        if text.contains("unmakeable") {
            return Some(Err(Problem { text: "no such filter".to_owned(), json: None }));
        }
        Some(Ok(Artifact { path: path.to_owned(), bytes: text.clone().into_bytes() }))
    }
}

fn load(root: &Path) -> Result<Fake, Problem> {
    let problem = |text: String| Problem { json: Some(format!("{{\"errors\":1,\"text\":{text:?}}}")), text };
    let mut pages = BTreeMap::new();
    let found = crate::fs::walk(&root.join("content"), root, false).map_err(|error| problem(error.to_string()))?;
    for file in found {
        let text = fs::read_to_string(root.join("content").join(&file.path)).map_err(|e| problem(e.to_string()))?;
        if text.contains("mistake") {
            return Err(problem(format!("<mistake> in {}", file.path)));
        }
        pages.insert(file.path, text);
    }
    Ok(Fake(pages))
}

struct Running {
    root: tempfile::TempDir,
    address: SocketAddr,
    news: mpsc::Receiver<String>,
    end: Option<tokio::sync::oneshot::Sender<()>>,
    server: Option<JoinHandle<Result<(), Error>>>,
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        let mut fields = self.head.lines().filter_map(|line| line.split_once(": "));
        fields.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// What the page's script will tell the server that it knows.
    fn token(&self) -> String {
        self.body.split("data-at=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    }
}

fn start(files: &[(&str, &str)]) -> Running {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join("content")).unwrap();
    for (path, text) in files {
        write(root.path(), path, text);
    }
    let server = Server::bind(root.path(), 0).unwrap();
    let address = server.address;
    let (end, ended) = tokio::sync::oneshot::channel();
    let (tell, news) = mpsc::channel();
    let folder = root.path().to_owned();
    let server = std::thread::spawn(move || {
        let report = move |news: News<'_>| {
            let text = match news {
                News::Loaded => "loaded".to_owned(),
                News::Failed(problem) => problem.text.clone(),
            };
            let _ = tell.send(text);
        };
        server.run(move || load(&folder), report, async { drop(ended.await) })
    });
    Running { root, address, news, end: Some(end), server: Some(server) }
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

impl Running {
    fn path(&self, path: &str) -> PathBuf {
        self.root.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        write(self.root.path(), path, text);
    }

    fn send(&self, request: &str) -> Answer {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut text = Vec::new();
        stream.read_to_end(&mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head: head.to_owned(), body: body.to_owned() }
    }

    fn ask(&self, method: &str, path: &str, host: &str) -> Answer {
        self.send(&format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"))
    }

    fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &self.address.to_string())
    }

    /// Waits for a moment other than the one that `token` names.
    fn after(&self, token: &str) -> (String, Value) {
        let answer = self.get(&format!("/__casebook/events?at={token}"));
        let news: Value = serde_json::from_str(&answer.body).unwrap();
        (news["at"].as_str().unwrap().to_owned(), news["problem"].clone())
    }

    /// Follows changes until the page is as wanted, as a browser does.
    fn until(&self, path: &str, wanted: impl Fn(&Answer) -> bool) -> Answer {
        let mut token = String::new();
        loop {
            let answer = self.get(path);
            if wanted(&answer) {
                return answer;
            }
            let (now, _) = self.after(if token.is_empty() { "none" } else { &token });
            token = now;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.end.take());
        let ended = self.server.take().map(JoinHandle::join);
        if !std::thread::panicking() {
            assert!(matches!(ended, Some(Ok(Ok(())))));
        }
    }
}

const SITE: &[(&str, &str)] = &[
    ("content/index.html", "<html><body><p>home</p></body></html>"),
    ("content/404.html", "<html><body>lost</body></html>"),
    ("content/essays/one/index.html", "<body>one</body>"),
    ("content/essays/übung/index.html", "<body>übung</body>"),
    ("content/style.css", "p {}"),
    ("content/feed.xml", "<feed/>"),
    ("content/page.html", "<p>bare"),
];

#[test]
fn pages_are_served_with_the_script_and_a_strict_policy() {
    let server = start(SITE);
    let home = server.get("/");
    assert_eq!(home.status, 200);
    assert!(home.body.starts_with("<html><body><p>home</p><link rel=\"stylesheet\" href=\"/__casebook/reload.css\">"));
    assert!(home.body.ends_with("defer></script></body></html>"));
    assert_eq!(home.header("content-type"), Some("text/html; charset=utf-8"));
    for path in ["/", "/style.css", "/nowhere", "/__casebook/events", "/__casebook/reload.js"] {
        let answer = server.get(path);
        assert_eq!(answer.header("content-security-policy"), Some("default-src 'self'"), "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
    }
    let style = server.get("/style.css");
    assert_eq!((style.header("content-type"), &*style.body), (Some("text/css; charset=utf-8"), "p {}"));
    assert_eq!(server.get("/feed.xml").body, "<feed/>");
    assert_eq!(server.get("/__casebook/reload.css").header("content-type"), Some("text/css; charset=utf-8"));
    assert!(!server.path("public").exists());
}

#[test]
fn addresses_lead_where_they_would_on_a_host() {
    let server = start(SITE);
    assert!(server.get("/essays/one/").body.starts_with("<body>one"));
    assert!(server.get("/essays/%C3%BCbung/?a=b").body.starts_with("<body>übung"));
    assert!(server.get("/essays/one/index%2Ehtml").body.starts_with("<body>one"));
    let redirect = server.get("/essays/%C3%BCbung?a=b");
    assert_eq!((redirect.status, redirect.header("location")), (307, Some("/essays/%C3%BCbung/?a=b")));
    for path in
        ["/nowhere", "/nowhere/", "/essays", "/essays/", "/../Cargo.toml", "/%2e%2e/x", "/%FF", "//page.html", "/%00"]
    {
        let answer = server.get(path);
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.body.starts_with("<html><body>lost"), "{path}");
    }
}

#[test]
fn only_reading_is_answered_and_only_on_this_machine() {
    let server = start(SITE);
    let host = server.address.to_string();
    let head = server.ask("HEAD", "/style.css", &host);
    assert_eq!((head.status, &*head.body, head.header("content-length")), (200, "", Some("4")));
    assert_eq!(server.ask("HEAD", "/nowhere", &host).status, 404);
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        let answer = server.ask(method, "/", &host);
        assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD")), "{method}");
    }
    for host in ["localhost", "localhost:1", "127.0.0.1", "[::1]:80"] {
        assert_eq!(server.ask("GET", "/", host).status, 200, "{host}");
    }
    for host in ["evil.example", "127.0.0.1.evil.example", "localhost:80@evil.example", ""] {
        assert_eq!(server.ask("GET", "/", host).status, 403, "{host}");
    }
    assert_eq!(server.ask("GET", "http://evil.example/", "localhost").status, 403);
    assert_eq!(server.send("GET / HTTP/1.0\r\n\r\n").status, 403);
}

#[test]
fn a_change_is_told_and_shown() {
    let server = start(SITE);
    let token = server.get("/").token();
    server.write("content/index.html", "<body>new home</body>");
    let (next, problem) = server.after(&token);
    assert!(next != token && problem.is_null());
    server.until("/", |page| page.body.starts_with("<body>new home"));
}

#[test]
fn errors_are_told_over_the_last_good_site_and_heal() {
    let server = start(SITE);
    let good = server.get("/").token();
    server.write("content/style.css", "mistake");
    let (bad, problem) = server.after(&good);
    assert_eq!(problem["text"], "<mistake> in style.css");
    assert_eq!(problem["report"]["errors"], 1);
    // The page is of the good site, so that its script learns of the problem at once.
    let page = server.get("/");
    assert!(page.status == 200 && page.body.contains("home"));
    assert_eq!(page.token(), good);
    assert_eq!(server.get("/style.css").body, "p {}");
    server.write("content/style.css", "q {}");
    let healed = server.until("/style.css", |style| style.body == "q {}");
    assert_eq!(healed.status, 200);
    assert!(server.after(&bad).1.is_null());
}

#[test]
fn a_first_load_that_fails_is_shown_as_a_page_and_heals() {
    let server = start(&[("content/index.html", "mistake")]);
    let page = server.get("/any/where");
    assert_eq!(page.status, 500);
    assert!(page.body.contains("&lt;mistake&gt; in index.html") && !page.body.contains("<mistake>"));
    server.write("content/index.html", "<body>home</body>");
    let (_, problem) = server.after(&page.token());
    assert!(problem.is_null());
    server.until("/", |page| page.status == 200);
    assert_eq!(server.news.recv_timeout(PATIENCE).unwrap(), "<mistake> in index.html");
    assert_eq!(server.news.recv_timeout(PATIENCE).unwrap(), "loaded");
}

#[test]
fn a_page_that_cannot_be_made_is_a_report_that_waits() {
    let server = start(&[("content/a.html", "unmakeable"), ("content/b.html", "panic"), ("content/c.html", "fine")]);
    for (path, text) in [("/a.html", "no such filter"), ("/b.html", "mistake in casebook itself")] {
        let page = server.get(path);
        assert_eq!(page.status, 500);
        assert!(page.body.contains(text) && page.body.contains("data-report"), "{path}");
    }
    // A report waits for a change, also while the archive has errors: else it would load again without end.
    let good = server.get("/c.html").token();
    server.write("content/c.html", "mistake");
    let (bad, _) = server.after(&good);
    assert_eq!(server.get("/a.html").token(), bad);
    assert_eq!(server.get("/c.html").status, 200);
}

#[test]
fn bursts_renames_and_deleted_folders_end_in_the_right_state() {
    let server = start(SITE);
    server.get("/");
    for number in 0..50 {
        server.write("content/index.html", &format!("<body>number {number}</body>"));
    }
    server.until("/", |page| page.body.starts_with("<body>number 49"));

    // As editors save: beside, then over.
    server.write("content/.index.html.new", "<body>renamed</body>");
    fs::rename(server.path("content/.index.html.new"), server.path("content/index.html")).unwrap();
    server.until("/", |page| page.body.starts_with("<body>renamed"));

    fs::remove_dir_all(server.path("content/essays")).unwrap();
    server.until("/essays/one/", |page| page.status == 404);
    server.write("content/essays/deep/er/index.html", "<body>back</body>");
    server.until("/essays/deep/er/", |page| page.status == 200);
    server.write("content/essays/deep/er/index.html", "<body>again</body>");
    server.until("/essays/deep/er/", |page| page.body.starts_with("<body>again"));
    fs::rename(server.path("content/essays"), server.path("content/moved")).unwrap();
    server.until("/moved/deep/er/", |page| page.status == 200);
    server.write("content/moved/deep/er/index.html", "<body>moved</body>");
    server.until("/moved/deep/er/", |page| page.body.starts_with("<body>moved"));
}

#[test]
fn the_content_folder_itself_may_go_and_come() {
    let server = start(SITE);
    let good = server.get("/").token();
    fs::rename(server.path("content"), server.path("elsewhere")).unwrap();
    let (_, problem) = server.after(&good);
    assert!(problem["text"].as_str().unwrap().contains("content"));
    server.write("content/index.html", "<body>another</body>");
    server.until("/", |page| page.body.starts_with("<body>another"));
    // It is watched anew.
    server.write("content/index.html", "<body>changed</body>");
    server.until("/", |page| page.body.starts_with("<body>changed"));
    server.write("themes/default/theme.toml", "");
    server.write("captures/new/a.html", "");
    server.write("casebook.toml", "");
    server.write("content/late/index.html", "<body>late</body>");
    server.until("/late/", |page| page.status == 200);
}

#[test]
fn what_is_no_part_of_the_archive_loads_nothing() {
    let server = start(SITE);
    assert_eq!(server.news.recv_timeout(PATIENCE).unwrap(), "loaded");
    for path in ["public/index.html", "index/meta.json", ".git/index", "notes.txt", "content/.draft.swp"] {
        server.write(path, "x");
    }
    let good = server.get("/").token();
    server.write("content/index.html", "mistake");
    server.after(&good);
    assert_eq!(server.news.recv_timeout(PATIENCE).unwrap(), "<mistake> in index.html");
}

#[test]
fn a_taken_port_is_an_error_that_names_the_mend() {
    let root = tempfile::tempdir().unwrap();
    let first = Server::bind(root.path(), 0).unwrap();
    assert!(first.url().starts_with("http://127.0.0.1:"));
    let port = first.address.port();
    let error = Server::bind(root.path(), port).unwrap_err().to_string();
    assert!(error.contains(&format!("port {port} is taken")) && error.contains("--port"), "{error}");
}

#[test]
fn an_archive_that_cannot_be_watched_is_an_error() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::bind(&root.path().join("gone"), 0).unwrap();
    let error = server.run(|| Ok(Fake(BTreeMap::new())), |_| {}, std::future::pending()).unwrap_err();
    assert!(error.to_string().contains("cannot watch"), "{error}");
}
