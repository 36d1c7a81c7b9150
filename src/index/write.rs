//! Writes the index: one document for each entry, claim, argument, source and plain page.

use std::path::Path;

use serde::{Deserialize, Serialize};
use tantivy::directory::{Directory, MmapDirectory};
use tantivy::schema::Schema;
use tantivy::{IndexBuilder, TantivyDocument};

use super::analyze::{Analyzer, Forms, STEMMER};
use super::document::{Document, published};
use super::schema::{FORMS, field, schema, tokenizers};
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

/// How much memory tantivy may use for its tables, in bytes.
const MEMORY: usize = 256 << 20;

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

/// One writer and one segment, in the order of the documents' numbers.
pub fn fill(archive: &Archive, directory: impl Into<Box<dyn Directory>>) -> tantivy::Result<tantivy::Index> {
    let schema = schema();
    let analyzer = Analyzer::new(&archive.config.language);
    let builder = IndexBuilder::new().schema(schema.clone()).tokenizers(tokenizers(analyzer));
    let mut writer = builder.single_segment_index_writer(directory, MEMORY)?;
    let mut forms = Forms::default();
    for (id, node) in published(archive) {
        writer.add_document(for_tantivy(&schema, &Document::new(archive, id, node), &mut forms))?;
    }
    writer.finalize()
}

fn for_tantivy(schema: &Schema, document: &Document, forms: &mut Forms) -> TantivyDocument {
    let mut out = TantivyDocument::default();
    out.add_text(field(schema, "id"), &document.card.id);
    for (name, text) in &document.texts {
        out.add_text(field(schema, name), text);
    }
    for (name, value) in &document.facts {
        out.add_text(field(schema, name), value);
    }
    let texts = document.texts.iter().map(|(_, text)| text.as_str());
    forms.of(texts).for_each(|form| out.add_text(field(schema, FORMS), form));
    out.add_u64(field(schema, "date"), document.date);
    out.add_text(field(schema, "file"), &document.file);
    let card = serde_json::to_string(&document.card).expect("strings and numbers always serialise");
    out.add_text(field(schema, "card"), &card);
    out
}
