//! Archives in temporary folders, and the real binary driven in them.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// The settings of an archive that gives none.
const SETTINGS: &str = "title = \"A test\"\nquestion = \"Does it hold?\"\n";

/// An archive that lives as long as the value.
pub struct Archive(TempDir);

impl Archive {
    /// An archive of these files, by path and text. Where they hold no `casebook.toml`, a plain one is added.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let archive = Self::bare();
        archive.write("casebook.toml", SETTINGS);
        for (path, text) in files {
            archive.write(path, text);
        }
        archive
    }

    /// An empty folder.
    pub fn bare() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn at(&self, path: &str) -> PathBuf {
        self.path().join(path)
    }

    /// Writes a file, and the folders above it.
    pub fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        write(&self.at(path), bytes.as_ref());
    }

    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.at(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub fn remove(&self, path: &str) {
        std::fs::remove_file(self.at(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    }

    /// Runs `casebook` in the archive.
    pub fn run(&self, arguments: &[&str]) -> Outcome {
        run(self.path(), arguments, "")
    }

    /// As [`Self::run`], with a text on standard input.
    pub fn feed(&self, arguments: &[&str], input: impl AsRef<[u8]>) -> Outcome {
        run(self.path(), arguments, input)
    }

    /// What `casebook check --format json` finds.
    pub fn check(&self) -> Findings {
        check(self.path())
    }
}

pub fn write(path: &Path, bytes: &[u8]) {
    let folder = path.parent().expect("a file lies in a folder");
    std::fs::create_dir_all(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let written = std::fs::File::create(path).and_then(|mut file| file.write_all(bytes));
    written.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

/// How a run went.
#[derive(Debug)]
pub struct Outcome {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Outcome {
    /// The run, if it ended with `status`; else the test fails and shows what was said.
    #[track_caller]
    pub fn ended(self, status: i32) -> Self {
        assert_eq!(self.status, status, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// Standard output, one JSON value a line.
    #[track_caller]
    pub fn json_lines(&self) -> Vec<serde_json::Value> {
        let parse = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        self.stdout.lines().map(parse).collect()
    }
}

/// Runs `casebook` in `folder`.
pub fn run(folder: &Path, arguments: &[&str], input: impl AsRef<[u8]>) -> Outcome {
    let mut child = Command::new(env!("CARGO_BIN_EXE_casebook"))
        .args(arguments)
        .current_dir(folder)
        // What is printed must not depend on who runs the tests.
        .env_remove("RUST_LOG")
        .env_remove("RUST_BACKTRACE")
        .env("NO_COLOR", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut stdin = child.stdin.take().expect("stdin is piped");
    let input = input.as_ref().to_vec();
    // From a thread of its own: a pipe that is full on both sides would wait for ever. Who does not read, errs.
    let feeder = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().expect("the binary ends");
    feeder.join().expect("the input is written");
    let text = |bytes| String::from_utf8(bytes).expect("what is printed is UTF-8");
    // A process that a signal ended has no status; no test expects that.
    let status = output.status.code().unwrap_or(-1);
    Outcome { status, stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// What `check` finds, one `severity CODE file:line:column message` a line, in the order of the report.
#[derive(Debug)]
pub struct Findings {
    pub lines: Vec<String>,
    /// Errors and warnings without a mend.
    pub without_help: Vec<String>,
    pub status: i32,
}

impl Findings {
    pub fn has(&self, code: &str) -> bool {
        self.lines.iter().any(|line| line.split(' ').nth(1) == Some(code))
    }
}

/// Runs `casebook check --format json` in `folder` and reads its object.
#[track_caller]
pub fn check(folder: &Path) -> Findings {
    let outcome = run(folder, &["check", "--format", "json"], "");
    assert!(matches!(outcome.status, 0 | 1), "{}: {outcome:?}", folder.display());
    let report: serde_json::Value = serde_json::from_str(&outcome.stdout)
        .unwrap_or_else(|error| panic!("{}: {error}\n{outcome:?}", folder.display()));
    let found = report["diagnostics"].as_array().expect("a list of findings");
    let line = |finding: &serde_json::Value| {
        let text = |key: &str| finding[key].as_str().unwrap_or_else(|| panic!("no {key} in {finding}")).to_owned();
        let (line, column) = (&finding["line"], &finding["column"]);
        assert!(line.as_u64() >= Some(1) && column.as_u64() >= Some(1), "{finding}");
        let (severity, code, file, message) = (text("severity"), text("code"), text("file"), text("message"));
        format!("{severity} {code} {file}:{line}:{column} {}", message.replace('\n', "\\n"))
    };
    Findings {
        lines: found.iter().map(line).collect(),
        without_help: found.iter().filter(|finding| finding["help"].is_null()).map(line).collect(),
        status: outcome.status,
    }
}
