//! Reads a table of the value tree field by field. Each field is asked for once, by name and type; what was not
//! asked for is an unknown key. A wrong field is reported and counts as absent, so that the others are still read.

mod lift;

pub use lift::{Lift, lift};

use std::ops::Range;

use crate::date::Date;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Edit, Fix, did_you_mean, meant};
use crate::span::{Span, Spanned};
use crate::value::{Data, Table, Value};

pub struct Fields<'a> {
    entries: Vec<(Spanned<String>, Value)>,
    /// Where a missing key is reported.
    place: Span,
    /// What is being read, for messages: "an essay", "casebook.toml".
    what: &'a str,
    asked: Vec<&'static str>,
    /// Those of them that don't stand there.
    absent: Vec<&'static str>,
    sink: &'a mut Diagnostics,
}

impl<'a> Fields<'a> {
    pub fn new(table: Table, place: Span, what: &'a str, sink: &'a mut Diagnostics) -> Self {
        Self { entries: table.0, place, what, asked: Vec::new(), absent: Vec::new(), sink }
    }

    pub fn sink(&mut self) -> &mut Diagnostics {
        self.sink
    }

    pub fn take(&mut self, key: &'static str) -> Option<Value> {
        self.asked.push(key);
        let Some(at) = self.entries.iter().position(|(k, _)| k.value == key) else {
            self.absent.push(key);
            return None;
        };
        let (_, value) = self.entries.remove(at);
        // `key:` without a value is how YAML writes an empty field.
        (!matches!(value.data, Data::Null)).then_some(value)
    }

    fn wrong(&mut self, key: &str, value: &Value, expected: &str, help: &str, fix: Option<Fix>) {
        let message = format!("`{key}` is {expected}, not {}", value.type_name());
        self.sink.push(Diagnostic::new(Code::WrongType, value.span, message).help(help).fix(fix));
    }

    pub fn missing(&mut self, key: &str, example: &str) {
        let message = format!("{} needs `{key}`", self.what);
        self.sink.push(Diagnostic::new(Code::MissingKey, self.place, message).help(format!("add `{key} = {example}`")));
    }

    pub fn string(&mut self, key: &'static str) -> Option<Spanned<String>> {
        let value = self.take(key)?;
        match value.data {
            Data::String(text) => Some(Spanned::new(text, value.span)),
            _ => {
                self.wrong(key, &value, "a string", "put it in quotes", in_quotes(&value));
                None
            }
        }
    }

    /// A string that must be there and must not be empty.
    pub fn required(&mut self, key: &'static str) -> Option<Spanned<String>> {
        let there = self.entries.iter().any(|(k, v)| k.value == key && !matches!(v.data, Data::Null));
        let value = self.string(key);
        if !there {
            self.missing(key, "\"...\"");
        }
        let value = value?;
        if value.value.trim().is_empty() {
            let message = format!("`{key}` is empty");
            self.sink
                .push(Diagnostic::new(Code::InvalidValue, value.span, message).help(format!("say what the {key} is")));
            return None;
        }
        Some(value)
    }

    pub fn strings(&mut self, key: &'static str) -> Vec<Spanned<String>> {
        let Some(value) = self.take(key) else { return Vec::new() };
        let Data::Array(items) = value.data else {
            let help = format!("write `{key} = [\"...\", \"...\"]`");
            self.wrong(key, &value, "a list of strings", &help, in_brackets(&value));
            return Vec::new();
        };
        let mut strings = Vec::new();
        for item in items {
            match item.data {
                Data::String(text) if text.trim().is_empty() => {
                    let message = format!("an empty string in `{key}`");
                    self.sink.push(Diagnostic::new(Code::InvalidValue, item.span, message).help("leave it out"));
                }
                Data::String(text) => strings.push(Spanned::new(text, item.span)),
                _ => self.wrong(key, &item, "a list of strings", "put it in quotes", in_quotes(&item)),
            }
        }
        strings
    }

    pub fn boolean(&mut self, key: &'static str) -> Option<bool> {
        let value = self.take(key)?;
        match value.data {
            Data::Boolean(value) => Some(value),
            _ => {
                let fix = bare(&value, |text| match text.to_ascii_lowercase().as_str() {
                    "true" | "yes" | "on" => Some("true".to_owned()),
                    "false" | "no" | "off" => Some("false".to_owned()),
                    _ => None,
                });
                self.wrong(key, &value, "a boolean", "write `true` or `false`, without quotes", fix);
                None
            }
        }
    }

    /// A whole number, not negative.
    pub fn number(&mut self, key: &'static str) -> Option<Spanned<u64>> {
        let value = self.take(key)?;
        match value.data {
            Data::Integer(number) if number >= 0 => Some(Spanned::new(number.unsigned_abs(), value.span)),
            Data::Integer(_) | Data::Float(_) => {
                let message = format!("`{key}` is a whole number that is not negative");
                self.sink.push(Diagnostic::new(Code::InvalidValue, value.span, message).help("count from 0"));
                None
            }
            _ => {
                let fix = bare(&value, |text| text.trim().parse::<u32>().ok().map(|number| number.to_string()));
                self.wrong(key, &value, "a number", "write it without quotes", fix);
                None
            }
        }
    }

    pub fn date(&mut self, key: &'static str) -> Option<Spanned<Date>> {
        const MEND: &str = "write YYYY-MM-DD, or \"YYYY-MM\" or \"YYYY\" in quotes";
        let value = self.take(key)?;
        let (Data::String(text) | Data::Date(text)) = &value.data else {
            let year = matches!(value.data, Data::Integer(1000..=9999));
            self.wrong(key, &value, "a date", MEND, year.then(|| in_quotes(&value)).flatten());
            return None;
        };
        let date = Date::parse(text);
        if date.is_none() {
            let message = format!("`{key}` is not a date: `{text}`");
            let iso = year_first(text).map(|iso| Fix::safe([Edit::word(value.span, iso)]));
            self.sink.push(Diagnostic::new(Code::InvalidValue, value.span, message).help(MEND).fix(iso));
        }
        Some(Spanned::new(date?, value.span))
    }

    /// One of a few words, such as a form or a stance.
    pub fn choice<T: Choice>(&mut self, key: &'static str) -> Option<Spanned<T>> {
        let text = self.string(key)?;
        choose(&text, key, self.sink)
    }

    pub fn table(&mut self, key: &'static str) -> Option<Spanned<Table>> {
        let value = self.take(key)?;
        match value.data {
            Data::Table(table) => Some(Spanned::new(table, value.span)),
            _ => {
                self.wrong(key, &value, "a table", &format!("write `[{key}]` and its keys below"), None);
                None
            }
        }
    }

    /// The tables of `[[key]]`.
    pub fn tables(&mut self, key: &'static str) -> Option<Vec<Spanned<Table>>> {
        let value = self.take(key)?;
        let mend = format!("write `[[{key}]]` above each of them");
        let Data::Array(items) = value.data else {
            self.wrong(key, &value, "a list of tables", &mend, None);
            return None;
        };
        let mut tables = Vec::new();
        for item in items {
            match item.data {
                Data::Table(table) => tables.push(Spanned::new(table, item.span)),
                _ => self.wrong(key, &item, "a list of tables", &mend, None),
            }
        }
        Some(tables)
    }

    /// Reports every key that was not asked for.
    pub fn finish(mut self) {
        for (key, _) in self.entries {
            let message = format!("{} has no key `{}`", self.what, key.value);
            let name = meant(&key.value, self.absent.iter().copied());
            let fix = name.map(|name| Fix::safe([Edit::word(key.span, name)]));
            // Of two that mean one key, only the first may become it.
            self.absent.retain(|absent| Some(*absent) != name);
            let diagnostic = Diagnostic::new(Code::UnknownKey, key.span, message).fix(fix);
            self.sink.push(match did_you_mean(&key.value, self.asked.iter().copied()) {
                Some(help) => diagnostic.help(help),
                None => diagnostic.help("remove it"),
            });
        }
    }
}

/// Quotation marks around a value that can only be meant as a string.
fn in_quotes(value: &Value) -> Option<Fix> {
    let plain = matches!(value.data, Data::Integer(_) | Data::Float(_) | Data::Boolean(_) | Data::Date(_));
    let Range { start, end } = value.span.range();
    plain.then(|| Fix::safe([start, end].map(|at| Edit::insert(value.span.file, at, "\""))))
}

/// Brackets around a string that stands for a list of one.
fn in_brackets(value: &Value) -> Option<Fix> {
    let Data::String(text) = &value.data else { return None };
    let one =
        !text.is_empty() && !text.contains([',', ';', ':', '#', '[', ']', '{', '}', '\n', '&', '*', '!', '|', '>']);
    let Range { start, end } = value.span.range();
    let bracket = |at, text: &str| Edit::insert(value.span.file, at, text);
    one.then(|| Fix::safe([bracket(start, "["), bracket(end, "]")]))
}

/// What a string was meant as, without its quotation marks.
fn bare(value: &Value, meant: impl Fn(&str) -> Option<String>) -> Option<Fix> {
    let Data::String(text) = &value.data else { return None };
    meant(text).map(|meant| Fix::safe([Edit::replace(value.span, meant)]))
}

/// The date that somebody wrote year first, with other signs between or without leading zeros.
fn year_first(text: &str) -> Option<String> {
    let parts: Vec<_> = text.trim().split(['-', '/', '.']).collect();
    let number = |part: &str| (1..=2).contains(&part.len()).then(|| part.parse::<u8>().ok()).flatten();
    let iso = match parts[..] {
        [year, month] => format!("{year}-{:02}", number(month)?),
        [year, month, day] => format!("{year}-{:02}-{:02}", number(month)?, number(day)?),
        _ => return None,
    };
    Date::parse(&iso).map(|_| iso)
}

/// A type that is written as one of a few words.
pub trait Choice: Copy + 'static {
    /// Every word with its meaning.
    const WORDS: &'static [(&'static str, Self)];

    fn word(self) -> &'static str
    where
        Self: PartialEq,
    {
        Self::WORDS.iter().find(|(_, value)| *value == self).map_or("", |(word, _)| word)
    }

    fn of_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(known, _)| *known == word).map(|(_, value)| *value)
    }
}

/// Reads one of the words of `T`; anything else is reported.
pub fn choose<T: Choice>(text: &Spanned<String>, what: &str, sink: &mut Diagnostics) -> Option<Spanned<T>> {
    let found = T::of_word(&text.value);
    if found.is_none() {
        let words: Vec<_> = T::WORDS.iter().map(|(word, _)| format!("`{word}`")).collect();
        let message = format!("`{}` is not a {what}: it is one of {}", text.value, words.join(", "));
        let words = T::WORDS.iter().map(|(word, _)| *word);
        let help = did_you_mean(&text.value, words.clone());
        let fix = meant(&text.value, words).map(|word| Fix::safe([Edit::word(text.span, word)]));
        let diagnostic = Diagnostic::new(Code::InvalidValue, text.span, message).fix(fix);
        sink.push(match help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        });
    }
    found.map(|value| Spanned::new(value, text.span))
}

/// Declares an enum that is written as one of a few words, here and in JSON.
#[macro_export]
macro_rules! choice {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, schemars::JsonSchema)]
        pub enum $name { $($(#[$doc])* #[schemars(rename = $word)] $variant,)* }

        impl $crate::fields::Choice for $name {
            const WORDS: &'static [(&'static str, Self)] = &[$(($word, Self::$variant),)*];
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str($crate::fields::Choice::word(*self))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                $crate::fields::Choice::of_word(&word).ok_or_else(|| serde::de::Error::custom("it is none of the words"))
            }
        }
    };
}
