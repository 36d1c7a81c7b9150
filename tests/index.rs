//! The index after any edits: it finds what a clean one finds, and its shards are those of a clean one.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test writes where it likes, and may panic")]

mod common;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Mutex;

use casebook::fs;
use casebook::index::{Asked, Index, Kept, Live, Order, Query, Shard, Sink, State, export, update};
use casebook::model;
use casebook::pipeline::{INDEX, load};
use common::Archive;
use proptest::collection::vec;
use proptest::prelude::*;

/// Files of the site. Those that it held before it keeps, but for some that somebody removed.
#[derive(Default)]
struct Site {
    before: BTreeMap<String, Vec<u8>>,
    now: Mutex<BTreeMap<String, Vec<u8>>>,
}

impl Site {
    fn files(self) -> BTreeMap<String, Vec<u8>> {
        self.now.into_inner().unwrap()
    }
}

impl Sink for Site {
    fn keep(&self, path: &str) -> fs::Result<bool> {
        let kept = self.before.get(path).filter(|bytes| bytes[bytes.len() / 2] % 16 > 0);
        if let Some(bytes) = kept {
            self.now.lock().unwrap().insert(path.to_owned(), bytes.clone());
        }
        Ok(kept.is_some())
    }

    fn put(&self, shard: Shard) -> fs::Result<()> {
        let again = self.now.lock().unwrap().insert(shard.path.clone(), shard.bytes);
        assert!(again.is_none(), "{} is made twice", shard.path);
        Ok(())
    }
}

fn shards(index: &Index, kept: Option<&Kept>, before: BTreeMap<String, Vec<u8>>) -> (BTreeMap<String, Vec<u8>>, Kept) {
    let site = Site { before, ..Site::default() };
    let kept = export(index, kept, &site).unwrap();
    (site.files(), kept)
}

const QUERIES: &[&str] = &[
    "thread",
    "thre",
    "\"thread pool\"",
    "pool -thread",
    "ThreadPool",
    "tread",
    "日本",
    "writer",
    "speaker:osei",
    "year:1990..2010",
    "source:book",
    "sorce:x",
    "kind:quote",
    "stance:cost:for",
    "claim:dear dear",
    "book tide waits",
    "one thread two pools",
    "argument:costs",
    "tide",
    "w",
];

/// All that a search tells.
fn answers(index: &Index) -> String {
    let mut out = String::new();
    for query in QUERIES.iter().filter_map(|query| Query::parse(query).ok()) {
        for order in [Order::Relevance, Order::Date] {
            let asked = Asked { as_you_type: true, order, limit: 50, explain: true, ..Asked::default() };
            let results = index.search(&query, asked).unwrap();
            for hit in &results.hits {
                writeln!(out, "{:x} {hit:?}", hit.score.to_bits()).unwrap();
            }
            let rest = (&results.facets, &results.corrected, &results.suggestions, results.total, results.relaxed);
            writeln!(out, "{} {rest:?}", query.text).unwrap();
        }
    }
    out
}

/// An edit: what is edited, which one, and how.
type Change = (u8, u8, u16);

const WORDS: &[&str] =
    &["thread", "Threads", "pool", "ThreadPool", "tide", "waits", "日本語", "café", "run_until", "one", "C++", "book"];

fn text(seed: u16) -> String {
    let mut out = String::new();
    for at in 0..(seed % 90) as usize {
        let word = WORDS[(seed as usize * 7 + at * at * 3 + at) % WORDS.len()];
        out += if at % 17 == 16 { "\n\n" } else { " " };
        out += word;
        if at % 5 == 4 {
            write!(out, " word{}", (seed as usize + at) % 40).unwrap();
        }
    }
    out
}

fn edit(archive: &Archive, (what, which, how): Change) {
    let essay = |at: u8| format!("content/essays/essay-{}.md", at % 12);
    let gone = if how % 3 == 0 { "withdrawn = \"It was wrong.\"\n" } else { "" };
    match what % 8 {
        0 | 1 => {
            let (title, text) = (WORDS[how as usize % WORDS.len()], text(how));
            let gone = if how % 11 == 0 { "withdrawn = \"It was wrong.\"\n" } else { "" };
            let front = format!("title = \"The {title}\"\ntags = [\"tide\"]\narguments = {{ cost = \"for\" }}\n{gone}");
            archive.put(&essay(which), format!("+++\n{front}+++\n{text}\n\n```python\npool = {how}\n```\n"));
        }
        2 => drop(std::fs::remove_file(archive.path(&essay(which)))),
        3 => drop(std::fs::rename(archive.path(&essay(which)), archive.path(&essay(which.wrapping_add(5))))),
        4 => {
            let title = if how % 2 == 0 { "The Book" } else { "A tide of Threads" };
            let front = format!("title = \"{title}\"\nauthors = [\"A. Writer\"]\ndate = \"{}\"\n", 1990 + how % 30);
            archive.put("content/sources/book.md", format!("+++\n{front}rights = \"public domain\"\n{gone}+++\n"));
        }
        5 => {
            let claims = "claims = { dear = \"supports\" }\narguments = { cost = \"for\" }\n";
            let front = format!(
                "speaker = \"Paul Osei\"\nsource = \"book\"\nform = \"paraphrase\"\nbasis = \"experience\"\n{claims}{gone}"
            );
            archive
                .put(&format!("content/quotes/quote-{}.md", which % 5), format!("+++\n{front}+++\n{}.\n", text(how)));
        }
        6 => {
            let answer = if how % 2 == 0 { "answer = \"The tide waits.\"\n" } else { "" };
            let claims = format!("[[claims]]\nid = \"dear\"\ntext = \"It is dear {}.\"\n{answer}", how % 4);
            let front = format!("title = \"Cost\"\norder = 1\n{gone}\n{claims}");
            archive.put("content/arguments/cost.md", format!("+++\n{front}+++\n\n{}\n", text(how)));
        }
        _ => {
            for at in 0..how % 40 {
                archive.essay(&format!("many-{at}"), &text(how + at));
            }
        }
    }
}

fn check(changes: &[(Change, bool)]) {
    let archive = Archive::new();
    for at in 0..10 {
        edit(&archive, (0, at, 1000 + u16::from(at)));
    }
    let folder = archive.path(INDEX);
    let (mut before, mut kept) = (BTreeMap::new(), None::<Kept>);
    let mut live = None::<Live>;
    for (at, (change, published)) in changes.iter().enumerate() {
        edit(&archive, *change);
        let loaded = load(archive.root()).unwrap();
        let read: &model::Archive = &loaded.archive;
        let index = update(read, &folder, &at.to_string()).unwrap();
        let clean = Index::in_memory(read).unwrap();
        let expected = answers(&clean);
        assert_eq!(answers(&index), expected, "after {change:?}");
        assert!(matches!(Index::open(&folder, "of nothing"), State::Stale));
        let State::Fresh(opened) = Index::open(&folder, &at.to_string()) else { panic!("it is not fresh") };
        assert_eq!(answers(&opened), expected);
        let (all, _) = shards(&clean, None, BTreeMap::new());
        if *published {
            // As a build does it: this one still knows what went out of the index.
            let (files, now) = shards(&index, kept.as_ref(), std::mem::take(&mut before));
            let differ: Vec<_> =
                all.keys().chain(files.keys()).filter(|path| all.get(*path) != files.get(*path)).collect();
            assert!(differ.is_empty(), "{differ:?} after {change:?}");
            now.write(&folder);
            assert_eq!(Kept::read(&folder).as_ref(), Some(&now));
            (before, kept) = (files, Some(now));
        }
        match &mut live {
            Some(live) => live.update(read).unwrap(),
            None => live = Some(Live::new(read).unwrap()),
        }
        let served =
            all.keys().map(|path| (path.clone(), live.as_ref().unwrap().shard(path).unwrap().unwrap_or_default()));
        let served: BTreeMap<_, _> = served.collect();
        assert!(served == all, "what is served differs after {change:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, max_shrink_iters: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn edits_lead_to_what_a_clean_index_is(changes in vec((any::<Change>(), any::<bool>()), 1..14)) {
        check(&changes);
    }
}

#[test]
fn an_index_of_nothing_grows_and_shrinks() {
    check(&[((4, 0, 1), true), ((0, 1, 5), true), ((2, 1, 0), true), ((7, 0, 39), true), ((6, 0, 3), true)]);
}
