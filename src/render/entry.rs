//! The pages of entries, claims, sources and plain pages.

use std::iter::Peekable;

use super::address::root;
use super::cards::{argument_name, name};
use super::filled::Filled;
use super::html::{Answer, Html, Markup, Setting};
use super::lists::List;
use super::plan::Taxonomy;
use super::site::Site;
use super::tagged::Marks;
use super::view::{
    AroundView, EntryView, EssayPage, HeadingView, PageView, PlainPage, QuotePage, ReplyView, SayView, SourcePage,
    TermView,
};
use crate::config::is_web;
use crate::escape::{fragment, href};
use crate::model::{Item, Node, Reply};
use crate::read::markdown::{self, passages, plain};
use crate::read::{EssayFront, Front, QuoteForm, QuoteFront};

impl Site {
    /// The text of a page, set on that page.
    pub(super) fn body<'a>(&'a self, item: &'a Item, path: &str) -> Markup<'a> {
        self.html(item, &root(path), "", Setting::Page).into_body()
    }

    pub(super) fn html<'a>(&'a self, item: &'a Item, root: &str, here: &str, setting: Setting) -> Html<'a> {
        let (archive, highlights, images, words) = (&self.archive, &self.highlights, &self.images, &self.theme.words);
        let (root, here) = (root.to_owned(), here.to_owned());
        let (answers, tagged, marks) = (Vec::new(), Vec::new(), Marks::new());
        Html { archive, item, root, here, setting, answers, tagged, marks, highlights, images, words }
    }

    pub(super) fn entry(&self, at: usize, page: PageView) -> Filled<'_> {
        let entry = &self.archive.entries[at];
        let document = &entry.item.document;
        let view = self.entry_view(at, &page);
        match &document.front {
            Front::Essay(EssayFront { form, checked, .. }) => {
                let checked = self.date(checked.as_ref().map(|date| date.value));
                Filled::new("essay.html", page, EssayPage { entry: view, form: *form, checked })
            }
            Front::Quote(QuoteFront { form, speaker, locator, .. }) => {
                let captured = *form == QuoteForm::Verbatim && document.capture.is_some();
                let (speaker, locator) = (speaker.clone(), locator.clone());
                let length = size(&entry.item);
                let quote = QuotePage { entry: view, form: *form, length, speaker, locator, captured };
                Filled::new("quote.html", page, quote)
            }
            Front::Sample(_) => self.sample(entry, view, page),
            Front::Argument(_) | Front::Source(_) | Front::Page(_) => unreachable!("no entry has such front matter"),
        }
    }

    fn entry_view(&self, at: usize, page: &PageView) -> EntryView<'_> {
        let entry = &self.archive.entries[at];
        let people = entry.people().into_iter().filter_map(|name| self.term_named(Taxonomy::People, name));
        let year = entry.date.and_then(|date| self.term_named(Taxonomy::Years, &format!("{:04}", date.year())));
        let mut tags: Vec<TermView> = entry.tags().filter_map(|tag| self.term_named(Taxonomy::Tags, tag)).collect();
        tags.dedup_by(|a, b| a.path == b.path);
        EntryView {
            card: self.cards.entries[at].clone(),
            body: self.annotated(at, &page.path),
            people: people.collect(),
            tags,
            year,
            updated: self.date(entry.item.document.common.updated.as_ref().map(|date| date.value)),
            source: entry.source.map(|source| self.cards.sources[source].clone()),
            claims: entry
                .says
                .iter()
                .filter(|say| self.archive.withdrawn(Node::Claim(say.claim)).is_none())
                .map(|say| SayView { claim: self.cards.claims[say.claim].clone(), side: say.side, at: say.at.clone() })
                .collect(),
            replies_to: entry.replies_to.iter().filter(|reply| self.stands(reply)).map(|r| self.reply_to(r)).collect(),
            replies: entry.replies.iter().map(|reply| self.reply_from(reply)).collect(),
            backlinks: self.links(&entry.item.backlinks),
            contents: contents(&entry.item),
            around: self.around(at),
            citation: self.citation(entry, page),
            bibtex: self.bibtex(entry, page),
            credit: self.credit(entry),
        }
    }

    /// The text of an entry, with the answers beside the passages that they answer, and what those make.
    fn annotated(&self, at: usize, path: &str) -> Markup<'_> {
        let entry = &self.archive.entries[at];
        let mut html = self.html(&entry.item, &root(path), "", Setting::Page);
        let answers = entry.replies.iter().filter_map(|reply| {
            let item = &self.archive.entries[reply.entry].item;
            let anchor = format!("^{}", reply.at.as_ref()?);
            Some(Answer { anchor, title: item.title.clone(), path: href(&item.id.address()) })
        });
        html.answers = answers.collect();
        (html.tagged, html.marks) = (self.tagged(at), self.marks(at));
        html.into_body()
    }

    /// The entries before and after this one in each argument that it makes, by when they were said.
    fn around(&self, at: usize) -> Vec<AroundView> {
        const MOST: usize = 4;
        let arguments = self.archive.entries[at].arguments.iter().flatten();
        let live = arguments.filter(|(argument, _)| self.archive.withdrawn(Node::Argument(*argument)).is_none());
        let views = live.map(|&(argument, _)| {
            let (previous, next) = self.lists.around(&self.archive, argument, at);
            let name = |entry: usize| name(&self.archive, Node::Entry(entry));
            AroundView {
                argument: argument_name(&self.archive, argument),
                previous: previous.map(name),
                next: next.map(name),
            }
        });
        views.filter(|view| view.previous.is_some() || view.next.is_some()).take(MOST).collect()
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

    pub(super) fn source(&self, at: usize, page: PageView) -> Filled<'_> {
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
        Filled::new("source.html", page, view)
    }

    pub(super) fn plain(&self, at: usize, page: PageView) -> Filled<'_> {
        let item = &self.archive.pages[at].item;
        let view = PlainPage { body: self.body(item, &page.path), contents: contents(item) };
        Filled::new("page.html", page, view)
    }
}

/// How large a quote may be set: its words are few, some or many.
fn size(item: &Item) -> &'static str {
    match passages(item.document.body.blocks()).iter().map(|p| p.text.split_whitespace().count()).sum() {
        0..=45 => "short",
        46..=120 => "middle",
        _ => "long",
    }
}

/// The headings of a text, as far as they stand at its top level, each with those below it. A text with few has none.
pub(super) fn contents(item: &Item) -> Vec<HeadingView> {
    const FEWEST: usize = 3;
    let headings = item.document.body.blocks().iter().filter_map(|block| match (&block.node, &block.id) {
        (markdown::Node::Heading { level, content, .. }, Some(anchor)) => {
            let text = plain(content);
            (!text.trim().is_empty())
                .then(|| (*level, HeadingView { anchor: fragment(anchor), text, below: Vec::new() }))
        }
        _ => None,
    });
    let headings: Vec<_> = headings.collect();
    if headings.len() < FEWEST {
        return Vec::new();
    }
    nested(&mut headings.into_iter().peekable(), 0)
}

/// The headings below a level, up to the next one that is not.
fn nested(rest: &mut Peekable<impl Iterator<Item = (u8, HeadingView)>>, above: u8) -> Vec<HeadingView> {
    let mut out = Vec::new();
    while let Some((level, mut heading)) = rest.next_if(|(level, _)| *level > above) {
        heading.below = nested(rest, level);
        out.push(heading);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_nest_whatever_levels_they_skip() {
        let heading =
            |level: u8| (level, HeadingView { anchor: String::new(), text: level.to_string(), below: Vec::new() });
        let shape = |levels: &[u8]| {
            fn show(headings: &[HeadingView]) -> String {
                headings.iter().fold(String::new(), |out, h| out + &h.text + "(" + &show(&h.below) + ")")
            }
            show(&nested(&mut levels.iter().map(|&level| heading(level)).collect::<Vec<_>>().into_iter().peekable(), 0))
        };
        assert_eq!(shape(&[2, 3, 3, 2]), "2(3()3())2()");
        assert_eq!(shape(&[3, 2, 4, 3, 2]), "3()2(4()3())2()");
        assert_eq!(shape(&[]), "");
    }
}
