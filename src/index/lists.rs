//! What the shards of sorted lists are made of: the terms with their postings, and the forms.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::termdict::TermStreamer;
use tantivy::{DocSet, InvertedIndexReader, TERMINATED};

use super::cut::Hash;
use super::open::{Index, Part};
use super::schema::{FACTS, FORMS, TEXTS, field};
use super::shard::{Shard, named, sorted_list, varint};

/// A sorted list that is cut into shards.
pub trait List: Sync {
    type Entry: Send + Sync;
    /// Where the keys are read.
    fn sources(&self) -> &[Source<'_>];
    /// What is written of a key; `None` if no living document has it.
    fn entry(&self, key: Key) -> tantivy::Result<Option<Self::Entry>>;
    fn key(entry: &Self::Entry) -> &str;
    fn size(entry: &Self::Entry) -> usize;
    /// The shard, its hash, and the one of its positions.
    fn shard(entries: &[Self::Entry]) -> (Shard, Hash, Option<(Shard, Hash)>);
    /// The folders of these two.
    const FOLDERS: (&'static str, Option<&'static str>);
}

/// A field of a part of the index.
pub struct Source<'a> {
    part: &'a Part,
    /// Its place among [`TEXTS`], or [`FACT`].
    at: u32,
    /// Stands before its terms in the keys.
    prefix: String,
    postings: Arc<InvertedIndexReader>,
    norms: Option<FieldNormReader>,
}

/// The field of facts, after those of [`TEXTS`].
const FACT: u32 = 5;

impl<'a> Source<'a> {
    fn new(index: &'a Index, part: &'a Part, name: &str, at: u32) -> tantivy::Result<Self> {
        let field = field(&index.schema, name);
        let text = (at as usize) < TEXTS.len();
        let norms = if text { Some(part.segment.get_fieldnorms_reader(field)?) } else { None };
        let prefix = if at == FACT { format!("{name}:") } else { String::new() };
        Ok(Self { part, at, prefix, postings: part.segment.inverted_index(field)?, norms })
    }

    /// Its terms whose keys are not less than `from`.
    fn terms(&self, from: &str) -> std::io::Result<Option<TermStreamer<'_>>> {
        let terms = self.postings.terms().range();
        Ok(match from.strip_prefix(&self.prefix) {
            Some(from) => Some(terms.ge(from.as_bytes()).into_stream()?),
            None if *self.prefix > *from => Some(terms.into_stream()?),
            None => None,
        })
    }
}

/// A key with the sources that have it, in their order.
pub struct Key {
    pub text: String,
    lists: Vec<(usize, TermInfo)>,
}

/// The keys of sources from one on, sorted.
pub struct Keys<'a> {
    sources: &'a [Source<'a>],
    terms: Vec<Option<TermStreamer<'a>>>,
    next: BinaryHeap<Reverse<(String, usize)>>,
}

impl<'a> Keys<'a> {
    pub fn new(sources: &'a [Source<'a>], from: &str) -> tantivy::Result<Self> {
        let terms = sources.iter().map(|source| source.terms(from)).collect::<Result<Vec<_>, _>>()?;
        let mut keys = Self { sources, terms, next: BinaryHeap::new() };
        (0..sources.len()).for_each(|at| keys.advance(at, String::new()));
        Ok(keys)
    }

    fn advance(&mut self, at: usize, mut room: String) {
        if let Some(terms) = &mut self.terms[at]
            && terms.advance()
        {
            room.clear();
            room.push_str(&self.sources[at].prefix);
            room.push_str(&String::from_utf8_lossy(terms.key()));
            self.next.push(Reverse((room, at)));
        }
    }
}

impl Iterator for Keys<'_> {
    type Item = Key;

    fn next(&mut self) -> Option<Key> {
        let Reverse((text, at)) = self.next.pop()?;
        let mut key = Key { text, lists: Vec::new() };
        let list = |terms: &Option<TermStreamer<'_>>| terms.as_ref().map(|terms| terms.value().clone());
        key.lists.extend(list(&self.terms[at]).map(|list| (at, list)));
        self.advance(at, String::new());
        while self.next.peek().is_some_and(|Reverse((text, _))| *text == key.text) {
            let Some(Reverse((room, at))) = self.next.pop() else { break };
            key.lists.extend(list(&self.terms[at]).map(|list| (at, list)));
            self.advance(at, room);
        }
        Some(key)
    }
}

/// Terms of texts, and facts.
pub struct Terms<'a> {
    sources: Vec<Source<'a>>,
    /// Of each slot.
    numbers: &'a [u32],
}

/// A term with its lists, encoded.
pub struct Entry {
    key: String,
    /// Which fields have it, and in how many documents.
    fields: Vec<(u32, u32)>,
    /// Documents, counts, lengths and positions.
    columns: [Box<[u8]>; 4],
}

/// The last column, in a shard of its own.
const POSITIONS: usize = 3;

/// The postings of a term in a field.
#[derive(Default)]
struct Found {
    /// Number, quantised length, and where the positions begin and end.
    documents: Vec<(u32, u8, usize, usize)>,
    positions: Vec<u32>,
}

impl<'a> Terms<'a> {
    pub fn new(index: &'a Index, numbers: &'a [u32]) -> tantivy::Result<Self> {
        let texts = TEXTS.iter().zip(0..).map(|((name, _), at)| (*name, at));
        let fields = texts.chain(FACTS.iter().map(|name| (*name, FACT)));
        let sources =
            fields.flat_map(|(name, at)| index.parts.iter().map(move |part| Source::new(index, part, name, at)));
        Ok(Self { sources: sources.collect::<Result<_, _>>()?, numbers })
    }

    fn read(&self, source: &Source<'_>, list: &TermInfo, found: &mut Found) -> tantivy::Result<()> {
        let text = source.norms.is_some();
        let wanted = if text { IndexRecordOption::WithFreqsAndPositions } else { IndexRecordOption::Basic };
        let mut list = source.postings.read_postings_from_terminfo(list, wanted)?;
        let mut steps = Vec::new();
        while list.doc() != TERMINATED {
            let doc = list.doc();
            if !source.part.segment.is_deleted(doc) {
                let from = found.positions.len();
                let length = source.norms.as_ref().map_or(0, |norms| norms.fieldnorm_id(doc));
                if text {
                    list.positions(&mut steps);
                    found.positions.append(&mut steps);
                }
                let number = self.numbers[(source.part.first + doc) as usize];
                found.documents.push((number, length, from, found.positions.len()));
            }
            list.advance();
        }
        Ok(())
    }
}

impl Found {
    fn write(&mut self, text: bool, columns: &mut [Vec<u8>; 4]) {
        let [documents, counts, lengths, steps] = columns;
        if !self.documents.is_sorted() {
            self.documents.sort_unstable();
        }
        let mut least = 0;
        for &(number, length, from, to) in &self.documents {
            varint(u64::from(number - least), documents);
            least = number + 1;
            if text {
                varint((to - from - 1) as u64, counts);
                lengths.push(length);
                let mut before = 0;
                for position in &self.positions[from..to] {
                    varint(u64::from(position - before), steps);
                    before = *position;
                }
            }
        }
    }
}

impl List for Terms<'_> {
    type Entry = Entry;
    const FOLDERS: (&'static str, Option<&'static str>) = ("t", Some("p"));

    fn sources(&self) -> &[Source<'_>] {
        &self.sources
    }

    fn entry(&self, key: Key) -> tantivy::Result<Option<Entry>> {
        let (mut fields, mut columns) = (Vec::new(), <[Vec<u8>; 4]>::default());
        // All parts of a field make one list.
        for lists in key.lists.chunk_by(|a, b| self.sources[a.0].at == self.sources[b.0].at) {
            let mut found = Found::default();
            for (source, list) in lists {
                self.read(&self.sources[*source], list, &mut found)?;
            }
            if !found.documents.is_empty() {
                let at = self.sources[lists[0].0].at;
                found.write(at != FACT, &mut columns);
                fields.push((at, u32::try_from(found.documents.len()).unwrap_or(u32::MAX)));
            }
        }
        let columns = columns.map(Vec::into_boxed_slice);
        Ok((!fields.is_empty()).then_some(Entry { key: key.text, fields, columns }))
    }

    fn key(entry: &Entry) -> &str {
        &entry.key
    }

    fn size(entry: &Entry) -> usize {
        entry.key.len() + entry.columns[..POSITIONS].iter().map(|column| column.len()).sum::<usize>()
    }

    fn shard(entries: &[Entry]) -> (Shard, Hash, Option<(Shard, Hash)>) {
        let column = |at: usize| {
            let mut out = Vec::new();
            entries.iter().for_each(|entry| out.extend_from_slice(&entry.columns[at]));
            out
        };
        let (hash, positions) = named("p", &[&column(POSITIONS)]);
        let mut head = hash.to_vec();
        varint(entries.len() as u64, &mut head);
        sorted_list(entries.iter().map(|entry| entry.key.as_str()), &mut head);
        for entry in entries {
            varint(entry.fields.iter().map(|(at, _)| 1 << at).sum(), &mut head);
            entry.fields.iter().for_each(|(_, frequency)| varint(u64::from(*frequency), &mut head));
        }
        let (own, shard) = named("t", &[&head, &column(0), &column(1), &column(2)]);
        (shard, own, Some((positions, hash)))
    }
}

/// Forms, each with the number of its documents.
pub struct Forms<'a>(Vec<Source<'a>>);

impl<'a> Forms<'a> {
    pub fn new(index: &'a Index) -> tantivy::Result<Self> {
        let sources = index.parts.iter().map(|part| Source::new(index, part, FORMS, FACT + 1));
        Ok(Self(sources.collect::<Result<_, _>>()?))
    }
}

impl List for Forms<'_> {
    type Entry = (String, u32);
    const FOLDERS: (&'static str, Option<&'static str>) = ("f", None);

    fn sources(&self) -> &[Source<'_>] {
        &self.0
    }

    fn entry(&self, key: Key) -> tantivy::Result<Option<Self::Entry>> {
        let counts =
            key.lists.iter().map(|(source, list)| self.0[*source].part.frequency(&self.0[*source].postings, list));
        let count = counts.sum::<tantivy::Result<u32>>()?;
        Ok((count > 0).then_some((key.text, count)))
    }

    fn key((form, _): &Self::Entry) -> &str {
        form
    }

    /// What a list of forms is read for, prefixes and typos, lies side by side.
    fn size((form, _): &Self::Entry) -> usize {
        form.len() * 2
    }

    fn shard(forms: &[Self::Entry]) -> (Shard, Hash, Option<(Shard, Hash)>) {
        let mut out = Vec::new();
        varint(forms.len() as u64, &mut out);
        sorted_list(forms.iter().map(|form| form.0.as_str()), &mut out);
        forms.iter().for_each(|form| varint(form.1.into(), &mut out));
        let (hash, shard) = named("f", &[&out]);
        (shard, hash, None)
    }
}
