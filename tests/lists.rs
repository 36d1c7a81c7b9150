//! What the pages that gather entries show: balance, lists and their pages, people, pairs, matrix and timeline.

mod common;

use common::Archive;

/// A quote from a source, on one side of an argument.
fn quote(archive: &Archive, slug: &str, source: &str, stance: &str, basis: &str, more: &str) {
    archive.put(
        &format!("content/quotes/{slug}.md"),
        format!(
            "+++\nspeaker = \"Speaker {slug}\"\nsource = \"{source}\"\nform = \"paraphrase\"\nbasis = \"{basis}\"\n\
             arguments = {{ cost = \"{stance}\" }}\n{more}+++\nThought {slug}.\n"
        ),
    );
}

fn source(archive: &Archive, id: &str, front: &str) {
    archive.put(
        &format!("content/sources/{id}.md"),
        format!("+++\ntitle = \"Source {id}\"\nrights = \"CC0-1.0\"\n{front}+++\n"),
    );
}

/// The text between two marks of a page.
fn between<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    let rest = page.split_once(from).unwrap_or_else(|| panic!("no {from} in {page}")).1;
    rest.split_once(to).unwrap_or_else(|| panic!("no {to} after {from}")).0
}

#[test]
fn balance_counts_each_source_once_by_the_weightiest_that_it_rests_on() {
    let archive = Archive::new();
    source(&archive, "one", "");
    source(&archive, "two", "");
    quote(&archive, "a", "one", "for", "reasoning", "");
    quote(&archive, "b", "one", "for", "measured", "");
    quote(&archive, "c", "two", "for", "authority", "");
    quote(&archive, "d", "two", "against", "authority", "");
    archive.build();
    let page = archive.read("public/arguments/cost/index.html");
    let table = between(&page, "<table class=\"balance\">", "</table>");
    let rows: Vec<Vec<&str>> = table
        .split("<tr>")
        .skip(2)
        .map(|row| row.split("<span class=\"hide\">").skip(1).map(|cell| &cell[..1]).collect())
        .collect();
    assert_eq!(rows, [["1", "0", "0"], ["0", "1", "0"]], "{table}");
    assert!(table.contains("measurement") && table.contains("authority") && !table.contains("reasoning"), "{table}");
}

#[test]
fn the_strongest_claim_of_a_side_leads_by_independent_sources() {
    let archive = Archive::new();
    archive.put(
        "content/arguments/cost.md",
        "+++\ntitle = \"Cost\"\n\
         [[claims]]\nid = \"loud\"\ntext = \"Loud.\"\n\
         [[claims]]\nid = \"strong\"\ntext = \"Strong.\"\n\
         [[claims]]\nid = \"refuted\"\ntext = \"Refuted.\"\n\
         [[claims]]\nid = \"old\"\ntext = \"Old.\"\nstanding = \"outdated\"\n+++\n",
    );
    for id in ["one", "two", "three"] {
        source(&archive, id, "");
    }
    // One source, four times, is one voice.
    for slug in ["a", "b", "c", "d"] {
        quote(&archive, slug, "one", "for", "reasoning", "claims = { loud = \"supports\", old = \"supports\" }\n");
    }
    quote(&archive, "e", "two", "for", "reasoning", "claims = { strong = \"supports\", old = \"supports\" }\n");
    quote(&archive, "f", "three", "for", "reasoning", "claims = { strong = \"supports\", refuted = \"supports\" }\n");
    quote(&archive, "g", "book", "against", "reasoning", "claims = { refuted = \"disputes\" }\n");
    archive.build();
    let home = archive.read("public/index.html");
    let strongest = between(&home, "<dl class=\"strongest\">", "</dl>");
    assert!(
        strongest.contains("Strong.") && !strongest.contains("Loud.") && !strongest.contains("Old."),
        "{strongest}"
    );
    // Nothing speaks against: the page says so, instead of taking what is merely disputed.
    assert!(strongest.contains("no claim leads on this side"), "{strongest}");
}

#[test]
fn lists_go_over_pages_of_fifty_and_lose_nothing() {
    let archive = Archive::new();
    for n in 0..103 {
        archive.put(
            &format!("content/essays/e{n:03}.md"),
            format!("+++\ntitle = \"Essay {n}\"\nauthors = [\"P{n}\"]\ntags = [\"many\"]\n[arguments]\ncost = \"for\"\n+++\nText {n}.\n"),
        );
    }
    archive.build();
    for folder in ["essays", "tags/many", "people", "arguments/cost/entries"] {
        let pages: Vec<String> = ["", "page/2/", "page/3/"]
            .iter()
            .map(|page| archive.read(&format!("public/{folder}/{page}index.html")))
            .collect();
        assert!(!archive.path(&format!("public/{folder}/page/4")).exists(), "{folder}");
        let row = if folder == "people" { "<li><span><a href=" } else { "<li class=\"card " };
        let counts: Vec<_> = pages.iter().map(|page| page.matches(row).count()).collect();
        assert_eq!(counts, [50, 50, 3 + usize::from(folder == "people")], "{folder}");
        assert!(pages[1].contains("rel=\"prev\"") && pages[1].contains("rel=\"next\""), "{folder}");
        assert!(pages[0].contains("aria-current=\"page\">1<") && pages[2].contains("· Page 3 ·"), "{folder}");
    }
    // By number, as people count: Essay 2 stands before Essay 10.
    let first = archive.read("public/essays/index.html");
    assert!(first.find(">Essay 2<").unwrap() < first.find(">Essay 10<").unwrap());
    let argument = archive.read("public/arguments/cost/index.html");
    assert!(
        argument.contains("href=\"../../arguments/cost/entries/\">All 103"),
        "an argument leads to all its entries"
    );
}

#[test]
fn a_person_is_held_to_their_own_words_alone() {
    let archive = Archive::new();
    source(&archive, "essay", "authors = [\"Ann\"]\n");
    // Ann's source holds Bob's words; Cy digests Ann.
    archive.put(
        "content/quotes/bob.md",
        "+++\nspeaker = \"Bob\"\nsource = \"essay\"\nform = \"paraphrase\"\narguments = { cost = \"against\" }\n+++\nNo.\n",
    );
    archive.put(
        "content/essays/digest.md",
        "+++\ntitle = \"D\"\nform = \"digest\"\nsource = \"essay\"\nauthors = [\"Cy\"]\narguments = { cost = \"for\" }\n+++\nYes.\n",
    );
    archive.build();
    let stands = |name: &str| {
        let page = archive.read(&format!("public/people/{name}/index.html"));
        page.contains("class=\"stands\"").then(|| between(&page, "class=\"stands\">", "</ul>").to_owned())
    };
    let ann = stands("ann").expect("Ann takes a stance");
    assert!(ann.contains("s-for") && !ann.contains("s-against"), "{ann}");
    assert!(stands("bob").expect("Bob takes a stance").contains("s-against"));
    assert_eq!(stands("cy"), None, "who digests another's work takes no stance by it");
}

#[test]
fn pairs_matrix_and_timeline_show_who_stands_where() {
    let archive = Archive::new();
    archive.put("content/arguments/speed.md", "+++\ntitle = \"Speed\"\norder = 2\n+++\n");
    archive.put("content/arguments/gone.md", "+++\ntitle = \"Gone\"\norder = 3\nwithdrawn = \"Why.\"\n+++\n");
    source(&archive, "old", "date = \"1999-05\"\n");
    archive.put(
        "content/essays/both.md",
        "+++\ntitle = \"Both\"\nform = \"digest\"\nsource = \"old\"\n[arguments]\ncost = \"for\"\nspeed = \"against\"\ngone = \"for\"\n+++\nX.\n",
    );
    archive.put(
        "content/essays/one.md",
        "+++\ntitle = \"One\"\ndate = 2005-01-02\n[arguments]\ncost = \"mixed\"\n+++\nX.\n",
    );
    archive.build();
    let pair = archive.read("public/intersections/cost/speed/index.html");
    assert!(
        pair.contains("Cost: for · Speed: against") && pair.contains(">Both<") && !pair.contains(">One<"),
        "{pair}"
    );
    assert!(
        !archive.path("public/intersections/cost/gone").exists()
            && !archive.path("public/intersections/speed/cost").exists()
    );
    assert!(archive.read("public/intersections/index.html").contains("href=\"../intersections/cost/speed/\""));
    let matrix = archive.read("public/matrix/index.html");
    let row = between(&matrix, "Source old", "</tr>");
    let cells: Vec<&str> = row.split("<td").skip(2).map(|cell| between(cell, "data-v=\"", "\"")).collect();
    assert_eq!(cells, ["1", "3"], "{row}");
    assert!(!matrix.contains("The Book"), "a source that bears on nothing has no row");
    let timeline = archive.read("public/timeline/index.html");
    assert!(timeline.find("Source old").unwrap() < timeline.find(">One<").unwrap(), "{timeline}");
    assert!(timeline.contains("href=\"../years/1999/\"") && timeline.contains("href=\"../years/2005/\""));
}

#[test]
fn names_stand_in_the_order_of_the_archives_language() {
    let archive = Archive::new();
    let config = archive.read("casebook.toml");
    archive.put("casebook.toml", format!("{config}language = \"de\"\n"));
    for (slug, title) in [("z", "Zug"), ("o", "Öl"), ("p", "Ofen"), ("a", "ähnlich")] {
        archive
            .put(&format!("content/essays/{slug}.md"), format!("+++\ntitle = \"{title}\"\narguments = []\n+++\nX.\n"));
    }
    archive.build();
    let page = archive.read("public/essays/index.html");
    let places: Vec<_> =
        ["ähnlich", "Ofen", "Öl", "Zug"].iter().map(|title| page.find(&format!(">{title}<"))).collect();
    assert!(places.is_sorted() && places.iter().all(Option::is_some), "{places:?}");
    assert!(!page.contains("dir="));
    archive.put("casebook.toml", format!("{config}language = \"ar\"\n"));
    archive.build();
    assert!(archive.read("public/index.html").contains("<html lang=\"ar\" dir=\"rtl\">"));
}

#[test]
fn what_was_withdrawn_is_told_and_counted_nowhere() {
    let archive = Archive::new();
    archive.put(
        "content/arguments/gone.md",
        "+++\ntitle = \"Gone\"\nwithdrawn = \"Why.\"\nquestion = \"SECRET question?\"\n\
         [[claims]]\nid = \"lost\"\ntext = \"SECRET claim.\"\n+++\n",
    );
    source(&archive, "silent", "authors = [\"SECRET Author\"]\nwithdrawn = \"Why.\"\ndate = \"1999\"\n");
    archive.put(
        "content/essays/live.md",
        "+++\ntitle = \"Live\"\nsource = \"silent\"\nform = \"digest\"\ndate = 2003-01-01\n[arguments]\ncost = \"for\"\n\
         gone = \"against\"\n[claims]\nlost = \"supports\"\n+++\nSee [[claims/lost]].\n",
    );
    archive.build();
    for (path, bytes) in common::tree(&archive.path("public")) {
        assert!(!common::text_of(&path, &bytes).contains("SECRET"), "{path}");
    }
    let home = archive.read("public/index.html");
    assert!(home.contains("1 argument<") && home.contains("2 claims<") && home.contains("1 source<"), "{home}");
    assert!(!home.contains(">Gone <span"), "no card says where an entry stood on it");
    assert!(archive.read("public/timeline/index.html").contains(">Live<"), "the entry stands for itself");
}

#[test]
fn words_that_may_not_be_theirs_are_nobodys_stance() {
    let archive = Archive::new();
    for form in ["disputed", "misattributed"] {
        archive.put(
            &format!("content/quotes/{form}.md"),
            format!("+++\nspeaker = \"Ann\"\nsource = \"book\"\nform = \"{form}\"\narguments = {{ cost = \"for\" }}\n+++\nX.\n"),
        );
    }
    archive.build();
    assert!(!archive.read("public/people/ann/index.html").contains("class=\"stands\""));
    assert!(!archive.read("public/people/index.html").contains("class=\"stances\""));
    assert!(!archive.read("public/quotes/disputed/index.html").contains("author = {"));
}

#[test]
fn a_timeline_goes_by_when_things_were_said_and_a_heading_counts_all() {
    let archive = Archive::new();
    source(&archive, "undated", "");
    source(&archive, "late", "date = \"2012\"\n");
    quote(&archive, "a", "undated", "for", "reasoning", "");
    for (slug, source) in [("b", "undated"), ("c", "late")] {
        quote(&archive, slug, source, "for", "reasoning", "");
        let path = format!("content/quotes/{slug}.md");
        let text = archive.read(&path).replace("form = ", "date = \"1990\"\nform = ");
        archive.put(&path, text);
    }
    for n in 0..60 {
        quote(&archive, &format!("n{n}"), "late", "for", "reasoning", "");
    }
    archive.build();
    let timeline = archive.read("public/timeline/index.html");
    let said = between(&timeline, "years/1990/", "years/2012/");
    assert!(said.contains("quotes/b/") && said.contains("quotes/c/"), "{timeline}");
    assert!(timeline.contains("sources/late/") && !timeline.contains("quotes/a/"), "{timeline}");
    for page in ["", "page/2/"] {
        let page = archive.read(&format!("public/sources/late/{page}index.html"));
        assert!(page.contains("Quotes <span class=\"count\">61</span>"), "{page}");
    }
}

#[test]
fn no_name_stops_a_build() {
    let archive = Archive::new();
    let long = "x".repeat(400);
    archive.put(
        "content/essays/e.md",
        format!(
            "+++\ntitle = \"E\"\nauthors = [\"index.html\", \"{long}\", \"aux\"]\ntags = [\"index.html\"]\narguments = []\n+++\n## _main\n\n###\n\nX.\n"
        ),
    );
    archive.build();
    let page = archive.read("public/essays/e/index.html");
    assert_eq!(page.matches("id=\"_main\"").count(), 1, "{page}");
    archive.put("content/essays/e.md", "+++\ntitle = \"E\"\naliases = [\"/search/root.js\"]\narguments = []\n+++\n");
    assert_eq!(archive.run(["check"]).status, 1);
}
