//! What the index holds of each document.

use tantivy::schema::{FAST, Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions};

/// The analyser's name in tantivy.
pub const TOKENIZER: &str = "casebook";

/// Texts that are searched, each with its weight in the score: a word in a title says more than one in a body.
pub const TEXTS: [(&str, f64); 5] = [("title", 4.0), ("names", 2.0), ("tags", 2.0), ("body", 1.0), ("code", 0.5)];

/// Facts that a query can ask for as `name:value`, and of which hits are counted.
pub const FACTS: [&str; 10] =
    ["kind", "argument", "stance", "claim", "speaker", "author", "source", "tag", "lang", "language"];

pub fn schema() -> Schema {
    let mut builder = Schema::builder();
    builder.add_text_field("id", STRING | STORED);
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(TOKENIZER)
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let text = TextOptions::default().set_indexing_options(indexing);
    for (name, _) in TEXTS {
        builder.add_text_field(name, text.clone());
    }
    for name in FACTS {
        builder.add_text_field(name, STRING | FAST);
    }
    builder.add_u64_field("year", FAST);
    // What a hit shows.
    builder.add_text_field("stored", STORED);
    builder.build()
}

pub fn field(schema: &Schema, name: &str) -> Field {
    schema.get_field(name).expect("the schema has every field that is named in this module")
}
