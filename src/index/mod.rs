//! The full-text index: from the archive to tantivy's postings, and from a query to ranked entries.
//!
//! One analyser makes the terms of texts and of queries. tantivy keeps postings, positions, field norms and columns;
//! the scorer is ours, so that a later reader in the browser can rank alike: BM25 in f64, with the same operations in
//! the same order, ties broken by id. An index is written whole, beside the old one, and swapped in.

mod analyze;
mod query;
mod schema;
mod search;
mod snippet;
mod write;

pub use query::{Query, QueryError};
pub use search::{Hit, Index, Results, State};
pub use write::write;
