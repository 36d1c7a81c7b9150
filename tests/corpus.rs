//! The archive that benchmarks are run on has nothing to mend, and is the same every time.

mod common;
#[path = "../benches/corpus/mod.rs"]
mod corpus;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use common::Archive;

fn files(folder: &Path, out: &mut BTreeMap<PathBuf, Vec<u8>>, root: &Path) {
    for entry in std::fs::read_dir(folder).expect("a folder can be read") {
        let path = entry.expect("an entry can be read").path();
        if path.is_dir() {
            files(&path, out, root);
        } else {
            let inside = path.strip_prefix(root).expect("below the root").to_owned();
            out.insert(inside, std::fs::read(&path).expect("a file can be read"));
        }
    }
}

fn written(entries: usize) -> (Archive, BTreeMap<PathBuf, Vec<u8>>) {
    let archive = Archive::bare();
    corpus::write(archive.root(), entries);
    let mut all = BTreeMap::new();
    files(archive.root(), &mut all, archive.root());
    (archive, all)
}

#[test]
fn the_same_number_of_entries_gives_the_same_bytes() {
    assert_eq!(written(120).1, written(120).1);
}

#[test]
fn nothing_in_it_is_an_error_or_a_warning() {
    let (archive, _) = written(400);
    let findings: Vec<_> = archive.findings().into_iter().filter(|finding| !finding.starts_with('N')).collect();
    assert!(findings.is_empty(), "{findings:#?}");
}
