//! Gives every relation its other end.

use std::collections::{BTreeMap, BTreeSet};

use super::resolve::Resolved;
use super::{Archive, Evidence, Node, Reply, Target, Term, component};

/// Writes what was resolved into the archive, from both ends.
pub fn apply(archive: &mut Archive, resolved: Vec<Resolved>) {
    let mut backlinks: BTreeMap<Node, BTreeSet<Node>> = BTreeMap::new();
    for Resolved { node, targets, source, arguments, says, replies_to } in resolved {
        for target in &targets {
            if let Target::Node(to, _) = target
                && *to != node
                && archive.withdrawn(node).is_none()
            {
                backlinks.entry(*to).or_default().insert(node);
            }
        }
        match node {
            Node::Argument(at) => archive.arguments[at].item.targets = targets,
            Node::Source(at) => archive.sources[at].item.targets = targets,
            Node::Page(at) => archive.pages[at].item.targets = targets,
            Node::Claim(_) => {}
            Node::Entry(at) => {
                let entry = &mut archive.entries[at];
                entry.item.targets = targets;
                entry.source = source;
                entry.arguments = arguments;
                entry.says = says;
                entry.replies_to = replies_to;
                let own = entry.item.document.entry().and_then(|front| front.date.as_ref()).map(|date| date.value);
                entry.date = own.or_else(|| archive.sources[source?].front.date.as_ref().map(|date| date.value));
            }
        }
    }
    relate_entries(archive);
    for (to, from) in backlinks {
        let from: Vec<_> = from.into_iter().collect();
        match to {
            Node::Argument(at) => archive.arguments[at].item.backlinks = from,
            Node::Source(at) => archive.sources[at].item.backlinks = from,
            Node::Page(at) => archive.pages[at].item.backlinks = from,
            Node::Entry(at) => archive.entries[at].item.backlinks = from,
            Node::Claim(at) => archive.claims[at].backlinks = from,
        }
    }
    archive.tags = terms(archive, |archive, at| archive.entries[at].tags().map(str::to_owned).collect());
    archive.people = people(archive);
    archive.years = years(archive);
}

/// Evidence of claims, entries of arguments and sources, and replies; withdrawn entries take no part.
fn relate_entries(archive: &mut Archive) {
    for at in 0..archive.entries.len() {
        let entry = &archive.entries[at];
        if entry.item.withdrawn().is_some() {
            continue;
        }
        for say in &entry.says {
            archive.claims[say.claim].evidence.push(Evidence { entry: at, side: say.side, at: say.at.clone() });
        }
        for &(argument, stance) in entry.arguments.iter().flatten() {
            archive.arguments[argument].entries.push((at, stance));
        }
        if let Some(source) = entry.source {
            archive.sources[source].entries.push(at);
        }
        for reply in entry.replies_to.clone() {
            let back = Reply { entry: at, at: reply.at, span: reply.span };
            archive.entries[reply.entry].replies.push(back);
        }
    }
}

/// Groups entries by names; names with one address are one term.
fn terms(archive: &Archive, names: impl Fn(&Archive, usize) -> Vec<String>) -> Vec<Term> {
    let mut grouped = Grouped::default();
    for (at, _) in archive.published() {
        for name in names(archive, at) {
            grouped.add(&name, Node::Entry(at));
        }
    }
    grouped.finish()
}

fn people(archive: &Archive) -> Vec<Term> {
    let mut grouped = Grouped::default();
    for (at, source) in archive.sources.iter().enumerate() {
        if source.item.withdrawn().is_none() {
            source.front.authors.iter().for_each(|name| grouped.add(name, Node::Source(at)));
        }
    }
    for (at, entry) in archive.published() {
        entry.people().into_iter().for_each(|name| grouped.add(name, Node::Entry(at)));
    }
    grouped.finish()
}

fn years(archive: &Archive) -> Vec<Term> {
    terms(archive, |archive, at| archive.entries[at].date.iter().map(|date| format!("{:04}", date.year())).collect())
}

#[derive(Default)]
struct Grouped(BTreeMap<String, (BTreeMap<String, usize>, BTreeSet<Node>)>);

impl Grouped {
    fn add(&mut self, name: &str, node: Node) {
        let name = name.trim();
        let component = component(name);
        if component.is_empty() {
            return;
        }
        let (spellings, members) = self.0.entry(component).or_default();
        *spellings.entry(name.to_owned()).or_default() += 1;
        members.insert(node);
    }

    fn finish(self) -> Vec<Term> {
        self.0
            .into_iter()
            .map(|(component, (spellings, members))| {
                // Of equally common spellings the first in order, so that the choice never depends on chance.
                let most = spellings.iter().max_by(|a, b| a.1.cmp(b.1).then_with(|| b.0.cmp(a.0)));
                let name = most.map(|(name, _)| name.clone()).unwrap_or_default();
                Term { name, component, members: members.into_iter().collect() }
            })
            .collect()
    }
}
