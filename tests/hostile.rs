//! Texts that a pull request could bring to stall or to kill the program: it ends in its own way, and soon.

mod common;

use std::time::{Duration, Instant};

use common::Archive;

/// Generous, since tests run unoptimised and side by side; what goes wrong here takes minutes or aborts.
const SOON: Duration = Duration::from_secs(20);

#[track_caller]
fn ends(archive: &Archive, what: &str) {
    let start = Instant::now();
    let found = archive.findings();
    assert!(start.elapsed() < SOON, "{what}: {:?} for {} findings", start.elapsed(), found.len());
}

fn essay(text: &str) -> Archive {
    let archive = Archive::new();
    archive.put("content/essays/a.md", text);
    archive
}

#[test]
fn front_matter() {
    let lists = (1..10)
        .map(|n| format!("a{n}: &a{n} [*a{0},*a{0},*a{0},*a{0},*a{0},*a{0},*a{0}]\n", n - 1))
        .collect::<Vec<_>>()
        .concat();
    let texts = [
        ("aliases of aliases", format!("a0: &a0 [x,x,x,x,x,x,x]\n{lists}")),
        ("brackets", format!("a: {}", "[".repeat(100_000))),
        ("dashes", format!("a:\n{}x", "- ".repeat(5_000))),
        ("dashes with tabs", format!("{}x", "-\t".repeat(5_000))),
        ("question marks", format!("{}x", "? ".repeat(5_000))),
        ("indentation", (0..3_000).map(|n| format!("{}a:\n", " ".repeat(n))).collect::<Vec<_>>().concat()),
    ];
    for (what, yaml) in texts {
        ends(&essay(&format!("---\n{yaml}\n---\n")), what);
    }
    let texts = [
        ("arrays", format!("a={}", "[".repeat(100_000))),
        ("tables", format!("a={}1{}", "{a=".repeat(5_000), "}".repeat(5_000))),
        ("dotted keys", format!("{}a=1", "a.".repeat(20_000))),
        ("broken lines", "key\n".repeat(10_000)),
        ("a long key", format!("{}=1", "k".repeat(1_000_000))),
    ];
    for (what, toml) in texts {
        ends(&essay(&format!("+++\n{toml}\n+++\n")), what);
    }
}

#[test]
fn markdown() {
    let texts = [
        ("quotes", ">".repeat(50_000)),
        ("lists", "- ".repeat(20_000)),
        ("emphasis", "*a **b ".repeat(20_000)),
        ("brackets", "[".repeat(50_000) + &"](x)".repeat(50_000)),
        ("images", "![".repeat(20_000) + &"](x)".repeat(20_000)),
        ("wikilinks", "[[".repeat(50_000) + &"]]".repeat(50_000)),
        ("tags", "<b>".repeat(100_000)),
        ("comments", "<!--".repeat(50_000)),
        ("formulas", format!("${}$", "\\sqrt".repeat(1_500))),
        ("braces", format!("${}{}$", "{".repeat(3_000), "}".repeat(3_000))),
        ("addresses", "http://a.b/(".repeat(20_000)),
        ("footnotes", (0..5_000).map(|n| format!("[^{n}]: [^{}]\n\n", n + 1)).collect::<Vec<_>>().concat()),
        ("a long language", format!("```{}\n```\n", "z".repeat(1_000_000))),
        ("unknown languages", "```zzzzzz\n```\n".repeat(5_000)),
        ("zeros", "\0".repeat(100_000)),
    ];
    for (what, body) in texts {
        ends(&essay(&format!("+++\ntitle = \"A\"\n+++\n\n{body}")), what);
    }
}

#[test]
fn captures() {
    for part in ["<a ", "<a b=\"", "&", "&a", "&#", "<script>", "<script></scrip", "<!--", "<div>", "a ", "a"] {
        let archive = Archive::new();
        archive.put("captures/c.html", part.repeat(200_000));
        let front = "+++\nspeaker = \"A\"\nsource = \"book\"\ncapture = \"captures/c.html\"\n+++\n";
        archive.put("content/quotes/q.md", format!("{front}\n{}", "a ".repeat(2_000) + "b"));
        ends(&archive, part);
        assert!(archive.findings().iter().any(|line| line.starts_with("E018")), "{part}");
    }
}

#[test]
fn replies() {
    // A chain as long as the archive, and from every other link of it a way back to the start.
    let archive = Archive::new();
    for n in 0..2_000 {
        let back = if n % 2 == 1 { ", \"essays/e0\"" } else { "" };
        let text = format!("+++\ntitle = \"E\"\nreplies_to = [\"essays/e{}\"{back}]\n+++\n", (n + 1) % 2_000);
        archive.put(&format!("content/essays/e{n}.md"), text);
    }
    ends(&archive, "replies");
}
