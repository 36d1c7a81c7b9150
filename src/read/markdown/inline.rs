//! What pulldown-cmark leaves in the text: bare addresses, footnote references without a note, block ids.

use std::ops::Range;
use std::sync::LazyLock;

use linkify::{LinkFinder, LinkKind as Found};
use regex::Regex;

use super::parse::Parser;
use super::{Inline, InlineNode, LinkKind};
use crate::diagnostic::{Code, Diagnostic};

static REFERENCE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\[\^([^\]\s\[]+)\]").expect("a constant pattern"));
static BLOCK_ID: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:^|\s)\^([\p{L}\p{N}][\p{L}\p{N}_-]*)\s*$").expect("a constant pattern"));
static FINDER: LazyLock<LinkFinder> = LazyLock::new(|| {
    let mut finder = LinkFinder::new();
    finder.url_must_have_scheme(false);
    finder
});

/// Neighbouring texts as one, with where each part was written.
#[derive(Default)]
pub(super) struct Run {
    text: String,
    /// Where each part begins: in the text, and in the source.
    parts: Vec<(usize, Range<usize>)>,
}

impl Run {
    pub(super) fn push(&mut self, text: &str, range: Range<usize>) {
        self.parts.push((self.text.len(), range));
        self.text.push_str(text);
    }

    /// Where a byte of the text was written.
    fn source(&self, at: usize) -> usize {
        let part = self.parts.partition_point(|(start, _)| *start <= at).saturating_sub(1);
        let (start, range) = &self.parts[part];
        (range.start + (at - start)).min(range.end)
    }

    fn range(&self, range: Range<usize>) -> Range<usize> {
        let start = self.source(range.start);
        start..(self.source(range.end.saturating_sub(1)) + 1).max(start)
    }

    /// Hands the run over as inlines: texts and, outside links, the bare addresses in them.
    pub(super) fn flush(&mut self, parser: &mut Parser<'_, '_>, in_link: bool, out: &mut Vec<Inline>) {
        if self.text.is_empty() {
            self.parts.clear();
            return;
        }
        self.report_references(parser);
        let mut from = 0;
        for (range, address) in if in_link { Vec::new() } else { bare_addresses(&self.text) } {
            self.push_text(parser, from..range.start, out);
            from = range.end;
            let source = self.range(range.clone());
            let span = parser.span(source.clone());
            let link = parser.link(address, String::new(), LinkKind::Address, source);
            let content = vec![Inline { span, node: InlineNode::Text(self.text[range].to_owned()) }];
            out.push(Inline { span, node: InlineNode::Link { link, content } });
        }
        self.push_text(parser, from..self.text.len(), out);
        self.text.clear();
        self.parts.clear();
    }

    fn push_text(&self, parser: &Parser<'_, '_>, range: Range<usize>, out: &mut Vec<Inline>) {
        if !range.is_empty() {
            let span = parser.span(self.range(range.clone()));
            out.push(Inline { span, node: InlineNode::Text(self.text[range].to_owned()) });
        }
    }

    /// A reference whose note is missing reaches us as text, unless the author escaped it.
    fn report_references(&self, parser: &mut Parser<'_, '_>) {
        if !self.text.contains("[^") {
            return;
        }
        for found in REFERENCE.captures_iter(&self.text) {
            let (whole, label) = (found.get_match(), &found[1]);
            let source = self.range(whole.range());
            if parser.source[..source.start].ends_with('\\') {
                continue;
            }
            let span = parser.span(source);
            let message = format!("there is no footnote `{label}`");
            let help = format!("add a paragraph `[^{label}]: ...`; where brackets are meant, write `\\[^{label}]`");
            parser.sink.push(Diagnostic::new(Code::FootnoteWithoutNote, span, message).help(help));
        }
    }
}

/// Web and mail addresses in a text, as GitHub links them: with a scheme, `www.` or an `@`.
fn bare_addresses(text: &str) -> Vec<(Range<usize>, String)> {
    if !text.contains("://") && !text.contains("www.") && !text.contains('@') {
        return Vec::new();
    }
    let mut found = Vec::new();
    for link in FINDER.links(text) {
        let written = link.as_str();
        let lower = written.to_ascii_lowercase();
        let address = match link.kind() {
            Found::Email => format!("mailto:{written}"),
            _ if lower.starts_with("http://") || lower.starts_with("https://") => written.to_owned(),
            _ if lower.starts_with("www.") => format!("http://{written}"),
            _ => continue,
        };
        found.push((link.start()..link.end(), address));
    }
    found
}

/// Takes the block id off the end of a paragraph.
pub(super) fn take_block_id(content: &mut Vec<Inline>) -> Option<String> {
    let InlineNode::Text(text) = &mut content.last_mut()?.node else { return None };
    // Few paragraphs have one.
    if !text.contains('^') {
        return None;
    }
    let found = BLOCK_ID.captures(text)?;
    let (start, id) = (found.get_match().start(), found[1].to_owned());
    text.truncate(start);
    let trimmed = text.trim_end().len();
    text.truncate(trimmed);
    if text.is_empty() {
        content.pop();
        while content.last().is_some_and(|last| matches!(last.node, InlineNode::SoftBreak | InlineNode::HardBreak)) {
            content.pop();
        }
    }
    Some(id)
}
