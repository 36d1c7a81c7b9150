//! What is said of a passage, near it: its notes, and the entries that answer it.
//!
//! They follow the block in which they are first called for. Where the window is wide, the theme sets them in the margin
//! beside that block. A block, its notes and the blocks up to the next one with notes form a group, so that notes may
//! be longer than their own block and never meet the next ones. Notes that are longer than all of their group would
//! leave a hole in the text: they stay below their block.

use super::html::{Answer, Html};
use super::sanitize::{Content, Part, mix};
use super::tagged::Tagged;
use crate::escape::escape;
use crate::read::markdown::{self, Block, Body, InlineNode, Node, Note, PassageKind, passages, walk_blocks};

/// How much longer a text is in the margin: its lines hold half as many characters, and are two thirds as high.
const NARROWER: (usize, usize) = (3, 2);

/// How much longer than their group notes may be, in characters; and at the end, where no text follows.
const SPARE: usize = 120;
const SPARE_AT_END: usize = 900;

/// What a paragraph takes besides its characters, and a line of code in place of them.
const GAP: usize = 50;
const LINE: usize = 60;

/// What one block calls for.
#[derive(Default)]
struct Beside<'a> {
    notes: Vec<&'a Note>,
    answers: Vec<&'a Answer>,
    tagged: Vec<&'a Tagged>,
}

impl Beside<'_> {
    fn is_empty(&self) -> bool {
        self.notes.is_empty() && self.answers.is_empty() && self.tagged.is_empty()
    }

    fn length(&self) -> usize {
        let notes: usize = self.notes.iter().map(|note| length(&note.blocks)).sum();
        let titles =
            self.answers.iter().map(|answer| &answer.title).chain(self.tagged.iter().map(|tagged| &tagged.title));
        notes + titles.map(|title| GAP + title.chars().count()).sum::<usize>()
    }
}

impl Html<'_> {
    /// The text of a page, with what is said of its blocks.
    pub(super) fn annotated(&self, body: &Body, shift: u8) -> String {
        let beside = self.beside(body);
        if beside.iter().all(Beside::is_empty) {
            return self.blocks(body.blocks(), shift);
        }
        if body.blocks().iter().any(|block| matches!(block.node, Node::Html(_))) {
            return self.mixed(body, &beside, shift);
        }
        let mut starts: Vec<usize> = (0..beside.len()).filter(|&at| !beside[at].is_empty()).collect();
        let mut out = self.blocks(&body.blocks()[..starts[0]], shift);
        starts.push(body.blocks().len());
        for pair in starts.windows(2) {
            let (group, notes) = (&body.blocks()[pair[0]..pair[1]], &beside[pair[0]]);
            let spare = if pair[1] == body.blocks().len() { SPARE_AT_END } else { SPARE };
            let (first, rest) = (self.blocks(&group[..1], shift), self.blocks(&group[1..], shift));
            let below = self.set(notes, shift);
            if notes.length() * NARROWER.0 / NARROWER.1 <= length(group) + spare {
                out += &format!("<div class=\"noted\">\n{first}{below}<div class=\"rest\">\n{rest}</div>\n</div>\n");
            } else {
                out += &format!("{first}{below}{rest}");
            }
        }
        out
    }

    /// A text with raw HTML, whose tags may enclose several blocks: no group may cut through them.
    fn mixed(&self, body: &Body, beside: &[Beside<'_>], shift: u8) -> String {
        let parts = body.blocks().iter().zip(beside).map(|(block, beside)| match &block.node {
            Node::Html(html) => Part::Raw(html),
            _ => Part::Trusted(self.blocks(std::slice::from_ref(block), shift) + &self.set(beside, shift)),
        });
        mix(parts.collect(), Content::Flow)
    }

    /// What each block at the top level calls for.
    fn beside<'a>(&'a self, body: &'a Body) -> Vec<Beside<'a>> {
        let mut waiting: Vec<Option<&Note>> = body.notes().iter().map(Some).collect();
        let mut all: Vec<Beside<'a>> = body.blocks().iter().map(|_| Beside::default()).collect();
        for (block, beside) in body.blocks().iter().zip(&mut all) {
            let mut open = vec![std::slice::from_ref(block)];
            // A note may refer to another note.
            while let Some(blocks) = open.pop() {
                for number in references(blocks) {
                    let place = body.notes().binary_search_by_key(&number, |note| note.number);
                    if let Some(note) = place.ok().and_then(|at| waiting[at].take()) {
                        beside.notes.push(note);
                        open.push(&note.blocks);
                    }
                }
            }
            beside.notes.sort_by_key(|note| note.number);
            let tagged = self.tagged.iter().filter(|tagged| block.span.range().contains(&tagged.place));
            beside.tagged = tagged.collect();
            if !self.answers.is_empty() {
                let anchors = anchors(block);
                let here = self.answers.iter().filter(|answer| anchors.contains(&answer.anchor.as_str()));
                beside.answers = here.collect();
            }
        }
        // What is referred to where no reference is set, as in the description of a picture.
        if let Some(last) = all.last_mut() {
            last.notes.extend(waiting.into_iter().flatten());
        }
        all
    }

    fn set(&self, beside: &Beside<'_>, shift: u8) -> String {
        if beside.is_empty() {
            return String::new();
        }
        let mut out = String::from("<div class=\"beside\">\n");
        beside.tagged.iter().for_each(|tagged| out += &self.tag(tagged));
        for answer in &beside.answers {
            let link =
                format!("<a href=\"{}{}\">{}</a>", escape(&self.root), escape(&answer.path), escape(&answer.title));
            let text = escape(&self.words.get("reading", "answered")).replace("{entry}", &link);
            out += &format!("<p class=\"answered\">{text}</p>\n");
        }
        for note in &beside.notes {
            let number = note.number;
            let label = escape(&self.words.get("notes", "note")).replace("{n}", &number.to_string());
            out += &format!(
                "<aside class=\"note\" id=\"fn:{number}\" role=\"doc-footnote\" aria-label=\"{label}\">\n<span class=\"note-number\">{number}</span>\n{}{}\n</aside>\n",
                self.blocks(&note.blocks, shift),
                self.note_backs(note)
            );
        }
        out + "</div>\n"
    }
}

/// The notes that blocks refer to, in the order of the text.
fn references(blocks: &[Block]) -> Vec<usize> {
    let mut found = Vec::new();
    walk_blocks(blocks, &mut |part| {
        if let markdown::Part::Inline(inline) = part
            && let InlineNode::NoteReference { number, .. } = inline.node
        {
            found.push(number);
        }
    });
    found
}

/// The anchors of a block and of what it holds.
fn anchors(block: &Block) -> Vec<&str> {
    let mut found = Vec::new();
    walk_blocks(std::slice::from_ref(block), &mut |part| {
        if let markdown::Part::Block(block) = part {
            found.extend(block.id.as_deref());
            if let Node::List { items, .. } = &block.node {
                found.extend(items.iter().filter_map(|item| item.id.as_deref()));
            }
        }
    });
    found
}

/// About how much room blocks take, in characters of running text.
fn length(blocks: &[Block]) -> usize {
    let lengths = passages(blocks).into_iter().map(|passage| match passage.kind {
        PassageKind::Code => GAP + LINE * passage.text.lines().count(),
        PassageKind::Prose | PassageKind::Heading => GAP + passage.text.chars().count(),
    });
    lengths.sum()
}
