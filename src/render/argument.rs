//! The pages of arguments and claims.

use std::collections::BTreeMap;

use super::address::root;
use super::cards::{argument_name, name};
use super::entry::contents;
use super::filled::Filled;
use super::html::{Markup, Setting};
use super::lists::{EVIDENCE, List, Row, SHOWN, Section, evidence};
use super::site::Site;
use super::view::{ArgumentPage, ClaimPage, EvidenceView, Group, PageView, PassageView, RelatedView, SayView};
use crate::escape::href;
use crate::model::{Evidence, Node};
use crate::read::{Kind, QuoteForm, Side};

/// So many passages and changes stand on an argument's page.
const PASSAGES: usize = 8;
const CHANGED: usize = 5;

impl Site {
    pub(super) fn argument(&self, at: usize, mut page: PageView) -> Filled<'_> {
        let argument = &self.archive.arguments[at];
        page.feed = format!("{}feed.xml", href(&argument.item.id.address()));
        let list = List::Argument(at);
        let curated = |row: &&Section| matches!(row.rows.first(), Some(Row::Node(Node::Entry(e))) if self.archive.entries[*e].arguments.is_some());
        let (groups, suggested): (Vec<_>, Vec<_>) = self.lists.sections(list).iter().partition(curated);
        let entries = argument.entries.iter().map(|(entry, _)| *entry);
        // What has no date may be as old as the archive.
        let dated = |&at: &usize| self.archive.entries[at].item.changed().is_some();
        let changed = self.newest(Some(at)).into_iter().filter(dated);
        let view = ArgumentPage {
            argument: self.cards.arguments[at].clone(),
            body: self.body(&argument.item, &page.path),
            contents: contents(&argument.item),
            groups: groups.into_iter().map(|section| self.group(section, SHOWN)).collect(),
            list: self.lists.has_pages(list).then(|| list.path(&self.archive, 0)),
            suggested: suggested.first().map(|section| self.group(section, SHOWN)),
            passages: self.passages(at, &root(&page.path)),
            timeline: self.timeline_of(entries, Some(at)),
            changed: self.cards(changed.take(CHANGED)),
            related: self.related(at),
            backlinks: self.links(&argument.item.backlinks),
        };
        Filled::new("argument.html", page, view)
    }

    /// A section's first rows.
    pub(super) fn group(&self, section: &Section, longest: usize) -> Group {
        let mut group = Group { title: section.title.clone(), total: section.total, ..Group::default() };
        for row in section.rows.iter().take(longest) {
            match row {
                Row::Node(Node::Entry(at)) => group.cards.push(self.cards.entries[*at].clone()),
                Row::Node(Node::Source(at)) => group.sources.push(self.cards.sources[*at].clone()),
                _ => {}
            }
        }
        group
    }

    /// The passages that an argument's claims rest on: first those that bear on most of them.
    fn passages<'a>(&'a self, argument: usize, root: &str) -> Vec<PassageView<'a>> {
        let mut passages: BTreeMap<(usize, &'a str), Vec<SayView>> = BTreeMap::new();
        for &claim in &self.archive.arguments[argument].claims {
            for evidence in &self.archive.claims[claim].evidence {
                let Some(at) = &evidence.at else { continue };
                let say = SayView { claim: self.cards.claims[claim].clone(), side: evidence.side, at: None };
                passages.entry((evidence.entry, at)).or_default().push(say);
            }
        }
        let mut passages: Vec<_> = passages.into_iter().collect();
        passages.sort_by_key(|(place, says)| (std::cmp::Reverse(says.len()), *place));
        let view = |((entry, at), says): ((usize, &'a str), Vec<SayView>)| {
            let card = self.cards.entries[entry].clone();
            let entry = &self.archive.entries[entry];
            Some(PassageView {
                card,
                path: format!("{}#%5E{}", href(&entry.item.id.address()), href(at)),
                html: self.html(&entry.item, root, "", Setting::Excerpt).into_passage(at)?,
                verbatim: entry.quote_form() == Some(QuoteForm::Verbatim),
                says,
            })
        };
        passages.into_iter().filter_map(view).take(PASSAGES).collect()
    }

    fn related(&self, at: usize) -> Vec<RelatedView> {
        let pairs = self.lists.pairs_of(at).into_iter();
        pairs
            .map(|(other, list, shared)| RelatedView {
                argument: argument_name(&self.archive, other),
                shared,
                path: list.path(&self.archive, 0),
            })
            .collect()
    }

    pub(super) fn claim(&self, at: usize, page: PageView) -> Filled<'_> {
        let claim = &self.archive.claims[at];
        let root = root(&page.path);
        let of = |side: Side| -> Vec<EvidenceView<'_>> {
            evidence(&self.archive, at, side).into_iter().take(EVIDENCE).map(|e| self.evidence(e, &root)).collect()
        };
        let list = List::Claim(at);
        let others = self.archive.arguments[claim.argument].claims.iter().filter(|&&other| other != at);
        let argument = name(&self.archive, Node::Argument(claim.argument)).title;
        let view = ClaimPage {
            claim: self.cards.claims[at].clone(),
            supports: of(Side::Supports),
            disputes: of(Side::Disputes),
            list: self.lists.has_pages(list).then(|| list.path(&self.archive, 0)),
            contribute_url: self.contribute_url("content/quotes"),
            backlinks: self.links(&claim.backlinks),
            others: others.map(|&other| self.cards.claims[other].clone()).collect(),
            citation: self.cite(vec![claim.definition.text.clone(), argument], &page),
        };
        Filled::new("claim.html", page, view)
    }

    fn evidence<'a>(&'a self, evidence: &'a Evidence, root: &str) -> EvidenceView<'a> {
        let entry = &self.archive.entries[evidence.entry];
        let html = || self.html(&entry.item, root, "", Setting::Excerpt);
        let passage = evidence.at.as_ref().and_then(|at| html().into_passage(at));
        // A quote is short and is its own passage; of the rest the first words stand for it.
        let whole = || match entry.kind() {
            Kind::Quote => html().into_body(),
            _ => Markup::Excerpt(&entry.item),
        };
        let anchor = evidence.at.as_ref().map_or_else(String::new, |at| format!("#%5E{}", href(at)));
        let replies = entry.replies.iter().filter(|reply| evidence.at.is_none() || reply.at == evidence.at);
        EvidenceView {
            card: self.cards.entries[evidence.entry].clone(),
            path: format!("{}{anchor}", href(&entry.item.id.address())),
            html: passage.unwrap_or_else(whole),
            verbatim: entry.quote_form() == Some(QuoteForm::Verbatim),
            results: self.results(entry),
            replies: replies.map(|reply| self.reply_from(reply)).collect(),
        }
    }
}
