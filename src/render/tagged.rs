//! Passages that make an argument, as an entry's own page shows them: named beside the passage, and where nobody but the
//! generator says so, with the words that decided marked in it.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Serialize;

use super::html::Html;
use super::site::Site;
use crate::escape::{escape, href, push_escaped};
use crate::model::{Entry, Node};
use crate::read::markdown::{self, Block, Inline, InlineNode, Part, passages, walk_blocks};
use crate::read::{Answer, Side};
use crate::tag::Suggestion;

/// What is said of one passage.
#[derive(Debug, Clone, Serialize)]
pub struct Tagged {
    /// The byte of the file at which the passage's block begins.
    pub place: usize,
    /// The string of the theme that says what it is.
    pub pattern: &'static str,
    pub title: String,
    /// Below the site's root.
    pub path: String,
    /// What the stance is called, if one is shown.
    pub side: Option<String>,
}

/// The parts of pieces of text that are marked, in bytes, by where the piece begins in its file.
pub type Marks = BTreeMap<u32, Vec<Range<usize>>>;

impl Site {
    /// What is said of the passages of an entry, in the order of its text.
    pub(super) fn tagged(&self, at: usize) -> Vec<Tagged> {
        let entry = &self.archive.entries[at];
        let mut all = self.claimed(entry);
        all.extend(self.decided(entry));
        for suggestion in self.suggestions.of(at) {
            let (title, path) = self.name_of(suggestion.argument);
            all.extend(suggestion.passages.iter().map(|said| Tagged {
                place: said.place,
                pattern: "suggested",
                title: title.clone(),
                path: path.clone(),
                side: said.stance.filter(|_| self.guesses).map(|stance| self.theme.words.side(Some(stance))),
            }));
        }
        all.sort_by_key(|tagged| tagged.place);
        all
    }

    fn name_of(&self, at: usize) -> (String, String) {
        let item = &self.archive.arguments[at].item;
        (item.title.clone(), href(&item.id.address()))
    }

    /// The passages that the entry names as evidence on a claim.
    fn claimed(&self, entry: &Entry) -> Vec<Tagged> {
        let blocks = entry.item.document.body.blocks();
        let says = entry.says.iter().filter(|say| self.archive.withdrawn(Node::Claim(say.claim)).is_none());
        let tagged = says.filter_map(|say| {
            let claim = &self.archive.claims[say.claim];
            Some(Tagged {
                place: anchored(blocks, &format!("^{}", say.at.as_ref()?))?,
                pattern: if say.side == Side::Supports { "supports" } else { "disputes" },
                title: claim.definition.text.clone(),
                path: href(&claim.id.address()),
                side: None,
            })
        });
        tagged.collect()
    }

    /// The passages that a person filed under an argument of the entry.
    fn decided(&self, entry: &Entry) -> Vec<Tagged> {
        let id = entry.item.id.to_string();
        let decisions = self.archive.tagging.decisions_on(&id);
        let mut decisions = decisions.filter(|decision| decision.answer == Answer::Yes).peekable();
        if decisions.peek().is_none() {
            return Vec::new();
        }
        let passages = passages(entry.item.document.body.blocks());
        let made = self.archive.made(entry);
        let tagged = decisions.filter_map(|decision| {
            let argument = self.archive.argument(&decision.argument)?;
            made.iter().any(|(at, _)| *at == argument).then_some(())?;
            let (title, path) = self.name_of(argument);
            let place = passages[decision.selector.find(&passages)?].place;
            let side = decision.stance.map(|stance| self.theme.words.side(Some(stance)));
            Some(Tagged { place, pattern: "makes", title, path, side })
        });
        tagged.collect()
    }

    /// The words of an entry on which its suggestions rest.
    pub(super) fn marks(&self, at: usize) -> Marks {
        marks(self.archive.entries[at].item.document.body.blocks(), self.suggestions.of(at))
    }
}

/// Where the block or list item with an anchor begins.
fn anchored(blocks: &[Block], anchor: &str) -> Option<usize> {
    let mut found = None;
    walk_blocks(blocks, &mut |part| {
        let Part::Block(block) = part else { return };
        let is_it = |id: Option<&str>| id == Some(anchor);
        if is_it(block.id.as_deref()) {
            found.get_or_insert(block.span.start as usize);
        }
        if let markdown::Node::List { items, .. } = &block.node {
            let item = items.iter().find(|item| is_it(item.id.as_deref()));
            if let Some(first) = item.and_then(|item| item.blocks.first()) {
                found.get_or_insert(first.span.start as usize);
            }
        }
    });
    found
}

fn marks(blocks: &[Block], suggestions: &[Suggestion]) -> Marks {
    let mut by_place: BTreeMap<usize, Vec<Range<usize>>> = BTreeMap::new();
    for suggestion in suggestions {
        for evidence in &suggestion.evidence {
            let said = suggestion.passages.iter().find(|said| said.passage == evidence.passage);
            if let Some(said) = said {
                by_place.entry(said.place).or_default().push(evidence.start..evidence.end);
            }
        }
    }
    let mut marks = Marks::new();
    if by_place.is_empty() {
        return marks;
    }
    walk_blocks(blocks, &mut |part| {
        if let Part::Block(Block { span, node: markdown::Node::Paragraph { content, .. }, .. }) = part
            && let Some(ranges) = by_place.get(&(span.start as usize))
        {
            mark(content, &joined(ranges), &mut 0, &mut marks);
        }
    });
    marks
}

/// Ranges in order, those that touch made one.
fn joined(ranges: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut ranges = ranges.to_vec();
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut joined: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

/// Finds the parts of each piece of text; `at` counts characters as [`markdown::plain`] writes them.
fn mark(content: &[Inline], ranges: &[Range<usize>], at: &mut usize, marks: &mut Marks) {
    for inline in content {
        match &inline.node {
            InlineNode::Text(text) => {
                let (start, end) = (*at, *at + text.chars().count());
                *at = end;
                let byte = |char: usize| text.char_indices().nth(char - start).map_or(text.len(), |(byte, _)| byte);
                let here = ranges.iter().filter(|range| range.start < end && range.end > start);
                let here = here.map(|range| byte(range.start.max(start))..byte(range.end.min(end)));
                let here: Vec<_> = here.collect();
                if !here.is_empty() {
                    marks.insert(inline.span.start, here);
                }
            }
            InlineNode::Emphasis(content)
            | InlineNode::Strong(content)
            | InlineNode::Strikethrough(content)
            | InlineNode::Link { content, .. } => mark(content, ranges, at, marks),
            _ => *at += markdown::plain(std::slice::from_ref(inline)).chars().count(),
        }
    }
}

impl Html<'_> {
    /// A piece of text, with what is marked in it.
    pub(super) fn text(&self, inline: &Inline, text: &str, out: &mut String) {
        let mut rest = 0;
        for range in self.marks.get(&inline.span.start).into_iter().flatten() {
            push_escaped(&text[rest..range.start], out);
            out.push_str("<mark>");
            push_escaped(&text[range.clone()], out);
            out.push_str("</mark>");
            rest = range.end;
        }
        push_escaped(&text[rest..], out);
    }

    /// What stands beside a passage about what it makes.
    pub(super) fn tag(&self, tagged: &Tagged) -> String {
        let class = if tagged.pattern == "suggested" { "tagged s-suggested" } else { "tagged" };
        let link = format!("<a href=\"{}{}\">{}</a>", escape(&self.root), escape(&tagged.path), escape(&tagged.title));
        let side = tagged.side.as_ref().map_or_else(String::new, |side| format!(" ({})", escape(side)));
        let text = escape(&self.words.get("reading", tagged.pattern)).replace("{what}", &format!("{link}{side}"));
        format!("<p class=\"{class}\">{text}</p>\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Diagnostics;
    use crate::span::Files;

    #[test]
    fn marks_fall_into_the_pieces_of_a_text() {
        let source = "The *thin* wall é is `x` [high](https://a.example) &amp; low.\n";
        let mut files = Files::default();
        let file = files.add("a.md", source);
        let body = markdown::parse(source, file, 0, &mut Diagnostics::default());
        let plain = passages(body.blocks())[0].text.clone();
        assert_eq!(plain, "The thin wall é is x high & low.");
        let markdown::Node::Paragraph { content, .. } = &body.blocks()[0].node else { panic!("a paragraph") };
        let mut marks = Marks::new();
        mark(content, &joined(&[4..13, 10..15, 21..31]), &mut 0, &mut marks);
        let mut said = Vec::new();
        walk_blocks(body.blocks(), &mut |part| {
            if let Part::Inline(Inline { span, node: InlineNode::Text(text) }) = part {
                said.extend(marks.get(&span.start).into_iter().flatten().map(|range| text[range.clone()].to_owned()));
            }
        });
        assert_eq!(said.join("|"), "thin| wall é|high| & low");
    }
}
