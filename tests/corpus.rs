//! The archive that benchmarks are run on has nothing to mend, and is the same every time.

mod common;
#[path = "../benches/corpus/mod.rs"]
mod corpus;

use common::{Archive, tree};

fn written(entries: usize) -> Archive {
    let archive = Archive::bare();
    corpus::write(archive.root(), entries);
    archive
}

#[test]
fn the_same_number_of_entries_gives_the_same_bytes() {
    assert_eq!(tree(written(120).root()), tree(written(120).root()));
}

#[test]
fn nothing_in_it_is_an_error_or_a_warning() {
    let findings: Vec<_> = written(400).findings().into_iter().filter(|finding| !finding.starts_with('N')).collect();
    assert!(findings.is_empty(), "{findings:#?}");
}
