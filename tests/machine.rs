//! What machines read of a site: linked data, feeds, the entries for programs, the sitemap, the heads of pages.

#![expect(clippy::disallowed_methods, reason = "a test looks at what was published")]

mod common;

use common::{Archive, tree};
use serde_json::{Value, json};

/// What a page says of itself in linked data: its own things, without the breadcrumbs.
fn linked(archive: &Archive, page: &str) -> Value {
    graph(archive, page)[0].clone()
}

fn graph(archive: &Archive, page: &str) -> Value {
    let html = archive.read(&format!("public/{page}index.html"));
    let block = html.split("<script type=\"application/ld+json\">").nth(1).unwrap_or_else(|| panic!("{page}: {html}"));
    let block = block.split("</script>").next().unwrap_or_default();
    let data: Value = serde_json::from_str(block).expect("linked data is JSON");
    assert_eq!(data["@context"], "https://schema.org");
    data["@graph"].clone()
}

fn api(archive: &Archive, page: usize) -> Value {
    serde_json::from_str(&archive.read(&format!("public/api/entries/{page}.json"))).expect("the list is JSON")
}

/// An entry of the list, by its id.
fn listed(archive: &Archive, id: &str) -> Value {
    let list = api(archive, 1);
    let found = list["entries"].as_array().expect("a list of entries").iter().find(|entry| entry["id"] == id);
    found.unwrap_or_else(|| panic!("{id} in {list}")).clone()
}

/// The quotes of each form, from one source.
fn quotes(archive: &Archive) {
    for form in ["verbatim", "translated", "paraphrase", "disputed", "misattributed"] {
        archive.put(
            &format!("content/quotes/{form}.md"),
            format!(
                "+++\nspeaker = \"Somebody\"\nsource = \"book\"\nlocator = \"page 1\"\nform = \"{form}\"\n\
                 added = 2002-03-04\n[arguments]\ncost = \"against\"\n[claims]\ndear = \"supports\"\n+++\n\nDear indeed.\n"
            ),
        );
    }
}

#[test]
fn no_machine_is_told_of_drafts_or_of_what_was_withdrawn() {
    let archive = Archive::new();
    let front = "title = \"Secret title\"\ntags = [\"secrettag\"]\nsource = \"book\"\nadded = 2026-01-01\n\
                 [arguments]\ncost = \"for\"\n[claims]\ndear = \"supports\"\n";
    archive.put("content/essays/draft.md", format!("+++\ndraft = true\n{front}+++\nsecrettext\n"));
    archive.put(
        "content/essays/gone.md",
        format!("+++\nwithdrawn = \"Asked to.\"\naliases = [\"/was/\"]\n{front}+++\nsecrettext\n"),
    );
    archive.put(
        "content/arguments/gone.md",
        "+++\ntitle = \"Secret title\"\nquestion = \"secrettext?\"\nwithdrawn = \"Asked to.\"\n[[claims]]\nid = \"lost\"\ntext = \"secrettext\"\n+++\n",
    );
    archive.put(
        "content/essays/open.md",
        "+++\ntitle = \"Open\"\nreplies_to = [\"essays/draft\", \"essays/gone\"]\n[arguments]\ngone = \"for\"\n[claims]\nlost = \"supports\"\n+++\nText.\n",
    );
    for drafts in [false, true] {
        if !drafts {
            // To those who may not see drafts, a reference to one is a mistake.
            archive.essay("open", "Text.");
        }
        let run = archive.run(["build", "-q"].into_iter().chain(drafts.then_some("--drafts")));
        assert_eq!(run.status, 0, "{}", run.stderr);
        for (path, bytes) in tree(&archive.path("public")) {
            let text = String::from_utf8_lossy(&bytes).to_lowercase();
            let of_the_draft = drafts && path.starts_with("essays/draft/");
            let machine = text
                .split("<script type=\"application/ld+json\">")
                .nth(1)
                .map(|rest| rest.split("</script>").next().unwrap());
            assert!(!of_the_draft || machine.is_none(), "{path}");
            let whole = ["xml", "json"].iter().any(|kind| path.ends_with(&format!(".{kind}")));
            for secret in ["secrettext", "secret title", "essays/draft"] {
                assert!(!machine.unwrap_or_default().contains(secret), "{secret} in {path}");
                assert!(!(whole && text.contains(secret)), "{secret} in {path}: {text}");
            }
        }
        let gone = json!({"id": "essays/gone", "url": "../../essays/gone/", "kind": "essay", "withdrawn": "Asked to."});
        assert_eq!(listed(&archive, "essays/gone"), gone);
        for page in ["essays/gone", "claims/lost", "arguments/gone", "was"] {
            let html = archive.read(&format!("public/{page}/index.html"));
            assert!(html.contains("<meta name=\"robots\" content=\"noindex\">"), "{page}");
            assert!(!archive.read("public/sitemap.xml").contains(&format!("/{page}/")), "{page}");
        }
    }
    assert!(archive.read("public/essays/draft/index.html").contains("noindex"));
    let sitemap = archive.read("public/sitemap.xml");
    for page in [
        "",
        "essays/",
        "essays/open/",
        "arguments/cost/",
        "claims/dear/",
        "sources/book/",
        "people/a.-writer/",
        "tags/",
    ] {
        assert!(sitemap.contains(&format!("<loc>https://example.org/sub/{page}</loc>")), "{page} in {sitemap}");
    }
}

#[test]
fn suggestions_are_no_facts() {
    let archive = Archive::new();
    archive.put("content/essays/u.md", "+++\ntitle = \"U\"\n+++\n\nThe price is expensive.\n").build();
    assert_eq!(listed(&archive, "essays/u")["arguments"], Value::Null);
    assert!(linked(&archive, "essays/u/").get("about").is_none());
    assert!(!archive.read("public/feed.xml").contains("<category"));
    assert!(archive.read("public/arguments/cost/index.html").contains("essays/u/"), "people see it, marked");
}

#[test]
fn only_what_the_speaker_said_is_theirs() {
    let archive = Archive::new();
    quotes(&archive);
    archive.build();
    let of = |form: &str| linked(&archive, &format!("quotes/{form}/"));
    assert_eq!(of("verbatim")["@type"], "Quotation");
    assert_eq!(of("verbatim")["spokenByCharacter"]["name"], "Somebody");
    assert_eq!(of("verbatim")["text"], "Dear indeed.");
    assert_eq!(of("verbatim")["isBasedOn"]["author"][0]["name"], "A. Writer");
    assert_eq!(of("translated")["translationOfWork"]["name"], "The Book");
    assert_eq!(of("paraphrase")["@type"], "CreativeWork");
    for form in ["paraphrase", "disputed", "misattributed"] {
        let quote = of(form);
        assert!(quote.get("spokenByCharacter").is_none() && quote.get("author").is_none(), "{quote}");
        assert!(quote["mentions"][0]["name"] == "Somebody" && quote["description"].is_string(), "{quote}");
        assert_eq!(listed(&archive, &format!("quotes/{form}"))["form"], form);
    }
    let feed: Value = serde_json::from_str(&archive.read("public/feed.json")).unwrap();
    let items = feed["items"].as_array().unwrap();
    let item = |form: &str| {
        items.iter().find(|item| item["url"].as_str().unwrap().contains(form)).unwrap_or_else(|| panic!("{form}"))
    };
    assert_eq!(item("verbatim")["authors"], json!([{"name": "Somebody"}]));
    assert_eq!(item("verbatim")["_casebook"]["rights"], "public domain");
    for form in ["paraphrase", "disputed", "misattributed"] {
        let item = item(form);
        assert!(
            item.get("authors").is_none() && !item["content_html"].as_str().unwrap().contains("<blockquote"),
            "{item}"
        );
    }
    assert!(item("paraphrase")["content_html"].as_str().unwrap().contains("<b>Paraphrase: Somebody, page 1.</b>"));
}

#[test]
fn an_essay_says_what_it_is_based_on() {
    let archive = Archive::new();
    for form in ["original", "digest", "translated", "excerpt"] {
        let front = "source = \"book\"\nauthors = [\"Me\"]\narguments = []\nadded = 2002-03-04\nupdated = 2003-01-01\n";
        archive.put(
            &format!("content/essays/{form}.md"),
            format!("+++\ntitle = \"T\"\nform = \"{form}\"\n{front}+++\nText.\n"),
        );
    }
    archive.put("content/essays/own.md", "+++\ntitle = \"Own\"\narguments = []\n+++\nOriginally.\n");
    archive.build();
    let of = |form: &str| linked(&archive, &format!("essays/{form}/"));
    let digest = of("digest");
    assert_eq!(
        (&digest["author"][0]["name"], &digest["isBasedOn"]["author"][0]["name"]),
        (&json!("Me"), &json!("A. Writer"))
    );
    assert_eq!((&digest["datePublished"], &digest["dateModified"]), (&json!("2002-03-04"), &json!("2003-01-01")));
    assert_eq!(digest["isBasedOn"]["datePublished"], "2001");
    let translated = of("translated");
    assert_eq!(
        (&translated["author"][0]["name"], &translated["translator"][0]["name"]),
        (&json!("A. Writer"), &json!("Me"))
    );
    assert_eq!(of("excerpt")["author"][0]["name"], "A. Writer");
    let feed: Value = serde_json::from_str(&archive.read("public/feed.json")).unwrap();
    let content = |of: &str| {
        let items = feed["items"].as_array().unwrap();
        let item = items.iter().find(|item| item["id"] == format!("https://example.org/sub/essays/{of}/")).unwrap();
        item["content_html"].as_str().unwrap().to_owned()
    };
    assert_eq!(content("own"), "<p>Originally.</p>\n");
    assert!(content("digest").starts_with(
        "<p><b>Digest.</b> Source: <a href=\"https://example.org/sub/sources/book/\">The Book</a> (A. Writer)</p>"
    ));
}

#[test]
fn claims_samples_sources_and_people_are_what_they_are() {
    let archive = Archive::new();
    quotes(&archive);
    archive.put("content/samples/s/a.py", "print('<1>')\n");
    archive.put(
        "content/samples/s/index.md",
        "+++\ntitle = \"S\"\narguments = []\n[[variants]]\nname = \"v\"\nfile = \"a.py\"\nlanguage = \"python\"\n+++\n",
    );
    archive.build();
    let claim = linked(&archive, "claims/dear/");
    assert_eq!(
        (&claim["@type"], &claim["text"], &claim["isPartOf"]["name"]),
        (&json!("Claim"), &json!("It is dear."), &json!("Cost"))
    );
    assert_eq!(claim["citation"].as_array().map(Vec::len), Some(5));
    assert!(!claim.to_string().contains("eview"), "no claim is rated");
    let crumbs = &graph(&archive, "claims/dear/")[1]["itemListElement"];
    let names: Vec<_> = crumbs.as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Home", "Arguments", "Cost", "It is dear."]);
    let sample = linked(&archive, "samples/s/");
    assert_eq!(
        (&sample["@type"], &sample["hasPart"][0]["programmingLanguage"]),
        (&json!("SoftwareSourceCode"), &json!(["python"]))
    );
    assert_eq!(listed(&archive, "samples/s")["variants"][0]["code"], "print('<1>')\n");
    assert!(archive.read("public/feed.json").contains("print('&lt;1&gt;')"));
    assert_eq!(
        linked(&archive, "sources/book/")["mainEntity"]["author"][0]["url"],
        "https://example.org/sub/people/a.-writer/"
    );
    assert_eq!(linked(&archive, "people/somebody/")["mainEntity"]["@type"], "Person");
    assert_eq!(linked(&archive, "tags/")["@type"], "CollectionPage");
    assert_eq!(linked(&archive, "arguments/cost/")["hasPart"][0]["url"], "https://example.org/sub/claims/dear/");
    assert_eq!(
        linked(&archive, "")["potentialAction"]["target"]["urlTemplate"],
        "https://example.org/sub/search/?q={query}"
    );
}

#[test]
fn hostile_texts_stay_texts() {
    let archive = Archive::new();
    let title = "</script><script>alert(1)</script><!-- & ' \\\" \\u2028\\u2029 \\u007f \\u0001 ]]> {{ site }}";
    archive.put(
        "content/quotes/q.md",
        format!("+++\ntitle = \"{title}\"\nspeaker = \"{title}\"\nsource = \"book\"\narguments = []\ntags = [\"</script>\"]\n+++\n\nWords &lt;/script&gt; <!--\n"),
    );
    archive.build();
    let html = archive.read("public/quotes/q/index.html");
    let block = html.split("<script type=\"application/ld+json\">").nth(1).unwrap();
    let block = &block[..block.find("</script>").unwrap()];
    assert!(
        !block.contains(['<', '>', '&', '\u{2028}', '\u{2029}', '\u{7f}']) && !block.chars().any(char::is_control),
        "{block}"
    );
    let said = "</script><script>alert(1)</script><!-- & ' \" \u{2028}\u{2029} \u{7f} \u{1} ]]> {{ site }}";
    assert_eq!(linked(&archive, "quotes/q/")["name"], said);
    assert_eq!(listed(&archive, "quotes/q")["title"], said);
    assert!(!html.contains("<script>"), "{html}");
    for feed in ["feed.xml", "sitemap.xml"] {
        let text = archive.read(&format!("public/{feed}"));
        assert!(!text.contains("<script") && !text.contains('\u{1}') && !text.contains("<!--"), "{text}");
    }
}

#[test]
fn entries_for_programs_come_in_pages_that_new_ones_do_not_move() {
    let archive = Archive::new();
    archive.build();
    let empty = api(&archive, 1);
    assert_eq!(
        (&empty["total"], &empty["pages"], &empty["next"], &empty["entries"]),
        (&json!(0), &json!(1), &Value::Null, &json!([]))
    );
    let put = |at: usize, added: &str| {
        archive.put(
            &format!("content/essays/e{at:03}.md"),
            format!("+++\ntitle = \"E\"\narguments = []\nadded = {added}\n+++\n{at}.\n"),
        );
    };
    (0..100).for_each(|at| put(at, "2020-01-01"));
    archive.build();
    let full = api(&archive, 1);
    assert_eq!((&full["total"], &full["pages"], &full["next"]), (&json!(100), &json!(1), &Value::Null));
    assert!(!archive.path("public/api/entries/2.json").exists());
    // By its name it would be the first.
    archive.put("content/essays/a.md", "+++\ntitle = \"New\"\narguments = []\nadded = 2021-01-01\n+++\n");
    archive.build();
    let (first, second) = (api(&archive, 1), api(&archive, 2));
    assert_eq!(first["entries"], full["entries"]);
    assert_eq!((&first["next"], &first["previous"]), (&json!("2.json"), &Value::Null));
    assert_eq!((&second["next"], &second["previous"], &second["page"]), (&Value::Null, &json!("1.json"), &json!(2)));
    assert_eq!(second["entries"][0]["id"], "essays/a");
    std::fs::remove_file(archive.path("content/essays/a.md")).unwrap();
    archive.build();
    assert!(!archive.path("public/api/entries/2.json").exists());
    assert_eq!(api(&archive, 1), full);
}

#[test]
fn without_its_address_a_site_claims_none() {
    let archive = Archive::new();
    archive.put("casebook.toml", "title = \"Test\"\nquestion = \"Is it?\"\n");
    archive.put(
        "content/essays/e.md",
        "+++\ntitle = \"E\"\n[arguments]\ncost = \"for\"\n+++\nSee [[claims/dear]] and [up](#). ^here\n",
    );
    archive.build();
    assert!(!archive.path("public/sitemap.xml").exists());
    assert!(!archive.read("public/robots.txt").contains("Sitemap"));
    let html = archive.read("public/essays/e/index.html");
    assert!(!html.contains("rel=\"canonical\"") && !html.contains("og:url"), "{html}");
    let data = graph(&archive, "essays/e/").to_string();
    assert!(!data.contains("\"url\"") && !data.contains("\"item\":"), "{data}");
    assert!(archive.read("public/feed.xml").contains("href=&quot;./claims/dear/&quot;"));
    let of_the_argument = archive.read("public/arguments/cost/feed.xml");
    assert!(of_the_argument.contains("href=&quot;../../claims/dear/&quot;"), "{of_the_argument}");
    assert!(
        of_the_argument
            .contains("<link rel=\"self\" type=\"application/atom+xml\" href=\"../../arguments/cost/feed.xml\"/>")
    );
}

#[test]
fn heads_are_told_apart_and_never_empty() {
    let archive = Archive::new();
    quotes(&archive);
    archive.build();
    let mut seen = std::collections::BTreeMap::new();
    for (path, bytes) in tree(&archive.path("public")) {
        let html = String::from_utf8_lossy(&bytes);
        if !html.starts_with("<!doctype html>") || html.contains("content=\"noindex\"") {
            continue;
        }
        let parts: Vec<_> = html.split("<meta name=\"description\" content=\"").collect();
        assert_eq!(parts.len(), 2, "{path}: {html}");
        let description = parts[1].split('"').next().unwrap().to_owned();
        assert!(description.len() > 5, "{path}: {description}");
        assert_eq!(seen.insert(description.clone(), path.clone()), None, "{description}: {path}");
        assert!(
            html.contains("<meta property=\"og:title\" content=\"") && html.contains("<link rel=\"canonical\""),
            "{path}"
        );
    }
    assert!(archive.read("public/people/somebody/index.html").contains("og:type\" content=\"profile"));
    assert!(
        archive.read("public/quotes/paraphrase/index.html").contains("content=\"Paraphrase, Somebody: Dear indeed.\"")
    );
    let missing = archive.read("public/404.html");
    assert!(!missing.contains("canonical") && missing.contains("noindex"), "it stands at any address");
}

#[test]
fn an_old_address_says_where_to_go_and_takes_none_that_is_needed() {
    let archive = Archive::new();

    archive.put("content/essays/e.md", "+++\ntitle = \"E\"\naliases = [\"/old/it's/\"]\narguments = []\n+++\n").build();
    let old = archive.read("public/old/it's/index.html");
    assert!(old.contains("content=\"0; url=../../essays/e/\"") && old.contains("noindex"), "{old}");
    assert!(old.contains("<link rel=\"canonical\" href=\"https://example.org/sub/essays/e/\">"), "{old}");
    for alias in
        ["/api/entries/1.json", "/api/x/", "/sitemap-1.xml", "/feed.json/x", "/../x/", "//evil.example/", "/static/x/"]
    {
        archive
            .put("content/essays/e.md", format!("+++\ntitle = \"E\"\naliases = [\"{alias}\"]\narguments = []\n+++\n"));
        assert_eq!(archive.run(["check"]).status, 1, "{alias}");
    }
}
