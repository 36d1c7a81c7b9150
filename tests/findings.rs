//! How findings are told, and how they are mended: the printers, `--fix`, `--deny`, `--watch` and what editors read.

#![expect(clippy::disallowed_methods, reason = "a test runs programs, and reads and writes where it likes")]

mod common;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use common::{Archive, cases, tree};
use regex::Regex;
use serde_json::Value;

/// An archive with each sort of mistake that a program can mend, and some that it can't.
fn broken() -> Archive {
    let archive = Archive::new();
    archive.put(
        "content/essays/toml.md",
        "\u{feff}+++\r\ntitel = \"T\" # the title\r\n\r\n[arguments]   # what it argues\r\ncost = \"againts\"\r\n\
         tags = \"x\"  # one tag\r\ndate = 2016/6/4\r\ndraft = \"no\"\r\n[claims]\r\ndear = \"suports\"\r\n\
         aliases = [\r\n  \"old/\", # the first address\r\n]\r\n+++\r\n\r\nText  \r\nwith a [link](gone.md).\r\n",
    );
    archive.put(
        "content/quotes/yaml.md",
        "---\n# who\nspeeker: Somebody   # said it\nsource: book\nlocator: 4\ndate: 2016\nform: 'paraphrse'\nbasis: \"experence\"\n\
         tags: [ a,  7 ]\narguments: {cost: fro}\n---\nWords.\n",
    );
    archive.put(
        "content/essays/with a blank.md",
        "+++\ntitel = \"B\"\narguments = []\n+++\n\u{1b}[1m\u{7f} lone\rreturn\n",
    );
    archive.put("content/sources/odd.md", "+++\ntitle = 1984\nkind = book\ndate = 1949\nrights = public domain\n+++\n");
    archive
}

#[test]
fn fixes_change_what_they_name_and_nothing_else() {
    let archive = broken();
    let run = archive.run(["check", "--fix", "--format", "json"]);
    let toml = archive.read("content/essays/toml.md");
    assert_eq!(
        toml,
        "\u{feff}+++\r\ntitle = \"T\" # the title\r\ntags = [\"x\"]  # one tag\r\ndraft = false\r\n\
         aliases = [\r\n  \"/old/\", # the first address\r\n]\r\ndate = \"2016-06-04\"\r\n\r\n\
         [arguments]   # what it argues\r\ncost = \"against\"\r\n[claims]\r\ndear = \"supports\"\r\n+++\r\n\r\n\
         Text  \r\nwith a [link](gone.md).\r\n"
    );
    let yaml = archive.read("content/quotes/yaml.md");
    assert_eq!(
        yaml,
        "---\n# who\nspeaker: Somebody   # said it\nsource: book\nlocator: \"4\"\ndate: \"2016\"\nform: 'paraphrase'\n\
         basis: \"experience\"\ntags: [ a,  \"7\" ]\narguments: {cost: for}\n---\nWords.\n"
    );
    assert_eq!(
        archive.read("content/sources/odd.md"),
        "+++\ntitle = \"1984\"\nkind = \"book\"\ndate = \"1949\"\nrights = \"public domain\"\n+++\n"
    );
    // The link is left to its author, and said to be.
    assert_eq!(run.status, 1);
    let left = run.json();
    let codes: Vec<_> = left["diagnostics"].as_array().expect("findings").iter().map(|f| f["code"].clone()).collect();
    assert!(codes.contains(&"E007".into()) && left["errors"] == 1, "{left}");
    assert!(run.stderr.contains("Mended 24 findings in 4 files"), "{}", run.stderr);
    // There is nothing left to do.
    let before = tree(archive.root());
    let again = archive.run(["check", "--fix"]);
    assert!(tree(archive.root()) == before && again.stderr.is_empty(), "{}", again.stderr);
}

#[test]
fn yaml_is_mended_only_where_nothing_else_can_break() {
    let archive = Archive::new();
    let front = |lines: &str| format!("---\ntitle: X\narguments: []\n{lines}---\nText.\n");
    // With comments, blanks and quotation marks as Obsidian, Hugo and Jekyll write them.
    archive.put(
        "content/essays/mended.md",
        front("basis: \"measure\" # keep me\ndraft: 'yes' # why\nauthors: \"me\"  # one\ndate: \"2016/1/2\"   \n\"updated\": 2017\ntags:\n  - 7 # a number\n"),
    );
    archive.put("content/essays/flow.md", "---\ntitle: Y\narguments: {cost: \"foor\", # c\n  }\n---\nText.\n");
    let odd = [
        "form: !x digesst\n",
        "tags: !foo bar\n",
        "date: !!int 2016\n",
        "form: >-\n  diggest\nbasis: measured\n",
        "form: |\n  diggest\n",
        "date: &d 2016\nadded: *d\n",
        "form: &f digesst\n",
        "aliases:\n  - >-\n    old/\n",
        "form:\n  digesst\n",
    ];
    for (at, lines) in odd.iter().enumerate() {
        archive.put(&format!("content/essays/odd{at}.md"), front(lines));
    }
    let run = archive.run(["check", "--fix", "--format", "json"]);
    assert_eq!(
        archive.read("content/essays/mended.md"),
        front(
            "basis: \"measured\" # keep me\ndraft: true # why\nauthors: [\"me\"]  # one\ndate: \"2016-01-02\"   \n\"updated\": \"2017\"\ntags:\n  - \"7\" # a number\n"
        ),
    );
    assert_eq!(
        archive.read("content/essays/flow.md"),
        "---\ntitle: Y\narguments: {cost: \"for\", # c\n  }\n---\nText.\n"
    );
    for (at, lines) in odd.iter().enumerate() {
        assert_eq!(archive.read(&format!("content/essays/odd{at}.md")), front(lines));
    }
    assert!(!run.stdout.contains("E001"), "{}", run.stdout);
}

#[test]
fn dotted_keys_below_a_table_move_with_all_their_lines() {
    let archive = Archive::new();
    archive.put(
        "content/essays/a.md",
        "+++\ntitle = \"X\"\n[arguments]\ncost = \"for\"\nclaims.dear = \"supports\"\nclaims.cheap.stance = \"disputes\"\n+++\nText.\n",
    );
    archive.put(
        "content/essays/b.md",
        "+++\ntitle = \"Y\"\n[claims]\ndear = \"supports\"\narguments.cost = \"for\"\n+++\nText.\n",
    );
    assert_eq!(archive.run(["check", "--fix"]).status, 0);
    assert_eq!(
        archive.read("content/essays/a.md"),
        "+++\ntitle = \"X\"\nclaims.dear = \"supports\"\nclaims.cheap.stance = \"disputes\"\n[arguments]\ncost = \"for\"\n+++\nText.\n"
    );
    assert_eq!(
        archive.read("content/essays/b.md"),
        "+++\ntitle = \"Y\"\narguments.cost = \"for\"\n[claims]\ndear = \"supports\"\n+++\nText.\n"
    );
}

#[test]
fn quiet_prints_errors_only() {
    let archive = Archive::new();
    archive.essay("math", "$\\frac$");
    assert_eq!(archive.run(["check", "--quiet"]).stdout, "");
    archive.essay("link", "[x](gone.md)");
    let run = archive.run(["check", "-q"]);
    assert!(
        run.status == 1 && run.stdout.starts_with("error[E007]") && !run.stdout.contains("warning"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_dry_run_prints_a_patch_that_does_the_same_and_writes_nothing() {
    let (archive, patched) = (broken(), broken());
    let before = tree(archive.root());
    let run = archive.run(["check", "--fix", "--dry-run"]);
    assert!(tree(archive.root()) == before, "nothing is written");
    assert!(run.stderr.contains("Would mend 24 findings in 4 files"), "{}", run.stderr);
    archive.run(["check", "--fix"]);
    let apply = |program: &str, arguments: &[&str], root: &Path| {
        let mut command = Command::new(program);
        let mut child = command.current_dir(root).args(arguments).stdin(Stdio::piped()).spawn().expect("it is there");
        std::io::Write::write_all(&mut child.stdin.take().expect("piped"), run.stdout.as_bytes()).expect("it reads");
        assert!(child.wait().expect("it ends").success(), "{program}: {}", run.stdout);
    };
    apply("git", &["apply", "-"], patched.root());
    for file in
        ["content/essays/toml.md", "content/quotes/yaml.md", "content/sources/odd.md", "content/essays/with a blank.md"]
    {
        assert_eq!(archive.read(file), patched.read(file), "{file}");
    }
    assert_eq!(archive.run(["check", "--dry-run"]).status, 2, "a dry run of nothing is wrong usage");
}

#[cfg(unix)]
#[test]
fn a_mended_file_keeps_its_permissions_and_links() {
    use std::os::unix::fs::PermissionsExt;
    let archive = Archive::new();
    archive.put("content/essays/.real", "+++\ntitel = \"T\"\narguments = []\n+++\n");
    std::fs::set_permissions(archive.path("content/essays/.real"), std::fs::Permissions::from_mode(0o640))
        .expect("chmod");
    std::os::unix::fs::symlink(".real", archive.path("content/essays/link.md")).expect("a link");
    assert_eq!(archive.run(["check", "--fix"]).status, 0);
    assert!(archive.path("content/essays/link.md").is_symlink());
    assert!(archive.read("content/essays/.real").contains("title = \"T\""));
    let mode = std::fs::metadata(archive.path("content/essays/.real")).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[test]
fn what_may_be_meant_otherwise_is_offered_and_not_made() {
    let archive = Archive::new();
    archive.put(
        "content/samples/s/index.md",
        "+++\ntitle = \"S\"\narguments = []\n[[variants]]\nname = \"v\"\nfile = \"v.py\"\nlanguage = \"pyton\"\n+++\n",
    );
    archive.put("content/samples/s/v.py", "x = 1\n");
    let before = tree(archive.root());
    let report = archive.run(["check", "--fix", "--format", "json"]).json();
    let finding =
        report["diagnostics"].as_array().expect("findings").iter().find(|f| f["code"] == "W004").expect("W004");
    let edit = serde_json::json!({
        "file": "content/samples/s/index.md", "line": 7, "column": 13, "end_line": 7, "end_column": 18, "text": "python"
    });
    assert_eq!(finding["fix"], serde_json::json!({ "safe": false, "edits": [edit] }));
    assert!(tree(archive.root()) == before);
}

#[test]
fn a_flood_is_folded_for_people_and_for_nobody_else() {
    let archive = Archive::new();
    let links: Vec<_> = (0..50).map(|n| format!("[a](gone{n}.md)")).collect();
    archive.essay("flood", &format!("{}\n\n[b](#gone)", links.join("\n")));
    let count = |arguments: &[&str]| {
        let text = archive.run(["check"].iter().chain(arguments)).stdout;
        (text.matches("there is no file `gone").count(), text)
    };
    let (shown, text) = count(&[]);
    assert!(shown == 20 && text.contains("error[E007]: 30 more: ") && text.contains("error[E008]"), "{text}");
    assert!(text.contains("\n51 errors, 0 warnings, 2 notes\n"), "{text}");
    for all in [&["--verbose"][..], &["--format", "json"], &["--format", "github"]] {
        assert_eq!(count(all).0, 50, "{all:?}");
    }
    let sarif = archive.run(["check", "--format", "sarif"]).json();
    assert_eq!(sarif["runs"][0]["results"].as_array().map(Vec::len), Some(53));
}

#[test]
fn denied_warnings_fail_but_for_what_only_a_machine_can_mend() {
    let archive = Archive::new();
    archive.put(
        "content/samples/s/index.md",
        "+++\ntitle = \"S\"\narguments = []\n[[variants]]\nname = \"v\"\nfile = \"v.py\"\nlanguage = \"python\"\nrun = [\"python3\", \"{file}\"]\n+++\n",
    );
    archive.put("content/samples/s/v.py", "x = 1\n");
    let run = archive.run(["check", "--deny", "warnings", "--format", "json"]);
    assert_eq!((run.status, run.json()["warnings"].as_u64()), (0, Some(1)), "{}", run.stdout);
    archive.essay("math", "$\\frac$");
    assert_eq!(archive.run(["check"]).status, 0);
    let run = archive.run(["check", "--deny", "warnings", "--format", "json"]);
    assert_eq!((run.status, run.json()["errors"].as_u64()), (1, Some(1)), "{}", run.stdout);
    assert_eq!(archive.run(["check", "--deny", "notes"]).status, 2);
    assert_eq!(archive.run(["build"]).status, 0, "a build goes by the archive's own settings");
}

/// Where cargo keeps the source of a crate that the tests depend on.
fn source_of(name: &str) -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or("cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(["metadata", "--format-version", "1", "--locked"]);
    let metadata: Value = serde_json::from_slice(&command.output().expect("cargo runs").stdout).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let package = packages.iter().find(|package| package["name"] == name).expect("the crate is a dependency");
    Path::new(package["manifest_path"].as_str().expect("a path")).parent().expect("a folder").to_owned()
}

#[test]
fn sarif_is_valid_by_its_schema() {
    let schema = std::fs::read_to_string(source_of("serde-sarif").join("src/schema.json")).expect("the schema");
    // As published, two patterns have a bracket too many, which not every engine takes for itself.
    let schema = schema.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    assert!(
        schema["title"].as_str().is_some_and(|title| title.contains("(SARIF) Version 2.1.0")),
        "{}",
        schema["title"]
    );
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).expect("a valid schema");
    let archive = broken();
    let (mut fixes, mut related) = (0, 0);
    for folder in cases().into_iter().chain([archive.root().to_owned()]) {
        let log =
            archive.run([OsArg::from("-C"), folder.clone().into(), "check".into(), "--format".into(), "sarif".into()]);
        let log = log.json();
        let wrong: Vec<_> =
            validator.iter_errors(&log).map(|error| format!("{error} at {}", error.instance_path())).collect();
        assert!(wrong.is_empty(), "{}: {wrong:#?}", folder.display());
        let results = log["runs"][0]["results"].as_array().expect("results");
        fixes += results.iter().filter(|result| result["fixes"].is_array()).count();
        related += results.iter().filter(|result| result["relatedLocations"].is_array()).count();
        for result in results {
            let index = usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("a small one");
            let rule = &log["runs"][0]["tool"]["driver"]["rules"][index];
            assert_eq!(rule["id"], result["ruleId"]);
        }
    }
    assert!(fixes > 20 && related > 5, "{fixes} fixes, {related} related places");
    assert!(
        validator.iter_errors(&serde_json::json!({ "version": "2.1.0" })).count() > 0,
        "the schema refuses something"
    );
}

type OsArg = std::ffi::OsString;

#[test]
fn github_reads_the_commands() {
    let archive = Archive::new();
    archive.put(
        "content/essays/a, b.md",
        "+++\ntitle = \"100 %\"\narguments = []\n+++\n\n[x](100%25:gone.md)\n\n$\\frac\n$\n",
    );
    let text = archive.run(["check", "--format", "github"]).stdout;
    assert!(
        text.contains("::error file=content/essays/a%2C b.md,line=6,endLine=6,col=1,endColumn=19,title=E014::")
            || text.contains("::error file=content/essays/a%2C b.md,line=6,endLine=6,col=1,endColumn=19,title=E007::"),
        "{text}"
    );
    for line in text.lines() {
        let pattern =
            r"^::(error|warning|notice) file=[^:,]+,line=\d+,endLine=\d+(,col=\d+,endColumn=\d+)?,title=[EWN]\d+::.+$";
        assert!(Regex::new(pattern).expect("a pattern").is_match(line), "{line}");
    }
    assert!(text.contains("%0Ahelp: ") && text.contains("`100%25:gone.md`"), "a per cent sign is escaped: {text}");
    assert_eq!(archive.run(["build", "--format", "github"]).status, 2);
}

/// What a problem matcher of VS Code makes of an output: severity, code, message, file, line, column.
fn matched(matcher: &Value, output: &str) -> Vec<[String; 6]> {
    let patterns: Vec<(Regex, &Value)> = matcher["pattern"]
        .as_array()
        .expect("patterns")
        .iter()
        .map(|pattern| (Regex::new(pattern["regexp"].as_str().expect("a pattern")).expect("a pattern"), pattern))
        .collect();
    let lines: Vec<_> = output.lines().collect();
    let mut found = Vec::new();
    for pair in lines.windows(patterns.len()) {
        let captures: Option<Vec<_>> =
            patterns.iter().zip(pair).map(|((regex, _), line)| regex.captures(line)).collect();
        let Some(captures) = captures else { continue };
        found.push(["severity", "code", "message", "file", "line", "column"].map(|name| {
            let group = |(captures, (_, pattern)): (&regex::Captures<'_>, &(Regex, &Value))| {
                let group = usize::try_from(pattern[name].as_u64()?).ok()?;
                Some(captures[group].to_owned())
            };
            captures.iter().zip(&patterns).find_map(group).unwrap_or_else(|| panic!("no {name}"))
        }));
    }
    found
}

#[test]
fn the_problem_matcher_of_init_reads_what_check_prints() {
    let archive = Archive::bare();
    assert_eq!(archive.run(["init", "new"]).status, 0);
    let tasks: Value = serde_json::from_str(&archive.read("new/.vscode/tasks.json")).expect("JSON");
    let task = &tasks["tasks"][0];
    let arguments: Vec<_> =
        task["args"].as_array().expect("arguments").iter().map(|a| a.as_str().expect("text")).collect();
    let broken = broken();
    broken.essay("flood", &"[a](gone.md)\n\n".repeat(40));
    let once = arguments.iter().filter(|argument| **argument != "--watch");
    let output = broken.run(once).stdout;
    let report = broken.run(["check", "--format", "json"]).json();
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let wanted: Vec<_> = report["diagnostics"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|finding| ["severity", "code", "message", "file", "line", "column"].map(|key| text(&finding[key])))
        .collect();
    assert_eq!(matched(&task["problemMatcher"], &output), wanted);
    assert!(wanted.len() > 50);
}

/// The lines of a program's output, as they come.
fn lines(reader: impl std::io::Read + Send + 'static) -> Receiver<String> {
    let (send, receive) = channel();
    std::thread::spawn(move || {
        BufReader::new(reader).lines().map_while(Result::ok).try_for_each(|line| send.send(line))
    });
    receive
}

#[test]
fn watching_keeps_findings_current() {
    let archive = Archive::new();
    archive.essay("a", "Right.");
    let tasks = include_str!("../src/init/archive/dot-vscode/tasks.json");
    let tasks: Value = serde_json::from_str(tasks).expect("JSON");
    let background = &tasks["tasks"][0]["problemMatcher"]["background"];
    let pattern = |name: &str| Regex::new(background[name].as_str().expect("a pattern")).expect("a pattern");
    let (begins, ends) = (pattern("beginsPattern"), pattern("endsPattern"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_casebook"));
    command.current_dir(archive.root()).args(["check", "--watch", "--verbose", "--color", "never"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the binary runs");
    let output = lines(child.stdout.take().expect("piped"));
    let round = || {
        let mut round = Vec::new();
        loop {
            let line = output.recv_timeout(Duration::from_mins(1)).expect("a check ends in time");
            let end = ends.is_match(&line);
            round.push(line);
            if end {
                assert!(begins.is_match(&round[0]), "{round:?}");
                return round.join("\n");
            }
        }
    };
    assert!(round().contains("0 errors"));
    archive.essay("a", "[x](gone.md)");
    // An edit may be seen in two steps; the last one counts.
    let wait_for = |wanted: &str| (0..10).any(|_| round().contains(wanted));
    assert!(wait_for("there is no file `gone.md`"));
    archive.essay("a", "Right again.");
    assert!(wait_for("0 errors"));
    child.kill().expect("it can be ended");
    child.wait().expect("it ends");
}
