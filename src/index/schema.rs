//! What the index holds of each document.

use tantivy::schema::{FAST, Field, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions};

/// Texts that are searched, each with its weight in the score: a word in a title says more than one in a body.
pub const TEXTS: [(&str, f64); 5] = [("title", 4.0), ("names", 2.0), ("tags", 2.0), ("body", 1.0), ("code", 0.5)];

/// Facts that a query can ask for as `name:value`, and of which hits are counted.
pub const FACTS: [&str; 11] =
    ["kind", "argument", "stance", "claim", "speaker", "author", "source", "tag", "lang", "language", "year"];

/// Forms of words, for prefixes and corrected spellings.
pub const FORMS: &str = "form";

/// How many terms a document has in each of [`TEXTS`], in the same order.
pub const LENGTHS: [&str; TEXTS.len()] = ["title-terms", "names-terms", "tags-terms", "body-terms", "code-terms"];

/// The halves of a document's key.
pub const KEY: [&str; 2] = ["key", "key-rest"];

/// tantivy never sees a text, only the terms that were made of it.
const TOKENIZER: &str = "raw";

pub fn schema() -> Schema {
    let mut builder = Schema::builder();
    let indexing = TextFieldIndexing::default().set_tokenizer(TOKENIZER);
    let text = indexing.clone().set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let text = TextOptions::default().set_indexing_options(text);
    let raw = indexing.set_fieldnorms(false).set_index_option(IndexRecordOption::Basic);
    let raw = TextOptions::default().set_indexing_options(raw);
    builder.add_text_field("id", TextOptions::default() | FAST);
    // Kept as well: when a document is no more, what it had must be known.
    for (name, _) in TEXTS {
        builder.add_text_field(name, text.clone() | STORED);
    }
    for name in FACTS {
        builder.add_text_field(name, raw.clone() | FAST | STORED);
    }
    builder.add_text_field(FORMS, raw);
    for name in ["date"].iter().chain(&LENGTHS).chain(&KEY) {
        builder.add_u64_field(name, FAST);
    }
    builder.add_text_field("file", STORED);
    builder.add_text_field("card", STORED);
    builder.build()
}

pub fn field(schema: &Schema, name: &str) -> Field {
    schema.get_field(name).expect("the schema has every field that is named in this module")
}
