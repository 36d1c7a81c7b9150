//! What pages set apart in boxes: notes and warnings, prose that was written elsewhere, what lies on other pages.

use std::sync::LazyLock;

use dom_query::NodeRef;
use regex::Regex;

use super::walk::Walk;
use super::{inline, part};
use crate::ingest::block::{Block, Dropped, Node, Text, Unsure};
use crate::ingest::{code, markup, text};

static BOX: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\s(?:admonition|markdown-alert|theme-admonition|custom-block|callout|warning)\s")
        .expect("a constant pattern")
});
static TITLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\s(?:admonition-title|markdown-alert-title|custom-block-title|callout-title|admonitionheading_\w+)\s")
        .expect("a constant pattern")
});

/// The title of a box, and the element that it stands in.
fn title<'a>(node: &NodeRef<'a>) -> Option<(NodeRef<'a>, String)> {
    let found = node
        .children_it(false)
        .find(|inner| part::name(inner) == "summary" || TITLE.is_match(&part::tokens(inner).replace(' ', "  ")))?;
    let title = inline::of_children(&found, None).plain;
    Some((found, title))
}

impl Walk<'_> {
    /// Reads a box as an alert; `false` where it is none, or holds what must stand by itself.
    pub(super) fn boxed(&mut self, node: &NodeRef<'_>) -> bool {
        let tokens = part::tokens(node).replace(' ', "  ");
        if !BOX.is_match(&tokens) && part::name(node) != "details" {
            return false;
        }
        let mut names = tokens.split(|c: char| !c.is_alphanumeric());
        let Some(kind) = names.find_map(markup::alert) else { return false };
        // Before it is read: what is read twice at each depth would be read without end.
        let simple = |name: &str| {
            !part::is_block(name) || matches!(name, "p" | "div" | "ul" | "ol" | "li" | "br" | "summary" | "section")
        };
        if !node.descendants_it().all(|inner| simple(&part::name(&inner))) {
            return false;
        }
        let title = title(node);
        let mut walk = self.within(node);
        walk.skip.extend(title.iter().map(|(title, _)| title.id));
        walk.children(node);
        let (pieces, dropped) = walk.finish();
        let blocks: Vec<Block> = pieces.into_iter().map(|piece| piece.block).collect();
        let plain = |block: &Block| matches!(block.node, Node::Paragraph(_) | Node::List(_));
        if blocks.is_empty() || !blocks.iter().all(plain) {
            return false;
        }
        self.dropped.extend(dropped);
        let own = title.map(|(_, title)| title).filter(|title| !title.is_empty() && !title.eq_ignore_ascii_case(kind));
        let head = own.as_ref().map(|title| format!("**{}**\n\n", markup::escape(title))).unwrap_or_default();
        let inner = format!("{head}{}", markup::body(&blocks));
        let quoted = inner.lines().map(|line| format!("> {line}").trim_end().to_owned()).collect::<Vec<_>>().join("\n");
        let words: Vec<String> = own.into_iter().chain(blocks.iter().map(Block::words)).collect();
        let text = Text { plain: words.join("\n"), markdown: format!("> [!{kind}]\n{quoted}") };
        self.push(node, Node::Markdown(text), false);
        true
    }

    /// Reads text that stands as it was typed, such as a mail; `false` where it is code.
    pub(super) fn typed(&mut self, node: &NodeRef<'_>) -> bool {
        let tokens = part::tokens(node);
        let marked = ["highlight", "language-", "lang-", "brush", "code", "prettyprint"];
        let is_code = marked.iter().any(|sign| tokens.contains(sign))
            || node.descendants_it().any(|inner| matches!(part::name(&inner).as_str(), "code" | "samp" | "span"));
        let words = node.text();
        if is_code || !code::is_written(&words) {
            return false;
        }
        let mut unsure: Vec<Unsure> = Vec::new();
        let first = self.page.line(node);
        for mut block in text::blocks(&words, &mut unsure) {
            block.lines.first += first - 1;
            block.lines.last += first - 1;
            self.push_block(node, block, false);
        }
        true
    }

    /// Tells of what another page holds, which a saved one has not.
    pub(super) fn elsewhere(&mut self, node: &NodeRef<'_>, name: &str) {
        let address = ["src", "data", "data-src"].iter().find_map(|key| node.attr(key)).map(|at| at.trim().to_owned());
        let Some(address) = address.filter(|at| at.starts_with("http") || at.starts_with("//")) else { return };
        let why = match name {
            "iframe" | "embed" | "object" | "video" | "audio" | "frame" => "what is embedded from another page",
            "script" if address.contains("gist.") => "code that another page holds",
            _ => return,
        };
        let title = node.attr("title").map(|title| format!(" ({})", title.trim())).unwrap_or_default();
        self.dropped.push(Dropped { lines: self.page.place(node), why, text: format!("{address}{title}") });
    }
}
