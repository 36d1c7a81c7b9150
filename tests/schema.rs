//! The schemas and the key reference that are kept in `docs/`: current, and of one mind with the reader.
//!
//! `BLESS=1 cargo test --test schema` writes them anew.

#![expect(clippy::disallowed_methods, reason = "a test reads and writes what is kept in docs/")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use common::Archive;
use serde_json::Value;

fn docs(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name)
}

fn schemas() -> BTreeMap<String, Value> {
    let run = Archive::bare().run(["schema", "--format", "json"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    serde_json::from_value(run.json()).expect("a schema by each name")
}

/// Compares a file of `docs/` with what the program prints.
fn current(name: &str, printed: &str) {
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(docs(name), printed).expect("docs can be written");
    }
    let kept = std::fs::read_to_string(docs(name)).unwrap_or_default().replace("\r\n", "\n");
    assert!(kept == printed, "docs/{name} is not current: BLESS=1 writes it anew");
}

#[test]
fn what_is_kept_is_current() {
    let bare = Archive::bare();
    let mut names = BTreeSet::new();
    for name in schemas().keys() {
        let run = bare.run(["schema", name]);
        assert_eq!(run.status, 0, "{}", run.stderr);
        let file = format!("{}.json", name.trim_end_matches(".toml"));
        current(&format!("schema/{file}"), &run.stdout);
        names.insert(file);
    }
    let kept = std::fs::read_dir(docs("schema")).expect("docs/schema");
    let kept: BTreeSet<_> =
        kept.map(|entry| entry.expect("a file").file_name().into_string().expect("UTF-8")).collect();
    assert_eq!(kept, names, "no schema is left over");
    current("keys.md", &bare.run(["schema", "--reference"]).stdout);
}

#[test]
fn a_name_without_a_schema_is_refused() {
    let run = Archive::bare().run(["schema", "esay"]);
    assert_eq!(run.status, 1);
    assert!(run.stderr.contains("did you mean `essay`?"), "{}", run.stderr);
}

/// Where a file of the kind lies.
fn path(kind: &str) -> String {
    if kind == "casebook.toml" { kind.to_owned() } else { format!("content/{kind}s/probe.md") }
}

fn front(kind: &str, keys: &str) -> String {
    if kind == "casebook.toml" { keys.to_owned() } else { format!("+++\n{keys}+++\n") }
}

#[test]
fn the_reader_knows_the_keys_of_the_schema_and_no_others() {
    let schemas = schemas();
    let keys =
        |schema: &Value| schema["properties"].as_object().expect("keys").keys().cloned().collect::<BTreeSet<_>>();
    let all: BTreeSet<String> = schemas.values().flat_map(&keys).chain(["unheard_of".to_owned()]).collect();
    for (kind, schema) in &schemas {
        let archive = Archive::new();
        let written: String = all.iter().map(|key| format!("{key} = {{ probe = 1979-05-27T07:32:00Z }}\n")).collect();
        archive.put(&path(kind), front(kind, &written));
        let unknown: BTreeSet<_> = archive.findings().iter().filter_map(|line| unknown_key(line)).collect();
        let expected: BTreeSet<_> = all.difference(&keys(schema)).cloned().collect();
        assert_eq!(unknown, expected, "{kind}");
    }
}

fn unknown_key(line: &str) -> Option<String> {
    let (_, key) = line.strip_prefix("E002 ")?.split_once(" has no key `")?;
    // The tables in the probe have keys of their own.
    (key != "probe`" && !line.contains("[sides]") && !line.contains("[limits]"))
        .then(|| key.trim_end_matches('`').to_owned())
}

#[test]
fn the_reader_needs_the_keys_that_the_schema_needs() {
    for (kind, schema) in schemas() {
        let archive = Archive::new();
        archive.put(&path(&kind), front(&kind, ""));
        let file = path(&kind);
        let missing: BTreeSet<String> = archive
            .findings()
            .iter()
            .filter(|line| line.starts_with("E004 ") && line.contains(&file))
            .filter_map(|line| Some(line.split_once(" needs `")?.1.trim_end_matches('`').to_owned()))
            .collect();
        let required: BTreeSet<String> = schema["required"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|key| key.as_str().expect("a key").to_owned())
            .collect();
        assert_eq!(missing, required, "{kind}");
    }
}

/// TOML as JSON, with dates as strings.
fn json(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(value) => value.into(),
        toml::Value::Datetime(date) => Value::String(date.to_string()),
        toml::Value::Array(items) => items.into_iter().map(json).collect(),
        toml::Value::Table(table) => table.into_iter().map(|(key, value)| (key, json(value))).collect(),
    }
}

#[test]
fn the_archive_that_ships_is_valid_by_its_schemas() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let valid: BTreeMap<_, _> = schemas()
        .into_iter()
        .map(|(name, schema)| (name, jsonschema::validator_for(&schema).expect("a valid schema")))
        .collect();
    let check = |kind: &str, text: &str, what: &Path| {
        let value = json(toml::Value::Table(toml::from_str(text).expect("TOML")));
        let wrong: Vec<_> = valid[kind].iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{}: {wrong:?}", what.display());
    };
    check("casebook.toml", &std::fs::read_to_string(root.join("casebook.toml")).expect("settings"), root);
    let mut checked = 0;
    for kind in ["argument", "source", "essay", "quote", "sample", "page"] {
        let mut folders = vec![root.join(format!("content/{kind}s"))];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder of content") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "md") {
                    let text = std::fs::read_to_string(&path).expect("a text").replace("\r\n", "\n");
                    let front = text.strip_prefix("+++\n").and_then(|rest| rest.split_once("\n+++"));
                    check(kind, front.expect("front matter in TOML").0, &path);
                    checked += 1;
                }
            }
        }
    }
    assert!(checked > 40, "only {checked} files were checked");
    let wrong = serde_json::json!({ "title": "x", "form": "poem", "autors": [] });
    assert_eq!(valid["essay"].iter_errors(&wrong).count(), 2);
}
