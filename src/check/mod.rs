//! From the archive to findings: what is well formed and resolved, and still wrong. One file per family of rules.
//!
//! What can't be resolved was reported by the [model](crate::model), what can't be read by [read](crate::read).

mod arguments;
mod balance;
mod captured;
mod code;
mod dates;
mod decisions;
mod duplicates;
mod files;
mod languages;
mod names;
mod owed;
mod quotes;
mod replies;
mod results;
mod sources;

pub use self::sources::UNKNOWN as UNKNOWN_RIGHTS;

use std::collections::{BTreeMap, HashMap, HashSet};

use rayon::prelude::*;

use crate::date::Date;
use crate::diagnostic::Diagnostics;
use crate::model::{Archive, Entry, Item};
use crate::read::Asset;

/// What checks found out about texts that may not have changed when they run again.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// The signatures of texts, for likeness.
    signatures: HashMap<blake3::Hash, duplicates::Signature>,
    /// Samples whose code parses.
    parsing: HashSet<blake3::Hash>,
}

impl Memory {
    /// For a later process of this very program.
    pub fn to_bytes(&self) -> Vec<u8> {
        let signatures: BTreeMap<_, _> = self.signatures.iter().map(|(text, made)| (text.as_bytes(), made)).collect();
        let mut parsing: Vec<_> = self.parsing.iter().map(blake3::Hash::as_bytes).collect();
        parsing.sort_unstable();
        let mut out = parsing.len().to_le_bytes().to_vec();
        parsing.into_iter().for_each(|code| out.extend(code));
        for (text, made) in signatures {
            out.extend(text);
            out.push(u8::from(made.is_some()));
            made.iter().flatten().for_each(|band| out.extend(band.to_le_bytes()));
        }
        out
    }

    /// `None` for bytes that are none of its own.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut memory = Self::default();
        let (count, mut rest) = bytes.split_first_chunk()?;
        for _ in 0..usize::from_le_bytes(*count) {
            let (code, after) = rest.split_first_chunk::<{ blake3::OUT_LEN }>()?;
            memory.parsing.insert(blake3::Hash::from_bytes(*code));
            rest = after;
        }
        while let Some((text, after)) = rest.split_first_chunk::<{ blake3::OUT_LEN }>() {
            let (is_made, mut after) = after.split_first()?;
            let mut made = (*is_made == 1).then_some([0; duplicates::BANDS]);
            for band in made.iter_mut().flatten() {
                let (bytes, left) = after.split_first_chunk()?;
                (*band, after) = (u64::from_le_bytes(*bytes), left);
            }
            memory.signatures.insert(blake3::Hash::from_bytes(*text), made);
            rest = after;
        }
        rest.is_empty().then_some(memory)
    }
}

/// Rules that are checked together.
type Family<'a> = Box<dyn FnOnce(&mut Diagnostics) + Send + 'a>;

/// Runs every rule. `today` turns on the rule on dates in the future.
pub fn check(archive: &Archive, assets: &[Asset], today: Option<Date>, memory: &mut Memory, sink: &mut Diagnostics) {
    let Memory { signatures, parsing } = memory;
    let families: [Family<'_>; _] = [
        Box::new(|sink| names::check(archive, assets, sink)),
        Box::new(|sink| files::check(archive, assets, sink)),
        Box::new(|sink| arguments::check(archive, sink)),
        Box::new(|sink| balance::check(archive, sink)),
        Box::new(|sink| replies::check(archive, sink)),
        Box::new(|sink| quotes::check(archive, sink)),
        Box::new(|sink| owed::check(archive, sink)),
        Box::new(|sink| duplicates::check(archive, signatures, sink)),
        Box::new(|sink| languages::check(archive, sink)),
        Box::new(|sink| code::check(archive, parsing, sink)),
        Box::new(|sink| results::check(archive, sink)),
        Box::new(|sink| sources::check(archive, sink)),
        Box::new(|sink| dates::check(archive, today, sink)),
        Box::new(|sink| decisions::check(archive, sink)),
    ];
    let found = families.into_par_iter().map(|family| {
        let mut found = Diagnostics::default();
        family(&mut found);
        found
    });
    found.collect::<Vec<_>>().into_iter().for_each(|found| sink.extend(found));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_out_is_written_and_read() {
        let mut memory = Memory::default();
        assert_eq!(Memory::from_bytes(&memory.to_bytes()).as_ref(), Some(&memory));
        memory.signatures.insert(blake3::hash(b"a"), None);
        memory.signatures.insert(blake3::hash(b"b"), Some([7; duplicates::BANDS]));
        memory.parsing.insert(blake3::hash(b"c"));
        let bytes = memory.to_bytes();
        assert_eq!(Memory::from_bytes(&bytes), Some(memory));
        for length in [0, 7, 8, 39, bytes.len() - 1] {
            assert_eq!(Memory::from_bytes(&bytes[..length]), None, "{length}");
        }
    }
}
