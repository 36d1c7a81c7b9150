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
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use crate::diagnostic::Diagnostics;
use crate::span::{FileId, Span};

/// The text of an entry.
#[derive(Debug, Default)]
pub struct Body {
    pub gist: Gist,
    tree: OnceLock<Text>,
    /// What the tree is made of when somebody asks: a build that makes few pages anew needs few of them.
    unparsed: Option<Unparsed>,
}

/// A text whose gist is known.
#[derive(Debug)]
struct Unparsed {
    /// All of the file.
    text: Arc<str>,
    file: FileId,
    /// The byte at which the text begins.
    at: usize,
}

/// A text as a tree.
#[derive(Debug, Default)]
struct Text {
    blocks: Vec<Block>,
    notes: Vec<Note>,
}

/// What other pages, and every build, ask of a text.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gist {
    /// What the text links to, in the order of the text. Links and images in the tree name their place here.
    pub links: Vec<Link>,
    /// Every anchor of the page that the text makes, and where.
    pub anchors: BTreeMap<String, Span>,
    /// The language of each block of code that names one, and where the block stands.
    pub languages: Vec<(String, Span)>,
    /// Whether images or raw HTML stand in it.
    pub embeds: bool,
    /// The first words, for a text without a title; empty where it has no prose.
    pub headline: String,
    /// The first words and some more.
    pub excerpt: String,
}

impl Body {
    fn new(links: Vec<Link>, anchors: BTreeMap<String, Span>, text: Text) -> Self {
        let mut gist = Gist {
            links,
            anchors,
            headline: text::headline(&text.blocks),
            excerpt: text::excerpt(&text.blocks),
            ..Gist::default()
        };
        let mut body = Self { tree: text.into(), ..Self::default() };
        walk(&body, &mut |part| match part {
            Part::Block(Block { span, node: Node::Code { language: Some(language), .. }, .. }) => {
                gist.languages.push((language.clone(), *span));
            }
            Part::Block(Block { node: Node::Html(_), .. })
            | Part::Inline(Inline { node: InlineNode::Html(_) | InlineNode::Image { .. }, .. }) => gist.embeds = true,
            _ => {}
        });
        body.gist = gist;
        body
    }

    /// The text that stands at byte `at` of a file, of which a build before kept the gist.
    pub fn known(mut gist: Gist, text: &Arc<str>, file: FileId, at: usize) -> Self {
        let links = gist.links.iter_mut().map(|link| &mut link.span);
        let spans = links.chain(gist.anchors.values_mut()).chain(gist.languages.iter_mut().map(|(_, span)| span));
        spans.for_each(|span| span.file = file);
        Self { gist, tree: OnceLock::new(), unparsed: Some(Unparsed { text: Arc::clone(text), file, at }) }
    }

    fn text(&self) -> &Text {
        self.tree.get_or_init(|| {
            let Some(Unparsed { text, file, at }) = &self.unparsed else { return Text::default() };
            // What there was to say of it was said when the gist was made.
            let parsed = parse(&text[*at..], *file, *at, &mut Diagnostics::default());
            assert!(parsed.gist == self.gist, "what `index/` keeps of a text is not of that text: delete the folder");
            parsed.tree.into_inner().unwrap_or_default()
        })
    }

    pub fn blocks(&self) -> &[Block] {
        &self.text().blocks
    }

    /// Footnotes in the order in which they are first referred to.
    pub fn notes(&self) -> &[Note] {
        &self.text().notes
    }
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
    /// A link; `link` is its place in [`Gist::links`].
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub span: Span,
    /// As written, with escapes resolved.
    pub address: String,
    pub title: String,
    pub kind: LinkKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::Files;

    #[test]
    fn a_text_whose_gist_is_known_is_the_same_text() {
        const FRONT: &str = "+++\n+++\n";
        let text = "# One\n\nFirst [words](a.md), [[b|and]] `more`.[^n] ^here\n\n|a|\n|-|\n|b|\n\n```rust\nfn\n```\n\n![](c.png) <b>x</b>\n\n[^n]: Note.\n";
        let (mut files, mut sink) = (Files::default(), Diagnostics::default());
        let whole = [FRONT, text].concat();
        let [first, later] = ["x.md", "y.md"].map(|name| files.add(name, &whole));
        let made = parse(text, first, FRONT.len(), &mut sink);
        let kept = postcard::to_allocvec(&made.gist).unwrap();
        let known = Body::known(postcard::from_bytes(&kept).unwrap(), &files.get(later).text, later, FRONT.len());
        let again = parse(text, later, FRONT.len(), &mut sink);
        assert_eq!(known.gist, again.gist);
        let show = |body: &Body| format!("{:?} {:?}", body.blocks(), body.notes());
        assert!(known.tree.get().is_none());
        assert_eq!(show(&known), show(&again));
        let Gist { links, anchors, languages, embeds, headline, excerpt } = known.gist;
        assert_eq!((links.len(), languages[0].0.as_str(), embeds), (3, "rust", true));
        assert_eq!(anchors.keys().collect::<Vec<_>>(), ["^here", "one"]);
        assert_eq!(headline, "First words, and more.");
        assert_eq!(excerpt, "First words, and more. x");
    }

    #[test]
    #[should_panic(expected = "delete the folder")]
    fn a_gist_of_another_text_is_refused() {
        let text: Arc<str> = "[a](b.md)".into();
        let mut files = Files::default();
        Body::known(Gist::default(), &text, files.add("x.md", &text), 0).blocks();
    }
}
