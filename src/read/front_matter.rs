//! Front matter: from the top of a file to typed fields, one by one.

use std::ops::Range;

use super::front::{
    ArgumentFront, Captured, ClaimDefinition, ClaimFront, Common, EntryFront, EssayForm, EssayFront, Front, PageFront,
    QuoteForm, QuoteFront, SampleFront, Side, SourceFront, Stance, Standing, VariantFront,
};
use super::schema::{captured_keys, claim_keys, keys_of, variant_keys};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Edit, Fix, nearest};
use crate::fields::{Choice, Fields, Lift, choose, lift};
use crate::read::Kind;
use crate::span::{FileId, Span, Spanned};
use crate::value::{self, Data, Parsed, Syntax, Table, Value};

/// A file's front matter, and where its body begins.
pub struct Split {
    pub table: Table,
    pub body_at: usize,
    syntax: Syntax,
    /// The lines that did not parse.
    broken: Vec<Range<usize>>,
}

/// Whether a text begins with a line that opens front matter.
fn is_fence(text: &str) -> bool {
    matches!(text.lines().next().map(str::trim_end), Some("+++" | "---"))
}

/// Parts a text into front matter, between `+++` (TOML) or `---` (YAML), and body.
pub fn split(text: &str, file: FileId, sink: &mut Diagnostics) -> Split {
    let first = text.lines().next().unwrap_or_default().trim_end();
    let syntax = match first {
        "+++" => Syntax::Toml,
        "---" => Syntax::Yaml,
        _ => {
            let blank = text.len() - text.trim_start().len();
            if !first.is_empty() || !is_fence(&text[blank..]) {
                return Split { table: Table::default(), body_at: 0, syntax: Syntax::Toml, broken: Vec::new() };
            }
            let message = "front matter begins with the first line of its file";
            let span = Span::new(file, 0..blank);
            let fix = Fix::safe([Edit::replace(span, "")]);
            sink.push(Diagnostic::new(Code::Syntax, span, message).help("remove the blank lines above it").fix(fix));
            let broken = std::iter::once(0..text.len()).collect();
            return Split { table: Table::default(), body_at: text.len(), syntax: Syntax::Toml, broken };
        }
    };
    let start = text.find('\n').map_or(text.len(), |at| at + 1);
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        if line.trim_end() == first {
            let (table, broken) = value::parse(&text[start..at], syntax, file, start, sink).into_parts();
            return Split { table, body_at: at + line.len(), syntax, broken };
        }
        at += line.len();
    }
    let span = Span::new(file, 0..first.len());
    let message = "the front matter has no end";
    sink.push(Diagnostic::new(Code::Syntax, span, message).help(format!("add a line `{first}` below its last key")));
    Split { table: Table::default(), body_at: text.len(), syntax, broken: std::iter::once(0..text.len()).collect() }
}

/// Reads the fields of a kind.
pub fn read(kind: Kind, mut split: Split, whole: &str, file: FileId, sink: &mut Diagnostics) -> (Common, Front) {
    let mut found = Diagnostics::default();
    if split.syntax == Syntax::Toml {
        let known = || keys_of(kind).clone();
        let belongs = |table: &str, key: &str, value: &Value| belongs(kind, table, key, value);
        lift(&mut split.table, &Lift { file, text: whole, known: &known, belongs: &belongs }, &mut found);
    }
    let mut fields = Fields::new(split.table, Span::new(file, 0..split.body_at.min(3)), kind.article(), &mut found);
    let common = read_common(kind, &mut fields);
    let front = match kind {
        Kind::Argument | Kind::Claim => read_argument(&mut fields),
        Kind::Source => Front::Source(read_source(&mut fields)),
        Kind::Essay => Front::Essay(EssayFront {
            entry: read_entry(&mut fields),
            authors: texts(&mut fields, "authors"),
            form: fields.choice("form").map_or(EssayForm::default(), |s| s.value),
            checked: fields.date("checked"),
        }),
        Kind::Quote => {
            let entry = read_entry(&mut fields);
            if entry.source.is_none() {
                fields.missing("source", "\"the slug of a file in content/sources\"");
            }
            Front::Quote(QuoteFront {
                entry,
                speaker: fields.required("speaker").map_or_else(String::new, |s| s.value),
                form: fields.choice("form").map_or(QuoteForm::default(), |s| s.value),
                locator: text(&mut fields, "locator"),
                capture: fields.string("capture"),
            })
        }
        Kind::Sample => Front::Sample(SampleFront {
            entry: read_entry(&mut fields),
            authors: texts(&mut fields, "authors"),
            variants: read_variants(&mut fields),
        }),
        Kind::Page => Front::Page(PageFront { order: fields.number("order").map(|s| s.value) }),
    };
    fields.finish();
    Parsed::report(&split.broken, found, sink);
    (common, front)
}

/// Whether a key may stand in a table of the front matter. The names of arguments and claims are free, so there the
/// value tells.
fn belongs(kind: Kind, table: &str, key: &str, value: &Value) -> bool {
    fn is<T: Choice>(value: &Value) -> bool {
        matches!(&value.data, Data::String(text) if nearest(text, T::WORDS.iter().map(|(word, _)| *word)).is_some())
    }
    match (table, kind) {
        ("arguments", _) => is::<Stance>(value),
        ("claims", Kind::Argument) => claim_keys().contains(key),
        ("claims", _) => match &value.data {
            Data::Table(table) => table.0.iter().all(|(key, _)| matches!(key.value.as_str(), "stance" | "at")),
            _ => is::<Side>(value),
        },
        ("variants", _) => variant_keys().contains(key),
        ("captured", _) => captured_keys().contains(key),
        (table, _) if table.starts_with("claims.") => matches!(key, "stance" | "at"),
        _ => true,
    }
}

fn text(fields: &mut Fields<'_>, key: &'static str) -> Option<String> {
    fields.string(key).map(|s| s.value)
}

fn texts(fields: &mut Fields<'_>, key: &'static str) -> Vec<String> {
    fields.strings(key).into_iter().map(|s| s.value).collect()
}

fn read_common(kind: Kind, fields: &mut Fields<'_>) -> Common {
    Common {
        title: if kind == Kind::Quote { fields.string("title") } else { fields.required("title") },
        draft: fields.boolean("draft").unwrap_or(false),
        withdrawn: text(fields, "withdrawn"),
        aliases: fields.strings("aliases"),
        added: fields.date("added"),
        updated: fields.date("updated"),
    }
}

fn read_entry(fields: &mut Fields<'_>) -> EntryFront {
    EntryFront {
        date: fields.date("date"),
        tags: fields.strings("tags"),
        source: fields.string("source"),
        basis: fields.choice("basis").map(|s| s.value),
        arguments: read_arguments(fields),
        claims: read_claims(fields),
        replies_to: fields.strings("replies_to"),
        captured: read_captured(fields),
    }
}

fn read_captured(fields: &mut Fields<'_>) -> Option<Captured> {
    let table = fields.table("captured")?;
    let mut inner = Fields::new(table.value, table.span, "`captured`", fields.sink());
    let captured = Captured {
        hash: inner.required("hash").map_or_else(String::new, |s| s.value),
        file: text(&mut inner, "file"),
        lines: text(&mut inner, "lines"),
        prefix: text(&mut inner, "prefix"),
        exact: text(&mut inner, "exact"),
        suffix: text(&mut inner, "suffix"),
    };
    inner.finish();
    Some(captured)
}

/// `arguments` is a table of stances, or a list that takes none.
fn read_arguments(fields: &mut Fields<'_>) -> Option<Vec<(Spanned<String>, Option<Stance>)>> {
    let value = fields.take("arguments")?;
    let mut arguments = Vec::new();
    match value.data {
        Data::Table(table) => {
            for (id, stance) in table.0 {
                let Data::String(word) = stance.data else {
                    let message = format!("the stance on `{}` is a string, not {}", id.value, stance.type_name());
                    let help = "write `\"for\"`, `\"against\"` or `\"mixed\"`; keys that are no argument stand above `[arguments]`";
                    fields.sink().push(Diagnostic::new(Code::WrongType, stance.span, message).help(help));
                    continue;
                };
                let stance = choose::<Stance>(&Spanned::new(word, stance.span), "stance", fields.sink());
                arguments.push((id, stance.map(|s| s.value)));
            }
        }
        Data::Array(items) => {
            for item in items {
                match item.data {
                    Data::String(id) => arguments.push((Spanned::new(id, item.span), None)),
                    _ => {
                        let message = format!("an argument's id is a string, not {}", item.type_name());
                        fields
                            .sink()
                            .push(Diagnostic::new(Code::WrongType, item.span, message).help("put it in quotes"));
                    }
                }
            }
        }
        _ => {
            let message = format!("`arguments` is a table of stances or a list, not {}", value.type_name());
            let help = "write `[arguments]` and below it a line such as `performance = \"against\"`";
            fields.sink().push(Diagnostic::new(Code::WrongType, value.span, message).help(help));
        }
    }
    Some(arguments)
}

fn read_claims(fields: &mut Fields<'_>) -> Vec<ClaimFront> {
    let Some(table) = fields.table("claims") else { return Vec::new() };
    let mut claims = Vec::new();
    for (id, value) in table.value.0 {
        let span = value.span;
        match value.data {
            Data::String(word) => {
                let side = choose(&Spanned::new(word, span), "side", fields.sink()).map(|side| side.value);
                claims.push(ClaimFront { id, side, at: None });
            }
            Data::Table(table) => {
                let what = format!("the claim `{}`", id.value);
                let mut inner = Fields::new(table, span, &what, fields.sink());
                let word = inner.required("stance");
                let side = word.and_then(|word| choose(&word, "side", inner.sink()));
                let at = inner.string("at").map(|s| s.map(|at| at.trim_start_matches(['#', '^']).to_owned()));
                inner.finish();
                claims.push(ClaimFront { id, side: side.map(|side| side.value), at });
            }
            _ => {
                let message = format!("the side on `{}` is a string, not {}", id.value, value.type_name());
                let help = "write `\"supports\"`, `\"disputes\"` or `{ stance = \"supports\", at = \"^passage\" }`";
                fields.sink().push(Diagnostic::new(Code::WrongType, span, message).help(help));
            }
        }
    }
    claims
}

fn read_argument(fields: &mut Fields<'_>) -> Front {
    let question = text(fields, "question");
    let order = fields.number("order");
    let cues = texts(fields, "cues");
    let mut claims = Vec::new();
    for table in fields.tables("claims").unwrap_or_default() {
        let mut inner = Fields::new(table.value, table.span, "a claim", fields.sink());
        let id = inner.required("id");
        let text = inner.required("text");
        let standing = inner.choice("standing").map_or(Standing::default(), |s| s.value);
        let answer = inner.string("answer").map(|s| s.value);
        let as_of = inner.take("as_of").and_then(|value| match value.data {
            Data::String(text) | Data::Date(text) => Some(text),
            _ => {
                let message = format!("`as_of` is a date or a version in quotes, not {}", value.type_name());
                inner.sink().push(Diagnostic::new(Code::WrongType, value.span, message).help("put it in quotes"));
                None
            }
        });
        let none_found = inner.choice("none_found").map(|s| s.value);
        inner.finish();
        if let (Some(id), Some(text)) = (id, text) {
            claims.push(ClaimDefinition { id, text: text.value, standing, answer, as_of, none_found });
        }
    }
    Front::Argument(ArgumentFront { question, order, cues, claims })
}

fn read_source(fields: &mut Fields<'_>) -> SourceFront {
    SourceFront {
        kind: fields.choice("kind").map(|s| s.value),
        authors: texts(fields, "authors"),
        date: fields.date("date"),
        venue: text(fields, "venue"),
        events: texts(fields, "events"),
        url: fields.string("url"),
        archived: fields.string("archived"),
        rights: text(fields, "rights"),
        max_words: fields.number("max_words"),
        captured: read_captured(fields),
    }
}

fn read_variants(fields: &mut Fields<'_>) -> Vec<VariantFront> {
    let Some(tables) = fields.tables("variants") else {
        fields.missing("variants", "...` or, below all other keys, `[[variants]]` with `name`, `file` and `language");
        return Vec::new();
    };
    let mut variants: Vec<VariantFront> = Vec::new();
    for table in tables {
        let mut inner = Fields::new(table.value, table.span, "a variant", fields.sink());
        let name = inner.required("name");
        let file = inner.required("file");
        let language = inner.required("language");
        let run = texts(&mut inner, "run");
        let runs = inner.number("runs").map(|s| s.value);
        let expect = inner.string("expect").map(|s| s.value);
        let needs = texts(&mut inner, "needs");
        let mut free = |key| {
            inner.table(key).map_or_else(Vec::new, |t| t.value.0.into_iter().map(|(k, v)| (k.value, v)).collect())
        };
        let (limits, params) = (free("limits"), free("params"));
        inner.finish();
        if let (Some(name), Some(file), Some(language)) = (name, file, language) {
            if let Some(other) = variants.iter().find(|variant| variant.name.value == name.value) {
                let message = format!("there are two variants `{}`", name.value);
                fields.sink().push(
                    Diagnostic::new(Code::DuplicateId, name.span, message)
                        .help("give one of the two another name: results go by it")
                        .related(other.name.span, "it is first named here"),
                );
            }
            variants.push(VariantFront { name, file, language, run, runs, expect, needs, limits, params });
        }
    }
    variants
}
