//! A build that keeps what it can makes the site that a build from nothing makes, whatever was edited in between.

#![expect(clippy::disallowed_methods, reason = "a test edits as an author would")]

mod common;
mod edits;

use std::collections::BTreeMap;
use std::path::Path;

use casebook::pipeline::{Built, Failure, build};
use casebook::render::Options;
use common::Archive;
use edits::{FRONTS, Step, document, make, start, step};
use proptest::collection::vec;
use proptest::prelude::*;

fn built(root: &Path) -> Option<Built> {
    match build(root, false, &Options::default(), &|_, _| {}) {
        Ok(built) => Some(built),
        Err(Failure::Findings(..)) => None,
        Err(Failure::Environment(error)) => panic!("{error}"),
    }
}

/// Every file of the site, with its bytes.
fn site(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let public = root.join("public");
    let mut files = BTreeMap::new();
    let mut open = vec![public.clone()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.expect("a folder that can be listed").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(&public).expect("a path below it").to_string_lossy().into_owned();
                files.insert(name, std::fs::read(path).expect("a file"));
            }
        }
    }
    files
}

/// The site of the same archive, made from nothing.
fn clean(archive: &Archive) -> Option<BTreeMap<String, Vec<u8>>> {
    let copy = tempfile::tempdir().expect("a temporary folder");
    for name in ["content", "captures", "themes", "casebook.toml"] {
        copy_all(&archive.path(name), &copy.path().join(name));
    }
    built(copy.path()).map(|_| site(copy.path()))
}

fn copy_all(from: &Path, to: &Path) {
    if from.is_file() {
        std::fs::copy(from, to).expect("a file can be copied");
    } else if from.is_dir() {
        std::fs::create_dir_all(to).expect("a folder can be made");
        for entry in std::fs::read_dir(from).expect("a folder").flatten() {
            copy_all(&entry.path(), &to.join(entry.file_name()));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_edit_ends_in_the_site_of_a_clean_build(steps in vec((step(), any::<bool>()), 16)) {
        let archive = start();
        prop_assert!(built(archive.root()).is_some());
        let mut last = site(archive.root());
        for (step, more) in steps {
            make(&archive, &step);
            // Some edits come together.
            if more {
                continue;
            }
            let made = built(archive.root()).is_some();
            let wanted = clean(&archive);
            prop_assert_eq!(made, wanted.is_some(), "{:?}", step);
            // Where there are errors, the last site stays.
            let wanted = wanted.unwrap_or(last);
            last = site(archive.root());
            for path in wanted.keys().chain(last.keys()) {
                prop_assert!(wanted.get(path) == last.get(path), "{} after {:?}", path, step);
            }
        }
    }
}

#[test]
fn only_what_an_edit_touches_is_made_again() {
    let archive = start();
    let first = built(archive.root()).expect("no error");
    assert_eq!(first.timings.kept, 0);
    let again = built(archive.root()).expect("no error");
    assert_eq!((again.timings.made, again.published.written), (0, 0));
    assert_eq!((again.entries, again.pages), (first.entries, first.pages));
    assert_eq!(again.published.unchanged, first.published.written);

    let text = "# Part\n\nOther words. ^p";
    make(&archive, &Step::Edit(("content/essays/e1.md", Some(document(FRONTS[1], text))))).expect("an edit");
    let edited = built(archive.root()).expect("no error");
    let pages: Vec<_> = edited.timings.templates.iter().map(|(name, (pages, _))| (*name, *pages)).collect();
    assert!(pages.contains(&("essay.html", 1)), "{pages:?}");
    assert!(!pages.iter().any(|(name, _)| ["quote.html", "source.html", "claim.html", "404.html"].contains(name)));
    assert!(edited.timings.kept > edited.timings.made, "{:?}", edited.timings);

    archive.put("themes/default/templates/404.html", theme("templates/404.html").replace("<h1>", "<h1> "));
    let template = built(archive.root()).expect("no error");
    assert_eq!(template.timings.templates.keys().collect::<Vec<_>>(), [&"404.html"]);
    assert_eq!(template.published.written, 1);
}

#[test]
fn what_somebody_else_changed_in_the_site_is_put_right() {
    let archive = start();
    built(archive.root()).expect("no error");
    let before = site(archive.root());
    let page = archive.path("public/essays/e1/index.html");
    std::fs::write(&page, "defaced").expect("a file can be written");
    assert_eq!(built(archive.root()).expect("no error").published.written, 1);
    std::fs::remove_file(&page).expect("a file can be removed");
    assert_eq!(built(archive.root()).expect("no error").published.written, 1);
    assert!(site(archive.root()) == before);
}

#[test]
fn what_is_kept_may_be_damaged_or_deleted() {
    let archive = start();
    built(archive.root()).expect("no error");
    let before = site(archive.root());
    for name in ["files", "stamps", "inputs"] {
        let kept = archive.path(&format!("index/cache/{name}"));
        let whole = std::fs::read(&kept).expect("it is kept");
        for damaged in [Vec::new(), whole[..whole.len() / 2].to_vec(), [&whole[..], b"more"].concat()] {
            std::fs::write(&kept, damaged).expect("a file can be written");
            built(archive.root()).expect("no error");
            assert!(site(archive.root()) == before, "{name}");
        }
        std::fs::remove_file(&kept).expect("it is written again");
        built(archive.root()).expect("no error");
        assert!(site(archive.root()) == before, "{name}");
    }
    std::fs::remove_dir_all(archive.path("public")).expect("a folder can be removed");
    built(archive.root()).expect("no error");
    assert!(site(archive.root()) == before, "the site is made again where only the index is left");
}

fn theme(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("themes/default").join(path);
    std::fs::read_to_string(path).expect("a file of the theme")
}
