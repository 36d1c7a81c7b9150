//! The block tree as HTML. What an author wrote as Markdown is escaped; what was written as raw HTML goes through
//! [`sanitize`](super::sanitize), together with what it encloses.

use serde::{Serialize, Serializer};

use super::highlight::Highlights;
use super::sanitize::{Content, Part, mix};
use super::smaller::{Images, Smaller};
use super::tagged::{Marks, Tagged};
use super::words::Words;
use crate::escape::{escape, fragment, href, push_escaped};
use crate::model::{Archive, Item, Target};
use crate::read::markdown::{
    Alignment, Block, Definition, Inline, InlineNode, Item as ListItem, LinkKind, Node, Note, plain,
};

/// Where a text is set, and so what goes with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// On its own page: with anchors, links to its passages, and notes and answers beside them.
    Page,
    /// In a feed, whose readers bring their own style: with anchors, and the notes at the end.
    Feed,
    /// A passage on another page: with neither.
    Excerpt,
}

/// An entry that answers a passage.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The passage, as its anchor.
    pub anchor: String,
    pub title: String,
    /// Below the site's root.
    pub path: String,
}

/// How a text is set, and on which page.
pub struct Html<'a> {
    pub archive: &'a Archive,
    /// Whose text it is: its links were resolved for it.
    pub item: &'a Item,
    /// The way from the page to the site's root, with its last slash; or the site's address.
    pub root: String,
    /// What stands before an anchor of the text's own page; empty on that page.
    pub here: String,
    pub setting: Setting,
    /// Who answers its passages: shown on its own page.
    pub answers: Vec<Answer>,
    /// What its passages are said to make, and the words that say so: shown there as well.
    pub tagged: Vec<Tagged>,
    pub marks: Marks,
    pub highlights: &'a Highlights,
    pub images: &'a Images,
    pub words: &'a Words,
}

/// A text that is set when a template asks for it.
pub enum Markup<'a> {
    Body(Html<'a>),
    /// The passage with a block id, without its anchor.
    Passage(Html<'a>, &'a str),
    /// The first words of a text, as a paragraph.
    Excerpt(&'a Item),
}

impl Serialize for Markup<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return self.to_html().serialize(serializer);
        }
        match self {
            Self::Body(html) => html.key().serialize(serializer),
            Self::Passage(html, id) => (html.key(), id).serialize(serializer),
            Self::Excerpt(item) => item.document.digest.as_bytes().serialize(serializer),
        }
    }
}

impl Markup<'_> {
    fn to_html(&self) -> String {
        match self {
            Self::Body(html) => html.body(),
            Self::Passage(html, id) => html.passage(id).unwrap_or_default(),
            Self::Excerpt(item) => match item.document.body.gist.excerpt.as_str() {
                "" => String::new(),
                text => format!("<p>{}</p>\n", escape(text)),
            },
        }
    }
}

impl<'a> Html<'a> {
    pub fn into_body(self) -> Markup<'a> {
        Markup::Body(self)
    }

    /// The passage with a block id, if the text has it.
    pub fn into_passage(self, id: &'a str) -> Option<Markup<'a>> {
        let there = self.item.document.body.gist.anchors.contains_key(&format!("^{id}"));
        there.then_some(Markup::Passage(self, id))
    }

    /// What decides the HTML besides the theme's words and the archive's settings: the text, where its links lead, and
    /// where it is set.
    fn key(&self) -> impl Serialize + use<'_> {
        let targets: Vec<_> = self.item.targets.iter().map(|target| self.target_key(target)).collect();
        let answers: Vec<_> = self.answers.iter().map(|a| (&a.anchor, &a.title, &a.path)).collect();
        let set = (self.setting as u8, &self.root, &self.here);
        (self.item.document.digest.as_bytes(), set, answers, &self.tagged, &self.marks, targets)
    }

    fn target_key(&self, target: &Target) -> impl Serialize + use<'_> {
        let title = if let Target::Node(node, _) = target { Some(self.archive.title(*node)) } else { None };
        let mut image = String::new();
        if let Target::Asset(path) = target {
            self.size(path, &mut image);
        }
        (self.address(target), title, image)
    }
}

impl Html<'_> {
    /// The whole text, with its footnotes.
    pub fn body(&self) -> String {
        let body = &self.item.document.body;
        // The page has its title for a heading of level 1.
        let shift = u8::from(body.blocks().iter().any(|b| matches!(b.node, Node::Heading { level: 1, .. })));
        if self.setting == Setting::Page {
            return self.annotated(body, shift);
        }
        let mut out = self.blocks(body.blocks(), shift);
        if self.setting == Setting::Feed && !body.notes().is_empty() {
            self.notes(body.notes(), shift, &mut out);
        }
        out
    }

    /// The passage with a block id, without its anchor.
    pub fn passage(&self, id: &str) -> Option<String> {
        find(self.item.document.body.blocks(), &format!("^{id}")).map(|found| match found {
            Found::Block(block) => self.blocks(std::slice::from_ref(block), 0),
            Found::Item(item) => self.blocks(&item.blocks, 0),
        })
    }

    pub(super) fn blocks(&self, blocks: &[Block], shift: u8) -> String {
        if !blocks.iter().any(|block| matches!(block.node, Node::Html(_))) {
            let mut out = String::new();
            blocks.iter().for_each(|block| self.block(block, shift, &mut out));
            return out;
        }
        let parts = blocks.iter().map(|block| match &block.node {
            Node::Html(html) => Part::Raw(html),
            _ => {
                let mut out = String::new();
                self.block(block, shift, &mut out);
                Part::Trusted(out)
            }
        });
        mix(parts.collect(), Content::Flow)
    }

    fn id(&self, id: Option<&String>, out: &mut String) {
        if let Some(id) = id.filter(|_| self.setting != Setting::Excerpt) {
            out.push_str(" id=\"");
            push_escaped(id, out);
            out.push('"');
        }
    }

    /// The link to a passage, for whoever points at it: keyboards and screen readers have those of the headings.
    fn permalink(&self, id: Option<&String>) -> String {
        match id.filter(|_| self.setting == Setting::Page) {
            Some(id) => {
                let address = escape(&format!("{}#{}", self.here, fragment(id)));
                format!("<a class=\"permalink\" href=\"{address}\" tabindex=\"-1\" aria-hidden=\"true\">¶</a>")
            }
            None => String::new(),
        }
    }

    /// A heading, and beside it the link to its section: in the heading, it would be read as a part of it.
    fn heading(&self, block: &Block, level: u8, classes: &[String], content: &[Inline], out: &mut String) {
        let tag = format!("h{level}");
        let linked = block.id.as_ref().filter(|_| self.setting == Setting::Page && !plain(content).trim().is_empty());
        if linked.is_some() {
            *out += &format!("<div class=\"titled {tag}\">");
        }
        *out += &format!("<{tag}");
        self.id(block.id.as_ref(), out);
        if !classes.is_empty() {
            *out += &format!(" class=\"{}\"", escape(&classes.join(" ")));
        }
        *out += &format!(">{}</{tag}>", self.inlines(content));
        if let Some(id) = linked {
            let label = self.words.get("reading", "section").replace("{title}", plain(content).trim());
            *out += &format!(
                " <a class=\"permalink\" href=\"{}#{}\" aria-label=\"{}\">#</a></div>",
                escape(&self.here),
                escape(&fragment(id)),
                escape(&label)
            );
        }
        out.push('\n');
    }

    fn block(&self, block: &Block, shift: u8, out: &mut String) {
        let mut open = |tag: &str| {
            out.push('<');
            out.push_str(tag);
            self.id(block.id.as_ref(), out);
        };
        match &block.node {
            Node::Paragraph { content, tight: true } if block.id.is_none() => {
                out.push_str(&self.inlines(content));
                out.push('\n');
            }
            Node::Paragraph { content, .. } => {
                open("p");
                *out += &format!(">{}{}</p>\n", self.inlines(content), self.permalink(block.id.as_ref()));
            }
            Node::Heading { level, classes, content } => {
                self.heading(block, (level + shift).clamp(2, 6), classes, content, out);
            }
            Node::Quote { alert: None, blocks } => {
                open("blockquote");
                let permalink = self.permalink(block.id.as_ref());
                *out += &format!(">\n{}{permalink}</blockquote>\n", self.blocks(blocks, shift));
            }
            Node::Quote { alert: Some(alert), blocks } => {
                open("div");
                let (word, title) = (alert.word(), escape(&self.words.get("alert", alert.word())));
                *out +=
                    &format!(" class=\"alert alert-{word}\" role=\"note\">\n<p class=\"alert-title\">{title}</p>\n");
                *out += &format!("{}</div>\n", self.blocks(blocks, shift));
            }
            Node::List { start, items } => {
                let tag = if start.is_some() { "ol" } else { "ul" };
                open(tag);
                if let Some(start) = start.filter(|start| *start != 1) {
                    *out += &format!(" start=\"{start}\"");
                }
                out.push_str(">\n");
                items.iter().for_each(|item| self.item(item, shift, out));
                *out += &format!("</{tag}>\n");
            }
            Node::Code { language, text } => {
                open("pre");
                out.push_str(" class=\"hl\" tabindex=\"0\"><code");
                if let Some(language) = language {
                    *out += &format!(" class=\"language-{}\"", escape(language));
                }
                *out += &format!(">{}</code></pre>\n", self.highlights.html(language.as_deref(), text));
            }
            Node::Html(html) => *out += &mix(vec![Part::Raw(html)], Content::Flow),
            Node::Table { alignments, head, rows } => {
                open("div");
                out.push_str(" class=\"table\" tabindex=\"0\">\n<table>\n<thead>\n");
                self.row(head, "th", alignments, out);
                out.push_str("</thead>\n<tbody>\n");
                rows.iter().for_each(|row| self.row(row, "td", alignments, out));
                out.push_str("</tbody>\n</table>\n</div>\n");
            }
            Node::Definitions(definitions) => {
                open("dl");
                out.push_str(">\n");
                for definition in definitions {
                    match definition {
                        Definition::Term(content) => *out += &format!("<dt>{}</dt>\n", self.inlines(content)),
                        Definition::Meaning(blocks) => *out += &format!("<dd>{}</dd>\n", self.blocks(blocks, shift)),
                    }
                }
                out.push_str("</dl>\n");
            }
            Node::Rule => out.push_str("<hr>\n"),
        }
    }

    fn item(&self, item: &ListItem, shift: u8, out: &mut String) {
        out.push_str("<li");
        self.id(item.id.as_ref(), out);
        match item.task {
            Some(done) => {
                let checked = if done { " checked" } else { "" };
                let label = escape(&self.words.get("task", if done { "done" } else { "open" }));
                *out += &format!(" class=\"task\"><input type=\"checkbox\" disabled{checked} aria-label=\"{label}\"> ");
            }
            None => out.push('>'),
        }
        let text = self.blocks(&item.blocks, shift);
        *out += &format!("{}{}</li>\n", text.trim_end_matches('\n'), self.permalink(item.id.as_ref()));
    }

    fn row(&self, cells: &[Vec<Inline>], tag: &str, alignments: &[Alignment], out: &mut String) {
        out.push_str("<tr>");
        for (at, cell) in cells.iter().enumerate() {
            let class = match alignments.get(at) {
                Some(Alignment::Left) => " class=\"left\"",
                Some(Alignment::Center) => " class=\"center\"",
                Some(Alignment::Right) => " class=\"right\"",
                _ => "",
            };
            let scope = if tag == "th" { " scope=\"col\"" } else { "" };
            *out += &format!("<{tag}{scope}{class}>{}</{tag}>", self.inlines(cell));
        }
        out.push_str("</tr>\n");
    }

    fn notes(&self, notes: &[Note], shift: u8, out: &mut String) {
        let label = escape(&self.words.get("notes", "title"));
        *out += &format!("<section class=\"notes\" aria-label=\"{label}\">\n<ol>\n");
        for note in notes {
            let number = note.number;
            *out += &format!("<li id=\"fn:{number}\" value=\"{number}\">\n{}", self.blocks(&note.blocks, shift));
            *out += &format!("{}</li>\n", self.note_backs(note));
        }
        out.push_str("</ol>\n</section>\n");
    }

    /// The ways from a note back to where it is referred to.
    pub(super) fn note_backs(&self, note: &Note) -> String {
        let label = escape(&self.words.get("notes", "back"));
        let (number, here) = (note.number, escape(&self.here));
        let links = (1..=note.references).map(|reference| {
            format!(
                "<a class=\"note-back\" role=\"doc-backlink\" href=\"{here}#fnref:{number}.{reference}\" aria-label=\"{label} {number}.{reference}\">↩</a>"
            )
        });
        format!("<p class=\"note-backs\">{}</p>", links.collect::<String>())
    }

    fn inlines(&self, inlines: &[Inline]) -> String {
        if !inlines.iter().any(|inline| matches!(inline.node, InlineNode::Html(_))) {
            let mut out = String::new();
            inlines.iter().for_each(|inline| self.inline(inline, &mut out));
            return out;
        }
        let parts = inlines.iter().map(|inline| match &inline.node {
            InlineNode::Html(html) => Part::Raw(html),
            _ => {
                let mut out = String::new();
                self.inline(inline, &mut out);
                Part::Trusted(out)
            }
        });
        mix(parts.collect(), Content::Phrasing)
    }

    fn inline(&self, inline: &Inline, out: &mut String) {
        match &inline.node {
            InlineNode::Text(text) => self.text(inline, text, out),
            InlineNode::Code(text) => *out += &format!("<code>{}</code>", escape(text)),
            InlineNode::Emphasis(content) => *out += &format!("<em>{}</em>", self.inlines(content)),
            InlineNode::Strong(content) => *out += &format!("<strong>{}</strong>", self.inlines(content)),
            InlineNode::Strikethrough(content) => *out += &format!("<del>{}</del>", self.inlines(content)),
            InlineNode::Link { link, content } => self.link(*link, content, out),
            InlineNode::Image { link, alt } => self.image(*link, alt, out),
            InlineNode::Html(html) => *out += &mix(vec![Part::Raw(html)], Content::Phrasing),
            InlineNode::Math { mathml: Some(mathml), .. } => out.push_str(mathml),
            InlineNode::Math { tex, .. } => *out += &format!("<code class=\"math\">{}</code>", escape(tex)),
            InlineNode::NoteReference { number, reference } => {
                if self.setting != Setting::Excerpt {
                    *out += &format!(
                        "<sup><a class=\"note-ref\" role=\"doc-noteref\" id=\"fnref:{number}.{reference}\" href=\"{}#fn:{number}\">{number}</a></sup>",
                        escape(&self.here)
                    );
                }
            }
            InlineNode::SoftBreak => out.push('\n'),
            InlineNode::HardBreak => out.push_str("<br>\n"),
        }
    }

    /// The address of a target; `None` where it leads nowhere.
    fn address(&self, target: &Target) -> Option<String> {
        Some(match target {
            Target::Node(node, anchor) => {
                let page = format!("{}{}", self.root, href(&self.archive.id(*node).address()));
                match anchor.as_ref().filter(|_| self.archive.withdrawn(*node).is_none()) {
                    Some(anchor) => format!("{page}#{}", fragment(anchor)),
                    None => page,
                }
            }
            Target::Here(anchor) if self.setting != Setting::Excerpt => format!("{}#{}", self.here, fragment(anchor)),
            Target::Here(anchor) => {
                format!("{}{}#{}", self.root, href(&self.item.id.address()), fragment(anchor))
            }
            Target::Asset(path) | Target::Route(path) => format!("{}{}", self.root, href(path)),
            Target::Outside(address) | Target::OutsideImage(address) => address.clone(),
            Target::Nothing => return None,
        })
    }

    fn link(&self, at: usize, content: &[Inline], out: &mut String) {
        let link = &self.item.document.body.gist.links[at];
        let target = &self.item.targets[at];
        let text = match (link.kind, target) {
            // A wikilink without a label goes by the title of what it leads to.
            (LinkKind::Wiki { label: false }, Target::Node(node, _)) => escape(self.archive.title(*node)),
            (LinkKind::Wiki { label: false }, Target::Here(_)) => escape(link.address.trim_start_matches(['#', '^'])),
            _ => self.inlines(content),
        };
        let Some(address) = self.address(target) else {
            out.push_str(&text);
            return;
        };
        *out += &format!("<a href=\"{}\"", escape(&address));
        if matches!(target, Target::Outside(_)) {
            out.push_str(" rel=\"external noopener\"");
        }
        if !link.title.is_empty() {
            *out += &format!(" title=\"{}\"", escape(&link.title));
        }
        *out += &format!(">{text}</a>");
    }

    /// How large an image is, so that nothing moves when it comes, and where it is smaller.
    fn size(&self, path: &str, out: &mut String) {
        let Some((image, smaller)) = self.images.get(path) else { return };
        *out += &format!(" width=\"{}\" height=\"{}\"", image.width, image.height);
        let one = |(width, path): (u32, &str)| format!("{}{} {width}w", self.root, href(path));
        let mut all: Vec<String> = smaller.into_iter().flat_map(Smaller::versions).map(one).collect();
        if !all.is_empty() {
            all.push(one((image.width, path)));
            *out += &format!(" srcset=\"{}\" sizes=\"(max-width: 44rem) 100vw, 41rem\"", escape(&all.join(", ")));
        }
    }

    fn image(&self, at: usize, alt: &str, out: &mut String) {
        let link = &self.item.document.body.gist.links[at];
        let alt = match link.kind {
            LinkKind::WikiImage => "",
            _ => alt,
        };
        match (&self.item.targets[at], self.address(&self.item.targets[at])) {
            (Target::Asset(path), Some(address)) => {
                *out += &format!("<img src=\"{}\" alt=\"{}\"", escape(&address), escape(alt));
                self.size(path, out);
                // What is seen at once should not wait for the page to be laid out.
                if !(self.setting == Setting::Page && is_first(self.item.document.body.blocks(), at)) {
                    out.push_str(" loading=\"lazy\"");
                }
                if !link.title.is_empty() {
                    *out += &format!(" title=\"{}\"", escape(&link.title));
                }
                out.push('>');
            }
            (_, Some(address)) => {
                let text = if alt.is_empty() { &address } else { alt };
                *out += &format!("<a href=\"{}\" rel=\"external noopener\">{}</a>", escape(&address), escape(text));
            }
            (_, None) => push_escaped(alt, out),
        }
    }
}

/// Whether an image is the first of a text and stands at its top: in its first paragraph, or the second.
fn is_first(blocks: &[Block], image: usize) -> bool {
    let inlines = blocks.iter().take(2).flat_map(|block| match &block.node {
        Node::Paragraph { content, .. } => content.as_slice(),
        _ => &[],
    });
    let mut images = inlines.filter_map(|inline| match &inline.node {
        InlineNode::Image { link, .. } => Some(*link),
        _ => None,
    });
    images.next() == Some(image)
}

enum Found<'a> {
    Block(&'a Block),
    Item(&'a ListItem),
}

/// The block or list item that bears an anchor.
fn find<'a>(blocks: &'a [Block], id: &str) -> Option<Found<'a>> {
    blocks.iter().find_map(|block| {
        if block.id.as_deref() == Some(id) {
            return Some(Found::Block(block));
        }
        match &block.node {
            Node::Quote { blocks, .. } => find(blocks, id),
            Node::List { items, .. } => items.iter().find_map(|item| {
                if item.id.as_deref() == Some(id) { Some(Found::Item(item)) } else { find(&item.blocks, id) }
            }),
            Node::Definitions(definitions) => definitions.iter().find_map(|definition| match definition {
                Definition::Meaning(blocks) => find(blocks, id),
                Definition::Term(_) => None,
            }),
            _ => None,
        }
    })
}
