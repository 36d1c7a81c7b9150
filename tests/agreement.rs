//! The terminal and the browser answer alike in a synthetic archive; `scripts/test` asks the same of the one that ships.

mod common;
#[path = "../benches/corpus/mod.rs"]
mod corpus;

use std::path::Path;
use std::process::Command;

use common::Archive;

#[test]
fn on_two_hundred_entries() {
    let archive = Archive::bare();
    corpus::write(archive.root(), 200);
    let built = archive.run(["build"]);
    assert_eq!(built.status, 0, "{}", built.stderr);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    #[expect(clippy::disallowed_methods, reason = "a test runs the browser")]
    let output = Command::new("node")
        .arg(root.join("tests/browser/agreement.mjs"))
        .arg(env!("CARGO_BIN_EXE_casebook"))
        .arg(archive.root())
        .arg(root.join("tests/queries.txt"))
        // More than five hundred of them.
        .arg("3")
        .output()
        .expect("node is installed: scripts/setup-browser does so");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
}
