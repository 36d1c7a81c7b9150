//! From the archive to findings: what is well formed and resolved, and still wrong. One file per family of rules.
//!
//! What can't be resolved was reported by the [model](crate::model), what can't be read by [read](crate::read).

mod arguments;
mod balance;
mod captured;
mod code;
mod dates;
mod duplicates;
mod files;
mod languages;
mod names;
mod owed;
mod quotes;
mod replies;
mod results;
mod sources;

use std::collections::{HashMap, HashSet};

use crate::date::Date;
use crate::diagnostic::Diagnostics;
use crate::model::{Archive, Entry, Item};
use crate::read::Asset;

/// What checks found out about texts that may not have changed when they run again.
#[derive(Default)]
pub struct Memory {
    /// The signatures of texts, for likeness.
    signatures: HashMap<blake3::Hash, duplicates::Signature>,
    /// Samples whose code parses.
    parsing: HashSet<blake3::Hash>,
}

/// Runs every rule. `today` turns on the rule on dates in the future.
pub fn check(archive: &Archive, assets: &[Asset], today: Option<Date>, memory: &mut Memory, sink: &mut Diagnostics) {
    names::check(archive, assets, sink);
    files::check(archive, assets, sink);
    arguments::check(archive, sink);
    balance::check(archive, sink);
    replies::check(archive, sink);
    quotes::check(archive, sink);
    owed::check(archive, sink);
    duplicates::check(archive, &mut memory.signatures, sink);
    languages::check(archive, sink);
    code::check(archive, &mut memory.parsing, sink);
    results::check(archive, sink);
    sources::check(archive, sink);
    dates::check(archive, today, sink);
}

/// Runs the rules that bear on the text of an item, and on it alone.
pub fn check_text(archive: &Archive, item: &Item, entry: Option<&Entry>, sink: &mut Diagnostics) {
    if !is_live(item) {
        return;
    }
    files::described_all(item, sink);
    languages::of_item(item, &mut languages::Mends::default(), sink);
    if let Some(entry) = entry {
        quotes::of_entries(std::iter::once(entry), sink);
        owed::of_entry(archive, entry, sink);
        sink.extend(code::sample(entry));
        results::of_entry(entry, sink);
    }
}

/// Whether a character is of a script that puts no spaces between words.
fn unspaced(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

/// The words of a text. Where they stand without spaces between, as in Chinese, each character is one.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let separate = move |word| {
        let mut rest: &str = word;
        std::iter::from_fn(move || {
            let first = rest.chars().next()?;
            let end = if unspaced(first) { first.len_utf8() } else { rest.find(unspaced).unwrap_or(rest.len()) };
            let (word, after) = rest.split_at(end);
            rest = after;
            Some(word)
        })
    };
    text.split_whitespace().flat_map(separate).filter(|word| word.chars().any(char::is_alphanumeric))
}

/// Whether anybody should still mend a thing.
fn is_live(item: &Item) -> bool {
    item.withdrawn().is_none()
}

/// Everything that was written as a file.
fn items(archive: &Archive) -> impl Iterator<Item = &Item> {
    let arguments = archive.arguments.iter().map(|argument| &argument.item);
    let sources = archive.sources.iter().map(|source| &source.item);
    let entries = archive.entries.iter().map(|entry| &entry.item);
    arguments.chain(sources).chain(entries).chain(archive.pages.iter().map(|page| &page.item))
}
