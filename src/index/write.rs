//! Writes the index: one document for each entry, claim, argument, source and plain page.

use std::path::Path;

use serde::{Deserialize, Serialize};
use tantivy::directory::MmapDirectory;
use tantivy::schema::Schema;
use tantivy::tokenizer::TextAnalyzer;
use tantivy::{IndexBuilder, TantivyDocument};

use super::analyze::{Analyzer, WordTokenizer};
use super::schema::{TOKENIZER, field, schema};
use crate::fields::Choice;
use crate::fs;
use crate::model::{Archive, Entry, Id, Item, Node, component};
use crate::read::markdown::PassageKind;

/// Changes with what is written, or how.
pub const FORMAT: u32 = 1;
pub const FOLDER: &str = "tantivy";
pub const LABEL: &str = "casebook.json";

/// What an index says of itself.
#[derive(Debug, Serialize, Deserialize)]
pub struct Label {
    pub format: u32,
    /// Of everything that the index was made of.
    pub digest: String,
    pub language: String,
}

/// What a hit shows.
#[derive(Debug, Serialize, Deserialize)]
pub struct Stored {
    pub id: String,
    pub kind: String,
    pub title: String,
    /// Below the site's root, not encoded.
    pub address: String,
    /// Curated arguments, with the stance where one is taken.
    pub arguments: Vec<(String, Option<String>)>,
    pub year: Option<i16>,
    pub text: String,
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
    fill(archive, &beside).map_err(|error| fs::Error::new("write the index", &beside, error))?;
    let label = Label { format: FORMAT, digest: digest.to_owned(), language: archive.config.language.clone() };
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

fn fill(archive: &Archive, folder: &Path) -> tantivy::Result<()> {
    let schema = schema();
    let manager = tantivy::tokenizer::TokenizerManager::default();
    manager.register(
        TOKENIZER,
        TextAnalyzer::builder(WordTokenizer::new(Analyzer::new(&archive.config.language))).build(),
    );
    manager.register("raw", tantivy::tokenizer::RawTokenizer::default());
    let directory = MmapDirectory::open(folder)?;
    let builder = IndexBuilder::new().schema(schema.clone()).tokenizers(manager);
    // One writer, one segment, in the order of ids: a document's number is its place among the ids.
    let mut writer = builder.single_segment_index_writer(directory, MEMORY)?;
    for (id, &node) in &archive.ids {
        if archive.withdrawn(node).is_none() {
            writer.add_document(
                Writer { archive, schema: &schema, document: TantivyDocument::default() }.document(id, node),
            )?;
        }
    }
    writer.finalize()?;
    Ok(())
}

struct Writer<'a> {
    archive: &'a Archive,
    schema: &'a Schema,
    document: TantivyDocument,
}

impl Writer<'_> {
    fn add(&mut self, name: &str, text: &str) {
        self.document.add_text(field(self.schema, name), text);
    }

    fn fact(&mut self, name: &str, value: &str) {
        let value = component(value);
        if !value.is_empty() {
            self.add(name, &value);
        }
    }

    fn document(mut self, id: &Id, node: Node) -> TantivyDocument {
        self.add("id", &id.to_string());
        self.fact("kind", id.kind.word());
        self.fact("language", &self.archive.config.language);
        self.add("title", self.archive.title(node));
        let mut stored = Stored {
            id: id.to_string(),
            kind: id.kind.word().to_owned(),
            title: self.archive.title(node).to_owned(),
            address: id.address(),
            arguments: Vec::new(),
            year: None,
            text: String::new(),
        };
        match node {
            Node::Claim(at) => {
                let claim = &self.archive.claims[at];
                let argument = self.archive.arguments[claim.argument].item.id.slug.clone();
                self.fact("argument", &argument);
                self.fact("claim", &id.slug);
                stored.arguments.push((argument, None));
                stored.text = claim.definition.answer.clone().unwrap_or_default();
            }
            Node::Argument(at) => {
                let argument = &self.archive.arguments[at];
                self.fact("argument", &id.slug);
                stored.arguments.push((id.slug.clone(), None));
                stored.text = argument.question.clone().unwrap_or_default();
            }
            Node::Source(at) => {
                let front = &self.archive.sources[at].front;
                self.fact("source", &id.slug);
                front.authors.iter().for_each(|author| {
                    self.fact("author", author);
                    self.add("names", author);
                });
                stored.year = front.date.as_ref().map(|date| date.value.year());
            }
            Node::Entry(at) => self.entry(&self.archive.entries[at], &mut stored),
            Node::Page(_) => {}
        }
        if let Some(item) = self.archive.item(node) {
            self.text(item, &mut stored);
        } else {
            self.add("body", &stored.text.clone());
        }
        if let Some(year) = stored.year.and_then(|year| u64::try_from(year).ok()) {
            self.document.add_u64(field(self.schema, "year"), year);
        }
        let stored = serde_json::to_string(&stored).expect("strings and numbers always serialise");
        self.add("stored", &stored);
        self.document
    }

    fn entry(&mut self, entry: &Entry, stored: &mut Stored) {
        let quote = entry.quote_form().is_some();
        for name in entry.people() {
            self.fact(if quote { "speaker" } else { "author" }, name);
            self.add("names", name);
        }
        if let Some(source) = entry.source.map(|at| &self.archive.sources[at]) {
            self.fact("source", &source.item.id.slug);
            self.add("names", &source.item.title);
            for author in &source.front.authors {
                self.fact("author", author);
                self.add("names", author);
            }
        }
        for tag in entry.tags() {
            self.fact("tag", tag);
            self.add("tags", tag);
        }
        for &(argument, stance) in entry.arguments.iter().flatten() {
            let slug = &self.archive.arguments[argument].item.id.slug;
            self.fact("argument", slug);
            if let Some(stance) = stance {
                self.fact("stance", stance.word());
                // A fact of its own, so that both are asked of one argument.
                self.add("stance", &format!("{}:{}", component(slug), stance.word()));
            }
            stored.arguments.push((slug.clone(), stance.map(|stance| stance.word().to_owned())));
        }
        for say in &entry.says {
            self.fact("claim", &self.archive.claims[say.claim].id.slug);
        }
        let document = &entry.item.document;
        document.variants().iter().for_each(|variant| self.fact("lang", &variant.language.value));
        document.code.iter().flatten().for_each(|code| self.add("code", &code.text));
        stored.year = entry.date.map(crate::date::Date::year);
    }

    /// The words of a text; code apart, since it weighs less.
    fn text(&mut self, item: &Item, stored: &mut Stored) {
        for passage in item.document.body.passages() {
            if passage.kind == PassageKind::Code {
                self.add("code", &passage.text);
                continue;
            }
            self.add("body", &passage.text);
            if !stored.text.is_empty() {
                stored.text.push('\n');
            }
            stored.text.push_str(&passage.text);
        }
    }
}
