//! From elements to blocks, in the order of the page.

use std::collections::HashSet;

use dom_query::{NodeId, NodeRef};
use url::Url;

use super::inline::Run;
use super::table::{self, Table};
use super::tree::Page;
use super::{inline, listing, part};
use crate::ingest::block::{Block, Dropped, Item, Lines, Node, Quote, Text, Voice};
use crate::ingest::{attribution, code, lines};

/// A block, and what is known of it from the page.
pub struct Piece {
    pub block: Block,
    /// Whether it lies in the readable part.
    pub readable: bool,
    /// Whether most of it is links.
    pub is_links: bool,
}

/// Words that no block has closed yet.
struct Open<'a> {
    run: Run<'a>,
    lines: Option<Lines>,
    readable: bool,
}

pub struct Walk<'a> {
    pub page: &'a Page,
    base: Option<&'a Url>,
    /// Elements that were read already.
    pub skip: HashSet<NodeId>,
    /// The title, folded: it is no part of the text.
    pub title: Option<String>,
    /// The elements of the readable part; `None`: all are.
    pub readable: Option<HashSet<NodeId>>,
    pieces: Vec<Piece>,
    pub dropped: Vec<Dropped>,
}

impl<'a> Walk<'a> {
    pub fn new(page: &'a Page, base: Option<&'a Url>) -> Self {
        Self { page, base, skip: HashSet::new(), title: None, readable: None, pieces: Vec::new(), dropped: Vec::new() }
    }

    /// A walk through an element.
    pub fn within(&self, node: &NodeRef<'_>) -> Self {
        let inner = node.descendants_it().map(|inner| inner.id);
        let skip =
            if self.skip.is_empty() { HashSet::new() } else { inner.filter(|id| self.skip.contains(id)).collect() };
        Self { skip, ..Self::new(self.page, self.base) }
    }

    pub fn finish(self) -> (Vec<Piece>, Vec<Dropped>) {
        (self.pieces, self.dropped)
    }

    fn is_readable(&self, node: &NodeRef<'_>) -> bool {
        let Some(readable) = &self.readable else { return true };
        readable.contains(&node.id) || node.descendants_it().any(|inner| readable.contains(&inner.id))
    }

    pub fn push(&mut self, at: &NodeRef<'_>, node: Node, is_links: bool) {
        let block = Block { lines: self.page.place(at), node };
        self.push_block(at, block, is_links);
    }

    pub fn push_block(&mut self, at: &NodeRef<'_>, block: Block, is_links: bool) {
        let readable = self.is_readable(at);
        self.pieces.push(Piece { block, readable, is_links });
    }

    fn drop(&mut self, node: &NodeRef<'_>, why: &'static str) {
        const MOST: usize = 600;
        let text = node.text();
        let text: String = text.split_whitespace().take(100).collect::<Vec<_>>().join(" ");
        if !text.is_empty() {
            let lines = self.page.place(node);
            self.dropped.push(Dropped { lines, why, text: text.chars().take(MOST).collect() });
        }
    }

    /// The children of an element that holds blocks; words right in it are paragraphs.
    pub fn children(&mut self, node: &NodeRef<'_>) {
        let own = self.readable.as_ref().is_none_or(|readable| readable.contains(&node.id));
        let mut open = Open { run: Run::new(self.base), lines: None, readable: own };
        let mut line = self.page.line(node);
        let mut broken = false;
        for child in node.children_it(false) {
            let name = part::name(&child);
            // Two breaks part paragraphs, as old pages have it.
            if name == "br" && std::mem::replace(&mut broken, name == "br") {
                self.paragraph(&mut open, line, own);
                continue;
            }
            broken = name == "br" || broken && child.is_text() && child.text().trim().is_empty();
            if part::is_silent(&name) || name.is_empty() && !child.is_text() {
                self.elsewhere(&child, &name);
                continue;
            }
            let inline = child.is_text() || name == "br" || !part::is_block(&name) && !self.holds_blocks(&child, &name);
            let words = inline && !self.skip.contains(&child.id);
            if words && (child.is_text() || part::furniture(&child, &name).is_none()) {
                open.run.push(&child);
                let lines = self.page.lines(&child).unwrap_or(Lines::one(line));
                open.lines = Some(open.lines.map_or(lines, |open| open.to(lines)));
                open.readable |= self.readable.as_ref().is_some_and(|readable| readable.contains(&child.id));
                line = lines.last;
            } else {
                self.paragraph(&mut open, line, own);
                self.element(&child, &name);
                line = self.page.lines(&child).map_or(line, |lines| lines.last);
            }
        }
        self.paragraph(&mut open, line, own);
    }

    fn holds_blocks(&self, node: &NodeRef<'_>, name: &str) -> bool {
        !matches!(name, "a" | "b" | "i" | "em" | "strong" | "code" | "img" | "br" | "cite" | "time" | "sup" | "sub")
            && node.descendants_it().any(|inner| {
                self.skip.contains(&inner.id) || part::is_block(&part::name(&inner)) && part::name(&inner) != "br"
            })
            || part::is_pull_quote(name, &part::tokens(node))
            || name == "a"
                && node
                    .descendants_it()
                    .any(|inner| matches!(part::name(&inner).as_str(), "h1" | "h2" | "h3" | "p" | "pre"))
    }

    /// The words that stand between two blocks.
    fn paragraph(&mut self, open: &mut Open<'a>, line: usize, own: bool) {
        let Open { run, lines, readable } =
            std::mem::replace(open, Open { run: Run::new(self.base), lines: None, readable: own });
        if run.is_empty() {
            return;
        }
        let is_links = run.is_links();
        let node = Node::Paragraph(run.finish());
        let lines = lines.unwrap_or(Lines::one(line));
        self.pieces.push(Piece { block: Block { lines, node }, readable, is_links });
    }

    fn element(&mut self, node: &NodeRef<'_>, name: &str) {
        if self.skip.contains(&node.id) || part::is_silent(name) {
            return;
        }
        if let Some(why) = part::furniture(node, name) {
            return self.drop(node, why);
        }
        if part::is_pull_quote(name, &part::tokens(node)) || name == "blockquote" {
            return self.quote(node);
        }
        if self.boxed(node) {
            return;
        }
        match name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.heading(node, name),
            "p" => self.children(node),
            "pre" | "listing" | "plaintext" if self.typed(node) => {}
            "pre" | "listing" | "xmp" | "plaintext" => self.code(node),
            "ul" | "ol" | "menu" | "dir" => self.list(node),
            "table" => self.table(node),
            "hr" => self.push(node, Node::Rule, false),
            "img" | "picture" => self.picture(node),
            "figure" => self.figure(node),
            "dl" => self.definitions(node),
            "br" => {}
            _ if listing::is_code_block(node) => self.code(node),
            _ => self.children(node),
        }
    }

    fn heading(&mut self, node: &NodeRef<'_>, name: &str) {
        let text = inline::of_children(node, self.base);
        if text.plain.is_empty() {
            return;
        }
        let is_title = self.title.as_deref() == Some(lines::folded(&text.plain).as_str());
        if is_title && matches!(name, "h1" | "h2" | "h3") {
            return;
        }
        let level = name.as_bytes()[1] - b'0';
        self.push(node, Node::Heading { level: level.max(2), text }, false);
    }

    fn picture(&mut self, node: &NodeRef<'_>) {
        let inner = node.descendants_it().find(|inner| part::name(inner) == "img");
        let image = inner.as_ref().unwrap_or(node);
        let alt = image.attr("alt").map(|alt| alt.trim().to_owned()).filter(|alt| !alt.is_empty());
        let source = || image.attr("src").map(|src| src.rsplit('/').next().unwrap_or_default().to_owned());
        if let Some(text) = alt.or_else(source).filter(|text| !text.is_empty() && !text.contains("base64")) {
            self.dropped.push(Dropped { lines: self.page.place(node), why: "a picture", text });
        }
    }

    fn figure(&mut self, node: &NodeRef<'_>) {
        let quote = node.descendants_it().find(|inner| part::name(inner) == "blockquote");
        let caption = node.descendants_it().find(|inner| part::name(inner) == "figcaption");
        if quote.is_some() || part::tokens(node).contains("quote") {
            let at = quote.unwrap_or(*node);
            self.quote(&at);
            let by = caption.and_then(|caption| attribution::marked(&inline::of_children(&caption, None).plain));
            if let (Some(by), Some(Piece { block: Block { node: Node::Quote(quote), .. }, .. })) =
                (by, self.pieces.last_mut())
            {
                by.give(quote);
            }
            return;
        }
        self.children(node);
    }

    fn definitions(&mut self, node: &NodeRef<'_>) {
        for part in node.descendants_it() {
            let name = part::name(&part);
            if name == "dt" {
                let text = inline::of_children(&part, self.base);
                if !text.plain.is_empty() {
                    self.push(
                        &part,
                        Node::Paragraph(Text { markdown: format!("**{}**", text.markdown), plain: text.plain }),
                        false,
                    );
                }
            } else if name == "dd" {
                self.children(&part);
            }
        }
    }

    fn table(&mut self, node: &NodeRef<'_>) {
        match table::read(node, self.base) {
            Table::Data(rows) => self.push(node, Node::Table(rows), false),
            Table::Code => self.code(node),
            Table::Layout => {
                let cells: Vec<_> = node
                    .descendants_it()
                    .filter(|inner| matches!(part::name(inner).as_str(), "td" | "th" | "caption"))
                    .collect();
                for cell in cells {
                    // A table in a cell brings its own cells, and what was read already has been.
                    let nested = cell
                        .ancestors_it(None)
                        .take_while(|above| above.id != node.id)
                        .any(|above| part::name(&above) == "table" || self.skip.contains(&above.id));
                    if !nested && !self.skip.contains(&cell.id) {
                        self.children(&cell);
                    }
                }
            }
        }
    }

    fn list(&mut self, node: &NodeRef<'_>) {
        // Items that hold code or quotations are blocks by themselves.
        let deep = node.descendants_it().any(|inner| {
            matches!(part::name(&inner).as_str(), "pre" | "blockquote" | "table" | "h2" | "h3")
                || self.skip.contains(&inner.id)
        });
        if deep {
            for item in node.children_it(false).filter(NodeRef::is_element) {
                let name = part::name(&item);
                if name == "li" && !self.skip.contains(&item.id) {
                    self.children(&item);
                } else {
                    self.element(&item, &name);
                }
            }
            return;
        }
        let mut items = Vec::new();
        self.items(node, 0, &mut items);
        let links = items.iter().filter(|item: &&Item| item.is_link).count();
        if !items.is_empty() {
            let is_links = links * 5 >= items.len() * 4;
            self.push(node, Node::List(items), is_links);
        }
    }

    fn items(&self, node: &NodeRef<'_>, depth: usize, out: &mut Vec<Item>) {
        let ordered = part::name(node) == "ol";
        let start = node.attr("start").and_then(|start| start.parse::<u64>().ok()).unwrap_or(1);
        let mut number = start.min(999_999_000);
        for item in node.children_it(false).filter(NodeRef::is_element) {
            let name = part::name(&item);
            if matches!(name.as_str(), "ul" | "ol") {
                self.items(&item, depth + 1, out);
                continue;
            }
            if part::furniture(&item, &name) == Some("hidden") || part::is_silent(&name) {
                continue;
            }
            let mut run = Run::new(self.base);
            let mut inner = Vec::new();
            for child in item.children_it(false) {
                match part::name(&child).as_str() {
                    "ul" | "ol" => inner.push(child),
                    _ => run.push(&child),
                }
            }
            let is_link = run.is_links();
            let text = run.finish();
            if !text.plain.is_empty() {
                out.push(Item { depth, number: ordered.then_some(number), text, mark: String::new(), is_link });
                number += 1;
            }
            inner.iter().for_each(|list| self.items(list, depth + 1, out));
        }
    }

    fn quote(&mut self, node: &NodeRef<'_>) {
        let pull = part::is_pull_quote(&part::name(node), &part::tokens(node));
        let mut walk = self.within(node);
        let mut by = None;
        for inner in node.descendants_it() {
            let name = part::name(&inner);
            let tokens = part::tokens(&inner);
            if matches!(name.as_str(), "footer" | "figcaption")
                || name == "cite" && by.is_none()
                || tokens.contains("attribution")
                || tokens.contains("quote-author")
            {
                let plain = inline::of_children(&inner, None).plain;
                if let Some(found) = attribution::marked(&plain).filter(|_| is_last(node, &inner)) {
                    by = by.or(Some(found));
                    walk.skip.insert(inner.id);
                }
            }
        }
        walk.children(node);
        let (pieces, dropped) = walk.finish();
        self.dropped.extend(dropped);
        let blocks: Vec<Block> = pieces.into_iter().map(|piece| piece.block).collect();
        let mut paragraphs = crate::ingest::comments::paragraphs(&blocks);
        if let (None, [only]) = (&by, paragraphs.as_slice()) {
            if let Some(quote) = attribution::in_one_line(only) {
                return self.push(node, Node::Quote(quote), false);
            }
            if let Some((words, line)) = last_line(only) {
                (by, paragraphs) = (Some(line), vec![words]);
            }
        } else if by.is_none() {
            by = paragraphs.last().and_then(|last| attribution::parse(&last.plain));
            if by.is_some() {
                paragraphs.pop();
            }
        }
        if paragraphs.is_empty() {
            return;
        }
        attribution::without_marks(&mut paragraphs);
        let locator = node.attr("cite").and_then(|cite| inline::address(&cite, self.base));
        let voice = if pull && by.is_none() { Voice::Own } else { Voice::Quoted };
        let mut quote = Quote { locator, ..Quote::new(voice, paragraphs) };
        if let Some(by) = by {
            by.give(&mut quote);
        }
        self.push(node, Node::Quote(quote), false);
    }

    fn code(&mut self, node: &NodeRef<'_>) {
        let mut text = String::new();
        listing::code_text(node, &mut text);
        if text.trim().is_empty() {
            return;
        }
        let named = listing::named_language(node);
        // Blanks that must not break were put in to keep the indentation.
        let mut made = code::made(&text.replace('\u{a0}', " "), named.as_deref());
        let all: Vec<&str> = made.text.lines().collect();
        let few = self.pieces.len() < MOST_FLATTENED && !all.is_empty();
        if let Some((range, flat)) = few.then(|| crate::ingest::flattened::find(&all, 0)).flatten()
            && range.len() == all.len()
        {
            made = flat;
        }
        self.push(node, Node::Code(made), false);
    }
}

/// Code far down a page is not sought for lost lines: that takes its time.
const MOST_FLATTENED: usize = 5_000;

/// Whether nothing but white space and elements of the same kind follow in the quotation.
fn is_last(quote: &NodeRef<'_>, node: &NodeRef<'_>) -> bool {
    let mut at = *node;
    loop {
        let mut next = at.next_sibling();
        while let Some(sibling) = next {
            let is_block = matches!(part::name(&sibling).as_str(), "p" | "blockquote" | "ul" | "ol" | "pre" | "div");
            if is_block && !sibling.text().trim().is_empty() {
                return false;
            }
            next = sibling.next_sibling();
        }
        match at.parent() {
            Some(parent) if parent.id != quote.id => at = parent,
            _ => return true,
        }
    }
}

/// The words of a quotation, and who is named in its last line.
fn last_line(text: &Text) -> Option<(Text, attribution::Attribution)> {
    let (before, last) = text.markdown.rsplit_once("\\\n")?;
    // The same words stand at the end of the text without markup.
    let count = last.split_whitespace().count();
    let words: Vec<&str> = text.plain.split_whitespace().collect();
    let (own, line) = words.split_at(words.len().checked_sub(count)?);
    let by = attribution::parse(&line.join(" ")).filter(|_| !own.is_empty())?;
    Some((Text { plain: own.join(" "), markdown: before.to_owned() }, by))
}
