//! A site that is kept up to date is that of a fresh reading, whatever was edited.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test edits as an author would, and may panic")]

mod common;
mod edits;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use casebook::diagnostic::json;
use casebook::index::{Index, Shard, export};
use casebook::live::{Edited, Live, shown};
use casebook::model::Archive as Resolved;
use casebook::pipeline::load;
use casebook::tag::Memory;
use casebook::watch::Changes;
use common::Archive;
use edits::{FRONTS, Step, document, make, start, step};
use proptest::collection::vec;
use proptest::prelude::*;

fn paths(changed: &[&str]) -> Changes {
    Changes::Paths(changed.iter().map(|path| (*path).to_owned()).collect())
}

/// The browser's index of an archive, file by file.
fn shards(archive: &Resolved) -> BTreeMap<String, Vec<u8>> {
    let shards = Mutex::new(BTreeMap::new());
    let keep = |shard: Shard| {
        shards.lock().unwrap().insert(shard.path, shard.bytes);
        Ok(())
    };
    export(&Index::in_memory(archive).unwrap(), None, &keep).unwrap();
    shards.into_inner().unwrap()
}

/// Holds what is kept up to date to what a fresh reading makes; says whether the archive is good.
fn agrees(archive: &Archive, live: &Live, changed: &Changes) -> Result<bool, TestCaseError> {
    let updated = live.update(changed);
    let fresh = load(archive.root()).expect("the folder can be read");
    if fresh.diagnostics.has_errors() {
        let found = updated.err().and_then(|problem| problem.json);
        prop_assert_eq!(found, Some(json(&fresh.diagnostics, &fresh.files)), "{:?}", changed);
        return Ok(false);
    }
    prop_assert!(updated.is_ok(), "{:?}: {:?}", changed, updated);
    let Ok((fresh, _)) = fresh.into_site(true, &shown(), &mut Memory::default()) else { panic!("there is no error") };
    let guard = live.site();
    let site = guard.as_ref().expect("there was no error");
    prop_assert_eq!(site.paths().collect::<Vec<_>>(), fresh.paths().collect::<Vec<_>>());
    let drawn = |path: &str| path.starts_with("cards/");
    for path in fresh.paths().filter(|path| !drawn(path)) {
        let bytes = |site: &casebook::render::Site| site.render(path).map(|made| made.expect("a template").bytes);
        let (kept, fresh) = (bytes(site), bytes(&fresh));
        if kept != fresh {
            let text = |bytes: Option<Vec<u8>>| String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned();
            let (kept, fresh) = (text(kept), text(fresh));
            let other = kept.lines().zip(fresh.lines()).find(|(a, b)| a != b);
            return Err(TestCaseError::fail(format!("{path} after {changed:?}: {other:?}")));
        }
    }
    Ok(true)
}

fn searches_what_is_published(archive: &Archive, live: &Live) {
    let fresh = load(archive.root()).expect("the folder can be read");
    let published = fresh.without_drafts();
    let published = shards(published.as_ref().unwrap_or(&fresh.archive));
    let kept = shards(&live.searched().expect("a site"));
    assert!(kept == published);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_edit_ends_in_what_a_fresh_reading_makes(steps in vec((step(), any::<bool>()), 24)) {
        let archive = start();
        let live = Live::new(archive.root());
        agrees(&archive, &live, &Changes::All)?;
        let mut changed = BTreeSet::new();
        for (step, more) in steps {
            changed.extend(make(&archive, &step).map(str::to_owned));
            // Some edits come together.
            if !more {
                agrees(&archive, &live, &Changes::Paths(std::mem::take(&mut changed)))?;
            }
        }
        if agrees(&archive, &live, &Changes::Paths(changed))? {
            searches_what_is_published(&archive, &live);
        }
    }
}

#[test]
fn an_edit_of_a_text_touches_what_shows_it_and_nothing_else() {
    let archive = start();
    let live = Live::new(archive.root());
    assert_eq!(live.update(&Changes::All), Ok(Edited::Anything));
    let text = |path: &str, text: &str| {
        make(&archive, &Step::Edit(("content/essays/e1.md", Some(document(FRONTS[1], text))))).expect("an edit");
        let edited = live.update(&paths(&[path])).expect("no error");
        agrees(&archive, &live, &paths(&[])).expect("the same site");
        match edited {
            Edited::Texts(ids) => ids.iter().map(ToString::to_string).collect::<Vec<_>>(),
            other => vec![format!("{other:?}")],
        }
    };
    let path = "content/essays/e1.md";
    assert_eq!(text(path, "# Part\n\nOther words, and [[essays/e2#part]]. ^p"), ["essays/e1"]);
    assert_eq!(text(path, "# Part\n\nOther words, and [[essays/e2#part]]. ^p"), [""; 0], "nothing has changed");
    assert_eq!(text(path, "Other words. A price that is expensive. ^p"), ["essays/e1"], "another suggestion");
    archive.put("content/essays/e2.md", document(FRONTS[1], "[[essays/e1#^p]]"));
    assert!(live.update(&paths(&["content/essays/e2.md"])).is_ok());
    assert_eq!(text(path, "# Part\n\nIts passage is named. ^p"), ["essays/e1", "essays/e2"], "another's link");
    let gone = live.update(&paths(&["content/essays/4913"]));
    assert_eq!(gone, Ok(Edited::Texts(Vec::new())), "a file that came and went");
}

#[test]
fn an_edit_of_the_theme_is_taken_in_without_reading_the_archive() {
    let archive = start();
    let live = Live::new(archive.root());
    live.update(&Changes::All).expect("no error");
    let path = "themes/default/static/site.css";
    archive.put(path, "body { color: red }");
    assert_eq!(live.update(&paths(&[path])), Ok(Edited::Theme));
    agrees(&archive, &live, &paths(&[])).expect("the same site");
    let words = "themes/default/strings/en.toml";
    archive.put(words, "search = \"Look for it\"\n");
    assert_eq!(live.update(&paths(&[words])), Ok(Edited::Anything), "cards and lists hold words");
    agrees(&archive, &live, &paths(&[])).expect("the same site");
    archive.put(path, "body { color: blue }");
    std::fs::remove_file(archive.path(words)).expect("a file can be removed");
    agrees(&archive, &live, &paths(&[path, words])).expect("the same site");
}

#[test]
fn the_last_good_site_stays_and_a_mend_clears_the_problem() {
    let archive = start();
    let live = Live::new(archive.root());
    let shown = |wanted: &str| {
        let site = live.site();
        let page = site.as_ref().and_then(|site| site.render("essays/e1/index.html")).expect("a page");
        String::from_utf8_lossy(&page.expect("a template").bytes).contains(wanted)
    };
    live.update(&Changes::All).expect("no error");
    let e1 = paths(&["content/essays/e1.md"]);
    archive.essay("e1", "[gone](gone.md)");
    assert!(live.update(&e1).is_err_and(|problem| problem.text.contains("gone.md")));
    assert!(shown("A passage."));
    archive.essay("e1", "Mended.");
    assert!(live.update(&e1).is_ok() && shown("Mended."));
    std::fs::remove_dir_all(archive.path("content")).expect("a folder can be removed");
    assert!(live.update(&paths(&["content"])).is_err() && shown("Mended."));
}
