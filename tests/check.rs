//! What `casebook check` finds: each mistake alone in an archive that is right without it.

mod common;

use common::Archive;

/// Checks that exactly these findings come, each given by its beginning.
fn expect(archive: &Archive, wanted: &[&str]) {
    let found = archive.findings();
    let matches =
        found.len() == wanted.len() && found.iter().zip(wanted).all(|(found, wanted)| found.starts_with(wanted));
    assert!(matches, "found:\n{}\nwanted:\n{}", found.join("\n"), wanted.join("\n"));
}

#[test]
fn a_right_archive_has_no_findings() {
    let archive = Archive::new();
    archive.essay("one", "## Head\n\nText. ^here\n\n[up](#head) [[one#^here]] [two](two.md#costs-1)");
    archive.essay("two", "## Costs\n\n## Costs");
    expect(&archive, &[]);
    let shipped = Archive::shipped().run(["check", "--format", "json"]).json();
    assert_eq!(shipped["errors"], 0, "{shipped}");
}

#[test]
fn one_mistake_hides_no_other() {
    let archive = Archive::new();
    archive.put(
        "content/quotes/q.md",
        "+++\nspeeker = \"x\"\nsource = \"bok\"\nform = \"verbatm\"\ndate = 2001\ntags = \"x\"\n\n[arguments]\ncosts = \"for\"\ncost = \"maybe\"\n\n\
         [claims]\ndeer = \"supports\"\n+++\n\n[a](gone.md) [[nothing]] [b](#no) ![c](no.png) [d](javascript:alert(1)) [e](../../../etc/passwd)\n",
    );
    expect(
        &archive,
        &[
            "E004 content/quotes/q.md:1:1 a quote needs `speaker`",
            "E002 content/quotes/q.md:2:1 a quote has no key `speeker`",
            "E006 content/quotes/q.md:3:10 there is no source `bok`",
            "E005 content/quotes/q.md:4:8 `verbatm` is not a form",
            "E003 content/quotes/q.md:5:8 `date` is a date, not a number",
            "E003 content/quotes/q.md:6:8 `tags` is a list of strings, not a string",
            "E006 content/quotes/q.md:9:1 there is no argument `costs`",
            "E005 content/quotes/q.md:10:8 `maybe` is not a stance",
            "E006 content/quotes/q.md:13:1 there is no claim `deer`",
            "E007 content/quotes/q.md:16:1 there is no file `gone.md` here",
            "E007 content/quotes/q.md:16:14 `[[nothing]]` names nothing",
            "E008 content/quotes/q.md:16:26 there is no heading or passage `#no`",
            "E009 content/quotes/q.md:16:35 there is no image `no.png`",
            "E014 content/quotes/q.md:16:48 an address with `javascript:` is not published",
            "E015 content/quotes/q.md:16:73 `../../../etc/passwd` leaves the archive",
        ],
    );
    let help = archive.run(["check"]).stdout;
    for mend in ["did you mean `book`?", "did you mean `verbatim`?", "did you mean `cost`?", "did you mean `dear`?"] {
        assert!(help.contains(mend), "{help}");
    }
}

#[test]
fn yaml_is_read_as_toml_is() {
    let archive = Archive::new();
    archive.put(
        "content/essays/y.md",
        "---\ntitle: \"Yaml é\"\ndate: 2016-06-04\narguments:\n  cost: against\nclaims:\n  dear: {stance: supports, at: ^p}\nautors: [x]\n---\n\nText. ^p\n",
    );
    expect(&archive, &["E002 content/essays/y.md:8:1 an essay has no key `autors`"]);
    archive.put("content/essays/y.md", "---\ntitle: [\n---\n");
    expect(&archive, &["E001 content/essays/y.md:"]);
    archive.put("content/essays/y.md", "---\ntitle: x\ndate: 2016\n---\n");
    expect(&archive, &["E003 content/essays/y.md:3:7 `date` is a date, not a number"]);
}

#[test]
fn line_ends_and_byte_order_marks_change_nothing() {
    let text = "+++\ntitle = \"Same\"\narguments = []\n+++\n\n## Head\n\n- a\n- b\n\n```python\nx = 1\ny = 2\n```\n\n[x](gone.md)\n";
    let (unix, windows) = (Archive::new(), Archive::new());
    unix.put("content/essays/e.md", text);
    windows.put("content/essays/e.md", format!("\u{feff}{}", text.replace('\n', "\r\n")));
    assert_eq!(unix.findings(), windows.findings());
    let text = text.replace("[x](gone.md)", "end");
    unix.put("content/essays/e.md", &text).build();
    windows.put("content/essays/e.md", format!("\u{feff}{}", text.replace('\n', "\r\n"))).build();
    assert_eq!(unix.read("public/essays/e/index.html"), windows.read("public/essays/e/index.html"));
}

#[test]
fn front_matter_that_does_not_parse() {
    let archive = Archive::new();
    archive.put("content/essays/a.md", "+++\ntitle = \"x\"\nbroken = \ntags = 1\n+++\n");
    archive.put("content/essays/b.md", "+++\ntitle = \"x\"\n");
    archive.put("content/essays/c.md", "no front matter\n");
    archive.put("content/essays/d.md", "");
    expect(
        &archive,
        &[
            "E001 content/essays/a.md:3:",
            "E003 content/essays/a.md:4:8 `tags` is a list of strings, not a number",
            "E001 content/essays/b.md:1:1 the front matter has no end",
            "E004 content/essays/c.md:1:1 an essay needs `title`",
            "E004 content/essays/d.md:1:1 an essay needs `title`",
        ],
    );
}

#[test]
fn names_and_places() {
    let archive = Archive::new();
    archive.essay("twice", "x").put("content/essays/twice/index.md", "+++\ntitle = \"x\"\narguments = []\n+++\n");
    archive.put("content/essay/x.md", "x").put("content/loose.md", "x").put("content/essays/what?.md", "x");
    archive.put(
        "content/pages/search.md",
        "+++\ntitle = \"x\"\naliases = [\"/about/\", \"nope\", \"/essays/twice/\"]\n+++\n",
    );
    archive.put("content/pages/about.md", "+++\ntitle = \"x\"\n+++\n");
    archive.put("content/essays/script/run.js", "alert(1)");
    expect(
        &archive,
        &[
            "E024 content/essay/x.md:1:1 no kind of entry lives here",
            "W011 content/essays/script/run.js:1:1 this file is not published",
            "E010 content/essays/twice/index.md:1:1 there are two files for `essays/twice`",
            "E016 content/essays/what?.md:1:1 no host can serve this name",
            "E024 content/loose.md:1:1 no kind of entry lives here",
            "E013 content/pages/search.md:1:1 the site needs the address `/search/` itself",
            "E013 content/pages/search.md:3:12 `/about/` is the address of a page",
            "E005 content/pages/search.md:3:23 `nope` is not an old address",
            "E013 content/pages/search.md:3:31 `/essays/twice/` is the address of a page",
        ],
    );
}

#[test]
fn replies_go_round() {
    let archive = Archive::new();
    let reply = |slug: &str, to: &str| {
        archive.put(
            &format!("content/essays/{slug}.md"),
            format!("+++\ntitle = \"{slug}\"\narguments = []\nreplies_to = [\"{to}\"]\n+++\n\nText. ^p\n"),
        );
    };
    reply("a", "b");
    reply("b", "essays/c#^p");
    reply("c", "a");
    reply("self", "self");
    reply("fine", "a#^gone");
    expect(
        &archive,
        &[
            "E011 content/essays/a.md:4:15 these 3 entries reply to one another in a circle",
            "E008 content/essays/fine.md:4:15 there is no passage `^gone` in `essays/a`",
            "E011 content/essays/self.md:4:15 this entry replies to itself",
        ],
    );
}

#[test]
fn quotes_are_found_in_their_captures() {
    let archive = Archive::new();
    archive.put("captures/page.html", "<p>He said: &ldquo;one &amp; <b>tw</b>o&rdquo;.</p><p>Then three\n four.</p>");
    archive.put("captures/plain.txt", "if a < b then c > d");
    let quote = |slug: &str, capture: &str, text: &str| {
        archive.put(
            &format!("content/quotes/{slug}.md"),
            format!(
                "+++\nspeaker = \"x\"\nsource = \"book\"\ncapture = \"{capture}\"\narguments = []\n+++\n\n{text}\n"
            ),
        );
    };
    quote("right", "captures/page.html", "> one & two [...] three *four*.\n\nA remark that is nowhere.");
    quote("plain", "captures/plain.txt", "if a < b then c \\> d");
    expect(&archive, &[]);
    quote("right", "captures/page.html", "> One & two");
    quote("plain", "../secret.txt", "x");
    quote("gone", "captures/gone.txt", "x");
    expect(
        &archive,
        &[
            "E017 content/quotes/gone.md:4:11 there is no file `captures/gone.txt`",
            "E015 content/quotes/plain.md:4:11 `../secret.txt` leaves the archive",
            "E018 content/quotes/right.md:8:3 these words are not in the capture",
        ],
    );
}

#[test]
fn samples_and_their_results() {
    let archive = Archive::new();
    let variants = "[[variants]]\nname = \"a\"\nfile = \"a.py\"\nlanguage = \"python\"\nrun = [\"python3\", \"{file}\"]\n\n\
                    [[variants]]\nname = \"b\"\nfile = \"../../../casebook.toml\"\nlanguage = \"pyhton\"\n";
    archive.put("content/samples/s/index.md", format!("+++\ntitle = \"S\"\narguments = []\n\n{variants}+++\n"));
    expect(
        &archive,
        &[
            "W007 content/samples/s/index.md:6:8 the sample `s` was not measured yet",
            "E017 content/samples/s/index.md:7:8 there is no file `a.py`",
            "E015 content/samples/s/index.md:13:8 `../../../casebook.toml` leaves the archive",
            "W004 content/samples/s/index.md:14:12 the highlighter knows no language `pyhton`",
        ],
    );
    let variants =
        "[[variants]]\nname = \"a\"\nfile = \"a.py\"\nlanguage = \"python\"\nrun = [\"python3\", \"{file}\"]\n";
    archive.put("content/samples/s/index.md", format!("+++\ntitle = \"S\"\narguments = []\n\n{variants}+++\n"));
    archive.put("content/samples/s/a.py", b"\xff\xfe");
    archive.put("content/samples/s/results.json", "{\"sample\": \"s\",\n \"variants\": 1}");
    expect(
        &archive,
        &["E012 content/samples/s/index.md:7:8 `a.py` is not UTF-8", "E019 content/samples/s/results.json:2:"],
    );
    archive.put("content/samples/s/a.py", "print(1)\r\n");
    let measured = "{\"name\":\"a\",\"parameters\":{},\"ok\":true,\"median_ms\":1.0,\"spread_ms\":[0.5,2.0],\"runs\":3,\"output\":\"1\",\"hash\":\"HASH\"}";
    let results =
        format!("{{\"sample\":\"s\",\"variants\":[{measured}],\"toolchain\":\"Python\",\"recorded\":\"2026-01-01\"}}");
    archive.put("content/samples/s/results.json", &results);
    expect(&archive, &["W008 content/samples/s/index.md:7:8 the code of `a` has changed since it was measured"]);
    // sha256 of "print(1)\n": line ends count as LF.
    let hash = "sha256:cc42155088fca5730758db72b2a5bca33112a941dfaa2d43098ec422ce4ea213";
    archive.put("content/samples/s/results.json", results.replace("HASH", hash));
    let found = archive.findings();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn warnings() {
    let archive = Archive::new();
    archive.put("content/sources/silent.md", "+++\ntitle = \"S\"\n+++\n");
    archive.put("content/arguments/two.md", "+++\ntitle = \"Two\"\norder = 1\n+++\n");
    archive.put("content/quotes/book.md", "+++\nspeaker = \"x\"\nsource = \"book\"\narguments = []\n+++\n\nx\n");
    archive.put(
        "content/essays/e.md",
        "+++\ntitle = \"E\"\nadded = 2999-01-01\narguments = [\"two\"]\n\n[claims]\ndear = \"supports\"\n+++\n\n\
         Text[^gone] and \\[^meant], see [[book]].\n\n[^lost]: Note.\n\n```nolang\nx\n```\n\n$\\nosuch$\n",
    );
    expect(
        &archive,
        &[
            "W009 content/arguments/two.md:3:9 two arguments have the order 1",
            "W002 content/essays/e.md:3:9 2999-01-01 is in the future",
            "W010 content/essays/e.md:7:1 `dear` is a claim of `cost`, which this entry does not name",
            "W005 content/essays/e.md:10:5 there is no footnote `gone`",
            "W003 content/essays/e.md:10:32 `book` may be `quotes/book` or `sources/book`",
            "W006 content/essays/e.md:12:1 nothing refers to the footnote `lost`",
            "W004 content/essays/e.md:14:1 the highlighter knows no language `nolang`",
            "W012 content/essays/e.md:18:1 this formula does not parse",
            "W001 content/sources/silent.md:1:1 the source `silent` says nothing of its rights",
        ],
    );
    archive.put("casebook.toml", "title = \"T\"\nquestion = \"Q\"\n[severity]\nW012 = \"error\"\nW004 = \"off\"\nE001 = \"off\"\nW999 = \"off\"\n");
    let run = archive.run(["check", "--format", "json"]);
    assert_eq!(run.status, 1);
    assert!(
        run.stdout.contains("E001 can't be lowered") && run.stdout.contains("there is no finding `W999`"),
        "{}",
        run.stdout
    );
    assert!(!run.stdout.contains("nolang"), "{}", run.stdout);
}

#[test]
fn settings_are_checked() {
    let archive = Archive::new();
    archive.put(
        "casebook.toml",
        "titel = \"x\"\nquestion = \"\"\nbase_url = \"ftp://x\"\nlanguage = \"english language\"\ntheme = \"defualt\"\ncards = \"some\"\n\n[sides]\nfro = \"x\"\n",
    );
    expect(
        &archive,
        &[
            "E004 casebook.toml:1:1 casebook.toml needs `title`",
            "E002 casebook.toml:1:1 casebook.toml has no key `titel`",
            "E005 casebook.toml:2:12 `question` is empty",
            "E005 casebook.toml:3:12 `base_url` is not the address of a site",
            "E005 casebook.toml:4:12 `english language` is not a language tag",
            "E021 casebook.toml:5:9 there is no theme `defualt`",
            "E005 casebook.toml:6:9 `some` is not a cards",
            "E002 casebook.toml:9:1 [sides] has no key `fro`",
        ],
    );
    archive.put("casebook.toml", "format = 2\ntitel = \"x\"\ntheme = \"defualt\"\n").essay("later", "[x](gone.md)");
    expect(&archive, &["E023 casebook.toml:1:10 the archive has format 2; casebook "]);
    assert!(archive.run(["check"]).stdout.contains("install a casebook newer than "));
    archive.put("content/essays/later.md", "+++\ntitle = \"Later\"\narguments = []\n+++\n");
    archive.put("casebook.toml", "title = \nlanguage = 1\n");
    expect(&archive, &["E001 casebook.toml:1:", "E003 casebook.toml:2:12 `language` is a string, not a number"]);
}

#[test]
fn folders_that_are_no_archive() {
    let archive = Archive::bare();
    expect(&archive, &["E022 casebook.toml:1:1"]);
    archive.put("casebook.toml", "title = \"x\"\nquestion = \"y\"\n");
    expect(&archive, &["E022 casebook.toml:1:1 the archive has no folder `content/`"]);
    archive.put("content/.hidden", "");
    expect(&archive, &["E022 casebook.toml:1:1 the archive is empty"]);
    let run = archive.run(["build"]);
    assert_eq!(run.status, 1);
    assert!(run.stdout.contains("casebook init DIR"), "{}", run.stdout);
    assert!(!archive.path("public").exists());
    assert!(!archive.path("index").exists(), "nothing is left in a folder that is no archive");
}

#[test]
fn themes_are_tried() {
    let archive = Archive::new();
    archive.essay("e", "x");
    archive.put(
        "themes/default/templates/essay.html",
        "{% extends \"base.html\" %}\n{% block main %}\n{{ entry.nothing }}\n{% endblock %}\n",
    );
    let found = archive.findings();
    assert!(found[0].starts_with("E020 themes/default/templates/essay.html:3:"), "{found:?}");
    archive.put("themes/default/templates/essay.html", "{% if %}\n");
    archive.put("themes/default/templates/quote.html", "\n{{ x | }}\n");
    let found = archive.findings();
    assert!(found[0].starts_with("E020 themes/default/templates/essay.html:1:"), "{found:?}");
    assert!(found[1].starts_with("E020 themes/default/templates/quote.html:2:"), "{found:?}");
    let run = archive.run(["build"]);
    assert_eq!(run.status, 1);
    assert!(!archive.path("public").exists());
}

#[cfg(unix)]
#[test]
fn links_and_names_of_the_file_system() {
    use std::os::unix::ffi::OsStrExt;
    let archive = Archive::new();
    std::os::unix::fs::symlink("/etc/passwd", archive.path("content/sources/passwd.md")).unwrap();
    let odd = archive.path("content").join(std::ffi::OsStr::from_bytes(b"sources/\xff.md"));
    std::fs::copy(archive.path("content/sources/book.md"), odd).unwrap();
    let found = archive.findings();
    assert!(found[0].starts_with("E015 content/sources/passwd.md:1:1 this link leaves the archive"), "{found:?}");
    assert!(found[1].starts_with("W011 content/sources/\u{fffd}.md:1:1 a name that is not UTF-8"), "{found:?}");
}
