//! The pages of lists: of kinds, sources, names, and where two arguments meet.

use std::collections::BTreeMap;

use super::balance::sides;
use super::cards::argument_name;
use super::debate::{columns, reach};
use super::filled::Filled;
use super::lists::{List, Row};
use super::plan::Taxonomy;
use super::site::Site;
use super::view::{
    About, ClaimTally, IntersectionList, ListPage, PageLink, Pager, PairView, StanceView, TallyView, TermList, TermRow,
    TermView,
};
use crate::escape::href;
use crate::model::{Entry, Node, component};
use crate::read::{EssayForm, Front, QuoteForm, Side, Stance};

/// So many claims, related and commonest names stand beside a list.
const FEW: usize = 8;
const COMMONEST: usize = 12;

impl Site {
    /// A page of a list, counted from 0.
    pub(super) fn list(&self, list: List, page: usize, path: &str) -> Filled<'_> {
        match list {
            List::Terms(taxonomy) => self.terms(taxonomy, page, path),
            List::Matrix => self.matrix(page, path),
            List::Timeline => self.timeline(page, path),
            _ => {
                let heading = self.heading(list);
                let sections = self.lists.page(list, page);
                // What stands on the first page alone goes through the whole list: it is not made for the others.
                let first = page == 0;
                let view = ListPage {
                    intro: if first { self.intro(list) } else { None },
                    about: if first { self.about_list(list) } else { None },
                    groups: sections.iter().map(|section| self.group(section, usize::MAX)).collect(),
                    total: self.lists.total(list),
                    pager: self.pager(list, page),
                    heading,
                };
                let kind = match list {
                    List::Term(taxonomy, _) => taxonomy.folder(),
                    _ => "list",
                };
                Filled::new("list.html", self.list_page(list, page, path, kind), view)
            }
        }
    }

    /// What a list's page says of itself: pages after the first have their number in the title.
    pub(super) fn list_page(&self, list: List, page: usize, path: &str, kind: &'static str) -> super::view::PageView {
        let heading = self.heading(list);
        let title = match page {
            0 => heading,
            _ => {
                let number = self.theme.words.get("pager", "page").replace("{n}", &(page + 1).to_string());
                format!("{heading} · {number}")
            }
        };
        let mut facts = self.page(path, &title, kind);
        facts.description = self.intro(list).filter(|_| page == 0).or(facts.description);
        facts
    }

    fn heading(&self, list: List) -> String {
        let words = &self.theme.words;
        let argument = |at: usize| self.archive.arguments[at].item.title.as_str();
        match list {
            List::Entries(kind) => words.top(kind.folder()),
            List::Sources => words.top("sources"),
            List::Terms(taxonomy) => words.top(taxonomy.folder()),
            List::Term(taxonomy, at) => {
                let name = &taxonomy.terms(&self.archive)[at].name;
                match taxonomy {
                    Taxonomy::Tags => words.top("tagged").replace("{name}", name),
                    Taxonomy::People => name.clone(),
                    Taxonomy::Years => words.top("said_in").replace("{name}", name),
                }
            }
            List::Argument(at) => words.get("lists", "of_argument").replace("{argument}", argument(at)),
            List::Claim(at) => {
                words.get("lists", "of_claim").replace("{claim}", &self.archive.claims[at].definition.text)
            }
            List::Source(at) => self.archive.sources[at].item.title.clone(),
            List::Pair(a, b) => {
                words.get("lists", "of_pair").replace("{one}", argument(a)).replace("{other}", argument(b))
            }
            List::Timeline => words.top("timeline"),
            List::Matrix => words.get("matrix", "title"),
        }
    }

    fn intro(&self, list: List) -> Option<String> {
        let key = match list {
            List::Entries(kind) => kind.folder(),
            List::Sources => "sources",
            List::Terms(taxonomy) => taxonomy.folder(),
            List::Pair(..) => "pair",
            List::Timeline => "timeline",
            List::Matrix => "matrix",
            List::Term(..) | List::Argument(_) | List::Claim(_) | List::Source(_) => return None,
        };
        Some(self.theme.words.get("intro", key))
    }

    /// The pages about this one, and the first and last; `None` for a list of one page.
    pub(super) fn pager(&self, list: List, page: usize) -> Option<Pager> {
        let count = self.lists.page_count(list);
        if count < 2 {
            return None;
        }
        let path = |page: usize| list.path(&self.archive, page);
        let mut pages: Vec<Option<PageLink>> = Vec::new();
        for at in 0..count {
            if at == 0 || at + 1 == count || at.abs_diff(page) <= 2 {
                pages.push(Some(PageLink { number: at + 1, path: path(at) }));
            } else if pages.last().is_some_and(Option::is_some) {
                pages.push(None);
            }
        }
        let (previous, next) = (page.checked_sub(1).map(path), (page + 1 < count).then(|| path(page + 1)));
        Some(Pager { current: page + 1, count, pages, previous, next })
    }

    pub(super) fn term(&self, taxonomy: Taxonomy, at: usize) -> TermView {
        let term = &taxonomy.terms(&self.archive)[at];
        let path = List::Term(taxonomy, at).path(&self.archive, 0);
        TermView { name: term.name.clone(), path, count: term.members.len() }
    }

    /// The page of a name in a taxonomy.
    pub(super) fn term_named(&self, taxonomy: Taxonomy, name: &str) -> Option<TermView> {
        let component = component(name.trim());
        let terms = taxonomy.terms(&self.archive);
        let at = terms.binary_search_by(|term| term.component.cmp(&component)).ok()?;
        Some(self.term(taxonomy, at))
    }

    fn terms(&self, taxonomy: Taxonomy, page: usize, path: &str) -> Filled<'_> {
        let list = List::Terms(taxonomy);
        let terms = taxonomy.terms(&self.archive);
        let rows = self.lists.page(list, page).into_iter().flat_map(|section| section.rows);
        let places: Vec<usize> = rows
            .filter_map(|row| match row {
                Row::Term(at) => Some(at),
                Row::Node(_) => None,
            })
            .collect();
        let pager = self.pager(list, page);
        let mut commonest: Vec<usize> = Vec::new();
        if pager.is_some() && page == 0 && taxonomy != Taxonomy::Years {
            commonest.extend(0..terms.len());
            commonest.sort_by_key(|&at| (std::cmp::Reverse(terms[at].members.len()), at));
            commonest.truncate(COMMONEST);
        }
        let columns = if taxonomy == Taxonomy::Years { self.columns_of_years() } else { Vec::new() };
        let view = TermList {
            heading: self.heading(list),
            intro: self.intro(list),
            terms: places.into_iter().map(|at| self.term_row(taxonomy, at)).collect(),
            commonest: commonest.into_iter().map(|at| self.term(taxonomy, at)).collect(),
            reach: reach(&columns),
            columns,
            total: terms.len(),
            pager,
        };
        Filled::new("terms.html", self.list_page(list, page, path, "terms"), view)
    }

    fn columns_of_years(&self) -> Vec<super::view::Column> {
        columns(self.archive.published().filter_map(|(_, entry)| {
            let sides = entry.arguments.iter().flatten().map(|(_, stance)| *stance);
            Some((entry.date?.year(), Stance::together(sides)))
        }))
    }

    fn term_row(&self, taxonomy: Taxonomy, at: usize) -> TermRow {
        // Of a tag or a year it would say nothing: many speak there.
        let entries = if taxonomy == Taxonomy::People { self.speaking(List::Term(taxonomy, at)) } else { Vec::new() };
        let arguments = sides(entries.iter().map(|&at| &self.archive.entries[at]));
        TermRow { term: self.term(taxonomy, at), arguments: self.stance_views(arguments) }
    }

    pub(super) fn stance_views(&self, sides: BTreeMap<usize, Option<Stance>>) -> Vec<StanceView> {
        let view = |(at, stance)| StanceView {
            argument: argument_name(&self.archive, at),
            stance,
            suggested: false,
            evidence: Vec::new(),
        };
        sides.into_iter().filter(|(at, _)| self.archive.withdrawn(Node::Argument(*at)).is_none()).map(view).collect()
    }

    fn about_list(&self, list: List) -> Option<About> {
        let List::Term(taxonomy, at) = list else { return None };
        let mut about = self.about(&self.speaking(list));
        match taxonomy {
            Taxonomy::Years => {
                about.previous = at.checked_sub(1).map(|before| self.term(taxonomy, before));
                about.next = (at + 1 < self.archive.years.len()).then(|| self.term(taxonomy, at + 1));
            }
            Taxonomy::Tags => about.related = self.related_tags(at),
            Taxonomy::People => {}
        }
        Some(about)
    }

    /// The entries whose stance is the list's own: a person is not held to what others say in a source of theirs, nor to
    /// what they retell of another's, nor to words that may not be theirs.
    fn speaking(&self, list: List) -> Vec<usize> {
        let rows = self.lists.rows(list);
        let List::Term(Taxonomy::People, person) = list else {
            return rows.filter_map(|row| if let Row::Node(Node::Entry(at)) = row { Some(at) } else { None }).collect();
        };
        let named = |name: &str| component(name.trim()) == self.archive.people[person].component;
        let theirs = |entry: &Entry| match &entry.item.document.front {
            Front::Essay(essay) => essay.form == EssayForm::Original,
            Front::Quote(quote) => !matches!(quote.form, QuoteForm::Disputed | QuoteForm::Misattributed),
            _ => true,
        };
        let retold = |entry: &Entry| match &entry.item.document.front {
            Front::Quote(quote) => named(&quote.speaker) && theirs(entry),
            _ => !theirs(entry) || entry.people().into_iter().any(named),
        };
        let mut entries: Vec<usize> = rows
            .flat_map(|row| match row {
                Row::Node(Node::Entry(at)) if theirs(&self.archive.entries[at]) => vec![at],
                Row::Node(Node::Source(source)) => {
                    let entries = self.archive.sources[source].entries.iter().copied();
                    entries.filter(|&at| retold(&self.archive.entries[at])).collect()
                }
                _ => Vec::new(),
            })
            .collect();
        entries.sort_unstable();
        entries.dedup();
        entries
    }

    /// What entries come to together.
    pub(super) fn about(&self, entries: &[usize]) -> About {
        let mut stances: BTreeMap<usize, [usize; 4]> = BTreeMap::new();
        let mut claims: BTreeMap<usize, [usize; 2]> = BTreeMap::new();
        for &at in entries {
            let entry = &self.archive.entries[at];
            for &(argument, stance) in entry.arguments.iter().flatten() {
                stances.entry(argument).or_default()[stance.map_or(3, |stance| stance as usize)] += 1;
            }
            for say in &entry.says {
                claims.entry(say.claim).or_default()[usize::from(say.side == Side::Disputes)] += 1;
            }
        }
        let published = |at: &usize| self.archive.withdrawn(Node::Argument(*at)).is_none();
        let stances = stances.into_iter().filter(|(at, _)| published(at)).map(|(at, counts)| TallyView {
            argument: argument_name(&self.archive, at),
            in_favour: counts[Stance::For as usize],
            against: counts[Stance::Against as usize],
            mixed: counts[Stance::Mixed as usize],
            none: counts[3],
        });
        let mut claims: Vec<_> =
            claims.into_iter().filter(|(at, _)| self.archive.withdrawn(Node::Claim(*at)).is_none()).collect();
        claims.sort_by_key(|&(at, [supports, disputes])| (std::cmp::Reverse(supports + disputes), at));
        let claims = claims.into_iter().take(FEW).map(|(at, [supports, disputes])| ClaimTally {
            claim: self.cards.claims[at].clone(),
            supports,
            disputes,
        });
        About { stances: stances.collect(), claims: claims.collect(), ..About::default() }
    }

    fn related_tags(&self, at: usize) -> Vec<TermView> {
        let own = &self.archive.tags[at].component;
        let mut together: BTreeMap<String, usize> = BTreeMap::new();
        for row in self.lists.rows(List::Term(Taxonomy::Tags, at)) {
            let Row::Node(Node::Entry(entry)) = row else { continue };
            for other in self.archive.entries[entry].tags().map(|tag| component(tag.trim())).filter(|tag| tag != own) {
                *together.entry(other).or_default() += 1;
            }
        }
        let mut together: Vec<_> = together.into_iter().collect();
        together.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let views = together
            .into_iter()
            .take(FEW)
            .filter_map(|(tag, count)| Some(TermView { count, ..self.term_named(Taxonomy::Tags, &tag)? }));
        views.collect()
    }

    /// Where arguments meet.
    pub(super) fn intersections(&self, path: &str) -> Filled<'_> {
        let mut pairs: Vec<_> = self.lists.pairs().collect();
        pairs.sort_by_key(|&(a, b, _, shared)| (std::cmp::Reverse(shared), a, b));
        let view = |(a, b, list, shared): (usize, usize, List, usize)| PairView {
            one: argument_name(&self.archive, a),
            other: argument_name(&self.archive, b),
            shared,
            path: list.path(&self.archive, 0),
        };
        let mut page = self.page(path, &self.theme.words.get("lists", "intersections"), "intersections");
        page.description = Some(self.theme.words.get("intro", "intersections"));
        let view = IntersectionList { pairs: pairs.into_iter().map(view).collect() };
        Filled::new("intersections.html", page, view)
    }

    /// Where a new entry is sent in.
    pub(super) fn contribute_url(&self, folder: &str) -> Option<String> {
        self.archive.config.contribute_url.as_ref().map(|url| url.replace("{path}", &href(folder)))
    }
}
