//! `casebook tag` as people use it: learn, suggest, review, write; and what becomes of suggestions on the site.

mod common;

use common::Archive;
use serde_json::Value;

/// Labelled passages of four documents on two arguments, in which some words tell.
fn labelled() -> Archive {
    let archive = Archive::new();
    archive.put(
        "content/arguments/noise.md",
        "+++\ntitle = \"Noise\"\norder = 2\ncues = [\"loud\", \"hum\"]\n+++\n\nOverview.\n",
    );
    let mut lines = String::new();
    for document in ["one", "two", "three", "four"] {
        for (text, arguments) in [
            ("The lift is expensive, and its upkeep costs a lot.", "{\"cost\":\"against\"}"),
            ("Upkeep is cheap, and that is a pleasure.", "{\"cost\":\"for\"}"),
            ("At night the hum is loud and keeps us awake.", "{\"noise\":\"against\"}"),
            ("It is not loud at all; sleep comes easily.", "{\"noise\":\"for\"}"),
            ("The house has nine floors.", "{}"),
            ("It was built in the year of the flood.", "{}"),
        ] {
            lines += &format!("{{\"document\":\"{document}\",\"text\":\"{text}\",\"arguments\":{arguments}}}\n");
        }
    }
    archive.put("tagging/passages/a.jsonl", &lines);
    archive
}

fn answers(run: &common::Run) -> Vec<Value> {
    run.stdout.lines().map(|line| serde_json::from_str(line).expect("one object a line")).collect()
}

#[test]
fn a_model_is_learned_alike_by_any_number_of_threads_and_used() {
    let archive = labelled();
    let first = archive.run(["tag", "--learn"]);
    assert_eq!(first.status, 0, "{}", first.stderr);
    let model = archive.read("tagging/model.json");
    assert!(model.lines().any(|line| line.starts_with("\"upkeep\": [")), "one feature a line: {model}");
    let again = archive.run(["tag", "--learn", "--dry-run"]);
    assert_eq!(again.stdout, model);
    let text = "{\"id\":\"x\",\"text\":\"Dear neighbours, its upkeep costs a lot.\"}\n";
    let made = answers(&archive.run_with(["tag", "--stdin"], text));
    assert_eq!(
        (&made[0]["arguments"][0]["id"], &made[0]["arguments"][0]["stance"]),
        (&"cost".into(), &"against".into())
    );
    let evidence = &made[0]["arguments"][0]["evidence"][0];
    assert!(evidence["text"].as_str().is_some_and(|text| text.contains("upkeep")), "{evidence}");
    let measured = archive.run(["tag", "--evaluate", "--format", "json"]).json();
    assert!(measured["model"]["macro_f1"].as_f64() > Some(0.8), "{measured}");
    assert!(measured["keywords"]["macro_f1"].as_f64().is_some());
}

#[test]
fn a_model_that_is_no_use_is_told_of_with_its_place() {
    let archive = labelled();
    for (model, line, why) in [
        ("{\n\"format\": 2,\n<<<<<<< HEAD\n", 3, ""),
        ("{\n\"format\": 1,\n\"arguments\": [], \"features\": {}, \"stances\": {}\n}", 2, "format 1"),
        (
            "{\"format\": 2, \"arguments\": [{\"id\":\"cost\",\"threshold\":0.5}],\n\"features\": {\n\"x\": [1, 2]}, \"stances\": {}}",
            3,
            "2 weights",
        ),
        ("", 1, ""),
    ] {
        archive.put("tagging/model.json", model);
        let report = archive.run(["check", "--format", "json"]).json();
        let found = report["diagnostics"].as_array().unwrap().iter().find(|found| found["code"] == "W021");
        let found = found.unwrap_or_else(|| panic!("{model}: {report}"));
        assert_eq!((&found["file"], &found["line"]), (&"tagging/model.json".into(), &line.into()), "{found}");
        assert!(found["message"].as_str().is_some_and(|message| message.contains(why)), "{found}");
        let made = archive.run_with(["tag", "--stdin"], "{\"id\":\"x\",\"text\":\"The price is expensive.\"}\n");
        assert_eq!(answers(&made)[0]["arguments"][0]["id"], "cost", "cues are left");
    }
    let strange =
        "{\"format\":2,\"arguments\":[{\"id\":\"gone\",\"threshold\":0.5}],\"features\":{\"\":[9]},\"stances\":{}}";
    let made =
        archive.put("tagging/model.json", strange).run_with(["tag", "--stdin"], "{\"id\":\"x\",\"text\":\"a b\"}\n");
    assert_eq!(answers(&made)[0]["arguments"], serde_json::json!([]), "an argument that is not there is of no account");
}

#[test]
fn lines_that_are_no_passages_are_told_of_and_the_others_answered() {
    let archive = Archive::new();
    let long = format!("{{\"id\":\"long\",\"text\":\"{}\"}}", "x".repeat(9 << 20));
    let input = format!(
        "nonsense\n{{\"id\":\"a\"}}\n{long}\n\n{{\"id\":\"b\",\"text\":\"\\u0000\\u001b[2J price expensive\"}}"
    );
    let run = archive.run_with(["tag", "--stdin"], &input);
    assert_eq!(run.status, 1);
    for told in ["line 1 ", "line 2 ", "line 3 is longer"] {
        assert!(run.stderr.contains(told), "{told}: {}", run.stderr);
    }
    let made = answers(&run);
    assert_eq!((made.len(), &made[0]["id"]), (1, &"b".into()));
    assert_eq!(made[0]["arguments"][0]["id"], "cost");
}

const ESSAY: &str =
    "+++\r\ntitle = \"U\"\r\n+++\r\n\r\nThe price is expensive.\r\n\r\nA price that is expensive twice.\r\n";

#[test]
fn a_review_keeps_what_was_answered_and_asks_nothing_twice() {
    let archive = Archive::new();
    archive.put("content/essays/u.md", ESSAY);
    let run = archive.run_with(["tag", "--review"], "what\nn\nq\n");
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert!(run.stderr.contains("`what` is no answer"), "{}", run.stderr);
    let kept = archive.read("tagging/decisions.jsonl");
    assert_eq!((kept.lines().count(), kept.contains("\"answer\":\"no\"")), (1, true), "{kept}");
    assert_eq!(archive.read("content/essays/u.md"), ESSAY, "a no files nothing");
    archive.build();
    let page = archive.read("public/essays/u/index.html");
    assert!(!page.contains("<mark>price</mark> is"), "what was refused is not suggested: {page}");
    assert!(page.contains("A <mark>price</mark> that is <mark>expensive</mark> twice."), "{page}");
    let run = archive.run_with(["tag", "--review"], "e\ncost against\n");
    assert!(!run.stdout.contains("The price is expensive."), "{}", run.stdout);
    let filed = ESSAY.replace("\"U\"\r\n", "\"U\"\r\n\r\n[arguments]\r\ncost = \"against\"\r\n");
    assert_eq!(archive.read("content/essays/u.md"), filed);
    archive.put("content/essays/u.md", filed.replace("The price is expensive.", "Something else."));
    let report = archive.run(["check", "--format", "json"]).json();
    let lost = report["diagnostics"].as_array().unwrap().iter().find(|found| found["code"] == "W022");
    assert_eq!(lost.unwrap_or_else(|| panic!("{report}"))["line"], 1);
}

#[test]
fn what_is_sure_enough_is_written_and_nothing_else() {
    let archive = Archive::new();
    archive.put("content/essays/u.md", ESSAY).put("content/essays/v.md", "+++\ntitle = \"V\"\n+++\n\nThe price.\n");
    assert_eq!(archive.run(["tag", "--write"]).status, 2);
    assert_eq!(archive.run(["tag", "--write", "--min-score", "7"]).status, 2);
    assert_eq!(archive.run(["tag", "--write", "--min-score", "0.9"]).status, 0);
    assert_eq!(archive.read("content/essays/u.md"), ESSAY);
    let shown = archive.run(["tag", "--write", "u", "--dry-run"]);
    assert!(shown.stdout.contains("+arguments = [\"cost\"]"), "{}", shown.stdout);
    assert_eq!(archive.read("content/essays/u.md"), ESSAY);
    archive.run(["tag", "--write", "--min-score", "0.7"]);
    assert_eq!(archive.read("content/essays/u.md"), ESSAY.replace("\"U\"\r\n", "\"U\"\r\narguments = [\"cost\"]\r\n"));
    let again = archive.run(["tag", "--write", "u"]);
    assert!(again.status == 1 && again.stderr.contains("it has `arguments` already"), "{}", again.stderr);
}

#[test]
fn a_suggested_stance_is_never_published_and_a_model_is_part_of_what_is_built() {
    let archive = labelled();
    archive.put("content/essays/u.md", "+++\ntitle = \"U\"\n+++\n\nThe upkeep costs a lot.\n").build();
    let before = archive.read("public/essays/u/index.html");
    archive.run(["tag", "--learn"]);
    archive.build();
    let after = archive.read("public/essays/u/index.html");
    assert!(!before.contains("<mark>") && after.contains("<mark>"), "a build notices the model: {after}");
    assert!(after.contains("Suggested: <a href=\"../../arguments/cost/\">Cost</a></p>"), "no stance: {after}");
    assert!(!after.contains("s-against"), "{after}");
}

#[test]
fn the_shipped_archive_is_tagged_well() {
    let archive = Archive::shipped();
    let measured = archive.run(["tag", "--evaluate", "--format", "json"]).json();
    let [model, keywords] = ["model", "keywords"].map(|of| measured[of]["macro_f1"].as_f64().expect("a number"));
    assert!(model > 0.8 && model > keywords + 0.1, "{measured}");
    for argument in measured["model"]["arguments"].as_object().expect("arguments").values() {
        assert!(argument["f1"].as_f64() > Some(0.75), "{measured}");
    }
    assert!(measured["model"]["stances_right"].as_f64() > Some(0.75), "{measured}");
}
