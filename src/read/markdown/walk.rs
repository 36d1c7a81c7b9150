//! Every block and inline of a text, wherever it stands.

use super::{Block, Body, Definition, Inline, InlineNode, Node};

/// What [`walk`] comes by.
#[derive(Debug, Clone, Copy)]
pub enum Part<'a> {
    Block(&'a Block),
    Inline(&'a Inline),
}

/// Hands every block and inline of a text to `visit`, in the order of the text, the notes last.
///
/// Recursion is bounded: the parser dissolves what is nested too deep.
pub fn walk<'a>(body: &'a Body, visit: &mut impl FnMut(Part<'a>)) {
    walk_blocks(body.blocks(), visit);
    body.notes().iter().for_each(|note| walk_blocks(&note.blocks, visit));
}

/// As [`walk`], for a part of a text.
pub fn walk_blocks<'a>(all: &'a [Block], visit: &mut impl FnMut(Part<'a>)) {
    for block in all {
        visit(Part::Block(block));
        match &block.node {
            Node::Paragraph { content, .. } | Node::Heading { content, .. } => inlines(content, visit),
            Node::Quote { blocks: inner, .. } => walk_blocks(inner, visit),
            Node::List { items, .. } => items.iter().for_each(|item| walk_blocks(&item.blocks, visit)),
            Node::Table { head, rows, .. } => {
                std::iter::once(head).chain(rows).flatten().for_each(|cell| inlines(cell, visit));
            }
            Node::Definitions(definitions) => definitions.iter().for_each(|definition| match definition {
                Definition::Term(content) => inlines(content, visit),
                Definition::Meaning(inner) => walk_blocks(inner, visit),
            }),
            Node::Code { .. } | Node::Html(_) | Node::Rule => {}
        }
    }
}

fn inlines<'a>(all: &'a [Inline], visit: &mut impl FnMut(Part<'a>)) {
    for inline in all {
        visit(Part::Inline(inline));
        match &inline.node {
            InlineNode::Emphasis(content)
            | InlineNode::Strong(content)
            | InlineNode::Strikethrough(content)
            | InlineNode::Link { content, .. } => inlines(content, visit),
            _ => {}
        }
    }
}
