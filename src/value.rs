//! A tree of values in which each value and key knows where it was written. TOML and YAML both become this tree,
//! so that nothing after it knows which of the two an author chose.

use std::ops::Range;

use saphyr::{LoadableYamlNode, MarkedYaml, Marker, Scalar, YamlData};
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Edit, Fix};
use crate::span::{FileId, Span, Spanned};

#[derive(Debug, Clone)]
pub struct Value {
    pub span: Span,
    pub data: Data,
}

#[derive(Debug, Clone)]
pub enum Data {
    String(String),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    /// As written: [`crate::date::Date`] decides what is a date.
    Date(String),
    Array(Vec<Value>),
    Table(Table),
    Null,
}

impl Value {
    /// What the value is, with its article, for messages.
    pub fn type_name(&self) -> &'static str {
        match self.data {
            Data::String(_) => "a string",
            Data::Integer(_) | Data::Float(_) => "a number",
            Data::Boolean(_) => "a boolean",
            Data::Date(_) => "a date",
            Data::Array(_) => "a list",
            Data::Table(_) => "a table",
            Data::Null => "nothing",
        }
    }

    pub fn as_table_mut(&mut self) -> Option<&mut Table> {
        match &mut self.data {
            Data::Table(table) => Some(table),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, Default)]
pub struct Table(pub Vec<(Spanned<String>, Value)>);

/// How front matter is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    Toml,
    Yaml,
}

/// A text as values, and where it did not parse.
#[derive(Debug, Default)]
pub struct Parsed {
    pub table: Table,
    /// The lines, in bytes of the file, that did not parse.
    broken: Vec<Range<usize>>,
}

impl Parsed {
    /// Passes on what was found in the table. Where the text did not parse, a key may only seem to be missing, and what
    /// is read of a broken line is a guess: the syntax error says it all.
    pub fn report(broken: &[Range<usize>], found: Diagnostics, sink: &mut Diagnostics) {
        let guess = |d: &Diagnostic| {
            d.code == Code::MissingKey || broken.iter().any(|line| line.contains(&(d.span.start as usize)))
        };
        sink.extend(found.into_iter().filter(|d| broken.is_empty() || !guess(d)));
    }

    /// The table, and the lines that did not parse.
    pub fn into_parts(self) -> (Table, Vec<Range<usize>>) {
        (self.table, self.broken)
    }
}

/// Reads `text`, which stands at byte `at` of `file`. What parses is returned even where something else does not.
pub fn parse(text: &str, syntax: Syntax, file: FileId, at: usize, sink: &mut Diagnostics) -> Parsed {
    let mut found = Diagnostics::default();
    let table = match syntax {
        Syntax::Toml => parse_toml(text, file, at, &mut found),
        Syntax::Yaml => parse_yaml(text, file, at, &mut found),
    };
    let line = |span: Span| {
        let inside = text.floor_char_boundary(span.range().start.saturating_sub(at).min(text.len()));
        let start = text[..inside].rfind('\n').map_or(0, |end| end + 1);
        at + start..at + text[inside..].find('\n').map_or(text.len(), |end| inside + end) + 1
    };
    let broken = found.iter().filter(|d| d.code == Code::Syntax).map(|d| line(d.span)).collect();
    sink.extend(found);
    Parsed { table, broken }
}

fn parse_toml(text: &str, file: FileId, at: usize, sink: &mut Diagnostics) -> Table {
    let (table, mut errors) = DeTable::parse_recoverable(text);
    errors.sort_by_key(|error| error.span().map(|span| span.start));
    let mut last: Option<usize> = None;
    for error in errors {
        let range = error.span().unwrap_or(0..0);
        // What the parser stumbles over later in a line follows from the first mistake in it.
        let between = last.and_then(|last| text.as_bytes().get(last..range.start));
        if between.is_some_and(|between| !between.contains(&b'\n')) {
            continue;
        }
        last = Some(range.start);
        let span = Span::new(file, at + range.start..at + range.end);
        let message = error.message().lines().collect::<Vec<_>>().join("; ");
        let diagnostic = Diagnostic::new(Code::Syntax, span, format!("this is not valid TOML: {message}"));
        let in_quotes =
            |bare: Range<usize>| Fix::safe([bare.start, bare.end].map(|end| Edit::insert(file, at + end, "\"")));
        sink.push(if let Some(value) = unquoted(text, range.start) {
            diagnostic.help("put the value in quotes").fix(in_quotes(value))
        } else if let Some(key) = foreign_key(text, range.start) {
            let help = format!("a key with other letters than a to z stands in quotes: `\"{}\"`", &text[key.clone()]);
            diagnostic.help(help).fix(in_quotes(key))
        } else {
            diagnostic
                .help("write `key = value`, one a line; texts stand in quotes, and tables come after all other keys")
        });
    }
    toml_table(table.into_inner(), file, at)
}

/// The value of a line that only lacks its quotation marks, where the parser stumbled at its start.
fn unquoted(text: &str, at: usize) -> Option<Range<usize>> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
    let line = &text[start..at + text[at..].find('\n').unwrap_or(text.len() - at)];
    let (key, value) = line.split_once('=')?;
    let bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let odd = |c: char| matches!(c, '"' | '\'' | '\\' | '[' | ']' | '{' | '}' | '#' | '=' | ',') || c.is_control();
    let good =
        key.trim().chars().all(bare) && value.trim().starts_with(|c: char| c.is_alphanumeric()) && !value.contains(odd);
    let from = start + line.len() - value.trim_start().len();
    (good && from == at).then(|| from..from + value.trim().len())
}

/// The key of a line that only lacks its quotation marks, since TOML knows bare keys in ASCII alone.
fn foreign_key(text: &str, at: usize) -> Option<Range<usize>> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
    let line = text[start..].lines().next()?;
    let key = line.split_once('=')?.0.trim();
    let letters = key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    let from = start + line.find(key)?;
    (!key.is_empty() && letters && !key.is_ascii()).then(|| from..from + key.len())
}

fn toml_table(table: DeTable<'_>, file: FileId, at: usize) -> Table {
    let place = |range: Range<usize>| Span::new(file, at + range.start..at + range.end);
    let pair = |(key, value): (toml::Spanned<_>, toml::Spanned<DeValue<'_>>)| {
        let span = place(key.span());
        let key: std::borrow::Cow<'_, str> = key.into_inner();
        (Spanned::new(key.into_owned(), span), toml_value(value, file, at))
    };
    let mut entries: Vec<_> = table.into_iter().map(pair).collect();
    entries.sort_by_key(|(key, _)| key.span);
    Table(entries)
}

fn toml_value(value: toml::Spanned<DeValue<'_>>, file: FileId, at: usize) -> Value {
    let range = value.span();
    let data = match value.into_inner() {
        DeValue::String(text) => Data::String(text.into_owned()),
        DeValue::Integer(number) => i64::from_str_radix(&number.as_str().replace('_', ""), number.radix())
            .map_or(Data::Float(f64::INFINITY), Data::Integer),
        DeValue::Float(number) => Data::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(value) => Data::Boolean(value),
        DeValue::Datetime(date) => Data::Date(date.to_string()),
        DeValue::Array(items) => Data::Array(items.into_iter().map(|v| toml_value(v, file, at)).collect()),
        DeValue::Table(table) => Data::Table(toml_table(table, file, at)),
    };
    Value { span: Span::new(file, at + range.start..at + range.end), data }
}

/// YAML's markers count characters; spans count bytes.
struct YamlPlaces<'a> {
    text: &'a str,
    file: FileId,
    at: usize,
    /// The byte offset of each character, and of the end.
    bytes: Vec<usize>,
}

impl YamlPlaces<'_> {
    fn byte(&self, marker: Marker) -> usize {
        self.bytes[marker.index().min(self.bytes.len() - 1)]
    }

    /// The parser lets a node run on over the blanks and the comment behind it; here it ends with its last sign.
    fn span(&self, start: Marker, end: Marker) -> Span {
        let (start, end) = (self.byte(start), self.byte(end));
        let written = self.text.get(start..end).unwrap_or_default();
        let length = quoted_length(written).unwrap_or(written.trim_end().len());
        Span::new(self.file, self.at + start..self.at + start + length)
    }
}

/// The length of a text in quotation marks that stands at the start, as YAML reads it.
fn quoted_length(text: &str) -> Option<usize> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let mut escaped = false;
    let mut signs = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = signs.next() {
        if c == '\\' && quote == '"' {
            escaped = !escaped;
            continue;
        }
        if c == quote && !escaped {
            // Two of them stand for one.
            if quote == '\'' && signs.next_if(|(_, c)| *c == quote).is_some() {
                continue;
            }
            return Some(at + 1);
        }
        escaped = false;
    }
    None
}

/// Whether what stands in a range of YAML is one plain or quoted scalar or key on one line, so that it can be replaced
/// or enclosed without a thought for tags, anchors and the indicators of block scalars.
pub fn yaml_is_simple(text: &str, range: Range<usize>) -> bool {
    let Some(written) = text.get(range.clone()) else { return false };
    if written.is_empty() || written.contains('\n') || written.starts_with(['!', '&', '*', '|', '>', '%', '@', '`']) {
        return false;
    }
    let after = text[range.end..].trim_start_matches([' ', '\t']);
    let before = &text[..range.start];
    let line = before[before.rfind('\n').map_or(0, |at| at + 1)..].trim();
    let is_key = after.starts_with(':');
    match line.chars().last() {
        None => is_key,
        Some('-') => line.trim_start_matches(['-', ' ']).is_empty(),
        Some(last) => matches!(last, ':' | '[' | ',' | '{'),
    }
}

fn parse_yaml(text: &str, file: FileId, at: usize, sink: &mut Diagnostics) -> Table {
    if let Some(deep) = nested_too_deep(text) {
        let span = Span::new(file, at + deep..at + deep);
        let message = "this is not valid YAML that anybody would write: it is nested too deeply";
        sink.push(Diagnostic::new(Code::Syntax, span, message).help("front matter has two or three levels"));
        return Table::default();
    }
    let bytes = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let places = YamlPlaces { text, file, at, bytes };
    let documents = match MarkedYaml::load_from_str(text) {
        Ok(documents) => documents,
        Err(error) => {
            let span = places.span(*error.marker(), *error.marker());
            let message = format!("this is not valid YAML: {}", error.info());
            sink.push(Diagnostic::new(Code::Syntax, span, message).help("write `key: value`, one a line"));
            return Table::default();
        }
    };
    match documents.into_iter().next().map(|document| yaml_value(document, &places, sink)) {
        Some(Value { data: Data::Table(table), .. }) => table,
        None | Some(Value { data: Data::Null, .. }) => Table::default(),
        Some(other) => {
            let message = format!("front matter is a table of keys, not {}", other.type_name());
            sink.push(Diagnostic::new(Code::Syntax, other.span, message).help("write `key: value`, one a line"));
            Table::default()
        }
    }
}

/// Where a line begins with so much indentation, or so many indicators, that the parser could run out of stack. It
/// bounds brackets itself, but not these.
pub fn nested_too_deep(text: &str) -> Option<usize> {
    const DEEPEST: usize = 100;
    let mut at = 0;
    for line in text.split('\n') {
        let opens = line.split_whitespace().filter(|word| matches!(*word, "-" | "?" | ":")).count();
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        if opens + indent > DEEPEST {
            return Some(at);
        }
        at += line.len() + 1;
    }
    None
}

fn yaml_value(node: MarkedYaml<'_>, places: &YamlPlaces<'_>, sink: &mut Diagnostics) -> Value {
    let span = places.span(node.span.start, node.span.end);
    let data = match node.data {
        YamlData::Value(Scalar::Integer(number)) => Data::Integer(number),
        YamlData::Value(Scalar::FloatingPoint(number)) => Data::Float(number.into_inner()),
        YamlData::Value(Scalar::Boolean(value)) => Data::Boolean(value),
        YamlData::Value(Scalar::String(text)) | YamlData::Representation(text, ..) => Data::String(text.into_owned()),
        YamlData::Sequence(items) => {
            Data::Array(items.into_iter().map(|item| yaml_value(item, places, sink)).collect())
        }
        YamlData::Mapping(entries) => {
            let mut table = Table::default();
            for (key, value) in entries {
                let place = places.span(key.span.start, key.span.end);
                let key = match yaml_value(key, places, sink).data {
                    Data::String(key) => key,
                    Data::Integer(key) => key.to_string(),
                    _ => {
                        sink.push(
                            Diagnostic::new(Code::WrongType, place, "a key is a string").help("write it in quotes"),
                        );
                        continue;
                    }
                };
                table.0.push((Spanned::new(key, place), yaml_value(value, places, sink)));
            }
            Data::Table(table)
        }
        YamlData::Tagged(_, inner) => yaml_value(*inner, places, sink).data,
        YamlData::Value(Scalar::Null) | YamlData::Alias(_) | YamlData::BadValue => Data::Null,
    };
    Value { span, data }
}
