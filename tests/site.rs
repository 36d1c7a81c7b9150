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
        "<div class=\"alert alert-warning\" role=\"note\">",
        "<th scope=\"col\" class=\"right\">b</th>",
        "<li class=\"task\"><input type=\"checkbox\" disabled checked",
        "<li>nested</li>",
        "<li id=\"^two\">two<a class=\"permalink\" href=\"#%5Etwo\" tabindex=\"-1\" aria-hidden=\"true\">¶</a></li>",
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

#[test]
fn a_sample_shows_its_code_what_differs_and_what_was_measured() {
    use sha2::{Digest, Sha256};
    let archive = Archive::new();
    let [plain, changed] =
        ["import a\r\n\r\nprint(\"<1>\")\n", "import a\n\n\nasync def f():\n    await g()\n\nprint(\"<1>\")"];
    let variant = |name: &str, file: &str, language: &str| {
        format!(
            "[[variants]]\nname = '{name}'\nfile = \"{file}\"\nlanguage = \"{language}\"\nneeds = [\"python3\"]\n\
             run = [\"python3\", \"{{file}}\", \"a b\", \"{{n}}\"]\nparams = {{ n = [10, 1000] }}\n"
        )
    };
    let variants =
        [variant("<plain>", "p.py", "python"), variant("other", "o.py", "python"), variant("far", "f.txt", "text")];
    let put = |language: &str| {
        let front = format!("+++\ntitle = \"S\"\narguments = []\n{}+++\n", variants.concat());
        archive.put("content/samples/s/index.md", front);
        archive.put("casebook.toml", format!("title = \"Test\"\nquestion = \"Is it?\"\nlanguage = \"{language}\"\n"));
    };
    put("en");
    archive.put("content/samples/s/p.py", plain).put("content/samples/s/o.py", changed);
    archive.put("content/samples/s/f.txt", "Nothing alike.\n").build();
    let page = archive.read("public/samples/s/index.html");
    assert!(page.contains("Not yet measured") && !page.contains("<figure"), "{page}");
    let line = "<span class=\"l differs\"><span class=\"k\">async def </span>";
    assert!(page.contains(line), "{page}");
    assert_eq!(page.matches("<span class=\"l differs\">").count(), 2);
    assert_eq!(page.matches("<span class=\"l\">").count(), 3 + 5 + 1);
    assert!(page.contains("differ from “&lt;plain&gt;”: far."), "{page}");
    assert!(
        page.contains("<pre class=\"hl\" tabindex=\"0\"><code>python3 o.py &#39;a b&#39; 10</code></pre>"),
        "{page}"
    );
    assert!(page.contains("casebook run samples/s"), "{page}");
    // Lines of code, lines of its own, plain and async functions, awaits.
    assert!(page.contains("other</a></th><td>4</td><td>2</td><td>0</td><td>1</td><td>1</td></tr>"), "{page}");

    let hash = format!("sha256:{}", hex::encode(Sha256::digest(plain.replace("\r\n", "\n"))));
    let run = |name: &str, n: u32, ok: bool, median: f64, hash: &str| {
        format!(
            "{{\"name\":\"{name}\",\"parameters\":{{\"n\":{n}}},\"ok\":{ok},\"median_ms\":{median},\"spread_ms\":[{},{}],\
             \"runs\":5,\"output\":\"<o>\",\"hash\":\"{hash}\"}}",
            median / 2.0,
            median * 2.0
        )
    };
    let runs = [
        run("<plain>", 10, true, 1.5, &hash),
        run("other", 10, true, 0.025, "sha256:0"),
        run("<plain>", 1000, true, 1_234_500.0, &hash),
        run("other", 1000, false, 0.0, "sha256:0"),
    ];
    let results = format!(
        "{{\"sample\":\"s\",\"variants\":[{}],\"toolchain\":\"<Python> 3\",\"recorded\":\"2026-01-02\"}}",
        runs.join(",")
    );
    archive.put("content/samples/s/results.json", results).build();
    let page = archive.read("public/samples/s/index.html");
    for expected in [
        "Changed since it was measured: other.",
        "Not measured: far.",
        "logarithmic",
        "<p class=\"group\">n = 1000</p>",
        "25.0\u{a0}µs",
        "12.5\u{a0}µs – 50.0\u{a0}µs",
        "1,234\u{a0}s",
        "failed",
        "with n = 10; n = 1000",
        "&lt;Python&gt; 3",
    ] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    assert!(!page.contains("NaN") && !page.contains("<o>"));
    put("de");
    archive.build();
    let page = archive.read("public/samples/s/index.html");
    assert!(
        page.contains("25,0\u{a0}µs") && page.contains("1.234\u{a0}s") && page.contains("Messergebnisse"),
        "{page}"
    );
}

#[test]
fn maps_draw_and_tell_what_there_is() {
    let archive = Archive::new();
    let claims = "[claims]\ndear = \"supports\"\ncheap = \"disputes\"";
    archive.put(
        "content/essays/a.md",
        format!(
            "+++\ntitle = \"On <price>\"\narguments = [\"cost\"]\n{claims}\n+++\nSee [the map](/arguments/cost/map/).\n"
        ),
    );
    let gone = format!("+++\ntitle = \"Gone\"\nwithdrawn = \"why\"\n{claims}\n+++\n");
    archive.put("content/essays/gone.md", gone);
    archive.put(
        "content/arguments/old.md",
        "+++\ntitle = \"Old\"\nwithdrawn = \"why\"\n[[claims]]\nid = \"o\"\ntext = \"O.\"\n+++\n",
    );
    archive.build();
    let whole = archive.read("public/map/index.html");
    let own = archive.read("public/arguments/cost/map/index.html");
    for (page, root) in [(&whole, "../"), (&own, "../../../")] {
        let (drawing, outline) = page.split_once("id=\"_outline\"").expect("an outline follows the drawing");
        for path in ["claims/dear/", "claims/cheap/", "essays/a/", "arguments/cost/"] {
            let link = format!("href=\"{root}{path}\"");
            assert!(drawing.contains(&link) && outline.contains(&link), "{path}");
        }
        assert!(
            drawing.contains("e-supports") && drawing.contains("e-disputes") && drawing.contains("On &lt;price&gt;")
        );
        assert!(outline.contains("supports:") && outline.contains("disputes:"));
        assert!(!page.contains("Gone") && !page.contains(">Old<") && !page.contains("claims/o/"));
    }
    assert!(whole.contains("href=\"../arguments/cost/map/\"") && own.contains("href=\"../../../map/\""));
    assert!(!archive.path("public/arguments/old/map").exists(), "what is withdrawn has no map");
    let sitemap = archive.read("public/sitemap.xml");
    assert!(sitemap.contains("/sub/map/<") && sitemap.contains("/sub/arguments/cost/map/<"), "{sitemap}");
    archive
        .put("content/essays/b.md", "+++\ntitle = \"B\"\naliases = [\"/arguments/cost/map/\"]\narguments = []\n+++\n");
    let run = archive.run(["check"]);
    assert!(run.status == 1 && run.stdout.contains("is the address of a page or file"), "{}", run.stdout);
}
