//! Small archives with what `check` finds in them.
//!
//! Each folder `tests/cases/NAME/` is an archive. Its `expected.txt` holds the findings, one
//! `severity CODE file:line:column message` a line, and is compared whole: an expectation that is left over fails
//! like a finding that nobody expected. `BLESS=1 cargo test --test cases` writes the files anew; read the difference.

mod common;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use casebook::diagnostic::Code;
use common::Archive;

const EXPECTED: &str = "expected.txt";

/// Codes that no folder in this repository can bring about, and why.
const NOT_IN_A_FOLDER: &[(Code, &str)] = &[
    (Code::FileName, "not every system can check such a name out; see `names_that_no_host_serves`"),
    (Code::Unreadable, "a repository keeps no permissions; see `what_cannot_be_read_is_reported`"),
];

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let entries = std::fs::read_dir(&folder).expect("the folder of cases");
    let mut cases: Vec<_> = entries.map(|entry| entry.expect("a case").path()).filter(|path| path.is_dir()).collect();
    cases.sort();
    cases
}

fn name(case: &Path) -> String {
    case.file_name().expect("a case has a name").to_string_lossy().into_owned()
}

#[test]
fn every_case_is_reported_as_expected() {
    let mut failures = Vec::new();
    for case in cases() {
        let found = common::check(&case);
        let errors = found.lines.iter().any(|line| line.starts_with("error "));
        assert_eq!(found.status, i32::from(errors), "{}", name(&case));
        assert!(found.without_help.is_empty(), "{}: no mend: {:#?}", name(&case), found.without_help);
        let actual: String = found.lines.iter().flat_map(|line| [line, "\n"]).collect();
        let path = case.join(EXPECTED);
        if std::env::var_os("BLESS").is_some() {
            common::write(&path, actual.as_bytes());
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

#[test]
fn the_archive_that_ships_has_no_errors() {
    let found = common::check(Path::new(env!("CARGO_MANIFEST_DIR")));
    assert_eq!(found.status, 0, "{:#?}", found.lines);
}

const ARGUMENT: &str = "+++\ntitle = \"Cost\"\n+++\nText.\n";

#[cfg(unix)]
#[test]
fn names_that_no_host_serves() {
    let archive = Archive::new(&[("content/arguments/cost.md", ARGUMENT)]);
    archive.write("content/essays/what?.md", "+++\ntitle = \"What\"\n+++\n");
    archive.write("content/essays/nul.md", "+++\ntitle = \"Nul\"\n+++\n");
    let found = archive.check();
    assert_eq!(
        found.lines,
        [
            "error E016 content/essays/nul.md:1:1 no host can serve this name: `nul` is a device on Windows",
            "error E016 content/essays/what?.md:1:1 no host can serve this name: it has the character '?'",
        ]
    );
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_not_utf8_are_left_out() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let archive = Archive::new(&[("content/arguments/cost.md", ARGUMENT)]);
    common::write(&archive.at("content/arguments").join(OsStr::from_bytes(b"\xff.md")), b"");
    let found = archive.check();
    assert_eq!(found.lines, ["warning W011 content/arguments/\u{fffd}.md:1:1 a name that is not UTF-8 is left out"]);
}

#[cfg(unix)]
#[test]
fn links_out_of_the_archive_are_refused() {
    let outside = Archive::new(&[("secret.md", "a secret")]);
    let archive = Archive::new(&[("content/arguments/cost.md", ARGUMENT)]);
    let link = |to: PathBuf, at: &str| std::os::unix::fs::symlink(to, archive.at(at)).expect("a link");
    link(outside.at("secret.md"), "content/arguments/secret.md");
    link(outside.path().to_owned(), "content/essays");
    // A loop ends where it meets itself.
    link(archive.at("content"), "content/again");
    let found = archive.check();
    assert_eq!(found.lines.iter().filter(|line| line.starts_with("error E015")).count(), 2, "{found:#?}");
    assert!(!format!("{found:?}").contains("a secret"));
}

#[cfg(unix)]
#[test]
fn what_cannot_be_read_is_reported() {
    use std::os::unix::fs::PermissionsExt;
    let archive = Archive::new(&[("content/arguments/cost.md", ARGUMENT)]);
    let file = archive.at("content/arguments/cost.md");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o000)).expect("permissions");
    // Whoever may read everything proves nothing here.
    if std::fs::read(&file).is_err() {
        let found = archive.check();
        assert_eq!(found.status, 1);
        assert!(found.has("E025"), "{found:#?}");
    }
}
