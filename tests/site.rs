//! What `casebook build` and the other commands make of an archive, seen from outside.

#![expect(clippy::disallowed_methods, reason = "a test edits as an author would, and runs the program")]

mod common;

use common::{Archive, text_of, tree};

#[test]
fn two_builds_are_the_same_bytes_at_any_thread_count() {
    let archive = Archive::shipped();
    archive.build();
    let first = tree(&archive.path("public"));
    assert!(first.len() > 100);
    for threads in ["1", "7"] {
        let other = Archive::shipped();
        let status = std::process::Command::new(env!("CARGO_BIN_EXE_casebook"))
            .args(["build", "--quiet"])
            .current_dir(other.root())
            .env("RAYON_NUM_THREADS", threads)
            .status()
            .expect("the binary runs");
        assert!(status.success());
        let second = tree(&other.path("public"));
        let differ: Vec<_> = first.keys().filter(|path| first.get(*path) != second.get(*path)).collect();
        assert!(differ.is_empty() && first.len() == second.len(), "{differ:?}");
    }
}

#[test]
fn an_edit_changes_what_it_must_and_equals_a_clean_build() {
    let archive = Archive::new();
    archive.essay("one", "Text.").essay("two", "More.").build();
    let again = archive.build();
    assert_eq!((&again["written"], &again["removed"]), (&0.into(), &0.into()));
    archive.essay("one", "Other text, see [[two]].").essay("three", "New.");
    std::fs::remove_file(archive.path("content/essays/two.md")).unwrap();
    let failed = archive.run(["build"]);
    assert_eq!(failed.status, 1);
    assert!(archive.read("public/essays/two/index.html").contains("More."), "the old site stays");
    archive.essay("one", "Other text.");
    let built = archive.build();
    assert!(built["removed"].as_u64() > Some(0) && built["entries"] == 2, "{built}");
    let clean = Archive::new();
    clean.essay("one", "Other text.").essay("three", "New.").build();
    assert!(tree(&archive.path("public")) == tree(&clean.path("public")));
}

#[test]
fn drafts_are_never_published_and_withdrawn_entries_keep_a_notice() {
    let archive = Archive::new();
    let front = "title = \"Secret title\"\narguments = [\"cost\"]\ntags = [\"secrettag\"]\nsource = \"book\"\nadded = 2026-01-01\n";
    archive.put(
        "content/essays/draft.md",
        format!("+++\ndraft = true\n{front}\n[claims]\ndear = \"supports\"\n+++\nsecrettext\n"),
    );
    archive.put(
        "content/essays/gone.md",
        format!("+++\nwithdrawn = \"at the author's wish\"\n{front}\n[claims]\ndear = \"supports\"\n+++\nsecrettext\n"),
    );
    archive.essay("open", "See [[draft]], [it](draft.md) and [[gone]].");
    archive.build();
    for (path, bytes) in tree(&archive.path("public")) {
        let text = text_of(&path, &bytes).to_lowercase();
        for secret in ["secrettext", "secret title", "secrettag", "essays/draft"] {
            assert!(!text.contains(secret), "{secret} in {path}");
        }
    }
    assert!(archive.read("public/essays/gone/index.html").contains("at the author&#39;s wish"));
    assert!(!archive.path("public/essays/draft").exists());
    let found = archive.run(["search", "secrettext", "--format", "json"]).json();
    assert_eq!(found["total"], 0, "{found}");
    // Asked for, drafts are there.
    assert_eq!(archive.run(["build", "--drafts", "-q"]).status, 0);
    assert!(archive.read("public/essays/draft/index.html").contains("secrettext"));
}

#[test]
fn hostile_content_is_inert() {
    let archive = Archive::new();
    archive.put(
        "content/essays/hostile.md",
        "+++\ntitle = \"<script>alert(1)</script>\"\nauthors = [\"\\\"><img src=x onerror=alert(1)>\"]\ntags = [\"<b>\", \"../../etc\"]\narguments = []\n+++\n\n\
         <script>alert(1)</script> <img src=x onerror=alert(1)> <a href=\"javascript:alert(1)\">a</a>\n\n\
         <iframe src=\"//evil.example\"></iframe><style>*{}</style><base href=\"//evil.example/\">\n\n\
         <div style=\"color:red\" onclick=\"x()\">\n\n*in* <object data=\"data:text/html,x\"></object>\n\n</div>\n\n\
         ```\"><script>alert(1)</script>\ncode\n```\n\n{{ site }} {% raw %}\n\n![x](pic.svg)\n",
    );
    archive.put("content/essays/pic.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"><script>alert(1)</script><circle r=\"3\"/></svg>");
    archive.put("content/essays/page.html", "<script>alert(1)</script>");
    archive.build();
    for (path, bytes) in tree(&archive.path("public")) {
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        if path.starts_with("static/") || path.contains("feed.") || path == "sitemap.xml" {
            continue;
        }
        for bad in [
            "<script>",
            "onerror=alert(1)>",
            "href=\"javascript:",
            "<iframe",
            "<style",
            " style=",
            "<base",
            "<object",
            " onclick=",
            " onload=",
        ] {
            let escaped = bad == "onerror=alert(1)>" && !text.contains("<img src=x onerror");
            assert!(escaped || !text.contains(bad), "{bad} in {path}");
        }
    }
    assert!(archive.read("public/essays/pic.svg").contains("circle"));
    assert!(!archive.path("public/essays/page.html").exists());
    assert!(archive.read("public/essays/hostile/index.html").contains("{{ site }}"));
}

#[test]
fn nested_and_endless_texts_end() {
    let archive = Archive::new();
    archive.essay("quotes", &format!("{} x", ">".repeat(20_000)));
    archive.essay("lists", &(0..1500).map(|depth| "  ".repeat(depth) + "- x\n").collect::<String>());
    archive.essay("emphasis", &"*a **b ".repeat(5000));
    archive.essay("brackets", &"[".repeat(20_000));
    archive.essay("divs", &"<div>".repeat(20_000));
    archive.essay("spans", &"a <b> ".repeat(20_000));
    archive.essay("table", &format!("|{}\n|{}\n{}", "a|".repeat(500), "-|".repeat(500), "|x\n".repeat(500)));
    archive.essay("code", &format!("```python\n{}\n```", "(".repeat(50_000)));
    archive.essay("math", &format!("${}$", "x^{".repeat(1000)));
    assert_eq!(archive.build()["entries"], 9);
}

#[test]
fn tags_keep_what_tells_them_apart() {
    let archive = Archive::new();
    archive.put(
        "content/essays/e.md",
        "+++\ntitle = \"E\"\narguments = []\ntags = [\"C\", \"C++\", \"C#\", \"async\", \"Async\"]\n+++\n",
    );
    archive.build();
    let mut folders: Vec<_> = std::fs::read_dir(archive.path("public/tags"))
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    folders.sort();
    assert_eq!(folders, ["async", "c", "c#", "c++", "index.html"]);
    assert!(archive.read("public/essays/e/index.html").contains("tags/c%23/"));
}

#[test]
fn links_are_relative_and_lead_where_they_should() {
    let archive = Archive::new();
    archive.put("content/essays/a/index.md", "+++\ntitle = \"A\"\naliases = [\"/old/a/\"]\narguments = []\n+++\n\n## Größe & Maß\n\nHere. ^pass\n\n![pic](pic.png)\n");
    let picture = include_bytes!("cases/links/content/essays/pic.png");
    archive.put("content/essays/a/pic.png", picture);
    archive.essay("b", "[rel](a/index.md#größe--maß) [[a#^pass|lab]] [[claims/dear]] | [top](#) [root](/essays/a/)\n\n| x |\n|---|\n| [[a\\|cell]] |\n");
    archive.build();
    let page = archive.read("public/essays/b/index.html");
    for link in [
        "href=\"../../essays/a/#gr%C3%B6%C3%9Fe--ma%C3%9F\"",
        "href=\"../../essays/a/#%5Epass\">lab",
        "href=\"../../claims/dear/\">It is dear.",
        "href=\"../../essays/a/\">cell",
    ] {
        assert!(page.contains(link), "{link} in {page}");
    }
    assert_eq!(std::fs::read(archive.path("public/essays/a/pic.png")).unwrap(), picture);
    assert!(archive.read("public/old/a/index.html").contains("../../essays/a/"));
    assert!(archive.read("public/404.html").contains("href=\"/sub/"));
    assert!(archive.read("public/sitemap.xml").contains("<loc>https://example.org/sub/essays/a/</loc>"));
}

#[test]
fn markdown_is_githubs_and_more() {
    let archive = Archive::new();
    archive.essay(
        "all",
        "# Top\n\n## Sub {#custom}\n\n~~gone~~ https://b.example/x_y). me@b.example $x^2$ $5 and $6\n\n> [!WARNING]\n> Careful.\n\n\
         | a | b |\n|:--|--:|\n| 1 | 2 |\n\n- [x] done\n  - nested\n- [ ] open\n\n1. one\n2. two ^two\n\nTerm\n: Meaning\n\n\
         [jump](#custom) [[#Top]] [two](#^two) Final.[^n]\n\n[^n]: Note.\n\n```python\ndef f(): pass\n```\n\n<details><summary>S</summary>\n\n*in*\n\n</details>",
    );
    archive.build();
    let page = archive.read("public/essays/all/index.html");
    for part in [
        "<h2 id=\"top\">Top</h2>",
        "<h3 id=\"custom\">Sub</h3>",
        "<del>gone</del> <a href=\"https://b.example/x_y\" rel=\"external noopener\">https://b.example/x_y</a>).",
        "<a href=\"mailto:me@b.example\"",
        "<math><msup><mi>x</mi><mn>2</mn></msup></math> $5 and $6",
        "<aside class=\"alert alert-warning\">",
        "<th scope=\"col\" class=\"right\">b</th>",
        "<li class=\"task\"><input type=\"checkbox\" disabled checked",
        "<li>nested</li>",
        "<li id=\"^two\">two</li>",
        "<dt>Term</dt>\n<dd>Meaning",
        "<a href=\"#custom\">jump</a> <a href=\"#top\">Top</a> <a href=\"#%5Etwo\">two</a>",
        "href=\"#fn:1\">1</a></sup>",
        "<span class=\"k\">def </span><span class=\"f\">f</span>",
        "<details><summary>S</summary>\n<p><em>in</em></p>",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
}

#[test]
fn relations_show_from_both_ends() {
    let archive = Archive::new();
    archive.put(
        "content/quotes/q.md",
        "+++\nspeaker = \"Somebody\"\nsource = \"book\"\nform = \"verbatim\"\n\n[arguments]\ncost = \"against\"\n\n[claims]\ndear = \"supports\"\n+++\n\nDear indeed.\n",
    );
    archive.put(
        "content/essays/e.md",
        "+++\ntitle = \"Answer\"\nauthors = [\"Me\"]\nreplies_to = [\"q\"]\n\n[arguments]\ncost = \"for\"\n\n[claims]\ndear = { stance = \"disputes\", at = \"^no\" }\n+++\n\nNot at all. ^no\n",
    );
    archive.build();
    let claim = archive.read("public/claims/dear/index.html");
    assert!(
        claim.contains("Dear indeed.") && claim.contains("Not at all.") && claim.contains("essays/e/#%5Eno"),
        "{claim}"
    );
    assert!(archive.read("public/quotes/q/index.html").contains("essays/e/"), "a reply is seen from what it answers");
    assert!(archive.read("public/quotes/q/index.html").contains("<blockquote"), "a verbatim quote is set as one");
    for page in ["sources/book", "arguments/cost", "years/2001", "people/somebody"] {
        assert!(archive.read(&format!("public/{page}/index.html")).contains("quotes/q/"), "{page}");
    }
}

#[test]
fn init_makes_an_archive_that_is_right() {
    let archive = Archive::bare();
    assert_eq!(archive.run(["init", "new"]).status, 0);
    assert_eq!(archive.run(["-C", "new", "check"]).stdout.trim(), "0 errors, 0 warnings");
    let built = archive.run(["-C", "new", "build", "--format", "json"]).json();
    assert_eq!(built["entries"], 3);
    assert!(built["stages"].as_object().is_some_and(|stages| stages.len() > 3));
    let again = archive.run(["init", "new"]);
    assert!(again.status == 1 && again.stderr.contains("it is not empty"), "{}", again.stderr);
}

#[test]
fn tag_keeps_to_its_contract() {
    let archive = Archive::new();
    let run = archive.run_with(
        ["tag", "--stdin"],
        "{\"id\":\"x\",\"text\":\"É: the PRICE is expensive.\"}\n{\"id\":\"y\",\"text\":\"\"}\n",
    );
    let lines: Vec<serde_json::Value> = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["arguments"][0]["id"], "cost");
    assert_eq!(lines[0]["arguments"][0]["evidence"][0]["start"], 7);
    assert_eq!(lines[0]["arguments"][0]["evidence"][0]["text"], "PRICE");
    assert_eq!(lines[1], serde_json::json!({"id": "y", "arguments": []}));
    let bad = archive.run_with(["tag", "--stdin"], "{\"id\":\"x\",\"text\":\"\"}\nnonsense\n");
    assert!(bad.status == 1 && bad.stderr.contains("line 2"), "{}", bad.stderr);
    archive.put("content/essays/u.md", "+++\ntitle = \"U\"\n+++\n\nThe price is expensive.\n").build();
    let page = archive.read("public/essays/u/index.html");
    assert!(page.to_lowercase().contains("suggested"), "{page}");
}

#[test]
fn usage_and_failures_have_their_exit_status() {
    let archive = Archive::new();
    assert_eq!(archive.run(["nonsense"]).status, 2);
    assert_eq!(archive.run(["build", "--base-url", "nonsense"]).status, 2);
    archive.put("public", "a file");
    let run = archive.run(["build"]);
    assert!(
        run.status == 1 && run.stderr.contains("public") && run.stderr.contains("help: move it away"),
        "{}",
        run.stderr
    );
    assert_eq!(archive.read("public"), "a file");
    let shown = archive.run(["show", "bok"]);
    assert!(shown.status == 1 && shown.stderr.contains("did you mean `book`?"), "{}", shown.stderr);
    assert!(archive.run(["show", "sources/book"]).stdout.contains("rights: public domain"));
}

#[test]
fn strings_of_a_theme_lie_over_those_below() {
    let archive = Archive::new();
    archive.put("casebook.toml", "title = \"T\"\nquestion = \"Q?\"\ntheme = \"mine\"\n");
    archive.put("themes/default/strings/en.toml", "claims = \"Assertions\"\nsources = \"Origins\"\n");
    archive.put("themes/mine/theme.toml", "parent = \"default\"\n");
    archive.put("themes/mine/strings/en.toml", "claims = \"Theses\"\n");
    archive.build();
    let page = archive.read("public/index.html");
    assert!(page.contains("Theses") && page.contains("Origins") && !page.contains("Assertions"), "{page}");
    assert!(archive.read("public/essays/index.html").contains("Essays"), "what neither has comes from the theme below");
}
