//! From pulldown-cmark's events to the block tree.

use std::collections::HashMap;
use std::iter::Peekable;
use std::ops::Range;

use pulldown_cmark::{self as cmark, CodeBlockKind, Event, LinkType, Options, Parser as Cmark, Tag};

use super::anchor::Anchors;
use super::inline::{Run, take_block_id};
use super::text::plain;
use super::{Alert, Alignment, Block, Body, Definition, Inline, InlineNode, Item, Link, LinkKind, Node, Note, Text};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::math;
use crate::span::{FileId, Span};

/// Quotes in quotes and lists in lists below this are set as if they stood one level higher: nobody writes them,
/// and a hostile text must not exhaust the stack.
const DEEPEST: usize = 48;

/// Parses `text`, which stands at byte `at` of `file`.
pub fn parse(text: &str, file: FileId, at: usize, sink: &mut Diagnostics) -> Body {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_GFM
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_MATH
        | Options::ENABLE_WIKILINKS;
    let events = Cmark::new_ext(text, options).into_offset_iter().peekable();
    let mut parser = Parser {
        events,
        source: text,
        file,
        at,
        sink,
        links: Vec::new(),
        anchors: Anchors::default(),
        numbers: HashMap::new(),
        references: Vec::new(),
        definitions: Vec::new(),
        task: None,
        depth: 0,
        in_link: false,
        in_table: false,
    };
    let mut blocks = parser.blocks();
    while parser.events.peek().is_some() {
        blocks.extend(parser.blocks());
    }
    parser.finish(blocks)
}

pub(super) struct Parser<'a, 's> {
    events: Peekable<cmark::OffsetIter<'a>>,
    pub(super) source: &'a str,
    file: FileId,
    at: usize,
    pub(super) sink: &'s mut Diagnostics,
    pub(super) links: Vec<Link>,
    anchors: Anchors,
    /// The number of each footnote label, whose case does not count.
    numbers: HashMap<String, usize>,
    /// How many references each number has.
    references: Vec<usize>,
    definitions: Vec<(String, Span, Vec<Block>)>,
    /// The box of the task list item that is being read.
    task: Option<bool>,
    depth: usize,
    in_link: bool,
    in_table: bool,
}

impl<'a> Parser<'a, '_> {
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, self.at + range.start..self.at + range.end)
    }

    fn finish(self, blocks: Vec<Block>) -> Body {
        let mut notes = Vec::new();
        let mut first: HashMap<String, Span> = HashMap::new();
        for (label, span, blocks) in self.definitions {
            if let Some(&first) = first.get(&folded(&label)) {
                self.sink.push(
                    Diagnostic::new(Code::DuplicateId, span, format!("there are two footnotes `{label}`"))
                        .help("give one of the two another label, and its references too")
                        .related(first, "the first one stands here"),
                );
                continue;
            }
            first.insert(folded(&label), span);
            match self.numbers.get(&folded(&label)) {
                Some(&number) => {
                    notes.push(Note { number, references: self.references[number - 1], blocks });
                }
                None => self.sink.push(
                    Diagnostic::new(
                        Code::NoteWithoutReference,
                        span,
                        format!("nothing refers to the footnote `{label}`"),
                    )
                    .help(format!("write `[^{label}]` where it belongs, or remove the note")),
                ),
            }
        }
        notes.sort_by_key(|note| note.number);
        Body::new(self.links, self.anchors.taken, Text { blocks, notes })
    }

    /// Blocks up to the end of the container that is open, which is consumed.
    fn blocks(&mut self) -> Vec<Block> {
        let mut out: Vec<Block> = Vec::new();
        let mut dissolved = 0usize;
        while let Some((event, range)) = self.events.peek() {
            let range = range.clone();
            if is_inline(event) {
                let start = range.start;
                let content = self.inlines(true);
                let end = content.last().map_or(start, |last| last.span.range().end - self.at);
                self.paragraph(content, start..end.max(start), true, &mut out);
                continue;
            }
            match self.events.next() {
                Some((Event::End(_), _)) if dissolved > 0 => dissolved -= 1,
                Some((Event::Start(tag), _)) if self.depth >= DEEPEST && is_nesting(&tag) => dissolved += 1,
                Some((Event::Start(tag), range)) => {
                    self.depth += 1;
                    self.block(tag, range, &mut out);
                    self.depth -= 1;
                }
                Some((Event::Rule, range)) => out.push(self.leaf(range, Node::Rule)),
                Some((Event::Html(html), range)) => {
                    let node = Node::Html(html.into_string());
                    out.push(self.leaf(range, node));
                }
                _ => break,
            }
        }
        exact(out)
    }

    fn leaf(&self, range: Range<usize>, node: Node) -> Block {
        Block { span: self.span(range), id: None, node }
    }

    fn block(&mut self, tag: Tag<'a>, range: Range<usize>, out: &mut Vec<Block>) {
        let node = match tag {
            Tag::Paragraph => {
                let content = self.inlines(false);
                return self.paragraph(content, range, false, out);
            }
            Tag::Heading { level, id, classes, .. } => {
                let mut content = self.inlines(false);
                let span = self.span(range);
                let id = id.map(cmark::CowStr::into_string).or_else(|| block_id(&mut content));
                let id = match id {
                    Some(id) => self.claim(id, span),
                    None => Some(self.anchors.make(&plain(&content), span)),
                };
                let classes = classes.into_iter().map(cmark::CowStr::into_string).collect();
                out.push(Block { span, id, node: Node::Heading { level: level as u8, classes, content } });
                return;
            }
            Tag::BlockQuote(kind) => Node::Quote { alert: kind.map(alert), blocks: self.blocks() },
            Tag::CodeBlock(kind) => {
                let language = match kind {
                    CodeBlockKind::Fenced(info) => fence_language(&info),
                    CodeBlockKind::Indented => None,
                };
                Node::Code { language, text: self.raw() }
            }
            Tag::HtmlBlock => Node::Html(self.raw()),
            Tag::List(start) => Node::List { start, items: self.items() },
            Tag::FootnoteDefinition(label) => {
                let blocks = self.blocks();
                let span = self.span(range);
                self.definitions.push((label.into_string(), span, blocks));
                return;
            }
            Tag::DefinitionList => Node::Definitions(self.definition_list()),
            Tag::Table(alignments) => self.table(&alignments),
            // Anything else opens no block here; what is in it is kept.
            _ => {
                out.extend(self.blocks());
                return;
            }
        };
        out.push(self.leaf(range, node));
    }

    fn paragraph(&mut self, mut content: Vec<Inline>, range: Range<usize>, tight: bool, out: &mut Vec<Block>) {
        let span = self.span(range);
        let id = block_id(&mut content);
        if content.is_empty() {
            // A block id on a line of its own names the block above it.
            if let (Some(id), Some(last)) = (id, out.last_mut()) {
                let id = self.claim(id, span);
                last.id = last.id.take().or(id);
            }
            return;
        }
        let id = id.and_then(|id| self.claim(id, span));
        out.push(Block { span, id, node: Node::Paragraph { content, tight } });
    }

    fn claim(&mut self, id: String, span: Span) -> Option<String> {
        if id.is_empty() || id.contains(char::is_whitespace) {
            return None;
        }
        let Some(first) = self.anchors.claim(&id, span) else { return Some(id) };
        self.sink.push(
            Diagnostic::new(Code::DuplicateId, span, format!("the anchor `{id}` stands twice in this file"))
                .help("give one of the two another name")
                .related(first, "it first stands here"),
        );
        None
    }

    fn items(&mut self) -> Vec<Item> {
        let mut items = Vec::new();
        // A list in an item comes before the item's end, and must not take its box.
        let outer = self.task.take();
        while let Some((event, _)) = self.events.next() {
            match event {
                Event::Start(_) => {
                    self.task = None;
                    let mut blocks = self.blocks();
                    // The id of a tight item's only text is the item's: there is no paragraph to bear it.
                    let id = match blocks.first_mut() {
                        Some(Block { id, node: Node::Paragraph { tight: true, .. }, .. }) => id.take(),
                        _ => None,
                    };
                    items.push(Item { id, task: self.task.take(), blocks });
                }
                _ => break,
            }
        }
        self.task = outer;
        exact(items)
    }

    fn definition_list(&mut self) -> Vec<Definition> {
        let mut definitions = Vec::new();
        while let Some((event, _)) = self.events.next() {
            match event {
                Event::Start(Tag::DefinitionListTitle) => definitions.push(Definition::Term(self.inlines(false))),
                Event::Start(_) => definitions.push(Definition::Meaning(self.blocks())),
                _ => break,
            }
        }
        definitions
    }

    fn table(&mut self, alignments: &[cmark::Alignment]) -> Node {
        let was = std::mem::replace(&mut self.in_table, true);
        let (mut head, mut rows) = (Vec::new(), Vec::new());
        while let Some((event, _)) = self.events.next() {
            match event {
                Event::Start(Tag::TableHead) => head = self.cells(),
                Event::Start(Tag::TableRow) => rows.push(self.cells()),
                _ => break,
            }
        }
        self.in_table = was;
        let alignments = alignments.iter().map(|alignment| match alignment {
            cmark::Alignment::None => Alignment::None,
            cmark::Alignment::Left => Alignment::Left,
            cmark::Alignment::Center => Alignment::Center,
            cmark::Alignment::Right => Alignment::Right,
        });
        Node::Table { alignments: alignments.collect(), head, rows }
    }

    fn cells(&mut self) -> Vec<Vec<Inline>> {
        let mut cells = Vec::new();
        while let Some((Event::Start(_), _)) = self.events.next() {
            cells.push(self.inlines(false));
        }
        exact(cells)
    }

    /// The text up to the end of a code or HTML block.
    fn raw(&mut self) -> String {
        let mut text = String::new();
        for (event, _) in self.events.by_ref() {
            match event {
                Event::Text(part) | Event::Html(part) | Event::InlineHtml(part) => text.push_str(&part),
                Event::End(_) => break,
                _ => {}
            }
        }
        text.shrink_to_fit();
        text
    }

    /// Inlines up to the end of the container, which is consumed; or, if `bare`, up to what is no inline.
    fn inlines(&mut self, bare: bool) -> Vec<Inline> {
        let mut out = Vec::new();
        let mut run = Run::default();
        let mut dissolved = 0usize;
        while let Some((event, _)) = self.events.peek() {
            let ends = matches!(event, Event::End(_));
            if bare && dissolved == 0 && !is_inline(event) {
                break;
            }
            let Some((event, range)) = self.events.next() else { break };
            if let Event::Text(text) = event {
                run.push(&text, range);
                continue;
            }
            run.flush(self, self.in_link, &mut out);
            if ends && dissolved > 0 {
                dissolved -= 1;
                continue;
            }
            if ends {
                break;
            }
            if matches!(event, Event::Start(_)) && self.depth >= DEEPEST * 2 {
                dissolved += 1;
                continue;
            }
            if let Some(node) = self.inline(event, range.clone()) {
                out.push(Inline { span: self.span(range), node });
            }
        }
        run.flush(self, self.in_link, &mut out);
        exact(out)
    }

    fn inline(&mut self, event: Event<'a>, range: Range<usize>) -> Option<InlineNode> {
        Some(match event {
            Event::Start(tag) => {
                self.depth += 1;
                let node = self.inline_tag(tag, range);
                self.depth -= 1;
                node
            }
            Event::Code(text) => InlineNode::Code(text.into_string()),
            Event::InlineHtml(html) | Event::Html(html) => InlineNode::Html(html.into_string()),
            Event::InlineMath(tex) => self.math(tex.into_string(), false, range),
            Event::DisplayMath(tex) => self.math(tex.into_string(), true, range),
            Event::FootnoteReference(label) => {
                let next = self.numbers.len() + 1;
                let number = *self.numbers.entry(folded(&label)).or_insert(next);
                self.references.resize(self.references.len().max(number), 0);
                self.references[number - 1] += 1;
                InlineNode::NoteReference { number, reference: self.references[number - 1] }
            }
            Event::SoftBreak => InlineNode::SoftBreak,
            Event::HardBreak => InlineNode::HardBreak,
            Event::TaskListMarker(done) => {
                self.task = Some(done);
                return None;
            }
            _ => return None,
        })
    }

    fn inline_tag(&mut self, tag: Tag<'a>, range: Range<usize>) -> InlineNode {
        match tag {
            Tag::Strong => InlineNode::Strong(self.inlines(false)),
            Tag::Strikethrough => InlineNode::Strikethrough(self.inlines(false)),
            Tag::Link { link_type, dest_url, title, .. } => {
                let address = self.address(link_type, &dest_url);
                let kind = match link_type {
                    LinkType::WikiLink { has_pothole } => LinkKind::Wiki { label: has_pothole },
                    _ => LinkKind::Address,
                };
                let link = self.link(address, title.into_string(), kind, range);
                let was = std::mem::replace(&mut self.in_link, true);
                let content = self.inlines(false);
                self.in_link = was;
                InlineNode::Link { link, content }
            }
            Tag::Image { link_type, dest_url, title, .. } => {
                let address = self.address(link_type, &dest_url);
                let kind = match link_type {
                    LinkType::WikiLink { .. } => LinkKind::WikiImage,
                    _ => LinkKind::Image,
                };
                let link = self.link(address, title.into_string(), kind, range);
                // What is in an image is its alternative text: it links nowhere.
                let links = self.links.len();
                let was = std::mem::replace(&mut self.in_link, true);
                let alt = plain(&self.inlines(false));
                self.in_link = was;
                self.links.truncate(links);
                InlineNode::Image { link, alt }
            }
            // Emphasis; and whatever else may come keeps its content.
            _ => InlineNode::Emphasis(self.inlines(false)),
        }
    }

    fn address(&self, link_type: LinkType, address: &str) -> String {
        match link_type {
            LinkType::Email if !address.starts_with("mailto:") => format!("mailto:{address}"),
            // In a table the bar between reference and label is escaped, and the escape stays with the reference.
            LinkType::WikiLink { .. } if self.in_table => address.trim_end_matches('\\').to_owned(),
            _ => address.to_owned(),
        }
    }

    pub(super) fn link(&mut self, address: String, title: String, kind: LinkKind, range: Range<usize>) -> usize {
        let span = self.span(range);
        self.links.push(Link { span, address, title, kind });
        self.links.len() - 1
    }

    fn math(&mut self, tex: String, display: bool, range: Range<usize>) -> InlineNode {
        let mathml = match math::to_mathml(&tex, display) {
            Ok(mathml) => Some(mathml),
            Err(why) => {
                let span = self.span(range);
                let message = format!("this formula does not parse: {why}");
                let help = "mend the TeX; where a dollar sign is meant, write `\\$`";
                self.sink.push(Diagnostic::new(Code::MathSyntax, span, message).help(help));
                None
            }
        };
        InlineNode::Math { tex, display, mathml }
    }
}

/// Most lists have one thing or two, and a list takes room for four at once, which adds up in a large archive.
fn exact<T>(mut list: Vec<T>) -> Vec<T> {
    list.shrink_to_fit();
    list
}

fn block_id(content: &mut Vec<Inline>) -> Option<String> {
    take_block_id(content).map(|id| format!("^{id}"))
}

fn is_inline(event: &Event<'_>) -> bool {
    match event {
        Event::Start(tag) => {
            matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. })
        }
        Event::End(_) | Event::Rule | Event::Html(_) => false,
        _ => true,
    }
}

/// A footnote's label as references meet it.
fn folded(label: &str) -> String {
    label.to_lowercase()
}

/// Whether a block may stand in one of its own kind.
fn is_nesting(tag: &Tag<'_>) -> bool {
    matches!(tag, Tag::BlockQuote(_) | Tag::List(_) | Tag::Item | Tag::DefinitionList | Tag::DefinitionListDefinition)
}

fn alert(kind: cmark::BlockQuoteKind) -> Alert {
    match kind {
        cmark::BlockQuoteKind::Note => Alert::Note,
        cmark::BlockQuoteKind::Tip => Alert::Tip,
        cmark::BlockQuoteKind::Important => Alert::Important,
        cmark::BlockQuoteKind::Warning => Alert::Warning,
        cmark::BlockQuoteKind::Caution => Alert::Caution,
    }
}

/// The language of a fence's info string: `python`, `python title=x`, `{.python}`, `rust,ignore`.
fn fence_language(info: &str) -> Option<String> {
    let info = info.trim().trim_start_matches('{').trim_start_matches('.');
    let word = info.split([' ', '\t', ',', '{', '}']).next().unwrap_or_default();
    (!word.is_empty()).then(|| word.to_owned())
}
