//! The archive that benchmarks are run on has nothing to mend, and is the same every time.

mod common;
#[path = "../benches/corpus/mod.rs"]
mod corpus;

use std::collections::BTreeSet;

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
fn hugo_gets_the_same_entries_and_no_link_into_nothing() {
    let (archive, site) = (written(120), Archive::bare());
    corpus::write_hugo(site.root(), 120);
    let entries = |archive: &Archive| -> BTreeSet<String> {
        let files = tree(&archive.path("content")).into_keys().map(|path| path.replace("/index.md", ".md"));
        files.filter(|path| ["essays/", "quotes/", "samples/"].iter().any(|kind| path.starts_with(kind))).collect()
    };
    let there = entries(&site);
    assert_eq!(there.len(), 120);
    let texts: BTreeSet<_> = entries(&archive).into_iter().filter(|path| path.contains(".md")).collect();
    assert_eq!(texts, there);
    for path in &there {
        let text = site.read(&format!("content/{path}"));
        assert!(!text.contains("[[") && !text.contains("^core"), "{path} is not written for Hugo");
        for link in text.split("relref \"/").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(there.contains(link), "{path} leads to {link}");
        }
    }
}

#[test]
fn nothing_in_it_is_an_error_or_a_warning() {
    let findings: Vec<_> = written(400).findings().into_iter().filter(|finding| !finding.starts_with('N')).collect();
    assert!(findings.is_empty(), "{findings:#?}");
}
