//! Markdown to a block tree with byte spans. It is parsed once: links, tags, search and HTML all read this tree.
//!
//! CommonMark with GitHub's tables, footnotes, strikethrough, task lists, alerts and bare addresses; and heading
//! attributes, definition lists, mathematics, wikilinks and block ids.

mod anchor;
mod inline;
mod parse;
mod text;
mod walk;

pub use anchor::slug as heading_anchor;
pub use parse::parse;
pub use text::{Passage, PassageKind, passages, plain};
pub use walk::{Part, walk, walk_blocks};

use std::collections::BTreeMap;

use crate::span::Span;

/// The text of an entry.
#[derive(Debug, Default)]
pub struct Body {
    pub blocks: Vec<Block>,
    /// Footnotes in the order in which they are first referred to.
    pub notes: Vec<Note>,
    /// What the text links to, in the order of the text. Links and images in the tree name their place here.
    pub links: Vec<Link>,
    /// Every anchor of the page that the text makes, and where.
    pub anchors: BTreeMap<String, Span>,
}

#[derive(Debug)]
pub struct Block {
    pub span: Span,
    /// The anchor: of a heading as GitHub makes it, of a passage its block id with `^`.
    pub id: Option<String>,
    pub node: Node,
}

#[derive(Debug)]
pub enum Node {
    Paragraph { content: Vec<Inline>, tight: bool },
    Heading { level: u8, classes: Vec<String>, content: Vec<Inline> },
    Quote { alert: Option<Alert>, blocks: Vec<Block> },
    List { start: Option<u64>, items: Vec<Item> },
    Code { language: Option<String>, text: String },
    Html(String),
    Table { alignments: Vec<Alignment>, head: Vec<Vec<Inline>>, rows: Vec<Vec<Vec<Inline>>> },
    Definitions(Vec<Definition>),
    Rule,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alert {
    Note,
    Tip,
    Important,
    Warning,
    Caution,
}

impl Alert {
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Tip => "tip",
            Self::Important => "important",
            Self::Warning => "warning",
            Self::Caution => "caution",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alignment {
    None,
    Left,
    Center,
    Right,
}

#[derive(Debug)]
pub struct Item {
    pub id: Option<String>,
    pub task: Option<bool>,
    pub blocks: Vec<Block>,
}

#[derive(Debug)]
pub enum Definition {
    Term(Vec<Inline>),
    Meaning(Vec<Block>),
}

#[derive(Debug)]
pub struct Note {
    /// From 1, in the order of the text.
    pub number: usize,
    /// How many references lead to it.
    pub references: usize,
    pub blocks: Vec<Block>,
}

#[derive(Debug)]
pub struct Inline {
    pub span: Span,
    pub node: InlineNode,
}

#[derive(Debug)]
pub enum InlineNode {
    Text(String),
    Code(String),
    Emphasis(Vec<Inline>),
    Strong(Vec<Inline>),
    Strikethrough(Vec<Inline>),
    /// A link; `link` is its place in [`Body::links`].
    Link {
        link: usize,
        content: Vec<Inline>,
    },
    Image {
        link: usize,
        alt: String,
    },
    Html(String),
    /// `mathml` is missing where the formula does not parse.
    Math {
        tex: String,
        display: bool,
        mathml: Option<String>,
    },
    /// `reference` counts from 1 the references to that note.
    NoteReference {
        number: usize,
        reference: usize,
    },
    SoftBreak,
    HardBreak,
}

/// Something that the text links to.
#[derive(Debug, Clone)]
pub struct Link {
    pub span: Span,
    /// As written, with escapes resolved.
    pub address: String,
    pub title: String,
    pub kind: LinkKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    /// `[text](address)`, `<address>` or a bare address.
    Address,
    /// `[[reference]]`; without a label the target's title is shown.
    Wiki {
        label: bool,
    },
    Image,
    /// `![[file]]`.
    WikiImage,
}
