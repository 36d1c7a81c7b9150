//! What every kind of capture is read into.

use crate::date::Date;
use crate::read::SourceKind;

/// Lines of the capture, from 1, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lines {
    pub first: usize,
    pub last: usize,
}

impl Lines {
    pub fn new(first: usize, last: usize) -> Self {
        Self { first, last: last.max(first) }
    }

    pub fn one(line: usize) -> Self {
        Self::new(line, line)
    }

    /// From the start of this one to the end of the other.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self::new(self.first.min(other.first), self.last.max(other.last))
    }
}

impl std::fmt::Display for Lines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.first == self.last { write!(f, "{}", self.first) } else { write!(f, "{}-{}", self.first, self.last) }
    }
}

/// The facts of a source.
#[derive(Debug, Clone, Default)]
pub struct Meta {
    pub title: Option<String>,
    pub authors: Vec<String>,
    pub date: Option<Date>,
    pub kind: Option<SourceKind>,
    pub venue: Option<String>,
    pub events: Vec<String>,
    pub url: Option<String>,
    /// A licence that the capture states; the draft's `rights` stay unknown until a person has read it.
    pub licence: Option<String>,
    pub tags: Vec<String>,
    /// Old addresses, where the capture is a page of another generator.
    pub aliases: Vec<String>,
    /// Other names that notes link to it by.
    pub names: Vec<String>,
}

/// A run of words: as a reader sees them, and as Markdown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text {
    pub plain: String,
    pub markdown: String,
}

impl Text {
    /// Words without markup.
    pub fn plain(words: &str) -> Self {
        Self { plain: words.to_owned(), markdown: super::markup::escape(words) }
    }
}

#[derive(Debug, Clone)]
pub struct Block {
    pub lines: Lines,
    pub node: Node,
}

#[derive(Debug, Clone)]
pub enum Node {
    Heading {
        level: u8,
        text: Text,
    },
    Paragraph(Text),
    List(Vec<Item>),
    Quote(Quote),
    Code(Code),
    /// The first row is the head.
    Table(Vec<Vec<Text>>),
    Rule,
    /// Markdown that stands as it was written, with its words.
    Markdown(Text),
}

#[derive(Debug, Clone)]
pub struct Item {
    /// How many lists it lies in, from 0.
    pub depth: usize,
    /// The number of an ordered list's item.
    pub number: Option<u64>,
    pub text: Text,
    /// The sign before it, where the capture has one among its text.
    pub mark: String,
    /// Whether its words are nothing but links.
    pub is_link: bool,
}

/// Who speaks in a quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// Somebody whom the text quotes.
    Quoted,
    /// The text itself, which sets its own words apart.
    Own,
    /// Somebody who comments on it, or writes in a thread.
    Comment,
}

#[derive(Debug, Clone)]
pub struct Quote {
    pub voice: Voice,
    pub speaker: Option<String>,
    pub locator: Option<String>,
    pub date: Option<Date>,
    pub paragraphs: Vec<Text>,
    /// The line that names the speaker, as it stands in the text.
    pub attribution: Option<String>,
}

impl Quote {
    /// One of which nothing but its words is known.
    pub fn new(voice: Voice, paragraphs: Vec<Text>) -> Self {
        Self { voice, speaker: None, locator: None, date: None, paragraphs, attribution: None }
    }

    /// Its words, paragraph by paragraph.
    pub fn plain(&self) -> String {
        self.paragraphs.iter().map(|text| text.plain.as_str()).collect::<Vec<_>>().join("\n\n")
    }
}

#[derive(Debug, Clone)]
pub struct Code {
    pub language: Option<String>,
    pub text: String,
    /// Whether the capture lost its line ends or its indentation.
    pub flattened: bool,
    pub parses: Option<bool>,
}

/// What was left out, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    pub lines: Lines,
    pub why: &'static str,
    pub text: String,
}

impl std::fmt::Display for Dropped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.why, shorten(&self.text, 160))
    }
}

/// What was decided without being certain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsure {
    pub lines: Option<Lines>,
    pub what: String,
}

impl Unsure {
    pub fn at(lines: Lines, what: impl Into<String>) -> Self {
        Self { lines: Some(lines), what: what.into() }
    }

    pub fn whole(what: impl Into<String>) -> Self {
        Self { lines: None, what: what.into() }
    }
}

impl Block {
    /// Its words; none for code.
    pub fn words(&self) -> String {
        match &self.node {
            Node::Heading { text, .. } | Node::Paragraph(text) | Node::Markdown(text) => text.plain.clone(),
            Node::List(items) => items.iter().map(|item| item.text.plain.as_str()).collect::<Vec<_>>().join("\n"),
            Node::Quote(quote) => quote.plain(),
            Node::Table(rows) => {
                let row = |row: &Vec<Text>| row.iter().map(|cell| cell.plain.as_str()).collect::<Vec<_>>().join(" ");
                rows.iter().map(row).collect::<Vec<_>>().join("\n")
            }
            Node::Code(_) | Node::Rule => String::new(),
        }
    }

    /// The text of a paragraph.
    pub fn paragraph(&self) -> Option<&Text> {
        match &self.node {
            Node::Paragraph(text) => Some(text),
            _ => None,
        }
    }
}

/// The start of a text on one line, cut at a word.
pub fn shorten(text: &str, most: usize) -> String {
    let mut out = String::new();
    for word in text.split_whitespace() {
        if !out.is_empty() && out.chars().count() + word.chars().count() >= most {
            out.push('…');
            return out;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        // A word without end is cut where it is.
        if word.chars().count() > most {
            out.extend(word.chars().take(most));
            out.push('…');
            return out;
        }
        out.push_str(word);
    }
    out
}
