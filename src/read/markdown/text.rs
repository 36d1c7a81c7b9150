//! The words of a block tree, without its markup: for search, tags, snippets and anchors.

use super::{Block, Body, Definition, Inline, InlineNode, Node};

/// One passage: a paragraph, heading, list item, table row or piece of code, as plain text.
#[derive(Debug, Clone)]
pub struct Passage {
    /// The nearest anchor at or above it.
    pub anchor: Option<String>,
    pub text: String,
    pub kind: PassageKind,
    /// The byte of the file at which its block begins.
    pub place: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PassageKind {
    Prose,
    Heading,
    Code,
}

/// The plain text of a run of inlines.
pub fn plain(inlines: &[Inline]) -> String {
    let mut out = String::new();
    push_plain(inlines, &mut out);
    out
}

fn push_plain(inlines: &[Inline], out: &mut String) {
    for inline in inlines {
        match &inline.node {
            InlineNode::Text(text) | InlineNode::Code(text) => out.push_str(text),
            InlineNode::Emphasis(content) | InlineNode::Strong(content) | InlineNode::Strikethrough(content) => {
                push_plain(content, out);
            }
            InlineNode::Link { content, .. } => push_plain(content, out),
            InlineNode::Image { alt, .. } => out.push_str(alt),
            InlineNode::Math { tex, .. } => out.push_str(tex),
            InlineNode::SoftBreak | InlineNode::HardBreak => out.push(' '),
            InlineNode::Html(html) if html.get(..3).is_some_and(|tag| tag.eq_ignore_ascii_case("<br")) => out.push(' '),
            InlineNode::Html(_) | InlineNode::NoteReference { .. } => {}
        }
    }
}

impl Body {
    /// The passages of the text and, after it, of its notes.
    pub fn passages(&self) -> impl Iterator<Item = Passage> {
        let notes = self.notes().iter().flat_map(|note| passages(&note.blocks));
        passages(self.blocks()).into_iter().chain(notes)
    }
}

/// The passages of a text, in order.
pub fn passages(blocks: &[Block]) -> Vec<Passage> {
    let mut out = Vec::new();
    let mut heading = None;
    collect(blocks, None, &mut heading, &mut out);
    out
}

/// The first words of prose, as many as a title may have; empty where there is none.
pub(super) fn headline(blocks: &[Block]) -> String {
    const LONGEST: usize = 70;
    let Some(passage) = prose(blocks).next() else { return String::new() };
    let mut short = String::new();
    for word in passage.text.split_whitespace() {
        if !short.is_empty() && short.chars().count() + word.chars().count() >= LONGEST {
            return format!("{short} …");
        }
        if !short.is_empty() {
            short.push(' ');
        }
        short.extend(word.chars().take(LONGEST));
    }
    short
}

/// The first words of a text.
pub(super) fn excerpt(blocks: &[Block]) -> String {
    const LONGEST: usize = 220;
    // The cells of a table say nothing in a row.
    let blocks = blocks.iter().filter(|block| !matches!(block.node, Node::Table { .. }));
    let (mut out, mut length) = (String::new(), 0);
    for passage in prose(blocks).take(4) {
        for word in passage.text.split_whitespace() {
            let added = word.chars().count();
            if length + added >= LONGEST {
                out.push('…');
                return out;
            }
            if !out.is_empty() {
                out.push(' ');
                length += 1;
            }
            out.push_str(word);
            length += added;
        }
    }
    out
}

fn prose<'a>(blocks: impl IntoIterator<Item = &'a Block>) -> impl Iterator<Item = Passage> {
    let passages = blocks.into_iter().flat_map(|block| passages(std::slice::from_ref(block)));
    passages.filter(|passage| passage.kind == PassageKind::Prose)
}

fn collect(blocks: &[Block], above: Option<&str>, heading: &mut Option<String>, out: &mut Vec<Passage>) {
    for block in blocks {
        let id = block.id.as_deref().or(above);
        let place = block.span.start as usize;
        let mut add = |text: String, kind, heading: &Option<String>| {
            if !text.trim().is_empty() {
                out.push(Passage { anchor: id.map(str::to_owned).or_else(|| heading.clone()), text, kind, place });
            }
        };
        match &block.node {
            Node::Paragraph { content, .. } => add(plain(content), PassageKind::Prose, heading),
            Node::Heading { content, .. } => {
                heading.clone_from(&block.id);
                add(plain(content), PassageKind::Heading, heading);
            }
            Node::Code { text, .. } => add(text.clone(), PassageKind::Code, heading),
            Node::Table { head, rows, .. } => {
                for row in std::iter::once(head).chain(rows) {
                    let cells: Vec<_> = row.iter().map(|cell| plain(cell)).collect();
                    add(cells.join(" "), PassageKind::Prose, heading);
                }
            }
            Node::Quote { blocks, .. } => collect(blocks, id, heading, out),
            Node::List { items, .. } => {
                for item in items {
                    collect(&item.blocks, item.id.as_deref().or(id), heading, out);
                }
            }
            Node::Definitions(definitions) => {
                for definition in definitions {
                    match definition {
                        Definition::Term(content) => out.push(Passage {
                            anchor: id.map(str::to_owned).or_else(|| heading.clone()),
                            text: plain(content),
                            kind: PassageKind::Prose,
                            place,
                        }),
                        Definition::Meaning(blocks) => collect(blocks, id, heading, out),
                    }
                }
            }
            Node::Html(_) | Node::Rule => {}
        }
    }
}
