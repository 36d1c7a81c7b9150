//! The archives in `examples/`: another question, another language, and quotes that are verified against captures.

mod common;

use std::path::Path;

use common::{Archive, tree};

/// The German example, without what somebody may have built in it.
fn turmuhr() -> Archive {
    let archive = Archive::bare();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/turmuhr");
    let kept = |path: &str| ["casebook.toml", "content/", "captures/"].iter().any(|part| path.starts_with(part));
    for (path, bytes) in tree(&root).into_iter().filter(|(path, _)| kept(path)) {
        archive.put(&path, bytes);
    }
    archive
}

#[test]
fn an_example_has_nothing_wrong_with_it() {
    let archive = turmuhr();
    let run = archive.run(["check", "--deny", "warnings"]);
    assert_eq!((run.status, run.stdout.trim()), (0, "0 errors, 0 warnings"), "{}", run.stderr);
    let report = archive.run(["check", "--deny", "warnings", "--format", "json"]).json();
    assert_eq!((&report["errors"], &report["warnings"]), (&0.into(), &0.into()), "{report}");
}

#[test]
fn nothing_in_the_program_knows_the_question_that_ships() {
    let archive = turmuhr();
    archive.build();
    assert!(archive.read("public/index.html").contains("<html lang=\"de\""));
    for (path, bytes) in tree(&archive.path("public")) {
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        assert!(path.starts_with("static/") || !text.contains("async"), "{path}");
        // Neither what was withdrawn, nor a draft, nor what a capture holds besides the words that are quoted.
        for kept in ["hier stand ein lied", "sobald er ausgewertet ist", "für die richtigkeit"] {
            assert!(!text.contains(kept), "{kept} in {path}");
        }
    }
    let withdrawn = archive.read("public/essays/die-glocke-im-lied/index.html");
    assert!(withdrawn.contains("zurückgezogen") && withdrawn.contains("dessen Rechte wir nicht klären konnten"));
}

#[test]
fn letters_beyond_ascii_stand_in_addresses() {
    let archive = turmuhr();
    archive.build();
    let essay = archive.read("public/essays/über-die-uhr/index.html");
    for part in ["<h2 id=\"wie-oft-sie-nachts-schlägt\">", "schl%C3%A4ge.svg\" alt=\"Balken für jede Stunde der Nacht"]
    {
        assert!(essay.contains(part), "{part} in {essay}");
    }
    let argument = archive.read("public/arguments/schlaf/index.html");
    assert!(argument.contains("essays/%C3%BCber-die-uhr/#wie-oft-sie-nachts-schl%C3%A4gt"), "{argument}");
    for alias in ["turmuhr", "essays/die-große-uhr"] {
        let moved = archive.read(&format!("public/{alias}/index.html"));
        assert!(moved.contains("essays/%C3%BCber-die-uhr/"), "{alias}: {moved}");
    }
    for page in ["tags/öffentlicher-raum", "people/jörg-fährmann", "arguments/überlieferung", "claims/man-gewöhnt-sich"]
    {
        assert!(archive.path(&format!("public/{page}/index.html")).is_file(), "{page}");
    }
}

#[test]
fn german_words_find_german_entries() {
    let archive = turmuhr();
    for (query, first) in [
        ("Mückle", "quotes/nüßlein-das-mückle"),
        ("BAHNHOF", "quotes/öhmichen-bahnhof"),
        ("fenster schliessen", "claims/fenster-zu-genügt"),
        ("\"Seit wann\"", "essays/eine-kleine-chronik"),
        ("wer braucht nachts um drei eine Uhr", "quotes/kolb-die-nacht-geht-weiter"),
        ("Groß müde", "quotes/groß-müde"),
        ("speaker:\"Jörg Fährmann\"", "quotes/fährmann-wenn-er-ausbleibt"),
    ] {
        let hits = archive.run(["search", query, "--format", "json"]).json();
        assert_eq!(hits["hits"][0]["id"], first, "{query}: {hits}");
    }
    let tagged = archive.run(["search", "tag:\"Öffentlicher Raum\"", "--format", "json"]).json();
    assert_eq!(tagged["total"], 4, "{tagged}");
}

#[test]
fn a_word_changed_in_a_quote_is_found() {
    let verbatim = [
        ("quotes/fährmann-wenn-er-ausbleibt", "Den Schlag höre ich", "Den Schlag hörte ich"),
        ("quotes/groß-müde", "zähle ich mit", "zähle ich nicht mit"),
        ("quotes/nüßlein-niemand-hat-beschlossen", "ohne daß einer", "ohne dass einer"),
        ("quotes/flugblatt-genauer", "„Das war doch immer so.“", "»Das war doch immer so.«"),
        ("quotes/kolb-die-nacht-geht-weiter", "die lasst stehen!", "die lasst gehen!"),
    ];
    let archive = turmuhr();
    for (id, said, changed) in verbatim {
        let path = format!("content/{id}.md");
        let text = archive.read(&path);
        assert!(text.contains(said), "{said} in {text}");
        archive.put(&path, text.replace(said, changed));
    }
    let findings = archive.findings();
    assert_eq!(findings.len(), verbatim.len(), "{findings:#?}");
    for (id, ..) in verbatim {
        let starts = format!("E018 content/{id}.md:");
        assert!(findings.iter().any(|finding| finding.starts_with(&starts)), "{id}: {findings:#?}");
    }
}
