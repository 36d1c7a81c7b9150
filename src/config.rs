//! `casebook.toml`: the archive's own facts and settings.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::choice;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean};
use crate::fields::{Fields, choose};
use crate::span::{FileId, Span, Spanned};
use crate::value::{self, Data, Parsed, Syntax};

/// The format of archives that this casebook reads.
pub const FORMAT: u64 = 1;

#[derive(Debug, Clone)]
pub struct Config {
    pub title: String,
    pub question: String,
    /// The archive's short answer.
    pub answer: Option<String>,
    /// Where the site will stand, with a slash at its end.
    pub base_url: Option<String>,
    /// The language of the texts and of the interface, as BCP 47 writes it.
    pub language: String,
    pub theme: Spanned<String>,
    pub edit_url: Option<String>,
    pub contribute_url: Option<String>,
    /// The licence of the content.
    pub license: Option<String>,
    pub edition: Option<String>,
    pub sides: Sides,
    pub cards: Cards,
    pub severity: BTreeMap<Code, Level>,
    pub limits: Limits,
}

/// What this question calls its two sides.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Sides {
    #[serde(rename = "for")]
    pub in_favour: Option<String>,
    pub against: Option<String>,
}

choice! {
    /// Which pages get a picture for link previews.
    Cards { None = "none", Arguments = "arguments", All = "all", }
}

choice! {
    /// What a finding is raised or lowered to.
    Level { Error = "error", Warning = "warning", Note = "note", Off = "off", }
}

/// Bounds on what a contributor's file may cost.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// A longer code block is set without highlighting, in bytes.
    pub code_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { code_bytes: 256 << 10 }
    }
}

impl Config {
    /// What the settings are where nothing is set.
    fn empty(file: FileId) -> Self {
        Self {
            title: String::new(),
            question: String::new(),
            answer: None,
            base_url: None,
            language: "en".to_owned(),
            theme: Spanned::new("default".to_owned(), Span::start_of(file)),
            edit_url: None,
            contribute_url: None,
            license: None,
            edition: None,
            sides: Sides::default(),
            cards: Cards::Arguments,
            severity: BTreeMap::new(),
            limits: Limits::default(),
        }
    }

    /// Reads the text of `casebook.toml`. Every mistake is reported; what is right is kept.
    pub fn read(text: &str, file: FileId, sink: &mut Diagnostics) -> Self {
        let mut config = Self::empty(file);
        let (table, broken) = value::parse(text, Syntax::Toml, file, 0, sink).into_parts();
        let mut found = Diagnostics::default();
        let mut fields = Fields::new(table, Span::start_of(file), "casebook.toml", &mut found);
        if let Some(format) = fields.number("format") {
            read_format(&format, fields.sink());
        }
        config.title = fields.required("title").map_or_else(String::new, |s| s.value);
        config.question = fields.required("question").map_or_else(String::new, |s| s.value);
        config.answer = fields.string("answer").map(|s| s.value);
        config.base_url = fields.string("base_url").and_then(|url| base_url(&url, fields.sink()));
        if let Some(language) = fields.string("language") {
            config.language = read_language(&language, fields.sink()).unwrap_or(config.language);
        }
        if let Some(theme) = fields.string("theme") {
            config.theme = theme;
        }
        config.edit_url = fields.string("edit_url").and_then(|url| path_url("edit_url", &url, fields.sink()));
        config.contribute_url =
            fields.string("contribute_url").and_then(|url| path_url("contribute_url", &url, fields.sink()));
        config.license = fields.string("license").map(|s| s.value);
        config.edition = fields.string("edition").map(|s| s.value);
        if let Some(cards) = fields.choice::<Cards>("cards") {
            config.cards = cards.value;
        }
        if let Some(table) = fields.table("sides") {
            let mut sides = Fields::new(table.value, table.span, "[sides]", fields.sink());
            config.sides = Sides {
                in_favour: sides.string("for").map(|s| s.value),
                against: sides.string("against").map(|s| s.value),
            };
            sides.finish();
        }
        if let Some(table) = fields.table("limits") {
            let mut limits = Fields::new(table.value, table.span, "[limits]", fields.sink());
            if let Some(bytes) = limits.number("code_bytes") {
                config.limits.code_bytes = usize::try_from(bytes.value).unwrap_or(usize::MAX);
            }
            limits.finish();
        }
        if let Some(table) = fields.table("severity") {
            config.severity = read_severity(table.value.0, fields.sink());
        }
        fields.finish();
        Parsed::report(&broken, found, sink);
        config
    }
}

fn read_format(format: &Spanned<u64>, sink: &mut Diagnostics) {
    if format.value != FORMAT {
        let message = format!("the archive has format {}, this casebook reads format {FORMAT}", format.value);
        let help = if format.value > FORMAT { "install a newer casebook" } else { "write `format = 1`" };
        sink.push(Diagnostic::new(Code::Format, format.span, message).help(help));
    }
}

fn read_language(language: &Spanned<String>, sink: &mut Diagnostics) -> Option<String> {
    let mut parts = language.value.split('-');
    let first = parts.next().is_some_and(|p| (2..=3).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphabetic()));
    let good = first && parts.all(|p| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()));
    if !good {
        let message = format!("`{}` is not a language tag", language.value);
        sink.push(
            Diagnostic::new(Code::InvalidValue, language.span, message).help("write one such as `en` or `pt-BR`"),
        );
    }
    good.then(|| language.value.clone())
}

/// Whether an address is one on the web.
pub fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// A base address: http or https, a host, no query; a slash is added at its end. Also `build --base-url`.
pub fn parse_base_url(url: &str) -> Result<String, &'static str> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let Some(rest) = rest else { return Err("it does not begin with http:// or https://") };
    let host = rest.split('/').next().unwrap_or_default();
    if host.is_empty() || host.contains('@') {
        return Err("it has no host");
    }
    let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '\\' | '`' | '?' | '#');
    if rest.contains(odd) {
        return Err("it has a character that no base address has");
    }
    Ok(if url.ends_with('/') { url.to_owned() } else { format!("{url}/") })
}

fn base_url(url: &Spanned<String>, sink: &mut Diagnostics) -> Option<String> {
    match parse_base_url(&url.value) {
        Ok(url) => Some(url),
        Err(why) => {
            let message = format!("`base_url` is not the address of a site: {why}");
            let help = "write one such as \"https://example.org/casebook/\"";
            sink.push(Diagnostic::new(Code::InvalidValue, url.span, message).help(help));
            None
        }
    }
}

fn path_url(key: &str, url: &Spanned<String>, sink: &mut Diagnostics) -> Option<String> {
    if is_web(&url.value) && url.value.contains("{path}") {
        return Some(url.value.clone());
    }
    let message = format!("`{key}` is a web address with `{{path}}` in it");
    let help = "write one such as \"https://example.org/edit/main/{path}\"";
    sink.push(Diagnostic::new(Code::InvalidValue, url.span, message).help(help));
    None
}

fn read_severity(entries: Vec<(Spanned<String>, value::Value)>, sink: &mut Diagnostics) -> BTreeMap<Code, Level> {
    let mut levels = BTreeMap::new();
    for (key, value) in entries {
        let Some(code) = Code::ALL.iter().find(|code| code.as_str() == key.value) else {
            let message = format!("there is no finding `{}`", key.value);
            let help = did_you_mean(&key.value, Code::ALL.iter().map(|c| c.as_str()));
            sink.push(Diagnostic::new(Code::UnknownKey, key.span, message).help(help.unwrap_or("remove it".into())));
            continue;
        };
        let Data::String(text) = value.data else {
            let message = format!("`{}` is a string, not {}", key.value, value.type_name());
            sink.push(Diagnostic::new(Code::WrongType, value.span, message).help("put it in quotes"));
            continue;
        };
        let Some(level) = choose::<Level>(&Spanned::new(text, value.span), "severity", sink) else { continue };
        if code.severity() == crate::diagnostic::Severity::Error && level.value != Level::Error {
            let message = format!("{} can't be lowered: the site can't be built with it", key.value);
            sink.push(Diagnostic::new(Code::InvalidValue, level.span, message).help("remove it"));
            continue;
        }
        levels.insert(*code, level.value);
    }
    levels
}
