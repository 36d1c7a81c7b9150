//! From what was found to the files of the archive: a source, an essay, quotes and samples, all drafts.

use super::block::{Block, Code, Lines, Node, Quote, Voice, shorten};
use super::origin::{self, Selectors};
use super::{Became, Found, language, links, markup, name};
use crate::check::UNKNOWN_RIGHTS;
use crate::date::Date;
use crate::fields::Choice;
use crate::read::{Kind, Selector};
use crate::span::one_line;

/// A file that is to be written.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Relative to the archive's root.
    pub path: String,
    pub text: String,
    /// Whether a person looks at it, rather than at the draft that it belongs to.
    pub is_entry: bool,
}

/// What is the same for all drafts of a capture.
pub struct Options<'a> {
    /// What stands for the capture's bytes.
    pub hash: &'a str,
    /// What the capture is called, where nothing in it has a title.
    pub stem: &'a str,
    /// The kept copy of the capture.
    pub kept: Option<&'a str>,
    /// Whether the essay has a folder, with pictures in it.
    pub in_folder: bool,
    pub today: Option<Date>,
}

/// Front matter while it is written: one key a line, so that no text of a capture begins a line.
#[derive(Default)]
struct Front(String);

impl Front {
    fn raw(&mut self, key: &str, value: impl std::fmt::Display) {
        self.0.push_str(&format!("{key} = {value}\n"));
    }

    fn text(&mut self, key: &str, text: &str) {
        let text = one_line(text);
        if !text.is_empty() {
            self.raw(key, quoted(&text));
        }
    }

    fn some(&mut self, key: &str, text: Option<&str>) {
        self.text(key, text.unwrap_or_default());
    }

    fn list(&mut self, key: &str, texts: &[String]) {
        let texts: Vec<String> =
            texts.iter().map(|text| one_line(text)).filter(|text| !text.is_empty()).map(|text| quoted(&text)).collect();
        if !texts.is_empty() {
            self.raw(key, format!("[{}]", texts.join(", ")));
        }
    }

    fn date(&mut self, key: &str, date: Option<Date>) {
        let Some(date) = date else { return };
        let (_, day) = date.month_and_day();
        // TOML knows whole days only.
        if day > 0 { self.raw(key, date) } else { self.raw(key, quoted(&date.to_string())) }
    }

    fn captured(&mut self, options: &Options<'_>, lines: Option<Lines>, selector: Option<&Selector>) {
        self.0.push_str("\n[captured]\n");
        self.text("hash", options.hash);
        self.some("file", options.kept);
        self.some("lines", lines.map(|lines| lines.to_string()).as_deref());
        if let Some(Selector { prefix, exact, suffix }) = selector {
            for (key, text) in [("prefix", prefix), ("exact", exact), ("suffix", suffix)] {
                if !text.is_empty() {
                    self.raw(key, quoted(text));
                }
            }
        }
    }

    fn file(self, body: &str) -> String {
        let body = body.trim_end();
        let body = if body.is_empty() { String::new() } else { format!("\n{body}\n") };
        format!("+++\n{}+++\n{body}", self.0)
    }
}

/// A TOML string on one line, whatever is in it.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => {
                out.push_str(&format!("\\u{:04X}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// What the source is called: its title, or what the file is called.
pub fn title(found: &Found, stem: &str) -> String {
    let title = one_line(found.meta.title.as_deref().unwrap_or_default());
    if title.is_empty() { format!("Untitled: {stem}") } else { title }
}

/// What the drafts of a document are called.
#[derive(Debug)]
pub struct Slugs {
    pub source: String,
    /// `None` where there is no text beside comments.
    pub essay: Option<String>,
    quotes: Vec<String>,
    samples: Vec<String>,
}

impl Slugs {
    /// `free` makes a slug that nothing of that kind has.
    pub fn new(found: &Found, stem: &str, free: &mut dyn FnMut(Kind, &str) -> String) -> Self {
        let base = match name::slug(&title(found, stem)) {
            slug if slug.is_empty() => name::slug(&format!("capture {stem}")),
            slug => slug,
        };
        let quote = |quote: &Quote| name::quote_slug(quote.speaker.as_deref().unwrap_or("unknown"), &quote.plain());
        Self {
            source: free(Kind::Source, &base),
            essay: (!found.body().trim().is_empty()).then(|| free(Kind::Essay, &base)),
            quotes: found.quotes().map(|(_, quoted)| free(Kind::Quote, &quote(quoted))).collect(),
            samples: (1..=found.samples().count())
                .map(|number| free(Kind::Sample, &format!("{base}-{number}")))
                .collect(),
        }
    }
}

/// The drafts of one document, with what became of its links.
pub fn drafts(found: &Found, became: &[Became], slugs: &Slugs, options: &Options<'_>) -> Vec<Draft> {
    let mut made = Maker {
        found,
        became,
        options,
        selectors: Selectors::new(&found.text),
        source: &slugs.source,
        title: title(found, options.stem),
        drafts: Vec::new(),
    };
    made.source();
    if let Some(slug) = &slugs.essay {
        made.essay(slug);
    }
    for ((block, quote), slug) in found.quotes().zip(&slugs.quotes) {
        made.quote(slug, block, quote);
    }
    let count = found.samples().count();
    for (number, ((at, block, code), slug)) in found.samples().zip(&slugs.samples).enumerate() {
        made.sample(slug, (number + 1, count), at, block, code);
    }
    made.drafts
}

struct Maker<'a> {
    found: &'a Found,
    became: &'a [Became],
    options: &'a Options<'a>,
    selectors: Selectors,
    /// The slug of the source.
    source: &'a str,
    title: String,
    drafts: Vec<Draft>,
}

impl Maker<'_> {
    fn push(&mut self, path: String, text: String, is_entry: bool) {
        self.drafts.push(Draft { path, text, is_entry });
    }

    fn source(&mut self) {
        let meta = &self.found.meta;
        let mut front = Front::default();
        front.text("title", &self.title);
        front.raw("draft", true);
        front.some("kind", meta.kind.map(Choice::word));
        front.list("authors", &meta.authors);
        front.date("date", meta.date);
        front.some("venue", meta.venue.as_deref());
        front.list("events", &meta.events);
        front.some("url", meta.url.as_deref());
        front.text("rights", UNKNOWN_RIGHTS);
        front.date("added", self.options.today);
        let place = (self.found.at != Lines::default()).then_some(self.found.at);
        let lines = place.or_else(|| origin::around(self.found.blocks.iter().map(|block| block.lines)));
        let selector = meta.title.as_deref().and_then(|title| Selectors::new(&self.found.text).find(title));
        front.captured(self.options, lines, selector.as_ref());
        let body = meta.licence.as_deref().map(|licence| {
            let words = markup::escape(&shorten(licence, 300));
            format!("The capture states a licence, to be checked before it goes into `rights`: {words}")
        });
        let text = front.file(&body.unwrap_or_default());
        self.push(format!("content/sources/{}.md", self.source), text, true);
    }

    fn essay(&mut self, slug: &str) {
        let meta = &self.found.meta;
        let own = || {
            self.found
                .blocks
                .iter()
                .filter(|block| !matches!(&block.node, Node::Quote(quote) if quote.voice == Voice::Comment))
        };
        let mut front = Front::default();
        front.text("title", &self.title);
        front.raw("draft", true);
        front.text("form", "excerpt");
        front.text("source", self.source);
        front.list("authors", &meta.authors);
        front.list("tags", &tags(&meta.tags));
        front.list("aliases", &meta.aliases);
        front.date("added", self.options.today);
        let lines = origin::around(own().map(|block| block.lines));
        let first = own().map(Block::words).find(|words| !words.trim().is_empty());
        let selector = first.and_then(|words| Selectors::new(&self.found.text).find(&words));
        front.captured(self.options, lines, selector.as_ref());
        let body = self.found.body_with(self.became);
        let path = if self.options.in_folder { format!("{slug}/index") } else { slug.to_owned() };
        self.push(format!("content/essays/{path}.md"), front.file(&body), true);
    }

    fn quote(&mut self, slug: &str, block: &Block, quote: &Quote) {
        let mut front = Front::default();
        let work = quote.attribution.as_deref().and_then(super::attribution::parse).and_then(|by| by.work);
        let pulled = (quote.voice == Voice::Own).then(|| self.found.meta.authors.first().cloned()).flatten();
        let speaker = quote.speaker.clone().or(work).or(pulled).unwrap_or_else(|| "unknown".to_owned());
        front.text("speaker", &speaker);
        front.raw("draft", true);
        front.text("source", self.source);
        front.text("form", "verbatim");
        front.some("locator", quote.locator.as_deref());
        front.date("date", quote.date);
        front.date("added", self.options.today);
        if self.found.verifiable {
            front.some("capture", self.options.kept);
        }
        let selector =
            self.selectors.find(&quote.plain()).or_else(|| self.selectors.find(&quote.paragraphs.first()?.plain));
        front.captured(self.options, Some(block.lines), selector.as_ref());
        let body = links::filled(&markup::quote_body(quote), &self.found.links, &self.found.all_words());
        self.push(format!("content/quotes/{slug}.md"), front.file(&body), true);
    }

    fn sample(&mut self, slug: &str, (number, count): (usize, usize), at: usize, block: &Block, code: &Code) {
        let language = code.language.as_deref().unwrap_or("text");
        let file = format!("code.{}", language::extension(language));
        let mut front = Front::default();
        let number = if count > 1 { format!(", {number} of {count}") } else { String::new() };
        front.text("title", &format!("Code in “{}”{number}", self.title));
        front.raw("draft", true);
        front.text("source", self.source);
        front.list("authors", &self.found.meta.authors);
        front.date("added", self.options.today);
        let selector = self.selectors.find(&code.text);
        front.captured(self.options, Some(block.lines), selector.as_ref());
        front.0.push_str("\n[[variants]]\n");
        front.text("name", "as captured");
        front.text("file", &file);
        front.text("language", language);
        let body = self.about(at, code);
        let folder = format!("content/samples/{slug}");
        self.push(format!("{folder}/index.md"), front.file(&body), true);
        self.push(format!("{folder}/{file}"), format!("{}\n", code.text.trim_end_matches('\n')), false);
    }

    /// What is to be known of code: how it was captured, whether it parses, what was measured with it.
    fn about(&self, at: usize, code: &Code) -> String {
        let mut parts = Vec::new();
        if code.flattened {
            let restored = code.text.contains('\n');
            let how = if restored { "its lines were restored" } else { "its lines could not be restored" };
            parts.push(format!("The capture has this code flattened; {how}."));
        }
        if code.parses == Some(false) {
            parts.push("As it stands in the capture, it does not parse.".to_owned());
        }
        let measured: Vec<String> =
            self.measured(at).map(|context| format!("> {}", markup::line(&markup::escape(context)))).collect();
        if !measured.is_empty() {
            parts.push(format!("## Measured, by the source\n\n{}", measured.join("\n>\n")));
        }
        parts.join("\n\n")
    }

    /// The figures that are told right after code, before other code or another section.
    fn measured(&self, at: usize) -> impl Iterator<Item = &str> {
        const REACH: usize = 3;
        let ends = |block: &Block| matches!(block.node, Node::Code(_) | Node::Heading { .. });
        let after = self.found.blocks.iter().skip(at + 1).take(REACH).position(ends).unwrap_or(REACH);
        let near = at + 1..at + 1 + after;
        self.found
            .measured
            .iter()
            .filter(move |measured| near.contains(&measured.block))
            .map(|measured| measured.context.as_str())
    }
}

/// Tags once each, as far as they are tags.
fn tags(all: &[String]) -> Vec<String> {
    const MOST: usize = 30;
    let mut out: Vec<String> = Vec::new();
    for tag in all {
        let tag = one_line(tag);
        let known = out.iter().any(|other| other.to_lowercase() == tag.to_lowercase());
        if !tag.is_empty()
            && tag.chars().count() < 60
            && !tag.chars().any(char::is_control)
            && !known
            && out.len() < MOST
        {
            out.push(tag);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_is_a_string_of_toml() {
        for text in ["+++", "a \"b\" \\ c", "\u{7}\u{0}\u{1b}\u{7f}\u{85}", "'''", "${x}", "é \u{202e} 日"] {
            let parsed: toml::Table = toml::from_str(&format!("k = {}", quoted(text))).expect(text);
            assert_eq!(parsed["k"].as_str(), Some(text));
        }
    }
}
