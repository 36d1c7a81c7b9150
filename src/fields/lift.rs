//! Keys of a file that stand below the header of one of its tables, and so became keys of that table: TOML's commonest
//! trap. Each is reported with a fix that moves it up, and read as if it stood where it belongs.

use std::cell::LazyCell;
use std::collections::BTreeSet;
use std::ops::Range;

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Edit, Fix};
use crate::span::{FileId, Span, Spanned};
use crate::value::{Data, Table, Value};

/// What is known of a file's keys.
pub struct Lift<'a> {
    pub file: FileId,
    /// All of the file.
    pub text: &'a str,
    /// The keys that the file may have above its tables.
    pub known: &'a dyn Fn() -> BTreeSet<String>,
    /// Whether a key of a table, with its value, may stand there. A table in a table is named with a dot between.
    pub belongs: &'a dyn Fn(&str, &str, &Value) -> bool,
}

/// A key with its value, and the table that it was taken out of.
struct Stray {
    table: String,
    key: Spanned<String>,
    value: Value,
}

/// Moves the keys up that stand below a header and belong above it.
pub fn lift(table: &mut Table, lift: &Lift<'_>, sink: &mut Diagnostics) {
    let headers = keys_of_tables(table).filter(|key| lift.has_header(key)).map(|key| key.span.range().start);
    let Some(first) = headers.min() else { return };
    let above = table.0.iter().filter(|(key, _)| key.span.range().start < first);
    let target = above.map(|(_, value)| lift.line_end(value.span.range().end)).max();
    let target = target.unwrap_or_else(|| lift.line_start(first));
    for Stray { table: name, key, value } in lift.strays(table) {
        let message = format!("`{}` stands below a table's header, so it is a key of `{name}`", key.value);
        let diagnostic = Diagnostic::new(Code::KeyBelowTable, key.span, message);
        if let Some((first, _)) = table.0.iter().find(|(other, _)| other.value == key.value) {
            let help = if matches!(value.data, Data::Table(_)) {
                "the file has this table already: write its keys there"
            } else {
                "the file has this key already: remove this one"
            };
            sink.push(diagnostic.help(help).related(first.span, "it is given here"));
            continue;
        }
        let edits = lift.lines(&key, &value).into_iter().flat_map(|line| {
            let moved = format!("{}\n", lift.text[line.clone()].trim());
            [Edit::insert(lift.file, target, moved), Edit::replace(Span::new(lift.file, line), "")]
        });
        sink.push(diagnostic.help("move it up, above the first table").fix(Fix::safe(edits)));
        table.0.push((key, value));
    }
}

impl Lift<'_> {
    fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |end| end + 1)
    }

    fn line_end(&self, at: usize) -> usize {
        self.text[at..].find('\n').map_or(self.text.len(), |end| at + end + 1)
    }

    /// Only a table with a header takes the lines below it.
    fn has_header(&self, key: &Spanned<String>) -> bool {
        self.text[self.line_start(key.span.range().start)..].trim_start().starts_with('[')
    }

    /// Takes out what does not belong where it stands and has a place above.
    fn strays(&self, table: &mut Table) -> Vec<Stray> {
        let known = LazyCell::new(self.known);
        let mut strays = Vec::new();
        for (key, value) in table.0.iter_mut().filter(|(key, _)| self.has_header(key)) {
            let mut tables: Vec<(String, &mut Table)> = match &mut value.data {
                Data::Table(table) => vec![(key.value.clone(), table)],
                Data::Array(items) => {
                    items.iter_mut().filter_map(|item| Some((key.value.clone(), item.as_table_mut()?))).collect()
                }
                _ => continue,
            };
            while let Some((name, table)) = tables.pop() {
                let is_stray = |(key, value): &mut (Spanned<String>, Value)| {
                    let start = key.span.range().start;
                    let alone = self.text[self.line_start(start)..start].trim().is_empty();
                    alone && !(self.belongs)(&name, &key.value, value) && known.contains(&key.value)
                };
                let taken = table.0.extract_if(.., is_stray);
                strays.extend(taken.map(|(key, value)| Stray { table: name.clone(), key, value }));
                // `[claims.dear]` has a header of its own.
                let below = table.0.iter_mut().filter(|(key, _)| self.has_header(key));
                tables.extend(
                    below.filter_map(|(key, value)| Some((format!("{name}.{}", key.value), value.as_table_mut()?))),
                );
            }
        }
        strays
    }

    /// The lines of a key with its value; a table of dotted keys stands on several.
    fn lines(&self, key: &Spanned<String>, value: &Value) -> Vec<Range<usize>> {
        let dotted = self.text[key.span.range().end..].trim_start().starts_with('.');
        match &value.data {
            Data::Table(table) if dotted => {
                let mut lines: Vec<_> = table.0.iter().flat_map(|(key, value)| self.lines(key, value)).collect();
                lines.sort_by_key(|line| line.start);
                lines.dedup();
                lines
            }
            _ => {
                let line = self.line_start(key.span.range().start)..self.line_end(value.span.range().end);
                std::iter::once(line).collect()
            }
        }
    }
}

/// The keys of a table, and those one level below: where either may stand in a header.
fn keys_of_tables(table: &Table) -> impl Iterator<Item = &Spanned<String>> {
    fn below(value: &Value) -> &[(Spanned<String>, Value)] {
        match &value.data {
            Data::Table(inner) => &inner.0,
            _ => &[],
        }
    }
    table.0.iter().flat_map(move |(key, value)| std::iter::once(key).chain(below(value).iter().map(|(key, _)| key)))
}
