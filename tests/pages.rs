//! The pages in `docs/diagnostics/`: each has the parts that `check --explain` promises, its example brings the finding
//! about, and its mend takes it away.

#![expect(clippy::disallowed_methods, reason = "a test reads what is kept in docs/ and takes files away")]

mod common;

use std::path::Path;

use casebook::diagnostic::Code;
use common::Archive;
use serde_json::Value;

/// Codes whose example is no text that a page could show, and why.
const NOT_SHOWN: &[(Code, &str)] = &[
    (Code::NotUtf8, "a page is UTF-8"),
    (Code::FileName, "not every system can have such a name"),
    (Code::NoArchive, "the archive itself is what is missing"),
    (Code::Unreadable, "a text says nothing of permissions"),
];

/// The part of a page below a heading.
fn section<'a>(page: &'a str, heading: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!("\n## {heading}\n")).unwrap_or_else(|| panic!("no {heading}: {page}"));
    rest.split("\n## ").next().unwrap_or(rest)
}

/// The files that a part shows, each below its path; and those that it says to remove, as `None`.
fn files(part: &str) -> Vec<(String, Option<String>)> {
    let mut files = Vec::new();
    let mut lines = part.lines().peekable();
    while let Some(line) = lines.next() {
        if let Some(path) = line.strip_prefix("Remove `").and_then(|rest| rest.strip_suffix("`.")) {
            files.push((path.to_owned(), None));
        }
        let Some(path) = line.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')) else { continue };
        while lines.peek().is_some_and(|line| line.is_empty()) {
            lines.next();
        }
        let Some(open) = lines.next_if(|line| line.starts_with("```")) else { continue };
        let fence = &open[..open.len() - open.trim_start_matches('`').len()];
        let text: String = lines.by_ref().take_while(|line| *line != fence).flat_map(|line| [line, "\n"]).collect();
        files.push((path.to_owned(), Some(text)));
    }
    files
}

/// The codes that `check` finds, with their severity.
fn found(archive: &Archive) -> Vec<(String, String)> {
    let report = archive.run(["check", "--format", "json"]).json();
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    report["diagnostics"].as_array().expect("findings").iter().map(|f| (text(f, "code"), text(f, "severity"))).collect()
}

#[test]
fn every_code_has_a_page_with_its_parts() {
    for code in Code::ALL {
        let page = code.page();
        assert!(page.starts_with(&format!("# {}: {}\n\n", code.as_str(), code.summary())), "{code:?}");
        for heading in ["Why", "Example", "Mend"] {
            assert!(section(page, heading).trim().len() > 40, "{code:?} says too little under {heading}");
        }
        let run = Archive::bare().run(["check", "--explain", &code.as_str().to_lowercase()]);
        assert_eq!((run.status, run.stdout.trim()), (0, page.trim()));
    }
    let kept = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/diagnostics")).expect("the pages");
    assert_eq!(kept.count(), Code::ALL.len(), "a page of a code that is gone");
}

#[test]
fn the_examples_are_found_and_the_mends_mend() {
    for code in Code::ALL {
        let (example, mend) = (files(section(code.page(), "Example")), files(section(code.page(), "Mend")));
        let exempt = NOT_SHOWN.iter().any(|(exempt, _)| exempt == code);
        assert_eq!(example.is_empty(), exempt, "{code:?}: an example, or a reason why there is none");
        if exempt {
            continue;
        }
        let archive = Archive::new();
        let apply = |files: Vec<(String, Option<String>)>| {
            for (path, text) in files {
                match text {
                    Some(text) => drop(archive.put(&path, text)),
                    None => std::fs::remove_file(archive.path(&path)).unwrap_or_else(|error| panic!("{path}: {error}")),
                }
            }
        };
        apply(example);
        let before = found(&archive);
        assert!(before.iter().any(|(found, _)| found == code.as_str()), "{code:?} is not found: {before:?}");
        let others: Vec<_> =
            before.iter().filter(|(found, severity)| severity == "error" && found != code.as_str()).collect();
        assert!(others.is_empty(), "the example of {code:?} has other errors: {others:?}");
        apply(mend);
        let after = found(&archive);
        let left = after.iter().any(|(found, severity)| found == code.as_str() || severity == "error");
        assert!(!left, "the mend of {code:?} leaves {after:?}");
    }
}

#[test]
fn an_unknown_code_is_wrong_usage() {
    let run = Archive::bare().run(["check", "--explain", "E099"]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("there is no finding `E099`") && run.stderr.contains("did you mean"), "{}", run.stderr);
}
