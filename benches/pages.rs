//! What a reader waits for when opening a page of the shipped archive: bytes and requests of a first visit, and
//! Lighthouse's figures for performance:
//!
//! ```text
//! cargo bench --bench pages
//! cargo bench --bench pages -- --rounds 5 --json
//! ```
//!
//! It needs Node and Chromium; `scripts/setup-browser` installs what is missing. What follows `--` goes to
//! `benches/pages/measure.mjs`, which measures.

#![expect(clippy::disallowed_methods, reason = "a benchmark runs programs")]

use std::path::Path;
use std::process::Command;

fn run(program: &mut Command) {
    assert!(program.status().expect("the program starts").success(), "{program:?}");
}

fn main() {
    // Without this word cargo tests that the benchmark compiles, and no more.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    // What the figures say is printed alone.
    run(Command::new(root.join("scripts/setup-browser")).stdout(std::io::stderr()));
    run(Command::new(env!("CARGO_BIN_EXE_casebook")).args(["build", "--quiet", "-C"]).arg(root));
    let mut measure = Command::new("node");
    measure.arg(root.join("benches/pages/measure.mjs")).arg(root.join("public"));
    run(measure.args(std::env::args().skip(1).filter(|arg| arg != "--bench")));
}
