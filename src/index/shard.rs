//! The browser's index: static shards, made from tantivy's. docs/search.md describes every byte.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use rayon::prelude::*;
use tantivy::postings::{Postings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, TERMINATED};

use super::characters;
use super::number::{Numbering, SLOT_BITS};
use super::open::{Index, number};
use super::schema::{FACTS, FORMS, TEXTS, field};
use super::write::FORMAT;
use crate::fs;

/// The folder of the shards below the site's root.
pub const SHARDS: &str = "search/";

/// A file of the site.
#[derive(Debug)]
pub struct Shard {
    /// Below the site's root, with `/`.
    pub path: String,
    pub bytes: Vec<u8>,
}

/// What takes the shards, in any order and from several threads.
type Sink<'a> = &'a (dyn Fn(Shard) -> fs::Result<()> + Sync);

/// Makes every shard.
pub fn export(index: &Index, sink: Sink<'_>) -> fs::Result<()> {
    let (numbering, numbers) = index.numbers().map_err(unreadable)?;
    let written = Mutex::new(BTreeSet::new());
    let once = |shard: Shard| {
        // Two shards may hold the same, and so have one name.
        let new = written.lock().unwrap_or_else(PoisonError::into_inner).insert(shard.path.clone());
        if new { sink(shard) } else { Ok(()) }
    };
    let (exporter, sink): (_, Sink<'_>) = (Exporter { index, numbers, numbering }, &once);
    let (lists, groups) =
        rayon::join(|| Ok::<_, fs::Error>((exporter.terms(sink)?, exporter.forms(sink)?)), || exporter.documents(sink));
    let ((terms, forms), groups) = (lists?, groups?);
    let order = exporter.order(sink)?;
    let root = exporter.root(&groups, order, &terms, &forms).map_err(unreadable)?;
    sink(script("root", &deflate(&[&root])))
}

fn unreadable(error: impl Into<tantivy::TantivyError>) -> fs::Error {
    fs::Error::new("read", Path::new("index"), error.into()).mend("delete the folder: it is made anew")
}

struct Exporter<'a> {
    index: &'a Index,
    /// Of each document, by its place in the index; they grow.
    numbers: Vec<u32>,
    numbering: Numbering,
}

/// A hash of what a shard holds.
type Hash = [u8; 6];

/// The shards of a sorted list of keys: for each its separator and its hash.
type Directory = Vec<(String, Hash)>;

/// A key, and where each of its fields keeps it.
type Key = (String, Vec<(u32, TermInfo)>);

/// A key with its lists, encoded.
struct Entry {
    key: String,
    /// Which fields have it, and in how many documents.
    fields: Vec<(u32, u32)>,
    documents: Vec<u8>,
    counts: Vec<u8>,
    lengths: Vec<u8>,
    positions: Vec<u8>,
}

impl Entry {
    fn size(&self) -> usize {
        self.key.len() + self.documents.len() + self.counts.len() + self.lengths.len()
    }
}

/// The field of facts, after those of [`TEXTS`].
const FACT: u32 = 5;

impl Exporter<'_> {
    fn terms(&self, sink: Sink<'_>) -> fs::Result<Directory> {
        let keys = self.keys().map_err(unreadable)?;
        let entries = keys.into_par_iter().map(|(key, fields)| self.entry(key, &fields));
        let entries = entries.collect::<tantivy::Result<Vec<Entry>>>().map_err(unreadable)?;
        let shards = cut(&entries, |entry| &entry.key, Entry::size);
        let hashes = shards.par_iter().map(|entries| term_shards(entries, sink)).collect::<fs::Result<Vec<_>>>()?;
        Ok(separators(&shards, |entry| &entry.key).into_iter().zip(hashes).collect())
    }

    /// Every term of a text and every fact, sorted, with the fields that have it.
    fn keys(&self) -> tantivy::Result<Vec<Key>> {
        let mut keys: BTreeMap<String, Vec<(u32, TermInfo)>> = BTreeMap::new();
        let texts = TEXTS.iter().zip(0..).map(|((name, _), at)| (*name, at, ""));
        for (name, at, colon) in texts.chain(FACTS.iter().map(|name| (*name, FACT, ":"))) {
            let inverted = self.index.segment.inverted_index(field(&self.index.schema, name))?;
            let mut terms = inverted.terms().stream()?;
            while terms.advance() {
                let term = String::from_utf8_lossy(terms.key());
                let key = if colon.is_empty() { Cow::into_owned(term) } else { format!("{name}:{term}") };
                keys.entry(key).or_default().push((at, terms.value().clone()));
            }
        }
        Ok(keys.into_iter().collect())
    }

    fn entry(&self, key: String, fields: &[(u32, TermInfo)]) -> tantivy::Result<Entry> {
        let mut entry = Entry {
            fields: fields.iter().map(|(at, info)| (*at, info.doc_freq)).collect(),
            documents: Vec::new(),
            counts: Vec::new(),
            lengths: Vec::new(),
            positions: Vec::new(),
            key,
        };
        let mut positions = Vec::new();
        for (at, info) in fields {
            let fact = *at == FACT;
            let name = match TEXTS.get(*at as usize) {
                Some((name, _)) => name,
                None => entry.key.split_once(':').map_or("", |(name, _)| name),
            };
            let field = field(&self.index.schema, name);
            let options = if fact { IndexRecordOption::Basic } else { IndexRecordOption::WithFreqsAndPositions };
            let mut list = self.index.segment.inverted_index(field)?.read_postings_from_terminfo(info, options)?;
            let norms = if fact { None } else { Some(self.index.segment.get_fieldnorms_reader(field)?) };
            let mut least = 0;
            while list.doc() != TERMINATED {
                let document = self.numbers[list.doc() as usize];
                varint(u64::from(document - least), &mut entry.documents);
                least = document + 1;
                if let Some(norms) = &norms {
                    varint(u64::from(list.term_freq() - 1), &mut entry.counts);
                    entry.lengths.push(norms.fieldnorm_id(list.doc()));
                    list.positions(&mut positions);
                    let mut before = 0;
                    for &position in &positions {
                        varint(u64::from(position - before), &mut entry.positions);
                        before = position;
                    }
                }
                list.advance();
            }
        }
        Ok(entry)
    }

    fn forms(&self, sink: Sink<'_>) -> fs::Result<Directory> {
        let inverted = self.index.segment.inverted_index(field(&self.index.schema, FORMS)).map_err(unreadable)?;
        let mut terms = inverted.terms().stream().map_err(unreadable)?;
        let mut forms = Vec::new();
        while terms.advance() {
            forms.push((String::from_utf8_lossy(terms.key()).into_owned(), terms.value().doc_freq));
        }
        // What a list of forms is read for, prefixes and typos, lies side by side.
        let shards = cut(&forms, |form| &form.0, |form| form.0.len() * 2);
        let hashes = shards.par_iter().map(|forms| {
            let mut out = Vec::new();
            varint(forms.len() as u64, &mut out);
            sorted_list(forms.iter().map(|form| form.0.as_str()), &mut out);
            forms.iter().for_each(|form| varint(form.1.into(), &mut out));
            emit("f", &[&out], sink)
        });
        let hashes = hashes.collect::<fs::Result<Vec<_>>>()?;
        Ok(separators(&shards, |form| &form.0).into_iter().zip(hashes).collect())
    }

    /// Writes what the hit of each document shows; gives a hash for each group.
    fn documents(&self, sink: Sink<'_>) -> fs::Result<Vec<[u8; 4]>> {
        let groups = 1u32 << self.numbering.group_bits();
        (0..groups)
            .into_par_iter()
            .map(|group| {
                let first = self.numbers.partition_point(|number| self.numbering.group(*number) < group);
                let last = self.numbers.partition_point(|number| self.numbering.group(*number) <= group);
                let mut hasher = blake3::Hasher::new();
                let mut cards = Vec::new();
                for doc in first..last {
                    let card = serde_json::to_vec(&self.index.card(doc).map_err(unreadable)?.0)
                        .expect("strings and numbers always serialise");
                    hasher.update(&self.numbers[doc].to_le_bytes()).update(blake3::hash(&card).as_bytes());
                    cards.push((self.numbers[doc], card));
                }
                let hash = leading::<4>(&hasher.finalize());
                for (number, card) in cards {
                    sink(script(&format!("d/{group:x}-{}/{number}", hex::encode(hash)), &deflate(&[&card])))?;
                }
                Ok(hash)
            })
            .collect()
    }

    /// Writes the documents in the order of their ids, with their dates.
    fn order(&self, sink: Sink<'_>) -> fs::Result<Hash> {
        let mut docs: Vec<usize> = (0..self.numbers.len()).collect();
        docs.sort_by_key(|&doc| self.index.ranks[doc]);
        let dates = self.index.segment.fast_fields().u64("date").map_err(unreadable)?;
        let (mut out, mut after) = (Vec::new(), Vec::new());
        for doc in docs {
            varint(self.numbers[doc].into(), &mut out);
            varint(dates.first(number(doc)).unwrap_or(0), &mut after);
        }
        emit("o", &[&out, &after], sink)
    }

    fn root(&self, groups: &[[u8; 4]], order: Hash, terms: &Directory, forms: &Directory) -> tantivy::Result<Vec<u8>> {
        let mut out = Vec::new();
        varint(FORMAT.into(), &mut out);
        varint(self.index.analyzer.english.into(), &mut out);
        varint(self.numbers.len() as u64, &mut out);
        for (name, _) in TEXTS {
            let inverted = self.index.segment.inverted_index(field(&self.index.schema, name))?;
            varint(inverted.total_num_tokens(), &mut out);
        }
        for bits in [SLOT_BITS, self.numbering.bucket_bits, self.numbering.group_bits()] {
            varint(bits.into(), &mut out);
        }
        out.extend(groups.iter().flatten());
        out.extend(order);
        for directory in [terms, forms] {
            varint(directory.len() as u64, &mut out);
            sorted_list(directory.iter().map(|(separator, _)| separator.as_str()), &mut out);
            directory.iter().for_each(|(_, hash)| out.extend(hash));
        }
        let mut before = 0;
        for id in 0..=u8::MAX {
            let length = tantivy::fieldnorm::FieldNormReader::id_to_fieldnorm(id);
            varint(u64::from(length - before), &mut out);
            before = length;
        }
        character_table(&mut out);
        Ok(out)
    }
}

/// Writes a shard of terms and the one of their positions.
fn term_shards(entries: &[Entry], sink: Sink<'_>) -> fs::Result<Hash> {
    let mut positions = Vec::new();
    entries.iter().for_each(|entry| positions.extend(&entry.positions));
    let mut head = emit("p", &[&positions], sink)?.to_vec();
    varint(entries.len() as u64, &mut head);
    sorted_list(entries.iter().map(|entry| entry.key.as_str()), &mut head);
    for entry in entries {
        varint(entry.fields.iter().map(|(at, _)| 1 << at).sum(), &mut head);
        entry.fields.iter().for_each(|(_, frequency)| varint(u64::from(*frequency), &mut head));
    }
    let column = |part: fn(&Entry) -> &Vec<u8>| entries.iter().flat_map(part).copied().collect::<Vec<u8>>();
    let columns = [column(|entry| &entry.documents), column(|entry| &entry.counts), column(|entry| &entry.lengths)];
    emit("t", &[&head, &columns[0], &columns[1], &columns[2]], sink)
}

/// Cuts sorted entries where their keys say, so that an edit moves few of the cuts.
fn cut<T>(entries: &[T], key: impl Fn(&T) -> &str, size: impl Fn(&T) -> usize) -> Vec<&[T]> {
    /// The least size of a shard that is worth a request, and how many shards a root has room for.
    const FAIR: usize = 12 << 10;
    const MOST: usize = 2048;
    let total: usize = entries.iter().map(&size).sum();
    // In steps, so that it stays what it is while an archive grows a little.
    let fair = FAIR.max((total / MOST).next_multiple_of(8 << 10));
    let (mut shards, mut from, mut sum) = (Vec::new(), 0, 0);
    for (at, entry) in entries.iter().enumerate() {
        let own = size(entry);
        let large = own > fair / 2;
        if large && at > from {
            shards.push(&entries[from..at]);
            (from, sum) = (at, 0);
        }
        sum += own;
        let marked = blake3::hash(key(entry).as_bytes()).as_bytes()[0].is_multiple_of(8);
        if large || sum >= fair && marked || sum >= 2 * fair {
            shards.push(&entries[from..=at]);
            (from, sum) = (at + 1, 0);
        }
    }
    if from < entries.len() {
        shards.push(&entries[from..]);
    }
    shards
}

/// For each shard the shortest text that no key before it reaches.
fn separators<T>(shards: &[&[T]], key: impl Fn(&T) -> &str) -> Vec<String> {
    let mut separators = Vec::new();
    let mut before = None::<&str>;
    for first in shards.iter().map(|shard| key(&shard[0])) {
        let separator = before.map_or("", |last| {
            let mut ends = first.char_indices().map(|(at, c)| &first[..at + c.len_utf8()]);
            ends.find(|start| *start > last).unwrap_or(first)
        });
        separators.push(separator.to_owned());
        before = shards[separators.len() - 1].last().map(&key);
    }
    separators
}

fn character_table(out: &mut Vec<u8>) {
    let table = characters::table();
    let gap = |end: &mut u32, range: characters::Range, out: &mut Vec<u8>| {
        varint(u64::from(range.start - *end), out);
        varint(range.length.into(), out);
        *end = range.start + range.length;
    };
    for ranges in [&table.bigrams, &table.words] {
        varint(ranges.len() as u64, out);
        let mut end = 0;
        ranges.iter().for_each(|range| gap(&mut end, *range, out));
    }
    varint(table.folds.len() as u64, out);
    let mut end = 0;
    for fold in &table.folds {
        gap(&mut end, fold.range, out);
        varint(fold.grows.into(), out);
        text(&fold.to, out);
    }
}

fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    out.push(value.to_le_bytes()[0]);
}

fn text(text: &str, out: &mut Vec<u8>) {
    varint(text.len() as u64, out);
    out.extend(text.as_bytes());
}

/// Texts, each without what it shares with the one before.
fn sorted_list<'a>(texts: impl Iterator<Item = &'a str>, out: &mut Vec<u8>) {
    let mut before = "";
    for next in texts {
        let shared = before.char_indices().zip(next.chars()).find(|((_, a), b)| a != b).map(|((at, _), _)| at);
        let shared = shared.unwrap_or(before.len().min(next.len()));
        varint(shared as u64, out);
        text(&next[shared..], out);
        before = next;
    }
}

/// A shard of one sorted list.
#[cfg(test)]
pub(super) fn forms_script(texts: &[String]) -> String {
    let mut out = Vec::new();
    varint(texts.len() as u64, &mut out);
    sorted_list(texts.iter().map(String::as_str), &mut out);
    String::from_utf8(script("vector", &deflate(&[&out])).bytes).expect("a script is text")
}

/// Writes a shard that is named by what it holds.
fn emit(folder: &str, sections: &[&[u8]], sink: Sink<'_>) -> fs::Result<Hash> {
    let data = deflate(sections);
    let hash = leading::<6>(&blake3::hash(&data));
    sink(script(&format!("{folder}/{}", hex::encode(hash)), &data))?;
    Ok(hash)
}

fn leading<const N: usize>(hash: &blake3::Hash) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&hash.as_bytes()[..N]);
    out
}

/// Raw deflate. Each section has codes of its own, since one holds gaps and another counts.
fn deflate(sections: &[&[u8]]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(8));
    let mut write = || -> std::io::Result<()> {
        for (at, section) in sections.iter().enumerate() {
            if at > 0 {
                encoder.flush()?;
            }
            encoder.write_all(section)?;
        }
        Ok(())
    };
    write().and_then(|()| encoder.finish()).expect("memory takes every byte")
}

fn script(key: &str, data: &[u8]) -> Shard {
    let mut text = format!("casebookShard(\"{key}\",\"{:08x}\",\"", sum(data));
    BASE64_STANDARD.encode_string(data, &mut text);
    text.push_str("\")\n");
    Shard { path: format!("{SHARDS}{key}.js"), bytes: text.into_bytes() }
}

/// FNV-1a, in 32 bits.
fn sum(data: &[u8]) -> u32 {
    data.iter().fold(0x811c_9dc5, |sum, byte| (sum ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_stay_where_they_are_when_a_key_comes_in() {
        let keys: Vec<String> = (0..20_000).map(|at| format!("key-{at:06}")).collect();
        let lists = |keys: &[String]| -> Vec<Vec<String>> {
            cut(keys, String::as_str, String::len).into_iter().map(<[String]>::to_vec).collect()
        };
        let before = lists(&keys);
        assert!(before.len() > 8, "{}", before.len());
        assert_eq!(before.concat(), keys);
        let mut more = keys.clone();
        more.insert(5000, "key-004999-x".to_owned());
        let after = lists(&more);
        let changed = after.iter().filter(|shard| !before.contains(shard)).count();
        assert!(changed <= 4, "{changed} of {}", after.len());
    }

    #[test]
    fn separators_part_the_keys() {
        let shards: [&[&str]; 3] = [&["abc", "abd"], &["abé", "b"], &["bb"]];
        assert_eq!(separators(&shards, |key| key), ["", "abé", "bb"]);
    }

    #[test]
    fn sums_are_those_of_fnv() {
        assert_eq!(sum(b""), 0x811c_9dc5);
        assert_eq!(sum(b"foobar"), 0xbf9c_f968);
    }
}
