//! The page of an essay or a quote: notes and answers beside the passages, links to them, what is copied and cited.

mod common;

use common::Archive;

/// An archive with one essay of the text.
fn essay(text: &str) -> (Archive, String) {
    let archive = Archive::new();
    archive.essay("e", text).build();
    let page = archive.read("public/essays/e/index.html");
    (archive, page)
}

/// The parts must all stand in the page's text, once, in this order.
fn in_order(page: &str, parts: &[&str]) {
    let (_, page) = page.split_once("<div class=\"text\"").expect("a text");
    let (page, _) = page.split_once("<div class=\"after\"").expect("what follows a text");
    let mut last = 0;
    for part in parts {
        assert_eq!(page.matches(part).count(), 1, "{part} in {page}");
        let at = page.find(part).unwrap_or(0);
        assert!(at > last, "{part} comes too early in {page}");
        last = at;
    }
}

const LONG: &str = "Words enough to stand beside a note, and then as many again so that it has room to spare. ";

#[test]
fn a_note_follows_the_block_in_which_it_is_first_called_for() {
    let (archive, page) = essay(&format!(
        "First.[^a] {LONG}\n\n## Head[^h]\n\n- one\n- two[^l]\n\n| a |\n|---|\n| cell[^c] |\n\nAgain.[^a] Plain.\n\n\
         [^a]: Alpha, which refers to [^d].\n[^h]: Eta.\n[^l]: Lambda.\n\n    Its second paragraph.\n\n        code\n\n[^c]: Gamma.\n[^d]: Delta.\n"
    ));
    in_order(
        &page,
        &["First.", "Alpha", "Delta.", "Head<sup>", "Eta.", "two<sup>", "Lambda.", "cell<sup>", "Gamma.", "Again."],
    );
    in_order(
        &page,
        &[
            "id=\"fnref:1.1\" href=\"#fn:1\"",
            "<aside class=\"note\" id=\"fn:1\" role=\"doc-footnote\" aria-label=\"Note 1\">",
            "href=\"#fnref:1.1\" aria-label",
            "href=\"#fnref:1.2\" aria-label",
            "id=\"fnref:1.2\" href=\"#fn:1\"",
        ],
    );
    assert!(!page.contains("class=\"notes\""), "no note is set twice");
    // Feeds have the notes at the end, and no signs that need a style sheet.
    let feed = archive.read("public/feed.json");
    let feed: serde_json::Value = serde_json::from_str(&feed).unwrap();
    let text = feed["items"][0]["content_html"].as_str().unwrap();
    assert!(text.contains("<section class=\"notes\"") && text.ends_with("</section>\n"), "{text}");
    for own in ["permalink", "class=\"beside", "titled", "noted", "<aside"] {
        assert!(!text.contains(own), "{own} in {text}");
    }
    assert!(text.contains("href=\"https://example.org/sub/essays/e/#fn:1\""), "{text}");
}

#[test]
fn notes_stand_in_the_margin_only_where_the_text_is_as_long() {
    let (_, page) =
        essay(&format!("Short.[^1]\n\n## Next[^2]\n\n{LONG}{LONG}{LONG}\n\n[^1]: {}\n[^2]: Brief.\n", LONG.repeat(9)));
    let first = page.find("id=\"fn:1\"").unwrap();
    let group = page.find("<div class=\"noted\">").unwrap();
    assert!(first < group && group < page.find("id=\"fn:2\"").unwrap(), "{page}");
    assert_eq!(page.matches("class=\"noted\"").count(), 1);
    // Tags of raw HTML may enclose several blocks: no group cuts through them.
    let (_, page) = essay(&format!("<details>\n\n{LONG}[^1]\n\n{LONG}\n\n</details>\n\nAfter.\n\n[^1]: Within.\n"));
    assert!(!page.contains("class=\"noted\""), "{page}");
    in_order(&page, &["<details>\n<p>Words", "Within.", "</details>\n<p>After"]);
}

#[test]
fn headings_are_linked_for_all_and_passages_for_pointers() {
    let (_, page) = essay("## A *b* \"c\" {#x}\n\nOne. ^p\n\n- two ^q\n\n> three\n\n^r\n");
    assert!(
        page.contains(
            "<div class=\"titled h2\"><h2 id=\"x\">A <em>b</em> &quot;c&quot;</h2> \
             <a class=\"permalink\" href=\"#x\" aria-label=\"Link to this section: A b &quot;c&quot;\">#</a></div>"
        ),
        "{page}"
    );
    let hidden =
        |id: &str| format!("<a class=\"permalink\" href=\"#%5E{id}\" tabindex=\"-1\" aria-hidden=\"true\">¶</a>");
    assert!(page.contains(&format!("<p id=\"^p\">One.{}</p>", hidden("p"))), "{page}");
    assert!(page.contains(&format!("<li id=\"^q\">two{}</li>", hidden("q"))), "{page}");
}

#[test]
fn a_passage_tells_who_answers_it() {
    let archive = Archive::new();
    archive.essay("said", &format!("- First.\n- Second. ^two\n\n{LONG}"));
    archive.put(
        "content/essays/answer.md",
        "+++\ntitle = \"No & {entry}\"\narguments = []\nreplies_to = [\"essays/said#^two\"]\n+++\nNo.\n",
    );
    archive.build();
    let page = archive.read("public/essays/said/index.html");
    let answer = "Answered by <a href=\"../../essays/answer/\">No &amp; {entry}</a>";
    in_order(&page, &["Second.", answer, "Words enough"]);
}

#[test]
fn contents_are_lists_in_lists() {
    let (_, page) = essay("## A\n\n### B[^1]\n\n## C\n\n[^1]: x\n");
    let squeezed = page.replace('\n', "");
    assert!(
        squeezed.contains(
            "<ol><li><a href=\"#a\">A</a><ol><li><a href=\"#b\">B</a></li></ol></li><li><a href=\"#c\">C</a></li></ol>"
        ),
        "{page}"
    );
    let (_, page) = essay("## A\n\n## B\n");
    assert!(!page.contains("class=\"toc\""), "{page}");
}

#[test]
fn only_verbatim_words_are_set_as_a_quotation() {
    let archive = Archive::new();
    for form in ["verbatim", "translated", "paraphrase", "disputed", "misattributed"] {
        archive.put(
            &format!("content/quotes/{form}.md"),
            format!("+++\nspeaker = \"S\"\nsource = \"book\"\nlocator = \"page 1\"\nform = \"{form}\"\narguments = []\n+++\n\nWords.\n"),
        );
    }
    archive.build();
    for (form, label) in [
        ("translated", "<p class=\"rendering\"><b>Translated.</b>"),
        ("paraphrase", "<p class=\"rendering\"><b>Paraphrase.</b>"),
        ("disputed", "<p class=\"doubt\" role=\"note\">"),
        ("misattributed", "<p class=\"doubt\" role=\"note\">"),
    ] {
        let page = archive.read(&format!("public/quotes/{form}/index.html"));
        assert!(!page.contains("<blockquote") && !page.contains("data-open"), "{page}");
        in_order(&page, &[label, "<p>Words.</p>"]);
        assert!(page.to_lowercase().contains(&format!("data-credit=\"s, the book, page 1, 2001 [{form}]\"")), "{page}");
    }
    let page = archive.read("public/quotes/verbatim/index.html");
    assert!(page.contains("<blockquote class=\"verbatim\"") && page.contains("data-open=\"“\""), "{page}");
    assert!(page.contains("data-credit=\"S, The Book, page 1, 2001\""), "{page}");
}

#[test]
fn a_page_says_how_to_cite_it() {
    let archive = Archive::new();
    archive.put(
        "content/essays/e.md",
        "+++\ntitle = \"50% of C# {now}\"\nform = \"digest\"\nsource = \"book\"\nauthors = [\"A and B\", \"C_D\"]\ndate = \"2020-03\"\narguments = []\n+++\nx\n",
    );
    archive.build();
    let page = archive.read("public/essays/e/index.html");
    for line in [
        "A and B, C_D. 50% of C# {now} [Digest]. The Book. 2020-03. Test. https://example.org/sub/essays/e/",
        "@misc{essay-e,\n",
        "  author = {{A and B} and {C\\_D}},\n",
        "  title = {{50\\% of C\\# \\textbraceleft{}now\\textbraceright{}}},\n",
        "  year = {2020},\n  month = {3},\n",
        "  url = {https://example.org/sub/essays/e/},\n",
        "  note = {Digest: A. Writer, The Book}\n}",
    ] {
        assert!(page.replace("&#x2F;", "/").contains(line), "{line} in {page}");
    }
}

#[test]
fn an_argument_leads_from_entry_to_entry_by_date() {
    let archive = Archive::new();
    for (slug, date) in [("late", "2003"), ("early", "2001"), ("middle", "2002")] {
        archive.put(
            &format!("content/essays/{slug}.md"),
            format!("+++\ntitle = \"{slug}\"\ndate = \"{date}\"\narguments = [\"cost\"]\n+++\nx\n"),
        );
    }
    archive.put(
        "content/essays/gone.md",
        "+++\ntitle = \"gone\"\ndate = \"2002-02\"\nwithdrawn = \"w\"\narguments = [\"cost\"]\n+++\nx\n",
    );
    archive.build();
    let links = |slug: &str| {
        let page = archive.read(&format!("public/essays/{slug}/index.html"));
        let of = |rel: &str| {
            let (_, rest) = page.split_once(&format!("<a rel=\"{rel}\" href=\"../../essays/"))?;
            rest.split_once("/\"").map(|(slug, _)| slug.to_owned())
        };
        (of("prev"), of("next"))
    };
    assert_eq!(links("early"), (None, Some("middle".into())));
    assert_eq!(links("middle"), (Some("early".into()), Some("late".into())));
    assert_eq!(links("late"), (Some("middle".into()), None));
    let notice = archive.read("public/essays/gone/index.html");
    assert!(notice.contains("<h1>This essay was withdrawn</h1>"), "{notice}");
}
