//! Front matter of other tools.

use serde_json::{Map, Value};

use crate::diagnostic::Diagnostics;
use crate::ingest::block::{Dropped, Lines, Meta};
use crate::ingest::{Refusal, byline, dates, html, name};
use crate::model::alias_path;
use crate::span::{Files, one_line};
use crate::value::{self, Data, Syntax, Table};

pub struct Front {
    pub meta: Meta,
    pub dropped: Vec<Dropped>,
    pub body_at: usize,
}

pub fn read(text: &str) -> Result<Front, Refusal> {
    let (table, body_at) = split(text)?;
    let mut front = Front { meta: Meta::default(), dropped: Vec::new(), body_at };
    for (key, value) in flat(table) {
        if !front.take(&key, &value) && !matches!(key.as_str(), "draft" | "published" | "publish") {
            let text = format!("{key}: {}", brief(&value));
            front.dropped.push(Dropped { lines: Lines::one(1), why: "a key of front matter", text });
        }
    }
    Ok(front)
}

fn brief(value: &Value) -> String {
    match value {
        Value::String(text) => text.chars().take(80).collect(),
        other => other.to_string().chars().take(80).collect(),
    }
}

/// The front matter as a table, and where the body begins.
fn split(text: &str) -> Result<(Map<String, Value>, usize), Refusal> {
    let first = text.lines().next().unwrap_or_default().trim_end();
    let syntax = match first {
        "+++" => Syntax::Toml,
        "---" => Syntax::Yaml,
        _ if text.starts_with('{') => return Ok(json(text).unwrap_or_default()),
        _ => return Ok((Map::new(), 0)),
    };
    let start = first_line(text);
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        if line.trim_end() == first || syntax == Syntax::Yaml && line.trim_end() == "..." {
            return parse(&text[start..at], syntax, text).map(|table| (table, at + line.len()));
        }
        at += line.len();
    }
    // A rule at the start, and no front matter.
    Ok((Map::new(), 0))
}

fn first_line(text: &str) -> usize {
    text.find('\n').map_or(text.len(), |at| at + 1)
}

fn parse(inner: &str, syntax: Syntax, text: &str) -> Result<Map<String, Value>, Refusal> {
    let mut files = Files::default();
    let file = files.add("front matter", text);
    let mut sink = Diagnostics::default();
    let (table, _) = value::parse(inner, syntax, file, first_line(text), &mut sink).into_parts();
    if let Some(found) = sink.iter().next() {
        let line = files.get(file).position(found.span.range().start).line;
        let why = format!("its front matter can't be read at line {line}: {}", found.message);
        return Err(Refusal::new(why, found.help.clone().unwrap_or_else(|| "mend the line".to_owned())));
    }
    Ok(object(table))
}

fn object(table: Table) -> Map<String, Value> {
    table.0.into_iter().map(|(key, value)| (key.value, plain(value.data))).collect()
}

fn plain(data: Data) -> Value {
    match data {
        Data::String(text) | Data::Date(text) => Value::String(text),
        Data::Integer(number) => number.into(),
        Data::Float(number) => number.into(),
        Data::Boolean(value) => value.into(),
        Data::Array(items) => items.into_iter().map(|item| plain(item.data)).collect(),
        Data::Table(table) => Value::Object(object(table)),
        Data::Null => Value::Null,
    }
}

/// Hugo takes an object at the start for front matter.
fn json(text: &str) -> Option<(Map<String, Value>, usize)> {
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<Map<String, Value>>();
    let object = stream.next()?.ok()?;
    let end = stream.byte_offset();
    Some((object, end + text[end..].len() - text[end..].trim_start_matches(['\n', ' ']).len()))
}

/// Zola keeps some keys in tables: they count as if they stood above.
fn flat(table: Map<String, Value>) -> Vec<(String, Value)> {
    let mut out = Vec::new();
    for (key, value) in table {
        match value {
            Value::Object(inner) if matches!(key.as_str(), "extra" | "taxonomies" | "params") => out.extend(inner),
            value => out.push((key, value)),
        }
    }
    out.into_iter().map(|(key, value)| (key.to_ascii_lowercase(), value)).collect()
}

/// The strings of a value: of a list, or of a text with commas.
fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => text
            .split(',')
            .map(|part| part.trim().trim_start_matches('#').to_owned())
            .filter(|part| !part.is_empty())
            .collect(),
        Value::Array(items) => items
            .iter()
            .flat_map(|item| match item {
                Value::String(text) => vec![text.trim().trim_start_matches('#').to_owned()],
                other => strings(other),
            })
            .filter(|text| !text.is_empty())
            .collect(),
        Value::Number(number) => vec![number.to_string()],
        Value::Object(object) => object.get("name").map(strings).unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// A name as Obsidian's clipper writes it, `[[Name]]`.
fn unlinked(text: &str) -> String {
    let inner = text.trim().trim_start_matches("[[").trim_end_matches("]]");
    inner.rsplit('|').next().unwrap_or(inner).trim().to_owned()
}

impl Front {
    fn take(&mut self, key: &str, value: &Value) -> bool {
        let text = || value.as_str().map(one_line).filter(|text| !text.is_empty());
        let meta = &mut self.meta;
        match key {
            "title" => meta.title = text().or_else(|| value.as_i64().map(|number| number.to_string())),
            "author" | "authors" | "by" | "creator" | "speaker" => {
                let names = match value {
                    Value::String(text) => byline::credited(&unlinked(text)),
                    other => strings(other).iter().map(|name| unlinked(name)).collect(),
                };
                meta.authors.extend(names);
            }
            "date" | "published" | "publishdate" | "pubdate" | "created" | "date_published" if !value.is_boolean() => {
                let date = text()
                    .or_else(|| value.as_i64().map(|year| year.to_string()))
                    .and_then(|text| dates::written(&text));
                let is_better = meta.date.is_none() || key != "created";
                if is_better {
                    meta.date = date.or(meta.date);
                }
            }
            // Jekyll and Obsidian take a text of several tags for words with blanks between.
            "tags" | "categories" if value.as_str().is_some_and(|text| !text.contains(',')) => {
                let words = value.as_str().unwrap_or_default().split_whitespace();
                meta.tags.extend(words.flat_map(|word| strings(&word.into())));
            }
            "tags" | "tag" | "categories" | "category" | "keywords" => meta.tags.extend(strings(value)),
            "aliases" | "alias" | "redirect_from" | "old_url" | "permalink" => {
                let all = strings(value);
                meta.aliases.extend(all.iter().filter_map(|old| alias(old)));
                meta.names.extend(all.into_iter().filter(|old| !old.contains('/')));
            }
            "url" | "link" | "source" | "canonical" | "canonical_url" | "canonicalurl" => match text() {
                Some(url) if url.starts_with("http") => meta.url = html::web_address(&url),
                // Hugo's `url` is the page's own old address.
                Some(path) if key == "url" => meta.aliases.extend(alias(&path)),
                _ => return false,
            },
            "license" | "licence" | "rights" | "copyright" => meta.licence = text(),
            "venue" | "site" | "publication" | "publisher" | "journal" => meta.venue = text(),
            _ => return false,
        }
        true
    }
}

/// An old address as the archive writes it, with a slash at its start. A name, as Obsidian has, becomes one.
fn alias(old: &str) -> Option<String> {
    let old = old.trim();
    let path = match old.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or(String::new(), |(_, path)| format!("/{path}")),
        None if old.starts_with('/') => old.to_owned(),
        None if old.contains('/') => format!("/{old}"),
        None => match name::slug(old) {
            slug if slug.is_empty() => return None,
            slug => format!("/{slug}/"),
        },
    };
    // A pattern of Jekyll's is no address.
    let path = if path.ends_with('/') || path.rsplit('/').next().is_some_and(|last| last.contains('.')) {
        path
    } else {
        format!("{path}/")
    };
    (!path.contains("/:") && alias_path(&path).is_some()).then_some(path)
}
