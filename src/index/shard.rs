//! The browser's index: static shards, made from tantivy's. docs/search.md describes every byte.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use rayon::prelude::*;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, InvertedIndexReader, TERMINATED};

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

/// A field of the index, as far as shards are made from it.
struct Source {
    /// Its place among [`TEXTS`], or [`FACT`].
    at: u32,
    postings: Arc<InvertedIndexReader>,
    norms: Option<FieldNormReader>,
}

/// A key in a field, with its place among the sources.
struct Key {
    key: String,
    source: usize,
    list: TermInfo,
}

/// A key with its lists, encoded.
struct Entry<'a> {
    key: &'a str,
    /// Which fields have it, and in how many documents.
    fields: Vec<(u32, u32)>,
    /// Documents, counts, lengths and positions.
    columns: [Box<[u8]>; 4],
}

impl Entry<'_> {
    fn size(&self) -> usize {
        self.key.len() + self.columns[..POSITIONS].iter().map(|column| column.len()).sum::<usize>()
    }
}

/// The last column, in a shard of its own.
const POSITIONS: usize = 3;

/// The field of facts, after those of [`TEXTS`].
const FACT: u32 = 5;

impl Exporter<'_> {
    fn terms(&self, sink: Sink<'_>) -> fs::Result<Directory> {
        let sources = self.sources().map_err(unreadable)?;
        let keys = self.keys(&sources).map_err(unreadable)?;
        let keys: Vec<&[Key]> = keys.chunk_by(|a, b| a.key == b.key).collect();
        let entries = keys.par_iter().map_init(Default::default, |room, keys| self.entry(&sources, keys, room));
        let entries = entries.collect::<tantivy::Result<Vec<Entry<'_>>>>().map_err(unreadable)?;
        let shards = cut(&entries, |entry| entry.key, Entry::size);
        let hashes = shards.par_iter().map(|entries| term_shards(entries, sink));
        let hashes = hashes.collect::<fs::Result<Vec<_>>>()?;
        Ok(separators(&shards, |entry| entry.key).into_iter().zip(hashes).collect())
    }

    /// The fields of texts and of facts.
    fn sources(&self) -> tantivy::Result<Vec<Source>> {
        let (segment, schema) = (&self.index.segment, &self.index.schema);
        let texts = TEXTS.iter().zip(0..).map(|((name, _), at)| (*name, at));
        let sources = texts.chain(FACTS.iter().map(|name| (*name, FACT))).map(|(name, at)| {
            let field = field(schema, name);
            let norms = if at == FACT { None } else { Some(segment.get_fieldnorms_reader(field)?) };
            Ok(Source { at, postings: segment.inverted_index(field)?, norms })
        });
        sources.collect()
    }

    /// Every term of a text and every fact, sorted, in each field that has it.
    fn keys(&self, sources: &[Source]) -> tantivy::Result<Vec<Key>> {
        let mut keys = Vec::new();
        for (place, source) in sources.iter().enumerate() {
            let fact = place.checked_sub(TEXTS.len()).map(|at| format!("{}:", FACTS[at]));
            let mut terms = source.postings.terms().stream()?;
            while terms.advance() {
                let term = String::from_utf8_lossy(terms.key());
                let key = fact.as_deref().unwrap_or_default().to_owned() + &term;
                keys.push(Key { key, source: place, list: terms.value().clone() });
            }
        }
        // The lists of each field are sorted already, which makes it cheap.
        keys.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(keys)
    }

    fn entry<'a>(&self, sources: &[Source], keys: &'a [Key], room: &mut [Vec<u8>; 4]) -> tantivy::Result<Entry<'a>> {
        let [documents, counts, lengths, steps] = room;
        let mut positions = Vec::new();
        for Key { source, list, .. } in keys {
            let Source { postings, norms, .. } = &sources[*source];
            let wanted =
                if norms.is_some() { IndexRecordOption::WithFreqsAndPositions } else { IndexRecordOption::Basic };
            let mut list = postings.read_postings_from_terminfo(list, wanted)?;
            let mut least = 0;
            while list.doc() != TERMINATED {
                let document = self.numbers[list.doc() as usize];
                varint(u64::from(document - least), documents);
                least = document + 1;
                if let Some(norms) = norms {
                    varint(u64::from(list.term_freq() - 1), counts);
                    lengths.push(norms.fieldnorm_id(list.doc()));
                    list.positions(&mut positions);
                    let mut before = 0;
                    for &position in &positions {
                        varint(u64::from(position - before), steps);
                        before = position;
                    }
                }
                list.advance();
            }
        }
        let fields = keys.iter().map(|key| (sources[key.source].at, key.list.doc_freq)).collect();
        let columns = room.each_mut().map(|column| {
            let made = column.as_slice().into();
            column.clear();
            made
        });
        Ok(Entry { key: &keys[0].key, fields, columns })
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
                    let stored = self.index.stored(doc).map_err(unreadable)?;
                    let card = self.index.text(&stored, "card").as_bytes();
                    hasher.update(&self.numbers[doc].to_le_bytes()).update(blake3::hash(card).as_bytes());
                    cards.push((self.numbers[doc], deflate(&[card])));
                }
                let hash = leading::<4>(&hasher.finalize());
                for (number, card) in cards {
                    sink(script(&format!("d/{group:x}-{}/{number}", hex::encode(hash)), &card))?;
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
            let length = FieldNormReader::id_to_fieldnorm(id);
            varint(u64::from(length - before), &mut out);
            before = length;
        }
        character_table(&mut out);
        Ok(out)
    }
}

/// Writes a shard of terms and the one of their positions.
fn term_shards(entries: &[Entry<'_>], sink: Sink<'_>) -> fs::Result<Hash> {
    let column = |at: usize| entries.iter().flat_map(|entry| &entry.columns[at]).copied().collect::<Vec<u8>>();
    let mut head = emit("p", &[&column(POSITIONS)], sink)?.to_vec();
    varint(entries.len() as u64, &mut head);
    sorted_list(entries.iter().map(|entry| entry.key), &mut head);
    for entry in entries {
        varint(entry.fields.iter().map(|(at, _)| 1 << at).sum(), &mut head);
        entry.fields.iter().for_each(|(_, frequency)| varint(u64::from(*frequency), &mut head));
    }
    emit("t", &[&head, &column(0), &column(1), &column(2)], sink)
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

/// Raw deflate. Each section has codes of its own, since one holds gaps and another counts. An encoder is not used again:
/// what zlib-rs makes after a reset depends on what it had before.
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
