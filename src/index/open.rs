//! Opens an index: on disk if it is whole and up to date, or in memory alone.

use std::panic::catch_unwind;
use std::path::Path;

use tantivy::columnar::StrColumn;
use tantivy::directory::{Directory, RamDirectory};
use tantivy::schema::{Schema, Value};
use tantivy::{SegmentReader, TERMINATED, TantivyDocument};

use super::analyze::Analyzer;
use super::document::Card;
use super::number::{self as numbering, Numbering};
use super::schema::{field, schema};
use super::write::{FOLDER, Label, fill};
use crate::model::Archive;

/// An index that is open.
pub struct Index {
    pub(super) segment: SegmentReader,
    searcher: tantivy::Searcher,
    pub(super) schema: Schema,
    pub(super) analyzer: Analyzer,
    /// The place of each document among the ids.
    pub(super) ranks: Vec<u64>,
}

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
        // While it is opened, another process may put a new one in its place.
        const TRIES: usize = 5;
        let folder = folder.join(FOLDER);
        let label = || Label::read(&folder);
        for _ in 0..TRIES {
            let Some(before) = label() else { return State::Missing };
            if !before.is_current() || before.digest != digest {
                return State::Stale;
            }
            let analyzer = Analyzer::new(&before.language);
            // Files that are damaged in some ways make tantivy panic.
            let found = catch_unwind(|| Self::open_folder(&folder, analyzer));
            match found.unwrap_or_else(|_| Err(broken("its files can't be read"))) {
                Ok(index) if label().as_ref() == Some(&before) => return State::Fresh(Box::new(index)),
                Err(_) if label().as_ref() == Some(&before) => return State::Missing,
                _ => {}
            }
        }
        State::Missing
    }

    fn open_folder(folder: &Path, analyzer: Analyzer) -> tantivy::Result<Self> {
        let check = |found: tantivy::Index| {
            if found.schema() != schema() || !found.validate_checksum()?.is_empty() {
                return Err(broken("its files are not as they were written"));
            }
            Self::read(&found, analyzer)
        };
        match tantivy::Index::open_in_dir(folder).and_then(check) {
            // tantivy writes a file to lock an index while it opens it, which not everybody may.
            Err(tantivy::TantivyError::LockFailure(..)) => check(tantivy::Index::open(copied(folder)?)?),
            found => found,
        }
    }

    /// The index of an archive, in memory alone.
    pub fn in_memory(archive: &Archive) -> tantivy::Result<Self> {
        let found = fill(archive, RamDirectory::create())?;
        Self::read(&found, Analyzer::new(&archive.config.language))
    }

    fn read(index: &tantivy::Index, analyzer: Analyzer) -> tantivy::Result<Self> {
        let reader = index.reader_builder().reload_policy(tantivy::ReloadPolicy::Manual).try_into()?;
        let searcher = reader.searcher();
        let segment = searcher.segment_readers().first().cloned();
        let segment = segment.ok_or_else(|| broken("it holds nothing"))?;
        let ids = id_column(&segment)?;
        let ranks = (0..segment.max_doc()).map(|doc| ids.term_ords(doc).next().unwrap_or(0)).collect();
        Ok(Self { segment, searcher, schema: index.schema(), analyzer, ranks })
    }

    /// How many documents there are.
    pub(super) fn count(&self) -> usize {
        self.segment.max_doc() as usize
    }

    /// What a document's hit shows, and its file.
    pub(super) fn card(&self, doc: usize) -> tantivy::Result<(Card, String)> {
        let document = self.stored(doc)?;
        let card = serde_json::from_str(self.text(&document, "card"));
        let card = card.map_err(|error| broken(&format!("a card: {error}")))?;
        Ok((card, self.text(&document, "file").to_owned()))
    }

    /// What is stored of a document.
    pub(super) fn stored(&self, doc: usize) -> tantivy::Result<TantivyDocument> {
        self.searcher.doc(tantivy::DocAddress::new(0, number(doc)))
    }

    /// A text that is stored.
    pub(super) fn text<'a>(&self, document: &'a TantivyDocument, name: &str) -> &'a str {
        document.get_first(field(&self.schema, name)).and_then(|value| value.as_str()).unwrap_or_default()
    }

    /// The number of each document, by its place in the index.
    pub(super) fn numbers(&self) -> tantivy::Result<(Numbering, Vec<u32>)> {
        let column = id_column(&self.segment)?;
        let mut ids = vec![String::new(); self.count()];
        for (id, rank) in ids.iter_mut().zip(0..) {
            column.ord_to_str(rank, id)?;
        }
        let (numbering, numbers) = numbering::number(ids.iter().map(String::as_str));
        let by_rank = |rank: &u64| usize::try_from(*rank).ok().and_then(|rank| numbers.get(rank).copied());
        let numbers: Option<_> = self.ranks.iter().map(by_rank).collect();
        Ok((numbering, numbers.ok_or_else(|| broken("an id stands for two documents"))?))
    }
}

/// The ids, in order, and the place among them of each document.
pub(super) fn id_column(segment: &SegmentReader) -> tantivy::Result<StrColumn> {
    segment.fast_fields().str("id")?.ok_or_else(|| broken("it has no ids"))
}

/// The files of a folder, in memory.
fn copied(folder: &Path) -> tantivy::Result<RamDirectory> {
    let copy = RamDirectory::create();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if let Some(name) = path.file_name().filter(|_| path.is_file()) {
            copy.atomic_write(Path::new(name), &std::fs::read(&path)?)?;
        }
    }
    Ok(copy)
}

fn broken(what: &str) -> tantivy::TantivyError {
    tantivy::TantivyError::InternalError(format!("the index is broken: {what}"))
}

pub(super) fn number(doc: usize) -> u32 {
    u32::try_from(doc).unwrap_or(TERMINATED)
}
