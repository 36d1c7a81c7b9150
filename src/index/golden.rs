//! Golden queries: what readers ask of an archive, and the entries that must be among the first hits.

use super::open::Index;
use super::query::Query;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, nearest};
use crate::fields::Fields;
use crate::model::{Archive, Id};
use crate::span::{FileId, Files, Span, Spanned};
use crate::value::{Syntax, parse};

/// Where they stand, relative to the archive's root.
pub const GOLDEN: &str = "tests/golden-queries.toml";

/// A query is answered well if its entries are among so many hits, unless it says otherwise.
const WITHIN: u64 = 5;

#[derive(Debug)]
pub struct Golden {
    text: Spanned<String>,
    within: usize,
    entries: Vec<Spanned<String>>,
}

impl Golden {
    /// Reads the file; what is wrong with it is reported.
    pub fn read(file: FileId, files: &Files, sink: &mut Diagnostics) -> Vec<Self> {
        let errors = sink.iter().count();
        let table = parse(&files.get(file).text, Syntax::Toml, file, 0, sink).table;
        if sink.iter().count() > errors {
            // What does not parse lacks keys that it has.
            return Vec::new();
        }
        let mut fields = Fields::new(table, Span::start_of(file), GOLDEN, sink);
        let queries = fields.tables("query").unwrap_or_default();
        fields.finish();
        queries.into_iter().filter_map(|query| Self::query(query, sink)).collect()
    }

    fn query(query: Spanned<crate::value::Table>, sink: &mut Diagnostics) -> Option<Self> {
        let mut fields = Fields::new(query.value, query.span, "a golden query", sink);
        let text = fields.required("text");
        let within = fields.number("within");
        if let Some(within) = within.as_ref().filter(|within| within.value == 0) {
            let message = "no hit is among the first 0".to_owned();
            fields.sink().push(Diagnostic::new(Code::InvalidValue, within.span, message).help("count from 1"));
        }
        let within = within.map_or(WITHIN, |within| within.value.max(1));
        let before = fields.sink().iter().count();
        let entries = fields.strings("entries");
        if entries.is_empty() && fields.sink().iter().count() == before {
            fields.missing("entries", "[\"essays/some-slug\"]");
        }
        fields.finish();
        let text = text?;
        if let Err(error) = Query::parse(&text.value) {
            let message = format!("this query can't be read: {}", error.message);
            sink.push(Diagnostic::new(Code::InvalidValue, text.span, message).help(error.help));
            return None;
        }
        Some(Self { text, within: usize::try_from(within).unwrap_or(usize::MAX), entries })
    }

    /// Reports each entry that is not where it must be.
    pub fn check(&self, index: &Index, archive: &Archive, sink: &mut Diagnostics) -> tantivy::Result<()> {
        let Ok(query) = Query::parse(&self.text.value) else { return Ok(()) };
        let ids = index.ids(&query)?;
        let first: Vec<String> = ids.iter().take(self.within.min(3)).map(|id| format!("`{id}`")).collect();
        for entry in &self.entries {
            let place = ids.iter().position(|id| *id == entry.value);
            if place.is_some_and(|place| place < self.within) {
                continue;
            }
            if Id::parse(&entry.value).is_none_or(|id| !archive.ids.contains_key(&id)) {
                let ids: Vec<_> = archive.ids.keys().map(Id::to_string).collect();
                let bare = archive.ids.keys().find(|id| id.slug == entry.value);
                let help = match bare {
                    Some(id) => Some(format!("did you mean `{id}`?")),
                    None => {
                        nearest(&entry.value, ids.iter().map(String::as_str)).map(|id| format!("did you mean `{id}`?"))
                    }
                };
                let message = format!("there is no `{}`", entry.value);
                let help = help.unwrap_or_else(|| "name an id, such as `essays/some-slug`".to_owned());
                sink.push(Diagnostic::new(Code::UnknownReference, entry.span, message).help(help));
                continue;
            }
            let place = place.map_or("is not found at all".to_owned(), |place| format!("is hit {}", place + 1));
            let message = format!("`{}` {place}, and must be among the first {}", entry.value, self.within);
            let help = match &first[..] {
                [] => "nothing is found: say in the entry what readers ask for, or correct the query".to_owned(),
                first => {
                    format!("first come {}: say in the entry what readers ask for, or correct this", first.join(", "))
                }
            };
            let diagnostic = Diagnostic::new(Code::GoldenQuery, entry.span, message).help(help);
            sink.push(diagnostic.related(self.text.span, "the query"));
        }
        Ok(())
    }
}
