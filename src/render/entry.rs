//! The pages of entries, claims, sources and plain pages.

use super::address::root;
use super::cards::name;
use super::html::Html;
use super::plan::Taxonomy;
use super::site::Site;
use super::view::{
    ClaimPage, EntryView, EssayPage, EvidenceView, HeadingView, MeasuredView, PageView, PlainPage, QuotePage,
    ReplyView, SamplePage, SayView, SourcePage, TermView, VariantView,
};
use crate::config::is_web;
use crate::diagnostic::Diagnostic;
use crate::escape::{fragment, href};
use crate::model::{Entry, Evidence, Item, Node, Reply};
use crate::read::markdown::{self, plain};
use crate::read::{Code, EssayFront, Front, Kind, QuoteForm, QuoteFront, Results, SampleFront, Side, VariantFront};

impl Site {
    /// The text of a page, set on that page.
    pub(super) fn body(&self, item: &Item, path: &str) -> String {
        self.html(item, &root(path), "", true).body()
    }

    pub(super) fn html<'a>(&'a self, item: &'a Item, root: &'a str, here: &'a str, own_page: bool) -> Html<'a> {
        let (archive, highlights, images, words) = (&self.archive, &self.highlights, &self.images, &self.theme.words);
        Html { archive, item, root, here, own_page, highlights, images, words }
    }

    pub(super) fn entry(&self, at: usize, mut page: PageView) -> Result<Vec<u8>, Diagnostic> {
        let entry = &self.archive.entries[at];
        let document = &entry.item.document;
        let view = self.entry_view(at, &page);
        match &document.front {
            Front::Essay(EssayFront { form, checked, .. }) => {
                let checked = self.date(checked.as_ref().map(|date| date.value));
                self.template("essay.html", &page, &EssayPage { entry: view, form: *form, checked })
            }
            Front::Quote(QuoteFront { form, speaker, locator, .. }) => {
                page.title.clone_from(&entry.item.title);
                let captured = *form == QuoteForm::Verbatim && document.capture.is_some();
                let (speaker, locator) = (speaker.clone(), locator.clone());
                self.template("quote.html", &page, &QuotePage { entry: view, form: *form, speaker, locator, captured })
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
                self.template("sample.html", &page, &sample)
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
    fn reply_from(&self, reply: &Reply) -> ReplyView {
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

    fn cite(&self, mut parts: Vec<String>, page: &PageView) -> String {
        parts.push(self.archive.config.title.clone());
        parts.extend(page.canonical.clone());
        parts.retain(|part| !part.trim().is_empty());
        parts.iter().map(|part| part.trim_end_matches('.')).collect::<Vec<_>>().join(". ")
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

    pub(super) fn claim(&self, at: usize, mut page: PageView) -> Result<Vec<u8>, Diagnostic> {
        let claim = &self.archive.claims[at];
        page.description.clone_from(&claim.definition.answer);
        let root = root(&page.path);
        let of = |side: Side| -> Vec<EvidenceView> {
            claim.evidence.iter().filter(|evidence| evidence.side == side).map(|e| self.evidence(e, &root)).collect()
        };
        let others = self.archive.arguments[claim.argument].claims.iter().filter(|&&other| other != at);
        let argument = name(&self.archive, Node::Argument(claim.argument)).title;
        let view = ClaimPage {
            claim: self.cards.claims[at].clone(),
            supports: of(Side::Supports),
            disputes: of(Side::Disputes),
            backlinks: self.links(&claim.backlinks),
            others: others.map(|&other| self.cards.claims[other].clone()).collect(),
            citation: self.cite(vec![claim.definition.text.clone(), argument], &page),
        };
        self.template("claim.html", &page, &view)
    }

    fn evidence(&self, evidence: &Evidence, root: &str) -> EvidenceView {
        let entry = &self.archive.entries[evidence.entry];
        let html = self.html(&entry.item, root, "", false);
        let passage = evidence.at.as_ref().and_then(|at| html.passage(at));
        // A quote is short and is its own passage; of the rest the first words stand for it.
        let whole = || match entry.kind() {
            Kind::Quote => html.body(),
            _ => format!("<p>{}</p>\n", crate::escape::escape(&super::cards::excerpt(&entry.item))),
        };
        let anchor = evidence.at.as_ref().map_or_else(String::new, |at| format!("#%5E{}", href(at)));
        let replies = entry.replies.iter().filter(|reply| evidence.at.is_none() || reply.at == evidence.at);
        EvidenceView {
            card: self.cards.entries[evidence.entry].clone(),
            path: format!("{}{anchor}", href(&entry.item.id.address())),
            html: passage.unwrap_or_else(whole),
            verbatim: entry.quote_form() == Some(QuoteForm::Verbatim),
            replies: replies.map(|reply| self.reply_from(reply)).collect(),
        }
    }

    pub(super) fn source(&self, at: usize, page: &PageView) -> Result<Vec<u8>, Diagnostic> {
        let source = &self.archive.sources[at];
        let of = |kind| {
            let places = source.entries.iter().copied().filter(|&at| self.archive.entries[at].kind() == kind);
            self.cards(self.by_date(places.collect()))
        };
        let view = SourcePage {
            source: self.cards.sources[at].clone(),
            authors: source.front.authors.iter().filter_map(|name| self.term_named(Taxonomy::People, name)).collect(),
            events: source.front.events.clone(),
            archived: source.front.archived.as_ref().map(|url| url.value.clone()).filter(|url| is_web(url)),
            max_words: source.front.max_words.as_ref().map(|words| words.value),
            body: self.body(&source.item, &page.path),
            essays: of(Kind::Essay),
            quotes: of(Kind::Quote),
            samples: of(Kind::Sample),
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

/// The headings of a text, as far as they stand at its top level.
fn contents(item: &Item) -> Vec<HeadingView> {
    let headings = item.document.body.blocks.iter().filter_map(|block| match (&block.node, &block.id) {
        (markdown::Node::Heading { level, content, .. }, Some(anchor)) => {
            Some(HeadingView { level: *level, anchor: fragment(anchor), text: plain(content) })
        }
        _ => None,
    });
    headings.collect()
}
