//! Edits of texts, and of what an entry says of itself. Whatever an edit may change beyond what is known here, the caller
//! reads the archive anew.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError};

use super::{Live, State, is_strict};
use crate::check::check_text;
use crate::diagnostic::Diagnostics;
use crate::fs;
use crate::model::{Archive, Entry, Id, Item, Node, Reply, Resolved, Resolver, Target, keeps_terms, said_on, title};
use crate::read::{Document, Documents, Kind, RESULTS, Tree, Unsaved, may_be_published, read_text};
use crate::render::{Retext, Site};
use crate::span::{Files, normalise};

/// After an edit of more files, all is read anew.
const MOST: usize = 32;

/// A document that was read again.
struct Edited {
    /// Its place in [`Documents::documents`].
    at: usize,
    text: Arc<str>,
    document: Arc<Document>,
    /// Whether its front matter or its title is another.
    is_recast: bool,
}

/// What edits come to.
struct Made {
    texts: Vec<Retext>,
    /// The one entry that says something else of itself, by its place.
    recast: Option<(usize, Entry)>,
}

impl Live {
    /// Takes in edits of texts. `None` where the edit was more than that; then the site is what it was.
    pub(super) fn retext(&self, state: &mut State, paths: &BTreeSet<String>) -> Option<Vec<Id>> {
        let documents = state.documents.as_ref()?;
        if !state.is_shown || documents.is_linked() || is_strict(&documents.config) || paths.len() > MOST {
            return None;
        }
        let guard = self.site();
        let site = guard.as_ref()?;
        let (idle, paths) = paths.iter().partition::<Vec<_>, _>(|path| self.is_idle(documents, path));
        let edited = self.read(documents, &mut state.files, site.archive(), &paths)?;
        let fresh = edited.iter().map(|(node, edited)| (*node, Arc::clone(&edited.document))).collect();
        let is_recast = edited.values().any(|edited| edited.is_recast);
        if is_recast && edited.len() > 1 {
            return None;
        }
        let Made { texts, recast } = resolve(documents, site, &fresh, is_recast)?;
        let recast_id = recast.iter().map(|(_, entry)| entry.item.id.clone());
        let ids = texts.iter().map(|text| site.archive().id(text.node).clone()).chain(recast_id).collect();
        state.idle.extend(idle.into_iter().cloned());
        let mut unsettled = suggest(state, site, &fresh);
        // Where an entry says something else of itself, its lists are made with all that it says.
        let settled = if recast.is_some() { std::mem::take(&mut unsettled) } else { BTreeSet::new() };
        let lists = site.relist(&unsettled, &state.suggestions)?;
        drop(guard);
        if let Some(site) = &mut *self.site.write().unwrap_or_else(PoisonError::into_inner) {
            if let Some((at, entry)) = recast
                && !site.recast(at, entry, &settled, &state.suggestions)
            {
                return None;
            }
            site.retext(texts, lists, &state.suggestions);
        }
        edited.into_values().for_each(|edited| state.put(edited));
        Some(ids)
    }

    /// Reads the files again that differ from what is known. `None` where one does in more than what can be taken in here.
    fn read(
        &self,
        documents: &Documents,
        files: &mut Files,
        archive: &Archive,
        paths: &[&String],
    ) -> Option<BTreeMap<Node, Edited>> {
        let unsaved = Unsaved::new();
        let tree = Tree { root: Some(&self.root), unsaved: &unsaved };
        let mut edited = BTreeMap::new();
        for path in paths {
            let at = documents.documents.binary_search_by(|document| document.path.as_str().cmp(path)).ok()?;
            let old = &documents.documents[at];
            if !fs::is_plain_file(&self.root.join(path)) {
                return None;
            }
            let text = normalise(&String::from_utf8(tree.read(path).ok()?).ok()?);
            let old_text = &files.get(old.file).text;
            if text == *old_text {
                continue;
            }
            let same_front = text.get(..old.body_at) == Some(&old_text[..old.body_at]);
            let node = *archive.ids.get(&Id::new(old.kind, old.slug.clone()))?;
            let item = archive.item(node).filter(|item| Arc::ptr_eq(&item.document, old))?;
            let (document, found) = read_text(tree, old, &text, files);
            let is_recast = !same_front || document.body_at != old.body_at || title(&document) != item.title;
            if found.has_errors() || is_recast && !may_be_recast(old, &document) {
                return None;
            }
            edited.insert(node, Edited { at, text, document: Arc::new(document), is_recast });
        }
        Some(edited)
    }

    /// Whether a file that was not there before changes nothing that is published: none that could be named was missed.
    fn is_idle(&self, documents: &Documents, path: &str) -> bool {
        let Some(inside) = path.strip_prefix("content/") else { return false };
        let name = inside.rsplit('/').next().unwrap_or_default();
        let text = name.rsplit_once('.').is_some_and(|(_, ending)| ending.eq_ignore_ascii_case("md"));
        let new = !documents.found(inside) && fs::is_plain_file(&self.root.join(path));
        new && !text && name != RESULTS && !may_be_published(name)
    }
}

impl State {
    /// Takes in what was read, and lets go of what stood there.
    fn put(&mut self, edited: Edited) {
        let Some(documents) = &mut self.documents else { return };
        let old = std::mem::replace(&mut documents.documents[edited.at], edited.document);
        self.files.replace(old.file, edited.text);
        old.files_beside().for_each(|file| self.files.let_go(file));
    }
}

/// Whether both are essays, or quotes, that differ in nothing that decides who is in the archive, and at which address.
fn may_be_recast(old: &Document, new: &Document) -> bool {
    let addresses = |document: &Document| {
        let aliases = document.common.aliases.iter().map(|alias| alias.value.clone());
        (document.common.draft, aliases.collect::<Vec<_>>())
    };
    let is_curated = |document: &Document| document.entry().map(|front| front.arguments.is_some());
    matches!(old.kind, Kind::Essay | Kind::Quote)
        && old.common.withdrawn.is_none()
        && new.common.withdrawn.is_none()
        && addresses(old) == addresses(new)
        && is_curated(old) == is_curated(new)
}

/// Resolves the edited documents, and those that name a passage of one whose passages are others now. `None` where there
/// is an error, or something leads elsewhere that would change more pages than theirs.
fn resolve(documents: &Documents, site: &Site, fresh: &BTreeMap<Node, Arc<Document>>, is_recast: bool) -> Option<Made> {
    let archive = site.archive();
    let references = Resolver::new(archive, documents, fresh);
    let anchors = |document: &Document| document.body.gist.anchors.keys().cloned().collect::<Vec<_>>();
    let mut nodes: BTreeSet<Node> = fresh.keys().copied().collect();
    for (&node, document) in fresh {
        if anchors(&archive.item(node)?.document) != anchors(document) {
            nodes.extend(archive.nodes().filter(|&other| names(archive, other, node)));
        }
    }
    let mut made = Made { texts: Vec::with_capacity(nodes.len()), recast: None };
    for node in nodes {
        let item = archive.item(node)?;
        let document = fresh.get(&node).unwrap_or(&item.document);
        let mut found = Diagnostics::default();
        let resolved = references.document(node, document, &mut found);
        if found.has_errors() || !leads_there(&resolved.targets, &item.targets) {
            return None;
        }
        if let Node::Entry(at) = node
            && is_recast
            && fresh.contains_key(&node)
        {
            let entry = recast(archive, at, document, resolved)?;
            check_text(archive, &entry.item, Some(&entry), &mut found);
            if found.has_errors() {
                return None;
            }
            made.recast = Some((at, entry));
            continue;
        }
        if !says_the_same(archive, &resolved) {
            return None;
        }
        if fresh.contains_key(&node) {
            let (document, targets) = (Arc::clone(document), resolved.targets.clone());
            let item = Item { document, targets, ..item.clone() };
            check(archive, node, item, &mut found);
        }
        if found.has_errors() {
            return None;
        }
        made.texts.push(Retext { node, document: Arc::clone(document), targets: resolved.targets });
    }
    Some(made)
}

/// An entry that says something else of itself. `None` where others than its own source and those that it answers are
/// concerned, or a tag, a person or a year would come or go.
fn recast(archive: &Archive, at: usize, document: &Arc<Document>, resolved: Resolved) -> Option<Entry> {
    let old = &archive.entries[at];
    let answers = |replies: &[Reply]| replies.iter().map(|reply| (reply.entry, reply.at.clone())).collect::<Vec<_>>();
    if resolved.source != old.source || answers(&resolved.replies_to) != answers(&old.replies_to) {
        return None;
    }
    let item =
        Item { title: title(document), document: Arc::clone(document), targets: resolved.targets, ..old.item.clone() };
    let entry = Entry {
        item,
        date: said_on(archive, document, resolved.source),
        source: resolved.source,
        arguments: resolved.arguments,
        says: resolved.says,
        replies_to: resolved.replies_to,
        replies: old.replies.clone(),
    };
    keeps_terms(archive, at, &entry).then_some(entry)
}

fn check(archive: &Archive, node: Node, item: Item, found: &mut Diagnostics) {
    match node {
        Node::Entry(at) => {
            let entry = Entry { item, ..archive.entries[at].clone() };
            check_text(archive, &entry.item, Some(&entry), found);
        }
        _ => check_text(archive, &item, None, found),
    }
}

/// Whether a document names another, or a passage of it.
fn names(archive: &Archive, from: Node, to: Node) -> bool {
    let links = || archive.item(from).into_iter().flat_map(|item| &item.targets);
    let replies = || match (from, to) {
        (Node::Entry(at), Node::Entry(to)) => archive.entries[at].replies_to.iter().any(|reply| reply.entry == to),
        _ => false,
    };
    links().any(|target| matches!(target, Target::Node(other, _) if *other == to)) || replies()
}

/// Whether a document says what it said of claims, arguments, sources and other entries.
fn says_the_same(archive: &Archive, resolved: &Resolved) -> bool {
    let Node::Entry(at) = resolved.node else { return true };
    let entry = &archive.entries[at];
    (&entry.source, &entry.arguments, &entry.says, &entry.replies_to)
        == (&resolved.source, &resolved.arguments, &resolved.says, &resolved.replies_to)
}

/// Whether every page that the site makes of entries is there; those that were linked to are.
fn leads_there(new: &[Target], old: &[Target]) -> bool {
    let is_made = |path: &str| path.trim_end_matches('/').contains('/');
    new.iter().all(|target| !matches!(target, Target::Route(path) if is_made(path)) || old.contains(target))
}

/// Suggests arguments for the edited texts; says for which of them other entries are suggested now.
fn suggest(state: &mut State, site: &Site, fresh: &BTreeMap<Node, Arc<Document>>) -> BTreeSet<usize> {
    let archive = site.archive();
    let uncurated = |node: &Node| match *node {
        Node::Entry(at) if archive.entries[at].arguments.is_none() && archive.withdrawn(*node).is_none() => Some(at),
        _ => None,
    };
    let entries: Vec<_> = fresh.iter().filter_map(|(node, document)| Some((uncurated(node)?, document))).collect();
    let mut unsettled = BTreeSet::new();
    if entries.is_empty() {
        return unsettled;
    }
    // Neither cues nor the model were edited.
    let tagger = state.tagged.tagger(archive);
    let mut lexer = tagger.lexer();
    for (at, document) in entries {
        let made = tagger.document(&archive.entries[at].item.id.to_string(), document, &mut lexer);
        let arguments = |all: &[crate::tag::Suggestion]| all.iter().map(|made| made.argument).collect::<BTreeSet<_>>();
        unsettled.extend(arguments(&made).symmetric_difference(&arguments(state.suggestions.of(at))));
        state.suggestions.set(at, made);
    }
    unsettled
}
