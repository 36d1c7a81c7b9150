//! `casebook ingest`: what a person or a program gets of captured files, and what never happens.

mod common;

use common::{Archive, tree};
use serde_json::Value;

const PAGE: &str = "Gardens are strongly disliked, perhaps feared, by many careful readers.
In this guide, you will discover why readers fear gardens.
Readers Fear Gardens
Some remarks that I have picked from the forum follow here.
After two years of gardens I advise against them, if you can.
— oakleaf, forum comment.
They are slow, and the weeds hide what goes wrong in them.
— Petra Mohn, blog.
Grow faster today, download your FREE book to learn how.
What is a Garden
A garden is a place that is tended by somebody who has the time.
It takes 12.5 minutes a day. For example:
1 2 3 |
# open the gate async def open_gate(): # ... |
That is how it is opened, and it is closed in the same way.
Ada says
I wanted to love gardens, but they were always more trouble than worth.
– the first thing is the weeds
– the second thing is the slugs
Ines Vogt says
Thank you for sharing Ada.
";

fn json(archive: &Archive, name: &str) -> Vec<Value> {
    let run = archive.run(["ingest", "--format", "json", name]);
    assert_eq!(run.status, 0, "{}{}", run.stdout, run.stderr);
    run.stdout.lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect()
}

#[test]
fn the_contract_s_object_is_printed_and_nothing_is_written() {
    let archive = Archive::bare();
    archive.put("page.txt", PAGE);
    let before = tree(archive.root());
    let [object] = &json(&archive, "page.txt")[..] else { panic!("one object a file") };
    assert_eq!(tree(archive.root()), before);
    assert_eq!(object["essay"]["headings"], serde_json::json!(["Readers Fear Gardens", "What is a Garden"]));
    let quotes: Vec<_> =
        object["quotes"].as_array().unwrap().iter().map(|q| (q["speaker"].as_str(), q["locator"].as_str())).collect();
    let wanted =
        [("oakleaf", "forum comment"), ("Petra Mohn", "blog"), ("Ada", "comment 1"), ("Ines Vogt", "comment 2")];
    assert_eq!(quotes, wanted.map(|(who, place)| (Some(who), Some(place))));
    let sample = &object["samples"][0];
    assert_eq!(
        (sample["language"].as_str(), sample["flattened"].as_bool(), sample["parses"].as_bool()),
        (Some("python"), Some(true), Some(true))
    );
    assert_eq!(object["measured"][0]["value"], "12.5 minutes");
    assert!(object["dropped"][0].as_str().unwrap().contains("FREE book"), "{object}");
}

#[test]
fn drafts_are_written_checked_and_never_published() {
    let archive = Archive::new();
    archive.put("page.txt", PAGE);
    let run = archive.run(["ingest", "--keep-capture", "page.txt"]);
    assert_eq!(run.status, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(archive.findings(), ["W001 content/sources/readers-fear-gardens.md:1:1 the source `readers-fear-gardens` says that its rights are unknown"]
        .map(|line| line.replace("readers-fear-gardens", "untitled-page")));
    let quote = archive.read("content/quotes/ada-i-wanted-to-love-gardens.md");
    for wanted in [
        "speaker = \"Ada\"",
        "draft = true",
        "form = \"verbatim\"",
        "lines = \"16-19\"",
        "prefix = ",
        "exact = \"I wanted to love gardens",
        "capture = \"captures/page-",
        "– the first thing",
    ] {
        assert!(quote.contains(wanted), "{wanted}: {quote}");
    }
    let source = archive.read("content/sources/untitled-page.md");
    assert!(source.contains("rights = \"unknown\"") && source.contains("hash = \"sha256:"), "{source}");
    archive.essay("one", "Text.");
    archive.build();
    let site = tree(&archive.path("public"));
    assert!(
        !site
            .iter()
            .any(|(path, bytes)| path.contains("untitled-page") || String::from_utf8_lossy(bytes).contains("oakleaf"))
    );
    // A quote that is no longer what the capture says is found out.
    archive.put("content/quotes/ada-i-wanted-to-love-gardens.md", quote.replace("wanted to love", "hoped to love"));
    assert!(archive.findings().iter().any(|finding| finding.starts_with("E018")));
}

#[test]
fn what_stands_is_never_overwritten() {
    let archive = Archive::new();
    archive.put("a/page.txt", PAGE).put("b/other.txt", format!("{PAGE}One line more stands here, at the end of it.\n"));
    archive.run(["ingest", "a/page.txt"]);
    archive.put(
        "content/quotes/oakleaf-after-two-years-of-gardens.md",
        "+++\nspeaker = \"mine\"\nsource = \"book\"\n+++\nMine.\n",
    );
    let before = tree(archive.root());
    let again = archive.run(["ingest", "a"]);
    assert_eq!((again.status, tree(archive.root())), (0, before.clone()), "{}", again.stdout);
    assert!(again.stdout.contains("already in the archive as sources/untitled-page"), "{}", again.stdout);
    let dry = archive.run(["ingest", "--dry-run", "b"]);
    assert!(dry.stdout.contains("would write content/sources/untitled-other.md"), "{}", dry.stdout);
    let update = archive.run(["ingest", "--update", "a/page.txt"]);
    assert_eq!((update.status, tree(archive.root())), (0, before), "{}", update.stderr);
    assert!(!update.stdout.contains("content/essays/"), "{}", update.stdout);
}

#[test]
fn update_prints_a_patch() {
    let archive = Archive::new();
    let page = |words: &str| {
        format!(
            "Title: A Garden\nURL: https://a.example/g\n\n{words} It is a long paragraph, as such paragraphs are, and it ends here.\n"
        )
    };
    archive.put("page.txt", page("Old words stand here."));
    archive.run(["ingest", "page.txt"]);
    archive.put("page.txt", page("New words stand here."));
    let run = archive.run(["ingest", "page.txt"]);
    assert!(run.stdout.contains("already in the archive as sources/a-garden"), "{}", run.stdout);
    let patch = archive.run(["ingest", "--update", "page.txt"]).stdout;
    for line in ["--- a/content/essays/a-garden.md", "+++ b/content/essays/a-garden.md", "-Old words", "+New words"] {
        assert!(patch.contains(line), "{line}: {patch}");
    }
    assert!(archive.read("content/essays/a-garden.md").contains("Old words"));
}

#[test]
fn bad_input_is_told_and_the_rest_is_done() {
    let archive = Archive::new();
    archive.put("in/a.txt", "").put("in/b.png", b"\x89PNG\r\n\x1a\n\0\0").put("in/d.html", "<nav><a href=x>Home</a></nav><ul><li><a href=1>A page</a><li><a href=2>B page</a><li><a href=3>C page</a></ul>");
    archive
        .put("in/e.html", b"<meta charset=utf-8><p>caf\xe9 and more words than that</p>")
        .put("in/f.html", "<div>".repeat(5000))
        .put("in/g.html", "<<<>><p class=></<<");
    archive
        .put("in/h.bib", "@book{a, title={x")
        .put("in/z.txt", "A Title\n\nWords that are fine and stand in a file which is fine as well, as all can see.\n");
    archive.put("in/c.html", "<p>");
    let huge = std::fs::OpenOptions::new().write(true).open(archive.path("in/c.html")).expect("a file");
    huge.set_len(200 << 20).expect("a long file");
    let run = archive.run(["ingest", "in"]);
    assert_eq!(run.status, 1, "{}", run.stdout);
    for (name, why) in [
        ("a.txt", "empty"),
        ("b.png", "picture"),
        ("c.html", "200 MiB long"),
        ("d.html", "no text"),
        ("e.html", "UTF-8"),
        ("f.html", "nested"),
        ("g.html", "no text"),
        ("h.bib", "BibTeX"),
    ] {
        let told = run.stderr.lines().any(|line| line.contains(&format!("in/{name}`")) && line.contains(why));
        assert!(told, "{name}: {}", run.stderr);
    }
    assert_eq!(run.stderr.matches("help:").count(), 8, "{}", run.stderr);
    let written = tree(&archive.path("content"));
    let new: Vec<_> = written.keys().filter(|path| !path.contains("cost") && !path.contains("book")).cloned().collect();
    assert_eq!(new, ["essays/a-title.md", "sources/a-title.md"]);
    assert_eq!(archive.run(["ingest", "in/nothing.txt"]).status, 1);
    assert_eq!(archive.run(["ingest"]).status, 2);
    assert_eq!(Archive::bare().run(["ingest", "-"]).status, 1);
}

#[test]
fn exports_of_other_tools_come_in() {
    let archive = Archive::new();
    archive.put("refs.bib", "@article{a, title={On Gates}, author={Vogt, Ada}, year={2019}, doi={10.1/x}}\n@book{b, title={The Book}, author={A. Writer}, year=2001}\n");
    archive.put("note.md", "---\ntitle: \"+++\"\naliases: [/old/gate/]\n---\n\n> [!tip]\n> Oil it.\n\n[[Hinge|The hinge]] squeaks. {{< figure >}}\n");
    archive.put("feed.xml", "<feed xmlns='http://www.w3.org/2005/Atom'><title>F</title><id>x</id><updated>2020-01-01T00:00:00Z</updated><entry><id>y</id><title>Item</title><updated>2020-01-02T00:00:00Z</updated><link href='https://a.example/i'/><content type='html'>&lt;p&gt;Words.&lt;script&gt;x()&lt;/script&gt;&lt;/p&gt;</content></entry></feed>");
    let run = archive.run(["ingest", "refs.bib", "note.md", "feed.xml"]);
    assert_eq!(run.status, 0, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("already in the archive as sources/book"), "{}", run.stdout);
    assert!(archive.read("content/sources/on-gates.md").contains("url = \"https://doi.org/10.1/x\""));
    let note = archive.read("content/essays/capture-note.md");
    assert!(
        note.contains("title = \"+++\"")
            && note.contains("aliases = [\"/old/gate/\"]")
            && note.contains("> [!TIP]")
            && note.contains("The hinge squeaks."),
        "{note}"
    );
    assert!(archive.read("content/essays/item.md").ends_with("+++\n\nWords.\n"));
    assert!(archive.findings().iter().all(|finding| finding.starts_with("W001")), "{:?}", archive.findings());
}

#[test]
fn standard_input_is_read() {
    let archive = Archive::new();
    let run = archive.run_with(
        ["ingest", "-"],
        "A Title\n\nWords that stand in a paragraph which is long enough to be one, as all can see.\n",
    );
    assert_eq!(run.status, 0, "{}{}", run.stdout, run.stderr);
    assert!(archive.read("content/essays/a-title.md").contains("Words that stand"));
}
