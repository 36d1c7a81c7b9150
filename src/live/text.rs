//! Edits of texts alone. Whatever an edit may change beyond what is known here, the caller reads the archive anew.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError};

use super::{Live, State, is_strict};
use crate::check::check_text;
use crate::diagnostic::Diagnostics;
use crate::fs;
use crate::model::{Archive, Id, Item, Node, Resolved, Resolver, Target, title};
use crate::read::{Document, Documents, RESULTS, Tree, Unsaved, may_be_published, read_text};
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
        let texts = resolve(documents, site, &fresh)?;
        let ids = texts.iter().map(|text| site.archive().id(text.node).clone()).collect();
        state.idle.extend(idle.into_iter().cloned());
        let unsettled = suggest(state, site, &fresh);
        let lists = site.relist(&unsettled, &state.suggestions)?;
        drop(guard);
        if let Some(site) = &mut *self.site.write().unwrap_or_else(PoisonError::into_inner) {
            site.retext(texts, lists, &state.suggestions);
        }
        edited.into_values().for_each(|edited| state.put(edited));
        Some(ids)
    }

    /// Reads the files again that differ from what is known. `None` where one does in more than its text.
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
            let same_front = text.get(..old.body_at)? == &old_text[..old.body_at];
            let node = *archive.ids.get(&Id::new(old.kind, old.slug.clone()))?;
            let item = archive.item(node).filter(|item| Arc::ptr_eq(&item.document, old))?;
            let (document, found) = read_text(tree, old, &text, files);
            let same = same_front && document.body_at == old.body_at && title(&document) == item.title;
            if !same || found.has_errors() {
                return None;
            }
            edited.insert(node, Edited { at, text, document: Arc::new(document) });
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

/// Resolves the edited documents, and those that name a passage of one whose passages are others now. `None` where there
/// is an error, or something else than links leads elsewhere.
fn resolve(documents: &Documents, site: &Site, fresh: &BTreeMap<Node, Arc<Document>>) -> Option<Vec<Retext>> {
    let archive = site.archive();
    let references = Resolver::new(archive, documents, fresh);
    let anchors = |document: &Document| document.body.gist.anchors.keys().cloned().collect::<Vec<_>>();
    let mut nodes: BTreeSet<Node> = fresh.keys().copied().collect();
    for (&node, document) in fresh {
        if anchors(&archive.item(node)?.document) != anchors(document) {
            nodes.extend(archive.nodes().filter(|&other| names(archive, other, node)));
        }
    }
    let mut texts = Vec::with_capacity(nodes.len());
    for node in nodes {
        let item = archive.item(node)?;
        let document = fresh.get(&node).unwrap_or(&item.document);
        let mut found = Diagnostics::default();
        let resolved = references.document(node, document, &mut found);
        if found.has_errors() || !says_the_same(archive, &resolved) || !leads_there(&resolved.targets, &item.targets) {
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
        texts.push(Retext { node, document: Arc::clone(document), targets: resolved.targets });
    }
    Some(texts)
}

fn check(archive: &Archive, node: Node, item: Item, found: &mut Diagnostics) {
    match node {
        Node::Entry(at) => {
            let entry = crate::model::Entry { item, ..archive.entries[at].clone() };
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
