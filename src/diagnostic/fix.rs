//! Edits that mend findings: what they replace, and how a file reads after them.
//!
//! Spans count in the normalised text; a file on disk may have a byte order mark and other line ends. Edits are
//! carried over to the file as it is, so that nothing changes but what they name.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::{Code, Diagnostics};
use crate::span::{FileId, Files, Span};

/// A mend that a program can make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// Whether it can hardly be meant otherwise. Only such are made by `check --fix`.
    pub safe: bool,
    pub edits: Vec<Edit>,
}

impl Fix {
    pub fn safe(edits: impl IntoIterator<Item = Edit>) -> Self {
        Self { safe: true, edits: edits.into_iter().collect() }
    }

    /// A mend that somebody should look at first.
    pub fn unsure(edits: impl IntoIterator<Item = Edit>) -> Self {
        Self { safe: false, ..Self::safe(edits) }
    }
}

/// A part of a text, and what stands there afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    span: Span,
    text: String,
    /// Whether the text goes into the quotation marks that stand in the span.
    word: bool,
}

impl Edit {
    pub fn replace(span: Span, text: impl Into<String>) -> Self {
        Self { span, text: text.into(), word: false }
    }

    /// Another word in place of a string or key; its quotation marks stay as they are.
    pub fn word(span: Span, text: impl Into<String>) -> Self {
        Self { word: true, ..Self::replace(span, text) }
    }

    pub fn insert(file: FileId, at: usize, text: impl Into<String>) -> Self {
        Self::replace(Span::new(file, at..at), text)
    }

    /// What is replaced in the text, and by what.
    pub fn resolve<'a>(&'a self, files: &Files) -> (Span, Cow<'a, str>) {
        if !self.word {
            return (self.span, Cow::Borrowed(&self.text));
        }
        let written = files.text(self.span);
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-' || c == '/';
        for quote in ["\"\"\"", "'''", "\"", "'"] {
            let quoted = written.len() >= 2 * quote.len() && written.starts_with(quote) && written.ends_with(quote);
            if quoted && !self.text.contains(['"', '\'', '\\', '\n']) {
                let range = self.span.range();
                let inside = range.start + quote.len()..range.end - quote.len();
                return (Span::new(self.span.file, inside), Cow::Borrowed(&self.text));
            }
        }
        let bare = self.text.starts_with(|c: char| c.is_ascii_alphabetic()) && self.text.chars().all(plain);
        (self.span, if bare { Cow::Borrowed(&self.text) } else { Cow::Owned(quote(&self.text)) })
    }
}

/// A string as both TOML and YAML read it.
pub fn quote(text: &str) -> String {
    serde_json::to_string(text).expect("a string always serialises")
}

/// Edits of one file, in the order of the text; ranges count in the normalised text.
pub type Edits = Vec<(Range<usize>, String)>;

/// The safe fixes that can be made at once, by file, and how many findings they mend. Of two that touch the same
/// words the first is taken; the other's time comes in the next round.
pub fn safe_edits(diagnostics: &Diagnostics, files: &Files) -> (Vec<(FileId, Edits)>, usize) {
    // By where they begin and end; what is put in at one place follows the order of the findings.
    let mut taken: BTreeMap<FileId, BTreeMap<(usize, usize, usize), String>> = BTreeMap::new();
    let mut fixed = 0;
    // What could not be read as it stands can't be written back as it stands.
    let guessed: BTreeSet<_> = diagnostics.iter().filter(|d| d.code == Code::NotUtf8).map(|d| d.span.file).collect();
    for fix in diagnostics.iter().filter_map(|diagnostic| diagnostic.fix.as_ref()).filter(|fix| fix.safe) {
        let edits: Vec<_> = fix.edits.iter().map(|edit| edit.resolve(files)).collect();
        let touches = edits.iter().any(|(span, _)| {
            let Range { start, end } = span.range();
            let before = taken.get(&span.file).and_then(|edits| edits.range(..(end, 0, 0)).next_back());
            before.is_some_and(|((_, other_end, _), _)| *other_end > start)
        });
        if touches || edits.iter().any(|(span, _)| guessed.contains(&span.file)) {
            continue;
        }
        fixed += 1;
        for (span, text) in edits {
            let edits = taken.entry(span.file).or_default();
            edits.insert((span.range().start, span.range().end, edits.len()), text.into_owned());
        }
    }
    let in_order = |edits: BTreeMap<(usize, usize, usize), String>| {
        edits.into_iter().map(|((start, end, _), text)| (start..end, text)).collect()
    };
    (taken.into_iter().map(|(file, edits)| (file, in_order(edits))).collect(), fixed)
}

/// `raw` with the edits made, whose ranges count in the normalised text and follow one another.
pub fn apply(raw: &str, edits: &[(Range<usize>, String)]) -> String {
    let ending = match raw.find('\n') {
        Some(at) if raw[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    };
    let mut places = Places { raw, at: if raw.starts_with('\u{feff}') { 3 } else { 0 }, normalised: 0 };
    let mut out = String::with_capacity(raw.len());
    let mut from = 0;
    for (range, text) in edits {
        let start = places.of(range.start);
        out.push_str(&raw[from..start]);
        out.push_str(&text.replace('\n', ending));
        from = places.of(range.end);
    }
    out.push_str(&raw[from..]);
    out
}

/// Walks a file and its normalised text side by side.
struct Places<'a> {
    raw: &'a str,
    at: usize,
    normalised: usize,
}

impl Places<'_> {
    /// Where a byte of the normalised text stands in the file. Asked for in order.
    fn of(&mut self, normalised: usize) -> usize {
        let bytes = self.raw.as_bytes();
        while self.normalised < normalised && self.at < bytes.len() {
            self.at += if bytes[self.at..].starts_with(b"\r\n") { 2 } else { 1 };
            self.normalised += 1;
        }
        self.at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_keep_marks_and_line_ends() {
        let raw = "\u{feff}a = 1\r\nb = 2\r\nc = 3\r\n";
        let normal = crate::span::normalise(raw);
        let at = normal.find("b = 2").unwrap();
        let edits = [(0..0, "x = 0\n".to_owned()), (at..at + 6, String::new()), (at + 6..at + 7, "d".to_owned())];
        assert_eq!(apply(raw, &edits), "\u{feff}x = 0\r\na = 1\r\nd = 3\r\n");
    }

    #[test]
    fn words_keep_their_quotes() {
        for (text, word, expected) in [
            ("\"againts\"", "against", "\"against\""),
            ("'''againts'''", "against", "'''against'''"),
            ("againts", "against", "against"),
            ("2016", "2017", "\"2017\""),
            ("'x'", "it's", "\"it's\""),
        ] {
            let mut files = Files::default();
            let file = files.add("a.md", text);
            let edit = Edit::word(Span::new(file, 0..text.len()), word);
            let (span, new) = edit.resolve(&files);
            assert_eq!(apply(text, &[(span.range(), new.into_owned())]), expected);
        }
    }
}
