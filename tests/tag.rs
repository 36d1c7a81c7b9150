//! `casebook tag`: what it suggests, and the lines that other tools exchange with it.

mod common;

use common::Archive;

const COST: &str = "+++\ntitle = \"Cost\"\ncues = [\"price\", \"expensive\", \"cost of upkeep\"]\n+++\n";
const SPEED: &str = "+++\ntitle = \"Speed\"\ncues = [\"fast\", \"thread\"]\n+++\n";
const ESSAY: &str = "+++\ntitle = \"One\"\n+++\n\nIt is expensive.\n\nThe costs of upkeep are the price. ^upkeep\n";

fn archive() -> Archive {
    Archive::new(&[
        ("content/arguments/cost.md", COST),
        ("content/arguments/speed.md", SPEED),
        ("content/essays/one.md", ESSAY),
        ("content/essays/curated.md", "+++\ntitle = \"Two\"\narguments = []\n+++\n\nAn expensive price.\n"),
    ])
}

#[test]
fn uncurated_entries_get_suggestions_with_evidence() {
    let lines = archive().run(&["tag", "--format", "json"]).ended(0).json_lines();
    let ids: Vec<_> = lines.iter().map(|line| line["id"].as_str().unwrap_or_default()).collect();
    assert_eq!(ids, ["essays/one"]);
    let suggestion = &lines[0]["arguments"][0];
    assert_eq!(suggestion["id"], "cost");
    assert!(suggestion["stance"].is_null());
    assert!(suggestion["score"].as_f64().is_some_and(|score| score > 0.0 && score <= 1.0));
    let evidence = suggestion["evidence"].as_array().expect("evidence");
    assert!(evidence.iter().any(|evidence| evidence["text"] == "costs of upkeep" && evidence["anchor"] == "^upkeep"));
    let named = archive().run(&["tag", "curated"]).ended(0);
    assert!(named.stdout.contains("essays/curated") && named.stdout.contains("cost"), "{named:?}");
    let unknown = archive().run(&["tag", "essays/on"]).ended(1);
    assert!(unknown.stderr.contains("essays/one"), "{unknown:?}");
}

#[test]
fn lines_in_lines_out() {
    let input =
        "{\"id\": \"a\", \"text\": \"É: threads are FAST\", \"more\": 1}\n\n{\"id\": \"b\", \"text\": \"\"}\r\n";
    let lines = archive().feed(&["tag", "--stdin"], input).ended(0).json_lines();
    assert_eq!(lines.len(), 2);
    let evidence = &lines[0]["arguments"][0]["evidence"];
    assert_eq!((&evidence[0]["start"], &evidence[0]["end"]), (&3.into(), &10.into()), "offsets count characters");
    assert_eq!((&evidence[1]["text"], &lines[0]["arguments"][0]["id"]), (&"FAST".into(), &"speed".into()));
    assert_eq!((&lines[1]["id"], &lines[1]["arguments"]), (&"b".into(), &serde_json::json!([])));
}

#[test]
fn a_malformed_line_is_named() {
    for bad in ["{\"id\": \"a\"}", "nonsense", "{\"id\": 1, \"text\": \"a\"}", "[]"] {
        let input = format!("{{\"id\": \"a\", \"text\": \"\"}}\n{bad}\n");
        let outcome = archive().feed(&["tag", "--stdin"], input).ended(1);
        assert!(outcome.stderr.contains("line 2"), "{outcome:?}");
    }
    let outcome = archive().feed(&["tag", "--stdin"], b"\xff\n").ended(1);
    assert!(outcome.stderr.contains("line 1"), "{outcome:?}");
    archive().run(&["tag", "--stdin", "essays/one"]).ended(2);
}
