//! Saved pages: the readable part as blocks, its facts, its comments, and what was left out.
//!
//! `dom_smoothie` says what of a page is its text. It is asked on a copy of the tree whose elements bear numbers, so
//! that the original can be compared: a heading, a piece of code or a quotation that it left out is put back, and the
//! rest is told.

mod boxes;
mod comments;
mod facts;
mod inline;
mod listing;
mod part;
mod table;
mod tree;
mod walk;

use std::collections::HashSet;

use dom_query::{Document, NodeId, NodeRef};
use dom_smoothie::{Config, Readability};
use url::Url;

use self::tree::Page;
use self::walk::{Piece, Walk};
use super::block::{Dropped, Node, Unsure};
use super::{Found, Refusal, lines, settle};

/// A page with more elements would keep `dom_smoothie` busy for long.
const MOST_ELEMENTS: usize = 60_000;
/// What the copy's elements bear their number in.
const NUMBER: &str = "data-casebook-number";

/// A whole page.
pub fn read(html: &str) -> Result<Found, Refusal> {
    let page = tree::parse(html)?;
    let meta = facts::read(&page, html);
    let base = meta.url.as_deref().and_then(|url| Url::parse(url).ok());
    let comments = comments::find(&page, base.as_ref());
    let mut walk = Walk::new(&page, base.as_ref());
    walk.skip = comments.nodes;
    walk.title = meta.title.as_deref().map(lines::folded);
    walk.readable = readable(&page);
    let mut found = Found { meta, verifiable: true, text: text_of(&page.document.tree.root()), ..Found::default() };
    if let Some(body) = page.document.select("body").nodes().first() {
        walk.children(body);
    }
    let (pieces, dropped) = walk.finish();
    found.dropped = dropped;
    found.dropped.extend(comments.dropped);
    put_back(pieces, !comments.blocks.is_empty(), &mut found);
    settle::settle(&mut found);
    let already = found.quotes().filter(|(_, quote)| quote.voice == super::Voice::Comment).count();
    if already == 0 {
        found.blocks.extend(comments.blocks);
    } else {
        found.dropped.extend(comments.blocks.iter().map(|block| Dropped {
            lines: block.lines,
            why: "a comment that was found twice",
            text: block.words(),
        }));
    }
    settle::conclude(&mut found);
    Ok(found)
}

/// A part of a page that is all text, such as an item of a feed has.
pub fn read_part(html: &str, base: Option<&str>) -> Result<Found, Refusal> {
    let page = tree::parse(html)?;
    let base = base.and_then(|url| Url::parse(url).ok());
    let mut walk = Walk::new(&page, base.as_ref());
    if let Some(body) = page.document.select("body").nodes().first() {
        walk.children(body);
    }
    let (pieces, dropped) = walk.finish();
    let text = text_of(&page.document.tree.root());
    let mut found =
        Found { blocks: pieces.into_iter().map(|piece| piece.block).collect(), dropped, text, ..Found::default() };
    settle::settle(&mut found);
    Ok(found)
}

/// The words of a little HTML, such as a title.
pub fn words(html: &str) -> String {
    tree::parse(html).map_or_else(|_| html.to_owned(), |page| text_of(&page.document.tree.root()))
}

/// An address of the web, as far as it is one.
pub fn web_address(url: &str) -> Option<String> {
    inline::address(url, None).filter(|url| url.starts_with("http"))
}

/// An address that a text may link to.
pub fn web_link(url: &str, base: Option<&Url>) -> Option<String> {
    inline::address(url, base)
}

/// The elements of the readable part; `None` where none can be told.
fn readable(page: &Page) -> Option<HashSet<NodeId>> {
    if page.elements > MOST_ELEMENTS {
        return None;
    }
    let copy = page.document.clone();
    let nodes: Vec<NodeId> =
        copy.tree.root().descendants_it().filter(NodeRef::is_element).map(|node| node.id).collect();
    for (number, id) in nodes.iter().enumerate() {
        if let Some(node) = copy.tree.get(id) {
            node.set_attr(NUMBER, &number.to_string());
        }
    }
    let config = Config { keep_classes: true, disable_json_ld: true, ..Config::default() };
    let article = Readability::with_document(copy, None, Some(config)).ok()?.parse().ok()?;
    let article = Document::from(article.content);
    let root = article.tree.root();
    let numbers = root.descendants_it().filter_map(|node| node.attr(NUMBER)?.parse::<usize>().ok());
    let found: HashSet<NodeId> = numbers.filter_map(|number| nodes.get(number).copied()).collect();
    (!found.is_empty()).then_some(found)
}

/// Compares what was read with the readable part, puts back what must survive, and tells of the rest.
fn put_back(pieces: Vec<Piece>, marked: bool, found: &mut Found) {
    let words = |readable: bool| -> usize {
        pieces.iter().filter(|piece| piece.readable == readable).map(|piece| piece.block.words().len()).sum()
    };
    let (inside, outside) = (words(true), words(false));
    // A part of a third, or less, is a part of the text and not the text.
    let trusted = inside > 0 && inside * 2 >= outside;
    if !trusted && outside > 0 {
        found
            .unsure
            .push(Unsure::whole("the readable part of the page can't be told from the rest: all of it was kept"));
    }
    let first = pieces.iter().position(|piece| piece.readable).unwrap_or(0);
    let last = pieces.iter().rposition(|piece| piece.readable).unwrap_or(0);
    // Comments that the markup marks were found by it.
    let tail = pieces.iter().skip(last + 1).position(|piece| !marked && is_comment_header(&piece.block.node));
    let comments = tail.map_or(usize::MAX, |tail| last + 1 + tail);
    for (at, piece) in pieces.into_iter().enumerate() {
        const LONG: usize = 120;
        let between = (first..=last).contains(&at);
        let survives = match &piece.block.node {
            Node::Code(_) | Node::Quote(_) => true,
            Node::Heading { .. } | Node::Table(_) | Node::Markdown(_) => between,
            Node::Paragraph(text) => between && text.plain.len() > LONG && !piece.is_links,
            _ => false,
        };
        let comment = at >= comments && !piece.is_links;
        if piece.readable || !trusted || survives || comment {
            found.blocks.push(piece.block);
        } else {
            let text = piece.block.words();
            if !text.trim().is_empty() {
                found.dropped.push(Dropped { lines: piece.block.lines, why: "not in the readable part", text });
            }
        }
    }
}

/// Whether a line is like that above a comment, where the markup does not say so.
fn is_comment_header(node: &Node) -> bool {
    match node {
        Node::Paragraph(text) | Node::Heading { text, .. } => super::comments::header(&text.plain).is_some(),
        _ => false,
    }
}

/// The text of a page in its order, with blanks where blocks part.
fn text_of(root: &NodeRef<'_>) -> String {
    let mut out = String::new();
    for node in root.descendants_it() {
        if node.is_text() {
            let silent = node.parent().is_some_and(|parent| part::is_silent(&part::name(&parent)));
            if !silent {
                out.push_str(&node.text());
            }
        } else if node.is_element() && part::is_block(&part::name(&node)) {
            out.push(' ');
        }
    }
    out
}

#[cfg(test)]
mod tests;
