//! Gives every relation its other end.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::resolve::Resolved;
use super::{Archive, Entry, Evidence, Item, Node, Reply, Say, Source, Target, Term, component};
use crate::date::Date;
use crate::read::{Document, Stance};

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
                archive.entries[at].date = said_on(archive, &archive.entries[at].item.document, source);
            }
        }
    }
    relate_entries(archive);
    for (to, from) in backlinks {
        *backlinks_of(archive, to) = from.into_iter().collect();
    }
    let related: &Archive = archive;
    let [tags, people, years] = TAXONOMIES.map(|taxonomy| move || taxonomy.group(related));
    let (tags, (people, years)) = rayon::join(tags, || rayon::join(people, years));
    (archive.tags, archive.people, archive.years) = (tags, people, years);
}

/// When an entry was said: its own date, or else its source's.
pub fn said_on(archive: &Archive, document: &Document, source: Option<usize>) -> Option<Date> {
    let own = document.entry().and_then(|front| front.date.as_ref()).map(|date| date.value);
    own.or_else(|| archive.sources[source?].front.date.as_ref().map(|date| date.value))
}

/// Puts a document in the place of one that says the same in its front matter and bears the same title. `targets` are
/// those of its links.
pub fn replace(archive: &mut Archive, node: Node, document: Arc<Document>, targets: Vec<Target>) {
    let Some(item) = item_of(archive, node) else { return };
    item.document = document;
    let old = std::mem::replace(&mut item.targets, targets);
    if item.withdrawn().is_none() {
        let new = linked(&item.targets, node);
        relink(archive, node, &linked(&old, node), &new);
    }
}

/// Tells what a thing linked to, and what it links to now.
fn relink(archive: &mut Archive, node: Node, old: &BTreeSet<Node>, new: &BTreeSet<Node>) {
    for &gone in old.difference(new) {
        backlinks_of(archive, gone).retain(|from| *from != node);
    }
    for &come in new.difference(old) {
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
        if archive.entries[at].item.withdrawn().is_none() {
            relate_entry(archive, at);
        }
    }
}

/// What an entry says of others, taken out of it while they are changed.
struct Relations {
    says: Vec<Say>,
    arguments: Option<Vec<(usize, Option<Stance>)>>,
    source: Option<usize>,
    replies_to: Vec<Reply>,
}

fn with_relations(archive: &mut Archive, at: usize, change: impl FnOnce(&mut Archive, &Relations)) {
    let Entry { says, arguments, source, replies_to, .. } = &mut archive.entries[at];
    let take = (std::mem::take(says), std::mem::take(arguments), *source, std::mem::take(replies_to));
    let relations = Relations { says: take.0, arguments: take.1, source: take.2, replies_to: take.3 };
    change(archive, &relations);
    let entry = &mut archive.entries[at];
    (entry.says, entry.arguments, entry.replies_to) = (relations.says, relations.arguments, relations.replies_to);
}

/// Adds an entry to all that it says something of, where entries stand in the order of their places.
fn relate_entry(archive: &mut Archive, at: usize) {
    fn add<T>(all: &mut Vec<T>, at: usize, entry: impl Fn(&T) -> usize, new: T) {
        let place = all.partition_point(|other| entry(other) <= at);
        all.insert(place, new);
    }
    with_relations(archive, at, |archive, Relations { says, arguments, source, replies_to }| {
        for say in says {
            let evidence = Evidence { entry: at, side: say.side, at: say.at.clone() };
            add(&mut archive.claims[say.claim].evidence, at, |evidence| evidence.entry, evidence);
        }
        for &(argument, stance) in arguments.iter().flatten() {
            add(&mut archive.arguments[argument].entries, at, |(entry, _)| *entry, (at, stance));
        }
        if let Some(source) = *source {
            add(&mut archive.sources[source].entries, at, |entry| *entry, at);
        }
        for reply in replies_to {
            let back = Reply { entry: at, ..reply.clone() };
            add(&mut archive.entries[reply.entry].replies, at, |back| back.entry, back);
        }
    });
}

/// Takes an entry from all that it says something of.
fn unrelate_entry(archive: &mut Archive, at: usize) {
    with_relations(archive, at, |archive, Relations { says, arguments, source, replies_to }| {
        says.iter().for_each(|say| archive.claims[say.claim].evidence.retain(|evidence| evidence.entry != at));
        let made = arguments.iter().flatten();
        made.for_each(|(argument, _)| archive.arguments[*argument].entries.retain(|(entry, _)| *entry != at));
        source.iter().for_each(|source| archive.sources[*source].entries.retain(|entry| *entry != at));
        replies_to.iter().for_each(|reply| archive.entries[reply.entry].replies.retain(|back| back.entry != at));
    });
}

/// Puts an entry in the place of one with the same id, and gives that one. Neither is withdrawn, and of both
/// [`keeps_terms`] holds.
pub fn replace_entry(archive: &mut Archive, at: usize, entry: Entry) -> Entry {
    let node = Node::Entry(at);
    unrelate_entry(archive, at);
    let there = &mut archive.entries[at];
    // What others say of it stays.
    let (backlinks, replies) = (there.item.backlinks.clone(), there.replies.clone());
    let old = std::mem::replace(there, Entry { item: Item { backlinks, ..entry.item }, replies, ..entry });
    relate_entry(archive, at);
    let [left, linked] = [&old, &archive.entries[at]].map(|entry| linked(&entry.item.targets, node));
    relink(archive, node, &left, &linked);
    for taxonomy in &TAXONOMIES {
        let new = &archive.entries[at];
        if (taxonomy.names)(&old) == (taxonomy.names)(new) {
            continue;
        }
        let [gone, come] = [&old, new].map(|entry| taxonomy.components(entry));
        for component in gone.union(&come) {
            let Some(place) = taxonomy.place(archive, component) else { continue };
            let members = &mut (taxonomy.terms_mut)(archive)[place].members;
            match members.binary_search(&node) {
                Ok(here) if !come.contains(component) => drop(members.remove(here)),
                Err(here) if come.contains(component) => members.insert(here, node),
                _ => {}
            }
            (taxonomy.terms_mut)(archive)[place].name = taxonomy.spelling(archive, place);
        }
    }
    old
}

/// Whether the archive has all tags, people and years that another entry in the place of one would bear, and no other
/// would be left without a member.
pub fn keeps_terms(archive: &Archive, at: usize, entry: &Entry) -> bool {
    TAXONOMIES.iter().all(|taxonomy| {
        let [old, new] = [&archive.entries[at], entry].map(|entry| taxonomy.components(entry));
        let members = |component: &String| {
            taxonomy.place(archive, component).map_or(0, |place| (taxonomy.terms)(archive)[place].members.len())
        };
        old.difference(&new).all(|gone| members(gone) > 1) && new.difference(&old).all(|come| members(come) > 0)
    })
}

/// What stands for an entry's tags, people and year in addresses.
pub fn components(entry: &Entry) -> [BTreeSet<String>; 3] {
    TAXONOMIES.each_ref().map(|taxonomy| taxonomy.components(entry))
}

/// How entries and sources are grouped, and where an archive has the groups.
struct Taxonomy {
    names: fn(&Entry) -> Vec<Cow<'_, str>>,
    names_of_source: fn(&Source) -> &[String],
    terms: fn(&Archive) -> &[Term],
    terms_mut: fn(&mut Archive) -> &mut [Term],
}

const TAXONOMIES: [Taxonomy; 3] = [
    Taxonomy {
        names: |entry| entry.tags().map(Cow::Borrowed).collect(),
        names_of_source: |_| &[],
        terms: |archive| &archive.tags,
        terms_mut: |archive| &mut archive.tags,
    },
    Taxonomy {
        names: |entry| entry.people().into_iter().map(Cow::Borrowed).collect(),
        names_of_source: |source| &source.front.authors,
        terms: |archive| &archive.people,
        terms_mut: |archive| &mut archive.people,
    },
    Taxonomy {
        names: |entry| entry.date.iter().map(|date| format!("{:04}", date.year()).into()).collect(),
        names_of_source: |_| &[],
        terms: |archive| &archive.years,
        terms_mut: |archive| &mut archive.years,
    },
];

impl Taxonomy {
    /// Names with one address are one term.
    fn group(&self, archive: &Archive) -> Vec<Term> {
        let mut grouped = Grouped::default();
        for (at, source) in archive.sources.iter().enumerate() {
            if source.item.withdrawn().is_none() {
                (self.names_of_source)(source).iter().for_each(|name| grouped.add(name, Node::Source(at)));
            }
        }
        for (at, entry) in archive.published() {
            (self.names)(entry).iter().for_each(|name| grouped.add(name, Node::Entry(at)));
        }
        grouped.finish()
    }

    fn components(&self, entry: &Entry) -> BTreeSet<String> {
        let mut components: BTreeSet<_> = (self.names)(entry).iter().map(|name| component(name.trim())).collect();
        components.remove("");
        components
    }

    fn place(&self, archive: &Archive, component: &str) -> Option<usize> {
        (self.terms)(archive).binary_search_by(|term| term.component.as_str().cmp(component)).ok()
    }

    /// How its members write a term.
    fn spelling(&self, archive: &Archive, place: usize) -> String {
        let Term { component: wanted, members, .. } = &(self.terms)(archive)[place];
        let mut spellings: BTreeMap<String, usize> = BTreeMap::new();
        let mut add = |name: &str| {
            if component(name.trim()) == *wanted {
                *spellings.entry(name.trim().to_owned()).or_default() += 1;
            }
        };
        for member in members {
            match *member {
                Node::Entry(at) => (self.names)(&archive.entries[at]).iter().for_each(|name| add(name)),
                Node::Source(at) => (self.names_of_source)(&archive.sources[at]).iter().for_each(|name| add(name)),
                _ => {}
            }
        }
        commonest(&spellings)
    }
}

/// Of equally common spellings the first in order, so that the choice never depends on chance.
fn commonest(spellings: &BTreeMap<String, usize>) -> String {
    let most = spellings.iter().max_by(|a, b| a.1.cmp(b.1).then_with(|| b.0.cmp(a.0)));
    most.map(|(name, _)| name.clone()).unwrap_or_default()
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
            .map(|(component, (spellings, members))| Term {
                name: commonest(&spellings),
                component,
                members: members.into_iter().collect(),
            })
            .collect()
    }
}
