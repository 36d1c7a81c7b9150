//! `casebook.toml`: the archive's own facts and settings.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema};
use serde::Serialize;

use crate::choice;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean};
use crate::fields::{Fields, Lift, choose, lift};
use crate::schema::{keys, schema_of};
use crate::span::{FileId, Span, Spanned};
use crate::value::{self, Data, Parsed, Syntax, Value};

/// The format of archives that this casebook reads.
pub const FORMAT: u64 = 1;

/// The archive's own facts and settings.
#[derive(Debug, Clone, JsonSchema)]
pub struct Config {
    /// The version of the model that the archive is written for: 1.
    #[schemars(default)]
    pub format: u64,
    /// What the archive is called.
    pub title: String,
    /// The question that it is about.
    pub question: String,
    /// Its short answer.
    pub answer: Option<String>,
    /// Where the site will stand: an address that begins with http:// or https://.
    pub base_url: Option<String>,
    /// The language of the texts and of the interface, as BCP 47 writes it; `en` where it is missing.
    #[schemars(default)]
    pub language: String,
    /// The theme: a folder in `themes/`, or one that is part of casebook.
    #[schemars(with = "Option<String>")]
    pub theme: Spanned<String>,
    /// Where a page's file can be edited, with `{path}` for the file.
    pub edit_url: Option<String>,
    /// Where somebody can add to a page, with `{path}` for the file.
    pub contribute_url: Option<String>,
    /// The licence of the content, by its SPDX name.
    pub license: Option<String>,
    /// Which edition of the archive this is.
    pub edition: Option<String>,
    /// What this question calls its two sides.
    #[schemars(default)]
    pub sides: Sides,
    /// Which pages get a picture for link previews.
    #[schemars(default)]
    pub cards: Cards,
    /// What findings are raised or lowered to, by their code. An error can't be lowered.
    #[schemars(with = "Option<BTreeMap<String, Level>>")]
    pub severity: BTreeMap<Code, Level>,
    /// Bounds on what a contributor's file may cost.
    #[schemars(default)]
    pub limits: Limits,
}

/// What this question calls its two sides.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Sides {
    /// What the side `for` is called.
    #[serde(rename = "for")]
    pub in_favour: Option<String>,
    /// What the side `against` is called.
    pub against: Option<String>,
}

choice! {
    /// Which pages get a picture for link previews.
    #[derive(Default)]
    Cards {
        None = "none",
        #[default]
        Arguments = "arguments",
        All = "all",
    }
}

choice! {
    /// What a finding is raised or lowered to.
    Level { Error = "error", Warning = "warning", Note = "note", Off = "off", }
}

/// Bounds on what a contributor's file may cost.
#[derive(Debug, Clone, Copy, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Limits {
    /// A longer code block is set without highlighting, in bytes.
    #[schemars(default)]
    pub code_bytes: usize,
    /// An image with more pixels is left out.
    #[schemars(default)]
    pub image_pixels: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { code_bytes: 256 << 10, image_pixels: 40_000_000 }
    }
}

impl Config {
    /// What the settings are where nothing is set.
    fn empty(file: FileId) -> Self {
        Self {
            format: FORMAT,
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
            cards: Cards::default(),
            severity: BTreeMap::new(),
            limits: Limits::default(),
        }
    }

    pub fn schema() -> Schema {
        let mut schema = schema_of::<Self>();
        schema.insert("title".to_owned(), "casebook.toml".into());
        schema
    }

    /// Reads the text of `casebook.toml`. Every mistake is reported; what is right is kept.
    pub fn read(text: &str, file: FileId, sink: &mut Diagnostics) -> Self {
        let mut config = Self::empty(file);
        let (mut table, broken) = value::parse(text, Syntax::Toml, file, 0, sink).into_parts();
        let mut found = Diagnostics::default();
        let belongs = |table: &str, key: &str, _: &Value| match table {
            "sides" => matches!(key, "for" | "against"),
            "limits" => matches!(key, "code_bytes" | "image_pixels"),
            "severity" => Code::parse(key).is_some(),
            _ => true,
        };
        let known = || keys(&Self::schema());
        lift(&mut table, &Lift { file, text, known: &known, belongs: &belongs }, &mut found);
        let mut fields = Fields::new(table, Span::start_of(file), "casebook.toml", &mut found);
        if let Some(format) = fields.number("format") {
            config.format = format.value;
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
            if let Some(pixels) = limits.number("image_pixels") {
                config.limits.image_pixels = pixels.value;
            }
            limits.finish();
        }
        if let Some(table) = fields.table("severity") {
            config.severity = read_severity(table.value.0, fields.sink());
        }
        fields.finish();
        if config.format != FORMAT {
            // By another format's rules, what else is found here may well be right.
            found.grade(|diagnostic| (diagnostic.code == Code::Format).then_some(diagnostic.severity));
        }
        Parsed::report(&broken, found, sink);
        config
    }
}

fn read_format(format: &Spanned<u64>, sink: &mut Diagnostics) {
    if format.value != FORMAT {
        let version = env!("CARGO_PKG_VERSION");
        let message = format!("the archive has format {}; casebook {version} reads format {FORMAT}", format.value);
        let help = if format.value > FORMAT {
            format!("install a casebook newer than {version}: its changelog says which one reads this format")
        } else {
            format!("write `format = {FORMAT}`: there is none before it")
        };
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
    if rest.contains("//") {
        return Err("a part of its path is empty");
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

fn read_severity(entries: Vec<(Spanned<String>, Value)>, sink: &mut Diagnostics) -> BTreeMap<Code, Level> {
    let mut levels = BTreeMap::new();
    for (key, value) in entries {
        let Some(code) = Code::ALL.iter().find(|code| code.as_str() == key.value) else {
            let message = format!("there is no finding `{}`", key.value);
            let help = did_you_mean(&key.value, Code::ALL.iter().map(|c| c.as_str()));
            sink.push(
                Diagnostic::new(Code::UnknownKey, key.span, message)
                    .help(help.unwrap_or("write a code such as `W001`: they are listed in docs/diagnostics".into())),
            );
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
