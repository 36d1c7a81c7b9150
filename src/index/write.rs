//! Writes the index: one document for each entry, claim, argument, source and plain page.

use std::path::Path;

use serde::{Deserialize, Serialize};
use tantivy::directory::{Directory, MmapDirectory, TerminatingWrite};
use tantivy::fastfield::FastFieldsWriter;
use tantivy::index::{IndexMeta, SegmentComponent, SegmentMeta};
use tantivy::schema::Schema;
use tantivy::store::{Compressor, StoreWriter};
use tantivy::tokenizer::TokenizerManager;
use tantivy::{IndexBuilder, TantivyDocument};

use super::analyze::{Analyzer, STEMMER};
use super::document::{Document, published};
use super::invert::Inverter;
use super::schema::{field, schema};
use crate::fs;
use crate::model::Archive;

/// Changes with what is written, or how; docs/search.md describes it.
pub const FORMAT: u32 = 1;
pub const FOLDER: &str = "tantivy";
const LABEL: &str = "casebook.json";

/// What an index says of itself.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    format: u32,
    /// Its stems are in the index.
    stemmer: String,
    /// Of everything that the index was made of.
    pub digest: String,
    pub language: String,
}

impl Label {
    /// Of the index in a folder; `None` where there is none that can be read.
    pub fn read(folder: &Path) -> Option<Self> {
        serde_json::from_str(&std::fs::read_to_string(folder.join(LABEL)).ok()?).ok()
    }

    /// Whether this program would write it so.
    pub fn is_current(&self) -> bool {
        self.format == FORMAT && self.stemmer == STEMMER
    }
}

/// tantivy's list of what an index is made of.
const META: &str = "meta.json";

/// Writes the index of an archive into `folder`, in place of the one that is there.
pub fn write(archive: &Archive, folder: &Path, digest: &str) -> fs::Result<()> {
    fs::create_dir_all(folder)?;
    let _lock = fs::lock_folder(folder)?;
    let beside = folder.join(format!("{FOLDER}.new"));
    fs::remove_dir_all(&beside)?;
    fs::create_dir_all(&beside)?;
    let filled = MmapDirectory::open(&beside).map_err(tantivy::TantivyError::from);
    filled
        .and_then(|directory| fill(archive, directory))
        .map_err(|error| fs::Error::new("write the index", &beside, error))?;
    let (digest, language) = (digest.to_owned(), archive.config.language.clone());
    let label = Label { format: FORMAT, stemmer: STEMMER.to_owned(), digest, language };
    let label = serde_json::to_string(&label).expect("strings always serialise");
    fs::write_new(&beside.join(LABEL), label.as_bytes())?;
    let place = folder.join(FOLDER);
    if !place.exists() {
        return fs::rename(&beside, &place);
    }
    if !fs::exchange(&beside, &place)? {
        fs::remove_dir_all(&place)?;
        return fs::rename(&beside, &place);
    }
    fs::remove_dir_all(&beside)
}

/// One segment, in the order of the documents' numbers.
pub fn fill(archive: &Archive, directory: impl Into<Box<dyn Directory>>) -> tantivy::Result<tantivy::Index> {
    let index = IndexBuilder::new().schema(schema()).open_or_create(directory)?;
    let analyzer = Analyzer::new(&archive.config.language);
    let documents = published(archive).into_iter().map(|(id, node)| Document::new(archive, id, node));
    let segments = vec![segment(&index, analyzer, documents)?];
    let meta = IndexMeta { segments, ..IndexMeta::with_schema(index.schema()) };
    index.directory().sync_directory()?;
    index.directory().atomic_write(Path::new(META), &serde_json::to_vec(&meta)?)?;
    Ok(index)
}

/// Writes documents as a segment that is no part of the index yet. Its files are written here, not by tantivy's writer:
/// that one would look up each word of each text once more.
fn segment(
    index: &tantivy::Index,
    analyzer: Analyzer,
    documents: impl Iterator<Item = Document>,
) -> tantivy::Result<SegmentMeta> {
    /// As large as tantivy's own blocks.
    const BLOCK: usize = 16 << 10;
    let (segment, schema) = (index.new_segment(), index.schema());
    let mut inverter = Inverter::new(analyzer);
    let mut columns = FastFieldsWriter::from_schema_and_tokenizer_manager(&schema, TokenizerManager::default())?;
    let store = segment.open_write(SegmentComponent::Store)?;
    let mut store = StoreWriter::new(store, Compressor::default(), BLOCK, false)?;
    let mut count = 0;
    for document in documents {
        inverter.add(&document);
        let kept = for_tantivy(&schema, &document);
        columns.add_document(&kept)?;
        store.store(&kept, &schema)?;
        count += 1;
    }
    store.close()?;
    let mut file = segment.open_write(SegmentComponent::FastFields)?;
    columns.serialize(&mut file, None)?;
    file.terminate()?;
    inverter.write(&segment, &schema)?;
    Ok(segment.with_max_doc(count).meta().clone())
}

/// What tantivy keeps of a document beside its postings.
fn for_tantivy(schema: &Schema, document: &Document) -> TantivyDocument {
    let mut out = TantivyDocument::default();
    out.add_text(field(schema, "id"), &document.card.id);
    for (name, value) in &document.facts {
        out.add_text(field(schema, name), value);
    }
    out.add_u64(field(schema, "date"), document.date);
    out.add_text(field(schema, "file"), &document.file);
    let card = serde_json::to_string(&document.card).expect("strings and numbers always serialise");
    out.add_text(field(schema, "card"), &card);
    out
}
