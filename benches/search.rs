//! What a reader waits for when searching in the browser, beside Pagefind and the elasticlunr index of mdBook: bytes,
//! requests and latencies in Chromium, and the time and size of each index, on one synthetic archive and in one run:
//!
//! ```text
//! cargo bench --bench search
//! CASEBOOK_BENCH_ENTRIES=1000 cargo bench --bench search -- --json
//! ```
//!
//! It needs Node and Chromium; `benches/search/setup` installs what is missing, mdBook too. What follows `--` goes to
//! `benches/search/measure.mjs`, which measures.

#![expect(clippy::disallowed_methods, reason = "a benchmark runs programs")]

mod corpus;

use std::path::Path;
use std::process::{Command, Output, Stdio};

const ENTRIES: &str = "CASEBOOK_BENCH_ENTRIES";

/// Runs a program to its end and hands over what it printed; what it says on the way is shown.
fn run(program: &mut Command) -> Output {
    let output = program.stderr(Stdio::inherit()).output().expect("the program starts");
    assert!(output.status.success(), "{program:?}: {}", String::from_utf8_lossy(&output.stdout));
    output
}

fn main() {
    // Without this word cargo tests that the benchmark compiles, and no more.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/search");
    let mdbook = run(&mut Command::new(scripts.join("setup"))).stdout;
    let mdbook = String::from_utf8(mdbook).expect("the path of mdBook");

    let list = std::env::var(ENTRIES).unwrap_or_else(|_| "10000".to_owned());
    for size in list.split(',') {
        let entries = size.trim().parse().unwrap_or_else(|_| panic!("{ENTRIES}: `{size}` is no number"));
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (archive, report) = (folder.path().join("archive"), folder.path().join("build.json"));
        corpus::write(&archive, entries);
        let mut build = Command::new(env!("CARGO_BIN_EXE_casebook"));
        build.args(["build", "--format", "json", "-C"]).arg(&archive);
        std::fs::write(&report, run(&mut build).stdout).expect("a file can be written");

        let mut measure = Command::new("node");
        measure.arg(scripts.join("measure.mjs")).arg(&archive).arg("--build").arg(&report);
        measure.args(["--mdbook", mdbook.trim(), "--work"]).arg(folder.path());
        measure.args(std::env::args().skip(1).filter(|arg| arg != "--bench"));
        assert!(measure.status().expect("Node starts").success(), "{measure:?}");
    }
}
