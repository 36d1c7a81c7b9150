//! Gives every relation its other end.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::resolve::Resolved;
use super::{Archive, Evidence, Item, Node, Reply, Target, Term, component};
use crate::read::Document;

/// Writes what was resolved into the archive, from both ends.
pub fn apply(archive: &mut Archive, resolved: Vec<Resolved>) {
    let mut backlinks: BTreeMap<Node, BTreeSet<Node>> = BTreeMap::new();
    for Resolved { node, targets, source, arguments, says, replies_to } in resolved {
        if archive.withdrawn(node).is_none() {
            for to in linked(&targets, node) {
                backlinks.entry(to).or_default().insert(node);
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
        *backlinks_of(archive, to) = from.into_iter().collect();
    }
    let related: &Archive = archive;
    let (tags, (people, years)) = rayon::join(|| tags(related), || rayon::join(|| people(related), || years(related)));
    (archive.tags, archive.people, archive.years) = (tags, people, years);
}

/// Puts a document in the place of one that says the same in its front matter and bears the same title. `targets` are
/// those of its links.
pub fn replace(archive: &mut Archive, node: Node, document: Arc<Document>, targets: Vec<Target>) {
    let Some(item) = item_of(archive, node) else { return };
    item.document = document;
    let old = std::mem::replace(&mut item.targets, targets);
    if item.withdrawn().is_some() {
        return;
    }
    let (old, new) = (linked(&old, node), linked(&item.targets, node));
    for &gone in old.difference(&new) {
        backlinks_of(archive, gone).retain(|from| *from != node);
    }
    for &come in new.difference(&old) {
        let backlinks = backlinks_of(archive, come);
        if let Err(at) = backlinks.binary_search(&node) {
            backlinks.insert(at, node);
        }
    }
}

/// The other things that links lead to.
fn linked(targets: &[Target], from: Node) -> BTreeSet<Node> {
    let node = |target: &Target| if let Target::Node(to, _) = target { Some(*to) } else { None };
    targets.iter().filter_map(node).filter(|to| *to != from).collect()
}

fn item_of(archive: &mut Archive, node: Node) -> Option<&mut Item> {
    match node {
        Node::Argument(at) => Some(&mut archive.arguments[at].item),
        Node::Source(at) => Some(&mut archive.sources[at].item),
        Node::Entry(at) => Some(&mut archive.entries[at].item),
        Node::Page(at) => Some(&mut archive.pages[at].item),
        Node::Claim(_) => None,
    }
}

fn backlinks_of(archive: &mut Archive, node: Node) -> &mut Vec<Node> {
    match node {
        Node::Argument(at) => &mut archive.arguments[at].item.backlinks,
        Node::Source(at) => &mut archive.sources[at].item.backlinks,
        Node::Page(at) => &mut archive.pages[at].item.backlinks,
        Node::Entry(at) => &mut archive.entries[at].item.backlinks,
        Node::Claim(at) => &mut archive.claims[at].backlinks,
    }
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

fn tags(archive: &Archive) -> Vec<Term> {
    terms(archive, |archive, at| archive.entries[at].tags().map(str::to_owned).collect())
}

fn years(archive: &Archive) -> Vec<Term> {
    terms(archive, |archive, at| archive.entries[at].date.iter().map(|date| format!("{:04}", date.year())).collect())
}

#[derive(Default)]
struct Grouped {
    terms: BTreeMap<String, (BTreeMap<String, usize>, BTreeSet<Node>)>,
    /// A name is written thousands of times.
    components: HashMap<String, String>,
}

impl Grouped {
    fn add(&mut self, name: &str, node: Node) {
        let name = name.trim();
        if !self.components.contains_key(name) {
            self.components.insert(name.to_owned(), component(name));
        }
        let component = &self.components[name];
        if component.is_empty() {
            return;
        }
        let (spellings, members) = self.terms.entry(component.clone()).or_default();
        match spellings.get_mut(name) {
            Some(count) => *count += 1,
            None => drop(spellings.insert(name.to_owned(), 1)),
        }
        members.insert(node);
    }

    fn finish(self) -> Vec<Term> {
        self.terms
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
