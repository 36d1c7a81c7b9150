//! Opens an index: on disk if it is whole and up to date, or in memory alone.

use std::collections::HashMap;
use std::panic::catch_unwind;
use std::path::Path;

use tantivy::columnar::Column;
use tantivy::directory::{MmapDirectory, RamDirectory};
use tantivy::index::SegmentReader;
use tantivy::postings::TermInfo;
use tantivy::schema::{IndexRecordOption, Schema, Value};
use tantivy::store::StoreReader;
use tantivy::{DocSet, InvertedIndexReader, TERMINATED, TantivyDocument};

use super::analyze::Analyzer;
use super::document::{Card, Document, Key};
use super::number::{self as numbering, Numbering};
use super::schema::{FACTS, KEY, LENGTHS, TEXTS, field, schema};
use super::write::{FOLDER, Label, fill};
use crate::model::Archive;

/// An index that is open. Its documents lie in parts, each written whole; what has changed since lies in a later one,
/// and is dead in the earlier one. A document's *slot* is its place in all parts, the dead counted.
pub struct Index {
    pub(super) kept: tantivy::Index,
    pub(super) label: Label,
    pub(super) parts: Vec<Part>,
    pub(super) schema: Schema,
    pub(super) analyzer: Analyzer,
    /// Of the living documents, sorted.
    pub(super) ids: Vec<Box<str>>,
    /// The slots of the living documents, in that order.
    pub(super) slots: Vec<u32>,
    /// The place of each slot among the ids; [`DEAD`] if it is dead.
    pub(super) ranks: Vec<u32>,
    /// How many terms all living documents have in each text field.
    pub(super) totals: [u64; TEXTS.len()],
    /// What went out of the index for good when it was brought up to date: who compares it with an earlier edition may
    /// miss it.
    pub(super) gone: HashMap<Key, Document>,
}

/// Documents that were written at once.
pub(super) struct Part {
    pub segment: SegmentReader,
    store: StoreReader,
    /// The slot of its first document.
    pub first: u32,
    dates: Column<u64>,
    keys: [Column<u64>; KEY.len()],
}

/// Ranks no document that lives.
pub(super) const DEAD: u32 = u32::MAX;

/// What lies in the index's folder.
pub enum State {
    Fresh(Box<Index>),
    /// The archive has changed since.
    Stale,
    /// There is none, or it can't be read.
    Missing,
}

/// Whether the index in `folder` says that it was made of what `digest` stands for. It is not looked into: who opens it
/// does that.
pub fn is_fresh(folder: &Path, digest: &str) -> bool {
    Label::read(&folder.join(FOLDER)).is_some_and(|label| label.is_current() && label.digest == digest)
}

impl Index {
    /// Opens the index in `folder`, if it was made of what `digest` stands for.
    pub fn open(folder: &Path, digest: &str) -> State {
        Self::open_if(folder, |label| label.digest == digest)
    }

    /// Opens the index in `folder`, if its label will do.
    pub(super) fn open_if(folder: &Path, will_do: impl Fn(&Label) -> bool) -> State {
        // While it is opened, another process may put a new one in its place.
        const TRIES: usize = 5;
        let folder = folder.join(FOLDER);
        let label = || Label::read(&folder);
        for _ in 0..TRIES {
            let Some(before) = label() else { return State::Missing };
            if !before.is_current() || !will_do(&before) {
                return State::Stale;
            }
            // Files that are damaged in some ways make tantivy panic.
            let found = catch_unwind(|| Self::open_folder(&folder));
            match found.unwrap_or_else(|_| Err(broken("its files can't be read"))) {
                Ok(index) if label().as_ref() == Some(&before) => return State::Fresh(Box::new(index)),
                Err(_) if label().as_ref() == Some(&before) => return State::Missing,
                _ => {}
            }
        }
        State::Missing
    }

    fn open_folder(folder: &Path) -> tantivy::Result<Self> {
        let found = tantivy::Index::open(MmapDirectory::open(folder)?)?;
        if found.schema() != schema() || !found.validate_checksum()?.is_empty() {
            return Err(broken("its files are not as they were written"));
        }
        Self::read(found)
    }

    /// The index of an archive, in memory alone.
    pub fn in_memory(archive: &Archive) -> tantivy::Result<Self> {
        Self::read(fill(archive, "", RamDirectory::create())?)
    }

    /// Reads what was committed last.
    pub(super) fn read(kept: tantivy::Index) -> tantivy::Result<Self> {
        let meta = kept.load_metas()?;
        let label = meta.payload.as_deref().and_then(Label::parse).ok_or_else(|| broken("it has no label"))?;
        let (mut parts, mut first, mut found) = (Vec::<Part>::new(), 0, Vec::new());
        for segment in meta.segments {
            let segment = SegmentReader::open(&kept.segment(segment))?;
            let next = first + segment.max_doc();
            found.extend(ids(&segment)?.into_iter().map(|(id, doc)| (id, first + doc)));
            parts.push(Part::new(segment, first)?);
            first = next;
        }
        // Each part's are sorted, which makes it cheap.
        found.sort_by(|a, b| a.0.cmp(&b.0));
        let mut ranks = vec![DEAD; first as usize];
        for ((_, slot), rank) in found.iter().zip(0..) {
            ranks[*slot as usize] = rank;
        }
        let (ids, slots) = found.into_iter().unzip();
        let totals = totals(&parts)?;
        let analyzer = Analyzer::new(&label.language);
        Ok(Self {
            schema: kept.schema(),
            kept,
            label,
            parts,
            analyzer,
            ids,
            slots,
            ranks,
            totals,
            gone: HashMap::new(),
        })
    }

    /// How many documents live.
    pub(super) fn count(&self) -> usize {
        self.ids.len()
    }

    pub(super) fn is_alive(&self, slot: usize) -> bool {
        self.ranks[slot] != DEAD
    }

    /// The part that a slot lies in, and its place there.
    fn part(&self, slot: usize) -> (&Part, u32) {
        let slot = number(slot);
        let part = &self.parts[self.parts.partition_point(|part| part.first <= slot) - 1];
        (part, slot - part.first)
    }

    /// What a document's hit shows, and its file.
    pub(super) fn card(&self, slot: usize) -> tantivy::Result<(Card, String)> {
        let document = self.stored(slot)?;
        let card = serde_json::from_str(self.text(&document, "card"));
        let card = card.map_err(|error| broken(&format!("a card: {error}")))?;
        Ok((card, self.text(&document, "file").to_owned()))
    }

    /// What is stored of a document, dead or alive.
    pub(super) fn stored(&self, slot: usize) -> tantivy::Result<TantivyDocument> {
        let (part, doc) = self.part(slot);
        part.store.get(doc)
    }

    /// What was indexed of a document, dead or alive.
    pub(super) fn document(&self, slot: usize) -> tantivy::Result<Document> {
        let stored = self.stored(slot)?;
        let of = |name: &'static str| {
            let values = stored.get_all(field(&self.schema, name)).filter_map(|value| value.as_str());
            values.map(move |value| (name, value.to_owned())).collect::<Vec<_>>()
        };
        let texts = TEXTS.iter().flat_map(|(name, _)| of(name)).collect();
        let card = serde_json::from_str(self.text(&stored, "card"));
        Ok(Document {
            texts,
            facts: FACTS.iter().flat_map(|name| of(name)).collect(),
            date: self.date(slot),
            file: self.text(&stored, "file").to_owned(),
            card: card.map_err(|error| broken(&format!("a card: {error}")))?,
        })
    }

    /// A text that is stored.
    pub(super) fn text<'a>(&self, document: &'a TantivyDocument, name: &str) -> &'a str {
        document.get_first(field(&self.schema, name)).and_then(|value| value.as_str()).unwrap_or_default()
    }

    /// How its date sorts; 0 for none.
    pub(super) fn date(&self, slot: usize) -> u64 {
        let (part, doc) = self.part(slot);
        part.dates.first(doc).unwrap_or(0)
    }

    /// What stands for all that was read for a document.
    pub(super) fn key(&self, slot: usize) -> Key {
        let (part, doc) = self.part(slot);
        part.keys.each_ref().map(|column| column.first(doc).unwrap_or(0))
    }

    /// The number of each living document, in the order of their ids.
    pub(super) fn numbers(&self) -> (Numbering, Vec<u32>) {
        numbering::number(self.ids.iter().map(|id| &**id))
    }

    /// The spellings in a field that begin with `prefix`, sorted, each with the number of living documents that have it.
    pub(super) fn spellings(&self, name: &str, prefix: &str) -> tantivy::Result<Vec<(String, u64)>> {
        let mut found: Vec<(String, u64)> = Vec::new();
        for part in &self.parts {
            let postings = part.segment.inverted_index(field(&self.schema, name))?;
            let mut terms = postings.terms().range().ge(prefix.as_bytes()).into_stream()?;
            while terms.advance() && terms.key().starts_with(prefix.as_bytes()) {
                let frequency = part.frequency(&postings, terms.value())?;
                if frequency > 0 {
                    found.push((String::from_utf8_lossy(terms.key()).into_owned(), frequency.into()));
                }
            }
        }
        found.sort_by(|a, b| a.0.cmp(&b.0));
        found.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            kept.1 += if same { next.1 } else { 0 };
            same
        });
        Ok(found)
    }
}

impl Part {
    fn new(segment: SegmentReader, first: u32) -> tantivy::Result<Self> {
        /// Blocks of stored texts that are kept unpacked.
        const UNPACKED: usize = 100;
        let column = |name: &str| segment.fast_fields().u64(name);
        let keys = [column(KEY[0])?, column(KEY[1])?];
        Ok(Self { store: segment.get_store_reader(UNPACKED)?, dates: column("date")?, keys, first, segment })
    }

    /// Its slots.
    pub fn range(&self) -> std::ops::Range<usize> {
        let first = self.first as usize;
        first..first + self.segment.max_doc() as usize
    }

    /// How many living documents have a term.
    pub fn frequency(&self, postings: &InvertedIndexReader, list: &TermInfo) -> tantivy::Result<u32> {
        if !self.segment.has_deletes() {
            return Ok(list.doc_freq);
        }
        let (mut list, mut count) = (postings.read_postings_from_terminfo(list, IndexRecordOption::Basic)?, 0);
        while list.doc() != TERMINATED {
            count += u32::from(!self.segment.is_deleted(list.doc()));
            list.advance();
        }
        Ok(count)
    }
}

/// The ids of the living documents of a segment, sorted.
fn ids(segment: &SegmentReader) -> tantivy::Result<Vec<(Box<str>, u32)>> {
    let Some(column) = segment.fast_fields().str("id")? else { return Ok(Vec::new()) };
    let mut documents = vec![TERMINATED; column.num_terms()];
    for doc in segment.doc_ids_alive() {
        for place in column.term_ords(doc) {
            documents[usize::try_from(place).unwrap_or(usize::MAX)] = doc;
        }
    }
    let (mut ids, mut found) = (column.dictionary().stream()?, Vec::new());
    for doc in documents {
        if ids.advance() && doc != TERMINATED {
            found.push((String::from_utf8_lossy(ids.key()).into(), doc));
        }
    }
    Ok(found)
}

fn totals(parts: &[Part]) -> tantivy::Result<[u64; TEXTS.len()]> {
    let mut totals = [0; TEXTS.len()];
    for part in parts {
        for (total, name) in totals.iter_mut().zip(LENGTHS) {
            let lengths = part.segment.fast_fields().u64(name)?;
            *total += part.segment.doc_ids_alive().map(|doc| lengths.first(doc).unwrap_or(0)).sum::<u64>();
        }
    }
    Ok(totals)
}

pub(super) fn broken(what: &str) -> tantivy::TantivyError {
    tantivy::TantivyError::InternalError(format!("the index is broken: {what}"))
}

pub(super) fn number(slot: usize) -> u32 {
    u32::try_from(slot).unwrap_or(TERMINATED)
}
