//! The debate as a whole: who spoke when, and sources against arguments.

use std::collections::BTreeMap;

use super::balance::sides;
use super::cards::{argument_name, name};
use super::filled::Filled;
use super::lists::{List, Row, date, moments};
use super::plan::Taxonomy;
use super::site::Site;
use super::view::{Cell, Column, MatrixPage, MatrixRow, Moment, TermView, Timeline, TimelinePage, YearView};
use crate::date::Date;
use crate::model::Node;
use crate::read::Stance;

/// A picture has no more columns than this; then each stands for several years.
const COLUMNS: i16 = 48;
/// A timeline on another page has no more moments than this.
const MOMENTS: usize = 40;

impl Site {
    /// A moment for each source of the entries, and for each entry that has none, of one argument or of all.
    pub(super) fn timeline_of(&self, entries: impl Iterator<Item = usize>, argument: Option<usize>) -> Timeline {
        let nodes: Vec<_> = moments(&self.archive, entries).into_iter().map(|(_, node)| node).collect();
        // Where they don't all fit, the latest do.
        let shown = &nodes[nodes.len().saturating_sub(MOMENTS)..];
        let mut years: BTreeMap<i16, Vec<Node>> = BTreeMap::new();
        for &node in shown {
            years.entry(date(&self.archive, node).map_or(0, Date::year)).or_default().push(node);
        }
        self.timeline_view(&nodes, years, argument)
    }

    fn timeline_view(&self, all: &[Node], years: BTreeMap<i16, Vec<Node>>, argument: Option<usize>) -> Timeline {
        let columns = columns(all.iter().filter_map(|&node| {
            let sides = self.sides_of(node, argument).into_values();
            Some((date(&self.archive, node)?.year(), Stance::together(sides)))
        }));
        Timeline {
            reach: reach(&columns),
            columns,
            total: all.len(),
            years: years
                .into_iter()
                .map(|(year, nodes)| YearView {
                    year: self.year(year),
                    moments: nodes.into_iter().map(|node| self.moment(node, argument)).collect(),
                })
                .collect(),
        }
    }

    /// A year, which has a page if something dated stands in it.
    fn year(&self, year: i16) -> TermView {
        let name = format!("{year:04}");
        let none = TermView { name: name.clone(), path: String::new(), count: 0 };
        self.term_named(Taxonomy::Years, &name).unwrap_or(none)
    }

    /// What a source's entries, or an entry, say of each argument.
    fn sides_of(&self, node: Node, argument: Option<usize>) -> BTreeMap<usize, Option<Stance>> {
        let entries = match node {
            Node::Source(at) => self.archive.sources[at].entries.as_slice(),
            Node::Entry(ref at) => std::slice::from_ref(at),
            _ => &[],
        };
        let mut sides = sides(entries.iter().map(|&at| &self.archive.entries[at]));
        sides.retain(|at, _| argument.is_none_or(|wanted| wanted == *at));
        sides
    }

    fn moment(&self, node: Node, argument: Option<usize>) -> Moment {
        let view = name(&self.archive, node);
        let people = match node {
            Node::Source(at) => self.archive.sources[at].front.authors.clone(),
            Node::Entry(at) => self.archive.entries[at].people().into_iter().map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        Moment {
            kind: self.archive.id(node).kind,
            title: view.title,
            path: view.path,
            date: self.date(date(&self.archive, node)),
            people,
            arguments: self.stance_views(self.sides_of(node, argument)),
        }
    }

    pub(super) fn timeline(&self, page: usize, path: &str) -> Filled<'_> {
        let nodes = |rows: &[Row]| {
            rows.iter().filter_map(|row| if let Row::Node(node) = row { Some(*node) } else { None }).collect::<Vec<_>>()
        };
        // The picture of all years stands on the first page.
        let all = if page == 0 { nodes(&self.lists.rows(List::Timeline).collect::<Vec<_>>()) } else { Vec::new() };
        let years = self
            .lists
            .page(List::Timeline, page)
            .into_iter()
            .filter_map(|section| Some((section.title?.parse().ok()?, nodes(&section.rows))));
        let view = TimelinePage {
            timeline: self.timeline_view(&all, years.collect(), None),
            pager: self.pager(List::Timeline, page),
        };
        Filled::new("timeline.html", self.list_page(List::Timeline, page, path, "timeline"), view)
    }

    pub(super) fn matrix(&self, page: usize, path: &str) -> Filled<'_> {
        let arguments: Vec<usize> = self.live(self.archive.arguments.len(), Node::Argument).collect();
        let rows = self.lists.page(List::Matrix, page).into_iter().flat_map(|section| section.rows);
        let rows = rows.filter_map(|row| {
            let Row::Node(Node::Source(at)) = row else { return None };
            let sides = self.sides_of(Node::Source(at), None);
            let cells = arguments.iter().map(|argument| sides.get(argument).map(|&stance| Cell { stance }));
            Some(MatrixRow { source: self.cards.sources[at].clone(), cells: cells.collect() })
        });
        let view = MatrixPage {
            rows: rows.collect(),
            arguments: arguments.iter().map(|&at| argument_name(&self.archive, at)).collect(),
            total: self.lists.total(List::Matrix),
            pager: self.pager(List::Matrix, page),
        };
        Filled::new("matrix.html", self.list_page(List::Matrix, page, path, "matrix"), view)
    }
}

/// The most that stands on one side of the axis.
pub fn reach(columns: &[Column]) -> f64 {
    let halves = columns.iter().map(|c| 2 * c.in_favour.max(c.against) + c.mixed + c.none).max().unwrap_or(0);
    f64::from(u32::try_from(halves).unwrap_or(u32::MAX)) / 2.0
}

/// Counts by year, gaps included; by several years where there would be too many columns.
pub fn columns(said: impl Iterator<Item = (i16, Option<Stance>)>) -> Vec<Column> {
    let said: Vec<_> = said.collect();
    let (Some(first), Some(last)) = (said.iter().map(|s| s.0).min(), said.iter().map(|s| s.0).max()) else {
        return Vec::new();
    };
    let width =
        [1, 2, 5, 10, 20, 50, 100, 500].into_iter().find(|width| (last - first) / width < COLUMNS).unwrap_or(1000);
    let start = first - first.rem_euclid(width);
    let mut columns: Vec<Column> = (0..=(last - start) / width)
        .map(|n| Column { from: start + n * width, until: start + (n + 1) * width - 1, ..Column::default() })
        .collect();
    for (year, stance) in said {
        let Some(column) = usize::try_from((year - start) / width).ok().and_then(|at| columns.get_mut(at)) else {
            continue;
        };
        *match stance {
            Some(Stance::For) => &mut column.in_favour,
            Some(Stance::Against) => &mut column.against,
            Some(Stance::Mixed) => &mut column.mixed,
            None => &mut column.none,
        } += 1;
    }
    columns
}
