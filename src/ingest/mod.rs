//! From captured pages, exports and feeds to drafts that a person reviews.
//!
//! Bytes are [decoded](decode), their kind is found, and each kind is read into one form: [`Found`], the facts of a
//! source and its text as blocks, each with the lines of the capture that it came from. [`draft`] makes files of it,
//! and [`write`](mod@write) holds them to `read`, `model` and `check` before any is written. What a capture says is data: nothing in it
//! is taken for markup of ours.

mod attribution;
mod bibliography;
mod block;
mod byline;
mod code;
mod comments;
mod dates;
mod decode;
mod draft;
mod dropped;
mod feed;
mod flattened;
mod html;
mod language;
mod lines;
mod markdown;
mod markup;
mod measured;
mod name;
mod origin;
mod reading;
mod settle;
mod text;
mod write;

use std::fmt;

use sha2::{Digest, Sha256};

pub use self::block::{Block, Code, Dropped, Lines, Meta, Node, Quote, Text, Unsure, Voice, shorten};
pub use self::decode::{MOST, too_long};
pub use self::draft::Draft;
pub use self::measured::Measured;
pub use self::write::{Ingested, Outcome, Plan};

/// A captured file.
pub struct Capture {
    /// As the user named it, for messages and titles.
    pub name: String,
    pub bytes: Vec<u8>,
}

impl Capture {
    /// What stands for the file's bytes, as `sha256sum` prints it.
    pub fn hash(&self) -> String {
        format!("sha256:{}", hex::encode(Sha256::digest(&self.bytes)))
    }

    /// The last part of the name, without its ending.
    pub fn stem(&self) -> &str {
        let name = self.name.rsplit(['/', '\\']).next().unwrap_or_default();
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }

    fn extension(&self) -> String {
        let name = self.name.rsplit(['/', '\\']).next().unwrap_or_default();
        name.rsplit_once('.').map_or_else(String::new, |(_, extension)| extension.to_ascii_lowercase())
    }
}

/// What was found in one document: a page, a record of a bibliography, an item of a feed.
#[derive(Debug, Default)]
pub struct Found {
    pub meta: Meta,
    pub blocks: Vec<Block>,
    pub measured: Vec<Measured>,
    pub dropped: Vec<Dropped>,
    pub unsure: Vec<Unsure>,
    /// The lines of a record or an item in its file.
    pub at: Lines,
    /// Whether verbatim quotes can be looked up in the capture as it was saved.
    pub verifiable: bool,
    /// The text in which selectors find their passages.
    pub text: String,
}

impl Found {
    /// The quotes, in the order of the capture.
    pub fn quotes(&self) -> impl Iterator<Item = (&Block, &Quote)> {
        self.blocks.iter().filter_map(|block| match &block.node {
            Node::Quote(quote) => Some((block, quote)),
            _ => None,
        })
    }

    pub fn samples(&self) -> impl Iterator<Item = (usize, &Block, &Code)> {
        self.blocks.iter().enumerate().filter_map(|(at, block)| match &block.node {
            Node::Code(code) => Some((at, block, code)),
            _ => None,
        })
    }

    /// The words of each heading.
    pub fn headings(&self) -> impl Iterator<Item = &str> {
        self.blocks.iter().filter_map(|block| match &block.node {
            Node::Heading { text, .. } => Some(text.plain.as_str()),
            _ => None,
        })
    }

    /// The text as Markdown.
    pub fn body(&self) -> String {
        markup::body(&self.blocks)
    }

    /// Whether there is a text beside quotes and comments.
    pub fn has_text(&self) -> bool {
        self.blocks.iter().any(|block| !matches!(&block.node, Node::Heading { .. } | Node::Rule))
    }
}

/// Why nothing can be made of a capture, and the mend.
#[derive(Debug)]
pub struct Refusal {
    pub why: String,
    pub help: String,
}

impl Refusal {
    fn new(why: impl Into<String>, help: impl Into<String>) -> Self {
        Self { why: why.into(), help: help.into() }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n  help: {}", self.why, self.help)
    }
}

/// What a captured file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Html,
    Markdown,
    Bibtex,
    CslJson,
    Feed,
}

impl Kind {
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Html => "html",
            Self::Markdown => "markdown",
            Self::Bibtex => "bibtex",
            Self::CslJson => "csl-json",
            Self::Feed => "feed",
        }
    }
}

/// Finds what is in a capture: one document, or many where it is a bibliography or a feed.
pub fn find(capture: &Capture) -> Result<(Kind, Vec<Found>), Refusal> {
    let decoded = decode::decode(&capture.bytes)?;
    let kind = reading::kind(&decoded.text, &capture.extension());
    let mut found = match kind {
        Kind::Text => vec![text::read(&decoded.text)],
        Kind::Html => vec![html::read(&decoded.text)?],
        Kind::Markdown => vec![markdown::read(&decoded.text)?],
        Kind::Bibtex => bibliography::bibtex(&decoded.text)?,
        Kind::CslJson => bibliography::csl_json(&decoded.text)?,
        Kind::Feed => feed::read(&decoded.text)?,
    };
    for found in &mut found {
        found.unsure.extend(decoded.doubt.clone());
    }
    let with_text = !matches!(kind, Kind::Bibtex | Kind::CslJson | Kind::Feed);
    if with_text && !found.iter().any(Found::has_text) {
        return Err(Refusal::new(
            "there is no text in it beside navigation and the like",
            "capture the page itself, with its text",
        ));
    }
    Ok((kind, found))
}
