//! HTML as a tree, within bounds: a parser may be made to take the square of a page's length, or more.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use dom_query::{Document, NodeId, NodeRef};
use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, ParseOpts, QualName, parse_document};

use crate::ingest::Refusal;
use crate::ingest::block::Lines;
use crate::ingest::links::unmarked;

/// Elements in elements below this are no page that anybody wrote.
const DEEPEST: u32 = 256;
/// So many elements, and pieces of text, no page has that anybody reads.
const MOST: usize = 300_000;
/// What is parsed between two looks at the bounds.
const PIECE: usize = 4 << 10;

/// A page, and where in the capture its elements stand.
pub struct Page {
    pub document: Document,
    lines: HashMap<NodeId, Lines>,
    pub elements: usize,
}

impl Page {
    /// The lines of a node, from its start tag to the last text in it.
    pub fn lines(&self, node: &NodeRef<'_>) -> Option<Lines> {
        let own = self.lines.get(&node.id).copied();
        let inner = node.descendants_it().filter_map(|inner| self.lines.get(&inner.id).copied());
        own.into_iter().chain(inner).reduce(Lines::to)
    }

    /// As [`lines`](Self::lines), for what must have a place.
    pub fn place(&self, node: &NodeRef<'_>) -> Lines {
        self.lines(node).unwrap_or(Lines::one(1))
    }

    /// The line at which an element begins.
    pub fn line(&self, node: &NodeRef<'_>) -> usize {
        self.lines.get(&node.id).map_or(1, |lines| lines.first)
    }
}

#[derive(Default)]
struct State {
    line: Cell<usize>,
    made: Cell<usize>,
    deepest: Cell<u32>,
    depths: RefCell<HashMap<NodeId, u32>>,
    lines: RefCell<HashMap<NodeId, Lines>>,
}

/// Makes the tree, and keeps count.
struct Counting {
    document: Document,
    state: Rc<State>,
}

pub fn parse(html: &str) -> Result<Page, Refusal> {
    let html = &*unmarked(html);
    let state = Rc::new(State::default());
    state.line.set(1);
    let sink = Counting { document: Document::default(), state: Rc::clone(&state) };
    let mut options = ParseOpts::default();
    options.tree_builder.scripting_enabled = false;
    let mut parser = parse_document(sink, options);
    let mut rest = html;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.floor_char_boundary(PIECE.min(rest.len())));
        parser.process(StrTendril::from_slice(piece));
        rest = after;
        if state.deepest.get() > DEEPEST {
            let why = format!("its elements are nested deeper than {DEEPEST}, at line {}", state.line.get());
            return Err(Refusal::new(why, "save the page from a browser, or its text as plain text"));
        }
        if state.made.get() > MOST {
            let why = format!("it has more than {MOST} elements");
            return Err(Refusal::new(why, "cut out the part that matters"));
        }
    }
    let document = parser.finish();
    let lines = state.lines.take();
    Ok(Page { document, lines, elements: state.made.get() })
}

impl Counting {
    fn placed(&self, parent: NodeId, child: &NodeOrText<NodeId>) {
        let state = &self.state;
        match child {
            NodeOrText::AppendNode(node) => {
                let depth = state.depths.borrow().get(&parent).copied().unwrap_or(0) + 1;
                state.depths.borrow_mut().insert(*node, depth);
                state.deepest.set(state.deepest.get().max(depth));
            }
            NodeOrText::AppendText(_) => state.made.set(state.made.get() + 1),
        }
    }
}

impl TreeSink for Counting {
    type Handle = NodeId;
    type Output = Document;
    type ElemName<'a> = <Document as TreeSink>::ElemName<'a>;

    fn finish(self) -> Document {
        self.document
    }

    /// A page has many, and nobody asks for them.
    fn parse_error(&self, _: Cow<'static, str>) {}

    fn set_current_line(&self, line: u64) {
        self.state.line.set(usize::try_from(line).unwrap_or(usize::MAX));
    }

    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, flags: ElementFlags) -> NodeId {
        let id = self.document.create_element(name, attrs, flags);
        self.state.made.set(self.state.made.get() + 1);
        self.state.lines.borrow_mut().insert(id, Lines::one(self.state.line.get()));
        id
    }

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        self.placed(*parent, &child);
        let is_text = matches!(child, NodeOrText::AppendText(_));
        self.document.append(parent, child);
        let text = self.document.tree.last_child_of(parent).filter(|_| is_text);
        if let Some(text) = text {
            let line = self.state.line.get();
            let mut lines = self.state.lines.borrow_mut();
            let own = lines.entry(text.id).or_insert(Lines::one(line));
            own.last = own.last.max(line);
        }
    }

    fn append_before_sibling(&self, sibling: &NodeId, child: NodeOrText<NodeId>) {
        let parent = self.document.tree.parent_of(sibling).map_or(*sibling, |parent| parent.id);
        self.placed(parent, &child);
        self.document.append_before_sibling(sibling, child);
    }

    fn append_based_on_parent_node(&self, element: &NodeId, previous: &NodeId, child: NodeOrText<NodeId>) {
        self.placed(*element, &child);
        self.document.append_based_on_parent_node(element, previous, child);
    }

    fn reparent_children(&self, node: &NodeId, new_parent: &NodeId) {
        let depth = self.state.depths.borrow().get(new_parent).copied().unwrap_or(0) + 1;
        self.state.deepest.set(self.state.deepest.get().max(depth));
        self.document.reparent_children(node, new_parent);
    }

    fn get_document(&self) -> NodeId {
        self.document.get_document()
    }

    fn elem_name<'a>(&'a self, target: &'a NodeId) -> Self::ElemName<'a> {
        self.document.elem_name(target)
    }

    fn create_comment(&self, text: StrTendril) -> NodeId {
        self.state.made.set(self.state.made.get() + 1);
        self.document.create_comment(text)
    }

    fn create_pi(&self, target: StrTendril, data: StrTendril) -> NodeId {
        self.document.create_pi(target, data)
    }

    fn append_doctype_to_document(&self, name: StrTendril, public_id: StrTendril, system_id: StrTendril) {
        self.document.append_doctype_to_document(name, public_id, system_id);
    }

    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        self.document.get_template_contents(target)
    }

    fn same_node(&self, x: &NodeId, y: &NodeId) -> bool {
        x == y
    }

    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.document.set_quirks_mode(mode);
    }

    fn add_attrs_if_missing(&self, target: &NodeId, attrs: Vec<Attribute>) {
        self.document.add_attrs_if_missing(target, attrs);
    }

    fn remove_from_parent(&self, target: &NodeId) {
        TreeSink::remove_from_parent(&self.document, target);
    }

    fn is_mathml_annotation_xml_integration_point(&self, target: &NodeId) -> bool {
        self.document.is_mathml_annotation_xml_integration_point(target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_know_their_lines() {
        let page = parse("<p>a</p>\n\n<div>\n<p id=x>b\nc</p>\n</div>").unwrap_or_else(|refusal| panic!("{refusal}"));
        let node = *page.document.select("#x").nodes().first().expect("x");
        assert_eq!(page.lines(&node), Some(Lines::new(4, 5)));
    }

    #[test]
    fn hostile_pages_are_refused() {
        for piece in ["<div>", "<b>", "<svg>", "<ul><li>", "<table><tr><td>", "<blockquote>", "<svg><td>"] {
            let refused = parse(&piece.repeat(100_000)).err().expect("refused");
            assert!(refused.why.contains("nested deeper"), "{piece}: {}", refused.why);
        }
        let formats: String = (0..200).fold(String::new(), |all, n| all + "<b id=" + &n.to_string() + ">");
        assert!(parse(&format!("<p>{formats}{}", "</p><p>x".repeat(100_000))).is_err());
        assert!(parse(&"<i>x</i>".repeat(400_000)).is_err());
    }
}
