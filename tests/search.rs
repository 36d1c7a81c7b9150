//! `casebook search`, and the index that the browser gets.

mod common;
#[path = "../benches/corpus/mod.rs"]
mod corpus;

use std::collections::BTreeSet;

use common::{Archive, text_of, tree};
use serde_json::Value;

fn ids(found: &Value) -> Vec<&str> {
    let hits = found["hits"].as_array().expect("a list of hits");
    hits.iter().map(|hit| hit["id"].as_str().expect("an id")).collect()
}

#[test]
fn search_answers_in_both_formats() {
    let archive = Archive::shipped();
    let hits = archive.run(["search", "blocking call", "kind:sample", "--format", "json"]).json();
    assert_eq!(hits["hits"][0]["id"], "samples/blocking-call");
    assert_eq!(hits["hits"][0]["url"], "/samples/blocking-call/");
    assert_eq!(hits["hits"][0]["arguments"]["complexity"], "mixed");
    assert!(hits["hits"][0]["snippet"].as_str().unwrap().contains("<mark>"));
    assert_eq!(hits["facets"]["kind"]["sample"], hits["total"]);
    let none = archive.run(["search", "qqqqq"]);
    assert_eq!((none.status, none.stdout.trim()), (0, "no match"));
    let bad = archive.run(["search", "sorce:x"]);
    assert!(
        bad.status == 2 && bad.stderr.contains("^^^^^^^") && bad.stderr.contains("did you mean source?"),
        "{}",
        bad.stderr
    );
    let excluded = archive.run(["search", "asyncio", "-threads", "--format", "json"]).json();
    assert!(
        excluded["total"].as_u64() < archive.run(["search", "asyncio", "--format", "json"]).json()["total"].as_u64()
    );
    // A stale index is noticed, and brought up to date.
    archive.essay("fresh", "zebrafish");
    assert_eq!(archive.run(["search", "zebrafish", "--no-refresh"]).status, 1);
    assert_eq!(archive.run(["search", "zebrafish", "--format", "json"]).json()["total"], 1);
    // So is one that is broken.
    archive.put("index/tantivy/meta.json", "{");
    assert_eq!(archive.run(["search", "zebrafish", "--format", "json"]).json()["total"], 1);
    for odd in ["", " ", "\"", "-", "*", "a AND (b", "\u{202e}", "🦀", "kind:", "year:9..1"] {
        assert!([0, 2].contains(&archive.run(["search", odd]).status), "{odd}");
    }
}

fn found(archive: &Archive, arguments: &[&str]) -> Value {
    archive.run([&["search", "--format", "json"], arguments].concat()).json()
}

#[test]
fn words_are_found_in_other_spellings() {
    let archive = Archive::new();
    archive.essay("pools", "Threads wait in a pool. ThreadPoolExecutor runs them.");
    archive.essay("cafés", "Ein Café in der Straße, und C++ und C# dazu.");
    archive.essay("languages", "日本語の本 — мир — سلام");
    for (query, id) in [
        ("thread", "essays/pools"),
        ("thread pool executor", "essays/pools"),
        ("threadpoolexecutor", "essays/pools"),
        ("STRASSE cafe", "essays/cafés"),
        ("C++ -C", "essays/cafés"),
        ("日本", "essays/languages"),
        ("本", "essays/languages"),
        ("МИР", "essays/languages"),
        ("سَلام", "essays/languages"),
        ("“ein café”", "essays/cafés"),
    ] {
        assert_eq!(ids(&found(&archive, &[query])), [id], "{query}");
    }
    for nothing in ["本日", "\"pool in\"", "thread -pool", "C++ -cafe", "!!"] {
        assert_eq!(found(&archive, &[nothing])["total"], 0, "{nothing}");
    }
}

#[test]
fn what_is_half_typed_or_mistyped_is_found() {
    let archive = Archive::new();
    archive.essay("pools", "Threads wait in a pool.").essay("loops", "An event loop.");
    assert_eq!(found(&archive, &["poo"])["total"], 0);
    assert_eq!(ids(&found(&archive, &["wait poo", "--as-you-type"])), ["essays/pools"]);
    // A space says that the word has an end.
    assert_eq!(found(&archive, &["wait poo ", "--as-you-type"])["relaxed"], true);
    let mistyped = found(&archive, &["thraeds"]);
    assert_eq!((ids(&mistyped), &mistyped["corrected"][0]["to"][0]), (vec!["essays/pools"], &"threads".into()));
    let said = archive.run(["search", "thraeds"]).stdout;
    assert!(said.contains("nothing has `thraeds`: taken for threads"), "{said}");
    let none = archive.run(["search", "lop kind:esay"]).stdout;
    assert!(none.contains("no match") && none.contains("did you mean: loop kind:essay"), "{none}");
    let some = found(&archive, &["pool loop"]);
    assert_eq!((&some["relaxed"], ids(&some)), (&true.into(), vec!["essays/loops", "essays/pools"]));
}

#[test]
fn scores_are_explained_and_hits_can_be_sorted() {
    let archive = Archive::new();
    for (slug, date) in [("new", "date = 2020-05-01"), ("old", "date = \"1999\""), ("undated", "")] {
        archive.put(
            &format!("content/essays/{slug}.md"),
            format!("+++\ntitle = \"Pools\"\narguments = []\n{date}\n+++\nA pool of threads, and a pool.\n"),
        );
    }
    let sorted = found(&archive, &["pool", "--sort", "date"]);
    assert_eq!(ids(&sorted), ["essays/new", "essays/old", "essays/undated"]);
    let second = found(&archive, &["pool", "--offset", "1", "--limit", "1"]);
    assert_eq!((ids(&second), &second["total"]), (vec!["essays/old"], &3.into()));
    let explained = found(&archive, &["pool threads", "--explain"]);
    for hit in explained["hits"].as_array().unwrap() {
        let sum = |parts: &Value| parts.as_array().unwrap().iter().map(|part| part["score"].as_f64().unwrap()).sum();
        let total: f64 = sum(&hit["explanation"]);
        assert!((total - hit["score"].as_f64().unwrap()).abs() < 1e-9, "{hit}");
        for part in hit["explanation"].as_array().unwrap() {
            let fields: f64 = sum(&part["fields"]);
            assert!(
                (fields * part["weight"].as_f64().unwrap() - part["score"].as_f64().unwrap()).abs() < 1e-9,
                "{part}"
            );
        }
    }
    let told = archive.run(["search", "pool", "--explain"]).stdout;
    assert!(told.contains("pool as `pool`: title ") && told.contains("is the sum of these"), "{told}");
}

#[test]
fn each_line_of_standard_input_is_answered() {
    let archive = Archive::new();
    archive.essay("pools", "Threads wait in a pool.");
    let run = archive.run_with(["search", "--stdin"], "pool\n\n\"pool\nsorce:x\n");
    let answers: Vec<Value> = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((run.status, answers.len()), (0, 4), "{}", run.stderr);
    assert_eq!((&answers[0]["total"], &answers[1]["total"]), (&1.into(), &0.into()));
    assert_eq!((&answers[2]["error"]["start"], &answers[2]["error"]["end"]), (&0.into(), &5.into()));
    assert_eq!(answers[3]["error"]["help"], "did you mean source?");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test damages what it likes")]
fn an_index_that_is_damaged_is_made_anew() {
    let archive = Archive::new();
    archive.essay("pools", "Threads wait in a pool.");
    let whole = found(&archive, &["pool"]);
    let files: Vec<String> = tree(&archive.path("index")).into_keys().filter(|name| !name.contains(".lock")).collect();
    assert!(files.len() > 5, "{files:?}");
    for name in files {
        for damage in 0..4 {
            let path = archive.path(&format!("index/{name}"));
            if let Ok(mut bytes) = std::fs::read(&path) {
                match damage {
                    0 => bytes.clear(),
                    1 => bytes.truncate(bytes.len() / 2),
                    2 => bytes.iter_mut().skip(2).step_by(3).for_each(|byte| *byte ^= 0x55),
                    _ => bytes = b"{}".to_vec(),
                }
                std::fs::write(&path, bytes).unwrap();
            }
            assert_eq!(found(&archive, &["pool"]), whole, "{name} {damage}");
        }
    }
    std::fs::remove_dir_all(archive.path("index")).unwrap();
    assert_eq!(archive.run(["search", "pool", "--no-refresh"]).status, 1);
    assert_eq!(found(&archive, &["pool"]), whole);
}

#[test]
fn an_edit_touches_few_shards() {
    let archive = Archive::bare();
    corpus::write(archive.root(), 150);
    let shards = || -> BTreeSet<(String, Vec<u8>)> {
        archive.build();
        tree(&archive.path("public/search")).into_iter().collect()
    };
    let before = shards();
    let essay = tree(&archive.path("content/essays")).into_keys().find(|name| name.contains(".md")).unwrap();
    let path = format!("content/essays/{essay}");
    archive.put(&path, format!("{}\nzebrafish\n", archive.read(&path)));
    let after = shards();
    let changed: Vec<&str> = after.difference(&before).map(|(path, _)| path.as_str()).collect();
    // The root, the shards of the word and of the form, and the documents of one group.
    let of = |folder: &str| changed.iter().filter(|path| path.starts_with(folder)).count();
    assert!((1..=3).contains(&of("t/")) && of("p/") <= 3 && of("f/") == 1 && of("root.js") == 1, "{changed:?}");
    assert!(of("d/") > 0 && of("d/") < 40, "{changed:?}");
    let holds = |path: &str, bytes: &[u8]| text_of(&format!("search/{path}"), bytes).contains("zebrafish");
    assert!(after.iter().any(|(path, bytes)| path.starts_with("d/") && holds(path, bytes)));
}
