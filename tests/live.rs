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
use proptest::sample::select;

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
            return Err(TestCaseError::fail(format!("{path} after {changed:?} ({updated:?}): {other:?}")));
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

/// An archive in which entries share their tags, people, years, arguments and claims, so that one of them may say
/// something else of itself while all pages stay.
fn shared() -> Archive {
    let archive = Archive::new();
    for (name, order) in [("cost", 1), ("speed", 2), ("reach", 3)] {
        let claims =
            ["a", "b"].map(|claim| format!("[[claims]]\nid = \"{name}-{claim}\"\ntext = \"{claim} of {name}.\"\n"));
        let front = format!("title = \"{name}\"\norder = {order}\ncues = [\"price\", \"slow\"]\n{}", claims.concat());
        archive.put(&format!("content/arguments/{name}.md"), document(&front, "Overview."));
    }
    for (name, date) in [("book", "2001"), ("talk", "2002-03-04")] {
        let front = format!("title = \"The {name}\"\nrights = \"r\"\nauthors = [\"Ann\"]\ndate = \"{date}\"\n");
        archive.put(&format!("content/sources/{name}.md"), document(&front, "Of [[essays/e1]]."));
    }
    for (name, claims) in [("k1", "cost"), ("k2", "speed"), ("k3", "reach")] {
        let front = format!(
            "title = \"Kept {name}\"\nauthors = [\"Ann\", \"Bob\"]\ntags = [\"x\", \"Y\", \"z\"]\ndate = \"{}\"\n\
             [arguments]\ncost = \"for\"\nspeed = \"against\"\nreach = \"mixed\"\n[claims]\n{claims}-a = \"supports\"\n",
            if name == "k1" {
                "2001"
            } else if name == "k2" {
                "2002"
            } else {
                "1999-12-31"
            },
        );
        archive.put(&format!("content/essays/{name}.md"), document(&front, "A price that is slow. ^p"));
    }
    for name in ["essays/e1", "essays/e2", "essays/e3"] {
        archive.put(&format!("content/{name}.md"), document("title = \"Some\"\narguments = []\n", "Words. ^p"));
    }
    for name in ["quotes/q1", "quotes/q2"] {
        let front = "speaker = \"Bob\"\nsource = \"book\"\nform = \"paraphrase\"\narguments = []\n";
        archive.put(&format!("content/{name}.md"), document(front, "Words that were said. ^p"));
    }
    archive
}

/// What an entry says of itself, and its text.
fn says() -> impl Strategy<Value = (&'static str, String)> {
    let path = select(&["essays/e1", "essays/e2", "essays/e3", "quotes/q1", "quotes/q2", "essays/k3"][..]);
    let title = select(&["Some", "Another", "Ärger", "some", "Zebra & <b>"][..]);
    let tags = select(&["[]", "[\"x\"]", "[\"X\", \"y\"]", "[\"y\", \"z\"]", "[\"x\", \"new\"]"][..]);
    let date =
        select(&["", "date = \"2001\"\n", "date = \"2002-03\"\n", "date = \"1999-01-01\"\n", "date = \"1950\"\n"][..]);
    let people = select(&["Ann", "Bob", "ann", "Carl"][..]);
    let arguments = select(
        &[
            "arguments = []\n",
            "",
            "[arguments]\ncost = \"for\"\n",
            "[arguments]\ncost = \"against\"\nspeed = \"for\"\n",
            "[arguments]\nreach = \"mixed\"\n[claims]\nreach-a = \"disputes\"\nreach-b = { stance = \"supports\", at = \"^p\" }\n",
            "[arguments]\ncost = \"for\"\nreach = \"against\"\n[claims]\ncost-b = \"supports\"\nspeed-a = \"disputes\"\n",
        ][..],
    );
    let more = select(
        &[
            "",
            "basis = \"measured\"\n",
            "added = 2020-01-01\n",
            "updated = 2021-01-01\n",
            "replies_to = [\"essays/k1#^p\"]\n",
            "aliases = [\"/old/\"]\n",
            "draft = true\n",
        ][..],
    );
    let text = select(&["Words. ^p", "A price that is slow. ^p", "See [[essays/e2#^p]] and [[quotes/q1]]. ^p"][..]);
    (path, (title, tags, date, people), (arguments, more, text)).prop_map(|(path, who, what)| {
        let ((title, tags, date, person), (arguments, more, text)) = (who, what);
        let who = if path.starts_with("quotes") {
            format!("speaker = \"{person}\"\nsource = \"book\"\nform = \"paraphrase\"\n")
        } else {
            format!("authors = [\"{person}\"]\n")
        };
        (path, document(&format!("title = \"{title}\"\n{who}tags = {tags}\n{date}{more}{arguments}"), text))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_entry_that_says_something_else_of_itself_changes_what_a_fresh_reading_does(edits in vec(says(), 24)) {
        let archive = shared();
        let live = Live::new(archive.root());
        let mut is_good = agrees(&archive, &live, &Changes::All)?;
        prop_assert!(is_good);
        for (path, text) in edits {
            let path = format!("content/{path}.md");
            archive.put(&path, text);
            is_good = agrees(&archive, &live, &paths(&[&path]))?;
        }
        if is_good {
            searches_what_is_published(&archive, &live);
        }
    }
}

#[test]
fn an_entry_that_says_something_else_of_itself_is_all_that_is_read() {
    let archive = shared();
    let live = Live::new(archive.root());
    live.update(&Changes::All).expect("no error");
    let edit = |front: &str| {
        let path = "content/essays/e1.md";
        archive.put(path, document(front, "Words. ^p"));
        let edited = live.update(&paths(&[path])).expect("no error");
        agrees(&archive, &live, &paths(&[])).expect("the same site");
        matches!(edited, Edited::Texts(ids) if ids.len() == 1)
    };
    let start = "title = \"Other\"\ntags = [\"x\"]\nauthors = [\"Bob\"]\ndate = \"2001\"\n";
    assert!(edit(&format!("{start}arguments = []\n")));
    assert!(edit(&format!("{start}[arguments]\ncost = \"for\"\n[claims]\ncost-a = \"disputes\"\n")));
    assert!(edit(&format!("{start}[arguments]\ncost = \"for\"\nreach = \"for\"\n")));
    assert!(!edit(start), "it is nobody's judgement any more");
    assert!(!edit(&start.replace("\"x\"", "\"new\"")), "a tag has come");
    assert!(!edit(&start.replace("2001", "1900")), "a year has come, and the tag gone");
    assert!(!edit(&format!("aliases = [\"/old/\"]\n{start}")), "an address has come");
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
