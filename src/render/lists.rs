//! The lists of the site: what stands in each, in which order, and on which of its pages.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::plan::Taxonomy;
use super::words::Words;
use crate::date::Date;
use crate::escape::href;
use crate::fields::Choice;
use crate::language::Collation;
use crate::model::{Archive, Entry, Evidence, Node, Term, components};
use crate::read::{Kind, Side, SourceKind, Stance};
use crate::tag::Suggestions;

/// A list that may go over several pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum List {
    /// Essays, quotes or samples.
    Entries(Kind),
    Sources,
    Terms(Taxonomy),
    Term(Taxonomy, usize),
    /// The entries of an argument. It has pages where the argument's own page does not show them all.
    Argument(usize),
    /// The evidence of a claim; pages as for an argument's entries.
    Claim(usize),
    /// What is taken from a source. Its first page is the source's own.
    Source(usize),
    /// The entries that make both of two arguments, the first before the second.
    Pair(usize, usize),
    /// Sources and what has none, by when they spoke.
    Timeline,
    /// Sources against arguments.
    Matrix,
}

/// What stands in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Row {
    Node(Node),
    /// A name, by its place in its taxonomy.
    Term(usize),
}

/// Rows below a heading.
#[derive(Debug, Clone, Default)]
pub struct Section {
    pub title: Option<String>,
    pub rows: Vec<Row>,
    /// How many rows it has on all pages.
    pub total: usize,
}

/// How many rows a page has. A table reads well at more lines than a list of summaries.
fn rows_of_a_page(list: List) -> usize {
    if list == List::Matrix { 200 } else { 50 }
}

/// So many entries of one kind stand on an argument's own page, and so much evidence on each side of a claim's.
pub const SHOWN: usize = 9;
pub const EVIDENCE: usize = 25;

pub struct Lists {
    sections: BTreeMap<List, Vec<Section>>,
    /// The entries of each argument by when they were said.
    by_date: Vec<Vec<usize>>,
}

/// Where an entry stands among others by date; the undated come last.
fn when(archive: &Archive, entry: usize) -> (bool, Option<Date>, usize) {
    let date = archive.entries[entry].date;
    (date.is_none(), date, entry)
}

impl Lists {
    pub fn new(archive: &Archive, suggestions: &Suggestions, words: &Words) -> Self {
        let order = Order { archive, words, collation: Collation::new(&archive.config.language) };
        let mut wanted = ENTRIES.map(List::Entries).to_vec();
        wanted.extend([List::Sources, List::Timeline, List::Matrix]);
        for taxonomy in Taxonomy::ALL {
            wanted.push(List::Terms(taxonomy));
            wanted.extend((0..taxonomy.terms(archive).len()).map(|at| List::Term(taxonomy, at)));
        }
        wanted.extend(order.live_arguments().map(List::Argument));
        let claims = (0..archive.claims.len()).filter(|&at| archive.withdrawn(Node::Claim(at)).is_none());
        wanted.extend(claims.map(List::Claim));
        wanted.extend(order.live_sources().map(List::Source));
        let mut lists = order.lists(wanted, suggestions);
        lists.extend(order.pairs());
        let by_date = (0..archive.arguments.len()).map(|at| order.said(at)).collect();
        Self { sections: lists, by_date }
    }

    /// The list of an argument where other entries are suggested for it; `None` where it would have other pages.
    pub fn suggested_anew(
        &self,
        archive: &Archive,
        argument: usize,
        suggestions: &Suggestions,
        words: &Words,
    ) -> Option<Vec<Section>> {
        let order = Order { archive, words, collation: Collation::new(&archive.config.language) };
        let (list, sections) = (List::Argument(argument), order.argument(argument, suggestions));
        let new = Self { sections: BTreeMap::from([(list, sections)]), by_date: Vec::new() };
        let pages = |lists: &Self| lists.has_pages(list).then(|| lists.page_count(list));
        (pages(self) == pages(&new)).then(|| new.sections(list).to_vec())
    }

    pub fn put(&mut self, list: List, sections: Vec<Section>) {
        self.sections.insert(list, sections);
    }

    /// The lists that show something of an entry, or did when it was `old`; and those of arguments that are `unsettled`,
    /// since other entries are suggested for them. `None` where a list would come or go, or have other pages.
    pub fn renewed(
        &self,
        archive: &Archive,
        (at, old): (usize, &Entry),
        unsettled: &BTreeSet<usize>,
        suggestions: &Suggestions,
        words: &Words,
    ) -> Option<Self> {
        let order = Order { archive, words, collation: Collation::new(&archive.config.language) };
        let (new, node) = (&archive.entries[at], Node::Entry(at));
        let is_dated = new.date != old.date;
        let mut wanted = BTreeSet::new();
        let own = List::Entries(new.kind());
        let is_renamed = new.kind() != Kind::Quote && new.item.title != old.item.title;
        if new.kind() == Kind::Quote && is_dated {
            wanted.insert(own);
        }
        for (taxonomy, (gone, come)) in Taxonomy::ALL.into_iter().zip(components(old).iter().zip(&components(new))) {
            let terms = taxonomy.terms(archive);
            for component in gone.union(come).filter(|_| is_dated || gone != come) {
                let place = terms.binary_search_by(|term| term.component.cmp(component)).ok()?;
                wanted.insert(List::Term(taxonomy, place));
            }
            let is_respelt = match taxonomy {
                Taxonomy::Tags => !old.tags().eq(new.tags()),
                Taxonomy::People => old.people() != new.people(),
                Taxonomy::Years => false,
            };
            if gone != come || is_respelt {
                wanted.insert(List::Terms(taxonomy));
            }
        }
        let said = |entry: &Entry| entry.says.iter().map(|say| (say.claim, say.side)).collect::<Vec<_>>();
        let is_weighed = said(new) != said(old);
        let [was, is] = [old, new].map(|entry| entry.arguments.iter().flatten().map(|(argument, _)| *argument));
        let is_moved = is_dated || !was.clone().eq(is.clone());
        let made: BTreeSet<usize> = was.chain(is).collect();
        wanted.extend(unsettled.iter().copied().map(List::Argument));
        if is_moved || is_weighed {
            let suggested = suggestions.of(at).iter().map(|suggestion| suggestion.argument);
            wanted.extend(made.iter().copied().chain(suggested).map(List::Argument));
        }
        if is_dated || is_weighed || new.basis() != old.basis() {
            wanted.extend(old.says.iter().chain(&new.says).map(|say| List::Claim(say.claim)));
        }
        if is_moved {
            wanted.insert(List::Matrix);
        }
        if is_dated {
            wanted.insert(List::Timeline);
            wanted.extend(new.source.map(List::Source));
        }
        // What was withdrawn has no list.
        wanted.retain(|list| self.sections.contains_key(list));
        let is_paired = made.len() > 1 && (is_dated || new.arguments != old.arguments);
        let pairs = || if is_paired { order.pairs() } else { BTreeMap::new() };
        let (mut sections, pairs) = rayon::join(|| order.lists(wanted.into_iter().collect(), suggestions), pairs);
        if is_paired && pairs.len() != self.pairs().count() {
            return None;
        }
        sections.extend(pairs);
        if is_renamed {
            sections.insert(own, order.renamed(self.sections(own), node));
        }
        let by_date = self
            .by_date
            .iter()
            .enumerate()
            .map(|(at, entries)| if is_moved && made.contains(&at) { order.said(at) } else { entries.clone() });
        let renewed = Self { sections, by_date: by_date.collect() };
        let is_same = |list: &List| {
            self.sections.contains_key(list)
                && self.has_pages(*list) == renewed.has_pages(*list)
                && self.page_count(*list) == renewed.page_count(*list)
        };
        renewed.sections.keys().all(is_same).then_some(renewed)
    }

    pub fn take(&mut self, renewed: Self) {
        self.sections.extend(renewed.sections);
        self.by_date = renewed.by_date;
    }

    /// Every list that has pages, and how many.
    pub fn pages(&self) -> impl Iterator<Item = (List, usize)> {
        self.sections.keys().filter(|list| self.has_pages(**list)).map(|&list| (list, self.page_count(list)))
    }

    pub fn has_pages(&self, list: List) -> bool {
        let shown = match list {
            List::Argument(_) => SHOWN,
            List::Claim(_) => EVIDENCE,
            _ => return true,
        };
        self.sections(list).iter().any(|section| section.rows.len() > shown)
    }

    pub fn sections(&self, list: List) -> &[Section] {
        self.sections.get(&list).map_or(&[], Vec::as_slice)
    }

    pub fn page_count(&self, list: List) -> usize {
        self.total(list).div_ceil(rows_of_a_page(list)).max(1)
    }

    pub fn total(&self, list: List) -> usize {
        self.sections(list).iter().map(|section| section.rows.len()).sum()
    }

    /// All rows, in their order.
    pub fn rows(&self, list: List) -> impl Iterator<Item = Row> {
        self.sections(list).iter().flat_map(|section| section.rows.iter().copied())
    }

    /// What stands on a page, counted from 0. A section that goes over pages has its heading on each.
    pub fn page(&self, list: List, page: usize) -> Vec<Section> {
        let size = rows_of_a_page(list);
        let (start, stop) = (page * size, (page + 1) * size);
        let mut at = 0;
        let mut out = Vec::new();
        for section in self.sections(list) {
            let end = at + section.rows.len();
            let (from, to) = (start.clamp(at, end), stop.clamp(at, end));
            if from < to {
                let rows = section.rows[from - at..to - at].to_vec();
                out.push(Section { title: section.title.clone(), rows, total: section.total });
            }
            at = end;
        }
        out
    }

    /// The entries of an argument that were said right before and right after one of them.
    pub fn around(&self, archive: &Archive, argument: usize, entry: usize) -> (Option<usize>, Option<usize>) {
        let entries = &self.by_date[argument];
        let Ok(at) = entries.binary_search_by_key(&when(archive, entry), |&other| when(archive, other)) else {
            return (None, None);
        };
        (at.checked_sub(1).map(|before| entries[before]), entries.get(at + 1).copied())
    }

    /// The pairs of an argument with others, and how many entries make both.
    pub fn pairs_of(&self, argument: usize) -> Vec<(usize, List, usize)> {
        let mut pairs: Vec<_> = self
            .pairs()
            .filter_map(|(a, b, list, count)| match argument {
                _ if a == argument => Some((b, list, count)),
                _ if b == argument => Some((a, list, count)),
                _ => None,
            })
            .collect();
        pairs.sort_by_key(|&(other, _, count)| (std::cmp::Reverse(count), other));
        pairs
    }

    /// Every pair of arguments that some entry makes.
    pub fn pairs(&self) -> impl Iterator<Item = (usize, usize, List, usize)> {
        self.sections.keys().filter_map(|&list| match list {
            List::Pair(a, b) => Some((a, b, list, self.total(list))),
            _ => None,
        })
    }
}

impl List {
    /// The folder of its first page, below the site's root, with its last slash.
    pub fn folder(self, archive: &Archive) -> String {
        let argument = |at: usize| &archive.arguments[at].item.id;
        match self {
            Self::Entries(kind) => format!("{}/", kind.folder()),
            Self::Sources => "sources/".to_owned(),
            Self::Terms(taxonomy) => format!("{}/", taxonomy.folder()),
            Self::Term(taxonomy, at) => format!("{}/{}/", taxonomy.folder(), taxonomy.terms(archive)[at].component),
            Self::Argument(at) => format!("{}entries/", argument(at).address()),
            Self::Claim(at) => format!("{}evidence/", archive.claims[at].id.address()),
            Self::Source(at) => archive.sources[at].item.id.address(),
            Self::Pair(a, b) => format!("intersections/{}/{}/", argument(a).slug, argument(b).slug),
            Self::Timeline => "timeline/".to_owned(),
            Self::Matrix => "matrix/".to_owned(),
        }
    }

    /// The folder of a page, counted from 0.
    pub fn page_folder(self, archive: &Archive, page: usize) -> String {
        let folder = self.folder(archive);
        if page == 0 { folder } else { format!("{folder}page/{}/", page + 1) }
    }

    /// As [`page_folder`](Self::page_folder), for a link.
    pub fn path(self, archive: &Archive, page: usize) -> String {
        href(&self.page_folder(archive, page))
    }
}

pub const ENTRIES: [Kind; 3] = [Kind::Essay, Kind::Quote, Kind::Sample];

/// Entries by the sides that they take on two arguments.
type BySides = BTreeMap<(Option<Stance>, Option<Stance>), Vec<Node>>;

/// What decides the order of lists.
struct Order<'a> {
    archive: &'a Archive,
    words: &'a Words,
    collation: Collation,
}

impl Order<'_> {
    fn lists(&self, wanted: Vec<List>, suggestions: &Suggestions) -> BTreeMap<List, Vec<Section>> {
        let made: Vec<_> = wanted.into_par_iter().map(|list| (list, self.list(list, suggestions))).collect();
        made.into_iter().collect()
    }

    fn list(&self, list: List, suggestions: &Suggestions) -> Vec<Section> {
        let archive = self.archive;
        match list {
            List::Entries(kind) => self.entries(kind),
            List::Sources => self.sources(),
            List::Terms(taxonomy) => self.terms(taxonomy, taxonomy.terms(archive)),
            List::Term(taxonomy, at) => self.kinds(taxonomy.terms(archive)[at].members.iter().copied()),
            List::Argument(at) => self.argument(at, suggestions),
            List::Claim(at) => self.claim(at),
            List::Source(at) => self.kinds(archive.sources[at].entries.iter().map(|&entry| Node::Entry(entry))),
            // All of them are made at once.
            List::Pair(..) => self.pairs().remove(&list).unwrap_or_default(),
            List::Timeline => self.timeline(),
            List::Matrix => self.matrix(),
        }
    }

    fn live_arguments(&self) -> impl Iterator<Item = usize> {
        (0..self.archive.arguments.len()).filter(|&at| self.archive.withdrawn(Node::Argument(at)).is_none())
    }

    fn live_sources(&self) -> impl Iterator<Item = usize> {
        (0..self.archive.sources.len()).filter(|&at| self.archive.withdrawn(Node::Source(at)).is_none())
    }

    fn of_kind(&self, kind: Kind) -> Vec<usize> {
        self.archive.published().filter(|(_, entry)| entry.kind() == kind).map(|(at, _)| at).collect()
    }

    fn by_title(&self, nodes: &mut [Node]) {
        nodes.sort_by(|&a, &b| self.title_order(a, b));
    }

    fn title_order(&self, a: Node, b: Node) -> Ordering {
        let titles = self.collation.compare(self.archive.title(a), self.archive.title(b));
        titles.then_with(|| self.archive.id(a).cmp(self.archive.id(b)))
    }

    /// A list by titles, in which one thing has another title now.
    fn renamed(&self, sections: &[Section], node: Node) -> Vec<Section> {
        let mut sections = sections.to_vec();
        for Section { rows, .. } in &mut sections {
            if let Some(at) = rows.iter().position(|row| *row == Row::Node(node)) {
                rows.remove(at);
                let before = |row: &Row| matches!(row, Row::Node(other) if self.title_order(*other, node).is_lt());
                rows.insert(rows.partition_point(before), Row::Node(node));
            }
        }
        sections
    }

    /// The entries of an argument by when they were said.
    fn said(&self, argument: usize) -> Vec<usize> {
        let entries = self.archive.arguments[argument].entries.iter();
        let mut entries: Vec<usize> = entries.map(|(entry, _)| *entry).collect();
        entries.sort_by_cached_key(|&entry| when(self.archive, entry));
        entries
    }

    /// When a thing was said; the undated come last.
    fn by_date(&self, nodes: &mut [Node]) {
        nodes.sort_by_key(|&node| {
            let date = date(self.archive, node);
            (date.is_none(), date, self.archive.id(node))
        });
    }

    /// Quotes of one source stand together; the rest goes by title.
    fn entries(&self, kind: Kind) -> Vec<Section> {
        let places = self.of_kind(kind);
        if kind != Kind::Quote {
            let mut nodes: Vec<_> = places.into_iter().map(Node::Entry).collect();
            self.by_title(&mut nodes);
            return sections([(None, nodes)]);
        }
        let mut by_source: BTreeMap<Option<usize>, Vec<Node>> = BTreeMap::new();
        for at in places {
            by_source.entry(self.archive.entries[at].source).or_default().push(Node::Entry(at));
        }
        let mut sources: Vec<_> = by_source.keys().flatten().map(|&at| Node::Source(at)).collect();
        self.by_title(&mut sources);
        let mut out = Vec::new();
        for node in sources {
            let Node::Source(at) = node else { continue };
            let mut quotes = by_source.remove(&Some(at)).unwrap_or_default();
            self.by_date(&mut quotes);
            out.push((Some(self.archive.title(node).to_owned()), quotes));
        }
        out.extend(by_source.remove(&None).map(|quotes| (None, quotes)));
        sections(out)
    }

    /// By what they are, then by title.
    fn sources(&self) -> Vec<Section> {
        let kinds = SourceKind::WORDS.iter().map(|(word, kind)| (*word, Some(*kind))).chain([("other", None)]);
        sections(kinds.map(|(word, kind)| {
            let of = self.live_sources().filter(|&at| self.archive.sources[at].front.kind == kind);
            let mut nodes: Vec<_> = of.map(Node::Source).collect();
            self.by_title(&mut nodes);
            (Some(self.words.get("source_kinds", word)), nodes)
        }))
    }

    /// By kind, then by when it was said; sources last.
    fn kinds(&self, nodes: impl Iterator<Item = Node>) -> Vec<Section> {
        let mut by_kind: BTreeMap<Kind, Vec<Node>> = BTreeMap::new();
        for node in nodes {
            by_kind.entry(self.archive.id(node).kind).or_default().push(node);
        }
        sections(by_kind.into_iter().map(|(kind, mut nodes)| {
            self.by_date(&mut nodes);
            (Some(self.words.top(kind.folder())), nodes)
        }))
    }

    /// Names as the language sorts them; years as they follow.
    fn terms(&self, taxonomy: Taxonomy, terms: &[Term]) -> Vec<Section> {
        let mut places: Vec<usize> = (0..terms.len()).collect();
        if taxonomy != Taxonomy::Years {
            places.sort_by(|&a, &b| self.collation.compare(&terms[a].name, &terms[b].name).then(a.cmp(&b)));
        }
        vec![Section { title: None, total: places.len(), rows: places.into_iter().map(Row::Term).collect() }]
    }

    /// First what bears on most of the argument's claims, then what was said last. Suggestions come after all else.
    fn argument(&self, argument: usize, suggestions: &Suggestions) -> Vec<Section> {
        let mut by_kind: BTreeMap<Kind, Vec<usize>> = BTreeMap::new();
        for &(at, _) in &self.archive.arguments[argument].entries {
            by_kind.entry(self.archive.entries[at].kind()).or_default().push(at);
        }
        let mut out: Vec<_> = by_kind
            .into_iter()
            .map(|(kind, mut places)| {
                places.sort_by_cached_key(|&at| {
                    let entry = &self.archive.entries[at];
                    let says = entry.says.iter().filter(|say| self.archive.claims[say.claim].argument == argument);
                    (std::cmp::Reverse((says.count(), entry.date)), at)
                });
                (Some(self.words.top(kind.folder())), places.into_iter().map(Node::Entry).collect())
            })
            .collect();
        let suggested = self.archive.published().filter(|(_, entry)| entry.arguments.is_none()).map(|(at, _)| at);
        let suggested = suggested.filter(|&entry| suggestions.of(entry).iter().any(|s| s.argument == argument));
        let mut suggested: Vec<_> = suggested.map(Node::Entry).collect();
        self.by_date(&mut suggested);
        out.push((Some(self.words.top("suggested_title")), suggested));
        sections(out)
    }

    /// What supports a claim, then what disputes it; the weightiest first.
    fn claim(&self, claim: usize) -> Vec<Section> {
        sections([(Side::Supports, "supported_by"), (Side::Disputes, "disputed_by")].map(|(side, word)| {
            (
                Some(self.words.top(word)),
                evidence(self.archive, claim, side).into_iter().map(|e| Node::Entry(e.entry)).collect(),
            )
        }))
    }

    /// Entries that make two arguments, by the sides that they take.
    fn pairs(&self) -> BTreeMap<List, Vec<Section>> {
        let mut pairs: BTreeMap<List, BySides> = BTreeMap::new();
        for (at, entry) in self.archive.published() {
            let made = self.archive.made(entry);
            for (n, (a, stance)) in made.iter().enumerate() {
                for (b, other) in &made[n + 1..] {
                    let sides = pairs.entry(List::Pair(*a, *b)).or_default();
                    sides.entry((*stance, *other)).or_default().push(Node::Entry(at));
                }
            }
        }
        let named = |list: List, sides: BySides| {
            let List::Pair(a, b) = list else { return Vec::new() };
            let title = |at: usize| self.archive.arguments[at].item.title.as_str();
            sections(sides.into_iter().map(|((one, other), mut nodes)| {
                self.by_date(&mut nodes);
                let side = |stance: Option<Stance>| self.words.side(stance);
                (Some(format!("{}: {} · {}: {}", title(a), side(one), title(b), side(other))), nodes)
            }))
        };
        pairs.into_iter().map(|(list, sides)| (list, named(list, sides))).collect()
    }

    /// Who spoke when, by year.
    fn timeline(&self) -> Vec<Section> {
        let mut by_year: BTreeMap<i16, Vec<Node>> = BTreeMap::new();
        for (date, node) in moments(self.archive, self.archive.published().map(|(at, _)| at)) {
            by_year.entry(date.year()).or_default().push(node);
        }
        sections(by_year.into_iter().map(|(year, nodes)| (Some(format!("{year:04}")), nodes)))
    }

    /// The sources of entries that make an argument, by when they spoke.
    fn matrix(&self) -> Vec<Section> {
        let makes = |&at: &usize| {
            let mut entries = self.archive.sources[at].entries.iter();
            entries.any(|&entry| !self.archive.made(&self.archive.entries[entry]).is_empty())
        };
        let mut nodes: Vec<_> = self.live_sources().filter(makes).map(Node::Source).collect();
        self.by_date(&mut nodes);
        sections([(None, nodes)])
    }
}

/// The evidence on one side of a claim: what was measured comes first, then what was lived through, reasoned, handed down;
/// of those alike, the latest.
pub fn evidence(archive: &Archive, claim: usize, side: Side) -> Vec<&Evidence> {
    let mut evidence: Vec<_> = archive.claims[claim].evidence.iter().filter(|evidence| evidence.side == side).collect();
    evidence.sort_by_key(|evidence| {
        let entry = &archive.entries[evidence.entry];
        let basis = entry.basis();
        (basis.is_none(), basis, std::cmp::Reverse(entry.date), evidence.entry)
    });
    evidence
}

/// Who spoke when: the dated sources of entries, and entries that have none, or that were said on another day. A sample
/// shows something, and does not speak.
pub fn moments(archive: &Archive, entries: impl Iterator<Item = usize>) -> Vec<(Date, Node)> {
    let moment = |at: usize| {
        let entry = &archive.entries[at];
        let source = entry.source.map(Node::Source).filter(|&source| archive.withdrawn(source).is_none());
        let node = source.filter(|&source| date(archive, source) == entry.date).unwrap_or(Node::Entry(at));
        (source.is_some() || entry.kind() != Kind::Sample).then_some((entry.date?, node))
    };
    let mut moments: Vec<_> = entries.filter_map(moment).collect();
    moments.sort_by_key(|&(date, node)| (date, archive.id(node)));
    moments.dedup();
    moments
}

/// When an entry or a source was said.
pub fn date(archive: &Archive, node: Node) -> Option<Date> {
    match node {
        Node::Entry(at) => archive.entries[at].date,
        Node::Source(at) => archive.sources[at].front.date.as_ref().map(|date| date.value),
        _ => None,
    }
}

fn sections(groups: impl IntoIterator<Item = (Option<String>, Vec<Node>)>) -> Vec<Section> {
    let section = |(title, nodes): (_, Vec<_>)| Section {
        title,
        total: nodes.len(),
        rows: nodes.into_iter().map(Row::Node).collect(),
    };
    groups.into_iter().filter(|(_, nodes)| !nodes.is_empty()).map(section).collect()
}
