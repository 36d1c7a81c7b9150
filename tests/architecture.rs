//! Holds the direction of imports: a module uses only those that `lib.rs` lists above it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Modules of one rank don't see each other, nor those of a later rank.
const RANKS: &[&[&str]] = &[
    &["span", "date", "escape", "language"],
    &["diagnostic"],
    &["value", "schema"],
    &["fields"],
    &["config", "fs", "math", "syntax", "parsers"],
    &["watch", "cache"],
    &["read"],
    &["model"],
    &["check", "tag"],
    &["index"],
    &["render"],
    &["publish"],
    &["pipeline"],
    &["live"],
    &["serve", "ingest", "init"],
    &["cli"],
];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The top-level module that a file belongs to.
fn module(path: &Path) -> String {
    let inside = path.strip_prefix(source()).expect("a file of src");
    let first = inside.components().next().expect("a path has a first part").as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("src can be read") {
        let path = entry.expect("an entry can be read").path();
        if path.is_dir() {
            files(&path, out);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            out.push(path);
        }
    }
}

/// The modules that a text names after `crate::`, alone or in braces.
fn named(text: &str) -> Vec<(usize, String)> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut found = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        let line = text[..at].lines().count().max(1);
        let rest = &text[at + "crate::".len()..];
        if let Some(list) = rest.strip_prefix('{') {
            let list = list.split("};").next().unwrap_or_default();
            let mut depth = 0;
            let mut start = true;
            for (at, c) in list.char_indices() {
                if depth == 0 && start && c.is_alphabetic() {
                    found.push((line, word(&list[at..])));
                    start = false;
                }
                match c {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    ',' if depth == 0 => start = true,
                    _ => {}
                }
            }
        } else {
            found.push((line, word(rest)));
        }
    }
    found
}

#[test]
fn modules_use_only_what_stands_above_them() {
    let rank: BTreeMap<&str, usize> =
        RANKS.iter().enumerate().flat_map(|(rank, names)| names.iter().map(move |name| (*name, rank))).collect();
    let mut all = Vec::new();
    files(&source(), &mut all);
    let mut wrong = Vec::new();
    for path in all {
        let from = module(&path);
        if from == "lib" || from == "main" {
            continue;
        }
        let Some(&own) = rank.get(from.as_str()) else {
            wrong.push(format!("src/{from} has no rank: add it to this test and to lib.rs"));
            continue;
        };
        let text = std::fs::read_to_string(&path).expect("a source file can be read");
        // Docs may link to what comes later; code may not use it.
        let code = |line: &str| if line.trim_start().starts_with("//") { String::new() } else { line.to_owned() };
        let text = text.lines().map(code).collect::<Vec<_>>().join("\n");
        for (line, to) in named(&text) {
            // `choice!` is exported at the root; it belongs to `fields`.
            let to = if to == "choice" { "fields".to_owned() } else { to };
            match rank.get(to.as_str()) {
                Some(&other) if to == from || other < own => {}
                Some(_) => wrong.push(format!("{}:{line}: `{from}` must not use `{to}`", path.display())),
                None => wrong.push(format!("{}:{line}: `{to}` is no module", path.display())),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn lib_lists_the_modules_in_that_order() {
    let text = std::fs::read_to_string(source().join("lib.rs")).expect("lib.rs can be read");
    let listed: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let rank = |name: &str| RANKS.iter().position(|names| names.contains(&name));
    let ranks: Vec<_> =
        listed.iter().map(|name| rank(name).unwrap_or_else(|| panic!("`{name}` has no rank"))).collect();
    assert!(ranks.is_sorted(), "{listed:?}");
    assert_eq!(listed.len(), RANKS.iter().map(|names| names.len()).sum::<usize>());
}

#[test]
fn the_reader_of_paths_reads_them() {
    let text = "use crate::a::B;\nuse crate::{c, d::{E, f}, g};\nlet x = crate::h::i();";
    let names: Vec<_> = named(text).into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["a", "c", "d", "g", "h"]);
}
