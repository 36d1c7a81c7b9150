//! Small archives with what `check` finds in them.
//!
//! Each folder `tests/cases/NAME/` is an archive. Its `expected.txt` holds the findings, one
//! `severity CODE file:line:column message` a line, and is compared whole: an expectation that is left over fails
//! like a finding that nobody expected. `BLESS=1 cargo test --test cases` writes the files anew; read the difference.

#![expect(clippy::disallowed_methods, reason = "a test runs the program")]

mod common;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use casebook::diagnostic::Code;
use common::{Archive, cases};
use serde_json::Value;

const EXPECTED: &str = "expected.txt";

/// Codes that no folder in this repository can bring about, and why.
const NOT_IN_A_FOLDER: &[(Code, &str)] = &[
    (Code::FileName, "not every system can check such a name out; see `names_that_no_host_serves`"),
    (Code::Unreadable, "a repository keeps no permissions; see `what_cannot_be_read_is_reported`"),
];

fn name(case: &Path) -> String {
    case.file_name().expect("a case has a name").to_string_lossy().into_owned()
}

/// What `check` finds in `folder`, a line each, and how the run ended. Every finding has its place and its mend.
#[track_caller]
fn check(folder: &Path) -> (Vec<String>, Option<i32>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_casebook"));
    let output = command.args(["check", "--format", "json"]).current_dir(folder).output().expect("the binary runs");
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{}: {error}: {output:?}", folder.display()));
    let line = |finding: &Value| {
        let text = |key: &str| finding[key].as_str().unwrap_or_else(|| panic!("no {key} in {finding}")).to_owned();
        let (line, column) = (&finding["line"], &finding["column"]);
        assert!(line.as_u64() >= Some(1) && column.as_u64() >= Some(1), "{finding}");
        assert!(!text("help").is_empty(), "{finding}");
        let (severity, code, file, message) = (text("severity"), text("code"), text("file"), text("message"));
        format!("{severity} {code} {file}:{line}:{column} {}", message.replace('\n', "\\n"))
    };
    let found = report["diagnostics"].as_array().expect("a list of findings");
    (found.iter().map(line).collect(), output.status.code())
}

#[test]
fn every_case_is_reported_as_expected() {
    let mut failures = Vec::new();
    for case in cases() {
        let (found, status) = check(&case);
        let errors = found.iter().any(|line| line.starts_with("error "));
        assert_eq!(status, Some(i32::from(errors)), "{}", name(&case));
        let actual: String = found.iter().flat_map(|line| [line, "\n"]).collect();
        let path = case.join(EXPECTED);
        if std::env::var_os("BLESS").is_some() {
            #[expect(clippy::disallowed_methods, reason = "an expectation is written where it is kept")]
            std::fs::write(&path, &actual).expect("an expectation can be written");
            continue;
        }
        let expected = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
        if actual != expected {
            failures.push(format!("{}:\n{}", name(&case), difference(&expected, &actual)));
        }
    }
    assert!(failures.is_empty(), "{}\nBLESS=1 writes what is found now\n", failures.join("\n"));
}

/// Lines that are on one side only.
fn difference(expected: &str, actual: &str) -> String {
    let only = |sign: &str, a: &str, b: &str| {
        let theirs: Vec<_> = b.lines().collect();
        let lines = a.lines().filter(|line| !theirs.contains(line));
        lines.flat_map(|line| ["  ", sign, " ", line, "\n"]).collect::<String>()
    };
    let found = only("expected:  ", expected, actual) + &only("unexpected:", actual, expected);
    if found.is_empty() { "  the same findings, in another order or number\n".to_owned() } else { found }
}

#[test]
fn every_code_has_a_case() {
    let mut met = BTreeSet::new();
    for case in cases() {
        let expected = std::fs::read_to_string(case.join(EXPECTED)).unwrap_or_default();
        met.extend(expected.lines().filter_map(|line| Some(line.split(' ').nth(1)?.to_owned())));
    }
    let exempt = |code: &Code| NOT_IN_A_FOLDER.iter().any(|(exempt, _)| exempt == code);
    let missing: Vec<_> = Code::ALL.iter().filter(|code| !met.contains(code.as_str()) && !exempt(code)).collect();
    assert!(missing.is_empty(), "no case has {missing:?}");
    let needless: Vec<_> = NOT_IN_A_FOLDER.iter().filter(|(code, _)| met.contains(code.as_str())).collect();
    assert!(needless.is_empty(), "a case has them after all: {needless:?}");
}

#[cfg(unix)]
#[test]
fn names_that_no_host_serves() {
    let archive = Archive::new();
    for name in ["what?", "nul"] {
        archive.put(&format!("content/essays/{name}.md"), "+++\ntitle = \"Odd\"\n+++\n");
    }
    assert_eq!(
        archive.findings(),
        [
            "E016 content/essays/nul.md:1:1 no host can serve this name: `nul` is a device on Windows",
            "E016 content/essays/what?.md:1:1 no host can serve this name: it has the character '?'",
        ]
    );
}

#[cfg(unix)]
#[test]
fn what_cannot_be_read_is_reported() {
    use std::os::unix::fs::PermissionsExt;
    let archive = Archive::new();
    let file = archive.path("content/arguments/cost.md");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o000)).expect("permissions can be taken away");
    // Whoever may read everything proves nothing here.
    if std::fs::read(&file).is_err() {
        let found = archive.findings();
        assert!(found.iter().any(|line| line.starts_with("E025")), "{found:?}");
    }
}
