//! The pages of entries, claims, sources and plain pages.

use super::address::root;
use super::html::Html;
use super::lists::List;
use super::plan::Taxonomy;
use super::site::Site;
use super::view::{
    EntryView, EssayPage, HeadingView, MeasuredView, PageView, PlainPage, QuotePage, ReplyView, SamplePage, SayView,
    SourcePage, TermView, VariantView,
};
use crate::config::is_web;
use crate::diagnostic::Diagnostic;
use crate::escape::{fragment, href};
use crate::model::{Entry, Item, Reply};
use crate::read::markdown::{self, plain};
use crate::read::{Code, EssayFront, Front, QuoteForm, QuoteFront, Results, SampleFront, VariantFront};

impl Site {
    /// The text of a page, set on that page.
    pub(super) fn body(&self, item: &Item, path: &str) -> String {
        self.html(item, &root(path), "", true).body()
    }

    pub(super) fn html<'a>(&'a self, item: &'a Item, root: &'a str, here: &'a str, own_page: bool) -> Html<'a> {
        let (archive, highlights, words) = (&self.archive, &self.highlights, &self.theme.words);
        Html { archive, item, root, here, own_page, highlights, words }
    }

    pub(super) fn entry(&self, at: usize, page: &PageView) -> Result<Vec<u8>, Diagnostic> {
        let entry = &self.archive.entries[at];
        let document = &entry.item.document;
        let view = self.entry_view(at, page);
        match &document.front {
            Front::Essay(EssayFront { form, checked, .. }) => {
                let checked = self.date(checked.as_ref().map(|date| date.value));
                self.template("essay.html", page, &EssayPage { entry: view, form: *form, checked })
            }
            Front::Quote(QuoteFront { form, speaker, locator, .. }) => {
                let captured = *form == QuoteForm::Verbatim && document.capture.is_some();
                let (speaker, locator) = (speaker.clone(), locator.clone());
                self.template("quote.html", page, &QuotePage { entry: view, form: *form, speaker, locator, captured })
            }
            Front::Sample(SampleFront { variants, .. }) => {
                let results = document.results.as_ref();
                let variants = variants.iter().zip(&document.code).enumerate();
                let sample = SamplePage {
                    entry: view,
                    variants: variants.map(|(n, (v, code))| self.variant(n, v, code.as_ref(), results)).collect(),
                    recorded: self.date(results.and_then(|r| crate::date::Date::parse(&r.recorded))),
                    toolchain: results.map(|results| results.toolchain.clone()),
                };
                self.template("sample.html", page, &sample)
            }
            Front::Argument(_) | Front::Source(_) | Front::Page(_) => unreachable!("no entry has such front matter"),
        }
    }

    fn entry_view(&self, at: usize, page: &PageView) -> EntryView {
        let entry = &self.archive.entries[at];
        let people = entry.people().into_iter().filter_map(|name| self.term_named(Taxonomy::People, name));
        let year = entry.date.and_then(|date| self.term_named(Taxonomy::Years, &format!("{:04}", date.year())));
        let mut tags: Vec<TermView> = entry.tags().filter_map(|tag| self.term_named(Taxonomy::Tags, tag)).collect();
        tags.dedup_by(|a, b| a.path == b.path);
        EntryView {
            card: self.cards.entries[at].clone(),
            body: self.body(&entry.item, &page.path),
            people: people.collect(),
            tags,
            year,
            updated: self.date(entry.item.document.common.updated.as_ref().map(|date| date.value)),
            source: entry.source.map(|source| self.cards.sources[source].clone()),
            claims: entry
                .says
                .iter()
                .map(|say| SayView { claim: self.cards.claims[say.claim].clone(), side: say.side, at: say.at.clone() })
                .collect(),
            replies_to: entry.replies_to.iter().filter(|reply| self.stands(reply)).map(|r| self.reply_to(r)).collect(),
            replies: entry.replies.iter().map(|reply| self.reply_from(reply)).collect(),
            backlinks: self.links(&entry.item.backlinks),
            contents: contents(&entry.item),
            citation: self.citation(entry, page),
        }
    }

    fn stands(&self, reply: &Reply) -> bool {
        self.archive.entries[reply.entry].item.withdrawn().is_none()
    }

    /// The entry that is answered, at the passage that is answered.
    fn reply_to(&self, reply: &Reply) -> ReplyView {
        let id = &self.archive.entries[reply.entry].item.id;
        let anchor = reply.at.as_ref().map_or_else(String::new, |at| format!("#%5E{}", href(at)));
        let path = format!("{}{anchor}", href(&id.address()));
        ReplyView { card: self.cards.entries[reply.entry].clone(), path, at: reply.at.clone() }
    }

    /// The entry that answers.
    pub(super) fn reply_from(&self, reply: &Reply) -> ReplyView {
        let path = href(&self.archive.entries[reply.entry].item.id.address());
        ReplyView { card: self.cards.entries[reply.entry].clone(), path, at: reply.at.clone() }
    }

    /// How to cite a page: who, what, from where, when, in which archive, at which address.
    fn citation(&self, entry: &Entry, page: &PageView) -> String {
        let mut parts = vec![entry.people().join(", "), entry.item.title.clone()];
        if let Some(source) = entry.source {
            parts.push(self.archive.sources[source].item.title.clone());
        }
        parts.extend(entry.date.map(|date| date.to_string()));
        self.cite(parts, page)
    }

    pub(super) fn cite(&self, mut parts: Vec<String>, page: &PageView) -> String {
        parts.push(self.archive.config.title.clone());
        let stop = self.theme.words.top("cite_stop");
        let parts: Vec<_> = parts.iter().map(|part| stopped(part, &stop)).filter(|part| !part.is_empty()).collect();
        // Nothing follows an address that might be taken for a part of it.
        parts.into_iter().chain(page.canonical.clone()).collect::<Vec<_>>().join(" ")
    }

    fn variant(&self, at: usize, front: &VariantFront, code: Option<&Code>, results: Option<&Results>) -> VariantView {
        let (text, hash) = code.map_or(("", ""), |code| (&*code.text, code.hash.as_str()));
        let measured: Vec<_> =
            results.iter().flat_map(|r| &r.variants).filter(|measured| measured.name == front.name.value).collect();
        let run = front.run.iter().map(|part| part.replace("{file}", &front.file.value)).collect::<Vec<_>>().join(" ");
        VariantView {
            name: front.name.value.clone(),
            anchor: format!("_variant-{}", at + 1),
            file: front.file.value.clone(),
            language: front.language.value.clone(),
            html: self.highlights.html(Some(&front.language.value), text).to_string(),
            lines: text.lines().count(),
            run: (!run.is_empty()).then_some(run),
            expect: front.expect.clone(),
            stale: measured.iter().any(|measured| measured.hash != hash),
            measured: measured
                .into_iter()
                .map(|measured| MeasuredView {
                    parameters: measured
                        .parameters
                        .iter()
                        .map(|(key, value)| (key.clone(), value.to_string()))
                        .collect(),
                    ok: measured.ok,
                    median_ms: measured.median_ms,
                    low_ms: measured.spread_ms[0],
                    high_ms: measured.spread_ms[1],
                    runs: measured.runs,
                    output: measured.output.clone(),
                })
                .collect(),
        }
    }

    pub(super) fn source(&self, at: usize, page: &PageView) -> Result<Vec<u8>, Diagnostic> {
        let source = &self.archive.sources[at];
        let list = List::Source(at);
        let view = SourcePage {
            source: self.cards.sources[at].clone(),
            authors: source.front.authors.iter().filter_map(|name| self.term_named(Taxonomy::People, name)).collect(),
            events: source.front.events.clone(),
            archived: source.front.archived.as_ref().map(|url| url.value.clone()).filter(|url| is_web(url)),
            max_words: source.front.max_words.as_ref().map(|words| words.value),
            body: self.body(&source.item, &page.path),
            about: self.about(&source.entries),
            groups: self.lists.page(list, 0).iter().map(|section| self.group(section, usize::MAX)).collect(),
            pager: self.pager(list, 0),
            backlinks: self.links(&source.item.backlinks),
        };
        self.template("source.html", page, &view)
    }

    pub(super) fn plain(&self, at: usize, page: &PageView) -> Result<Vec<u8>, Diagnostic> {
        let item = &self.archive.pages[at].item;
        let view = PlainPage { body: self.body(item, &page.path), contents: contents(item) };
        self.template("page.html", page, &view)
    }
}

/// A part of a citation with the stop of the archive's language, but for one that ends a sentence by itself, in
/// whatever script, also before closing quotation marks and brackets.
fn stopped(part: &str, stop: &str) -> String {
    let part = part.trim();
    let last = part
        .trim_end_matches(['"', '\'', '”', '’', '“', '»', '«', '›', '」', '』', ')', '）', ']'])
        .chars()
        .next_back();
    let ends = last.is_some_and(|c| ".?!…‽。．？！؟۔।॥՞։።".contains(c));
    if part.is_empty() || ends { part.to_owned() } else { format!("{part}{stop}") }
}

/// The headings of a text, as far as they stand at its top level.
pub(super) fn contents(item: &Item) -> Vec<HeadingView> {
    let headings = item.document.body.blocks.iter().filter_map(|block| match (&block.node, &block.id) {
        (markdown::Node::Heading { level, content, .. }, Some(anchor)) => {
            Some(HeadingView { level: *level, anchor: fragment(anchor), text: plain(content) })
        }
        _ => None,
    });
    headings.collect()
}

#[cfg(test)]
mod tests {
    use super::stopped;

    #[test]
    fn a_part_of_a_citation_has_one_stop() {
        for (part, cited) in [
            ("Title", "Title."),
            ("Is it?", "Is it?"),
            ("\u{201c}Is it?\u{201d}", "\u{201c}Is it?\u{201d}"),
            ("A. Writer Jr.", "A. Writer Jr."),
            ("Wait...", "Wait..."),
            ("C (2nd ed.)", "C (2nd ed.)"),
            ("C (second)", "C (second)."),
            ("何？", "何？"),
            (" 2016 ", "2016."),
            (" ", ""),
        ] {
            assert_eq!(stopped(part, "."), cited);
        }
        assert_eq!(stopped("題", "。"), "題。");
    }
}
