//! A small archive in a temporary folder, and the real binary run on it.

#![expect(clippy::disallowed_methods, reason = "a test writes where it likes, and runs the program")]
#![allow(dead_code, reason = "each test file uses a part of this")]

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

pub struct Archive {
    folder: TempDir,
}

/// What a run of the binary gave.
pub struct Run {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Archive {
    /// An archive with settings, one argument with two claims, one source, and nothing wrong with it.
    pub fn new() -> Self {
        let archive = Self::bare();
        archive
            .put("casebook.toml", "title = \"Test\"\nquestion = \"Is it?\"\nbase_url = \"https://example.org/sub/\"\n");
        archive.put(
            "content/arguments/cost.md",
            "+++\ntitle = \"Cost\"\norder = 1\ncues = [\"price\", \"expensive\"]\n\n[[claims]]\nid = \"dear\"\ntext = \"It is dear.\"\n\n\
             [[claims]]\nid = \"cheap\"\ntext = \"It is cheap.\"\n+++\n\nOverview.\n",
        );
        archive.put(
            "content/sources/book.md",
            "+++\ntitle = \"The Book\"\nauthors = [\"A. Writer\"]\ndate = \"2001\"\nrights = \"public domain\"\n+++\n",
        );
        archive
    }

    /// An empty folder.
    pub fn bare() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    /// The archive that ships.
    pub fn shipped() -> Self {
        let archive = Self::bare();
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        copy(&root.join("content"), &archive.path("content"));
        copy(&root.join("tagging"), &archive.path("tagging"));
        std::fs::copy(root.join("casebook.toml"), archive.path("casebook.toml")).expect("casebook.toml can be copied");
        archive
    }

    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub fn put(&self, path: &str, text: impl AsRef<[u8]>) -> &Self {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder can be made");
        std::fs::write(path, text).expect("a file can be written");
        self
    }

    /// An essay with the text, which makes no argument.
    pub fn essay(&self, slug: &str, text: &str) -> &Self {
        self.put(
            &format!("content/essays/{slug}.md"),
            format!("+++\ntitle = \"The {slug}\"\narguments = []\n+++\n{text}\n"),
        )
    }

    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub fn run<I: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = I>) -> Run {
        self.run_with(arguments, "")
    }

    pub fn run_with<I: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = I>, input: &str) -> Run {
        use std::io::Write;
        let mut command = Command::new(env!("CARGO_BIN_EXE_casebook"));
        command.current_dir(self.root()).args(arguments).env_remove("NO_COLOR");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary runs");
        // A program that does not read its input may be gone already.
        let _ = child.stdin.take().expect("stdin is piped").write_all(input.as_bytes());
        let Output { status, stdout, stderr } = child.wait_with_output().expect("the binary ends");
        let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
        Run { status: status.code().expect("an exit status, not a signal"), stdout: text(stdout), stderr: text(stderr) }
    }

    /// Builds, and fails the test if that fails.
    pub fn build(&self) -> Value {
        let run = self.run(["build", "--format", "json"]);
        assert_eq!(run.status, 0, "{}{}", run.stdout, run.stderr);
        run.json()
    }

    /// The findings of `check`, as `CODE file:line:column message`. Notes are left out: small archives are one-sided.
    pub fn findings(&self) -> Vec<String> {
        let run = self.run(["check", "--format", "json"]);
        let report = run.json();
        let found = report["diagnostics"].as_array().expect("a list of findings");
        let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        let line = |f: &Value| {
            format!("{} {}:{}:{} {}", text(f, "code"), text(f, "file"), f["line"], f["column"], text(f, "message"))
        };
        assert_eq!(run.status, i32::from(report["errors"] != 0), "{}", run.stdout);
        found.iter().filter(|finding| finding["severity"] != "note").map(line).collect()
    }
}

impl Run {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {}{}", self.stdout, self.stderr))
    }
}

/// Every file below a folder with its bytes, by its path there with `/`.
pub fn tree(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let (mut files, mut folders) = (BTreeMap::new(), vec![root.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder can be read") {
            let path = entry.expect("an entry can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).expect("a path below the root").to_string_lossy().replace('\\', "/");
                files.insert(name, std::fs::read(path).expect("a file can be read"));
            }
        }
    }
    files
}

/// What a published file says: of a shard, what is packed in it.
pub fn text_of(path: &str, bytes: &[u8]) -> String {
    use base64::Engine;
    use std::io::Read;
    let text = String::from_utf8_lossy(bytes).into_owned();
    let Some(call) = text.strip_prefix("casebookShard(").filter(|_| path.starts_with("search/")) else { return text };
    let data = call.split('"').nth(5).expect("three strings");
    let packed = base64::prelude::BASE64_STANDARD.decode(data).expect("base64");
    let mut plain = Vec::new();
    flate2::read::DeflateDecoder::new(&packed[..]).read_to_end(&mut plain).expect("deflate");
    String::from_utf8_lossy(&plain).into_owned()
}

/// The folders of `tests/cases/`, in order.
pub fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let entries = std::fs::read_dir(&folder).expect("the folder of cases");
    let mut cases: Vec<_> = entries.map(|entry| entry.expect("a case").path()).filter(|path| path.is_dir()).collect();
    cases.sort();
    cases
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder can be made");
    for entry in std::fs::read_dir(from).expect("a folder can be read") {
        let entry = entry.expect("an entry can be read");
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).expect("a file can be copied");
        }
    }
}
