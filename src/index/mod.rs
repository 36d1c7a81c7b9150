//! The full-text index: from the archive to tantivy's postings and the browser's shards, and from a query to ranked
//! entries.
//!
//! One analyser makes the terms of texts and of queries. tantivy keeps postings, positions and field norms; the scorer
//! is ours, BM25 in f64, since the browser has to rank alike: docs/search.md says what both readers hold to. An index
//! is brought up to date by what has changed, and so are the shards that are made from it: what comes of it is what a
//! clean one gives, byte for byte.

mod analyze;
mod characters;
mod cut;
mod document;
mod export;
mod golden;
mod invert;
mod kept;
mod lists;
mod live;
mod number;
mod open;
mod query;
mod schema;
mod score;
mod search;
mod shard;
mod snippet;
mod spelling;
#[cfg(test)]
mod vectors;
mod write;

pub use export::{Sink, export};
pub use golden::{GOLDEN, Golden};
pub use kept::Kept;
pub use live::Live;
pub use open::{Index, State};
pub use query::{Query, QueryError};
pub use score::Gain;
pub use search::{Asked, Explanation, Hit, Order, Results};
pub use shard::{SHARDS, Shard};
pub use write::update;
