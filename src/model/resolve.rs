//! Resolves what documents say of one another.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::link::{Found, Links, ambiguous};
use super::{Archive, Argument, Claim, Entry, Id, Item, Node, Page, Reply, Say, Source, addresses, component, relate};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Edit, Fix, Patience};
use crate::language::Collation;
use crate::read::{ArgumentFront, Document, Documents, EntryFront, Front, Kind};
use crate::span::Spanned;

/// Which documents take part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Drafts too: for checks, and for `serve` and `build --drafts`.
    All,
    /// What is published.
    Published,
}

/// Makes the archive. Mistakes in references are reported to `sink`.
pub fn resolve(documents: &Documents, scope: Scope, sink: &mut Diagnostics) -> Archive {
    let mut first: BTreeMap<Id, &Arc<Document>> = BTreeMap::new();
    for document in &documents.documents {
        if scope == Scope::Published && document.common.draft {
            continue;
        }
        let id = Id::new(document.kind, document.slug.clone());
        if let Some(other) = first.get(&id) {
            let message = format!("there are two files for `{id}`");
            let other = (other.start(), "the other is here");
            sink.push(
                Diagnostic::new(Code::DuplicateId, document.start(), message)
                    .help("rename one of them")
                    .related(other.0, other.1),
            );
        } else {
            first.insert(id, document);
        }
    }
    let mut archive = collect(documents, first);
    define_claims(&mut archive, sink);
    let resolved = resolve_all(&archive, documents, sink);
    relate::apply(&mut archive, resolved);
    addresses::check(&archive, documents, sink);
    archive
}

/// What a document is called.
pub fn title(document: &Document) -> String {
    if document.common.withdrawn.is_some() {
        return document.slug.clone();
    }
    if let Some(title) = &document.common.title {
        return title.value.clone();
    }
    // A quote without a title goes by its first words.
    let headline = &document.body.gist.headline;
    if headline.is_empty() { document.slug.clone() } else { headline.clone() }
}

/// Sorts the documents into the archive; relations are still empty.
fn collect(all: &Documents, documents: BTreeMap<Id, &Arc<Document>>) -> Archive {
    let mut archive = Archive {
        config: all.config.clone(),
        tagging: Arc::clone(&all.tagging),
        arguments: Vec::new(),
        claims: Vec::new(),
        sources: Vec::new(),
        entries: Vec::new(),
        pages: Vec::new(),
        ids: BTreeMap::new(),
        tags: Vec::new(),
        people: Vec::new(),
        years: Vec::new(),
    };
    for (id, document) in documents {
        let document = Arc::clone(document);
        let item = Item {
            id,
            title: title(&document),
            document: Arc::clone(&document),
            targets: Vec::new(),
            backlinks: Vec::new(),
        };
        match &document.front {
            Front::Argument(ArgumentFront { question, order, cues, .. }) => archive.arguments.push(Argument {
                item,
                question: question.clone(),
                order: order.as_ref().map(|o| o.value),
                cues: cues.clone(),
                claims: Vec::new(),
                entries: Vec::new(),
            }),
            Front::Source(front) => archive.sources.push(Source { item, front: front.clone(), entries: Vec::new() }),
            Front::Page(front) => archive.pages.push(Page { item, order: front.order }),
            Front::Essay(_) | Front::Quote(_) | Front::Sample(_) => archive.entries.push(Entry {
                item,
                date: None,
                source: None,
                arguments: None,
                says: Vec::new(),
                replies_to: Vec::new(),
                replies: Vec::new(),
            }),
        }
    }
    let collation = Collation::new(&all.config.language);
    let compare = |(order, item): (Option<u64>, &Item), (other_order, other): (Option<u64>, &Item)| {
        let by_order = order.unwrap_or(u64::MAX).cmp(&other_order.unwrap_or(u64::MAX));
        by_order.then_with(|| collation.compare(&item.title, &other.title)).then_with(|| item.id.cmp(&other.id))
    };
    archive.arguments.sort_by(|a, b| compare((a.order, &a.item), (b.order, &b.item)));
    archive.pages.sort_by(|a, b| compare((a.order, &a.item), (b.order, &b.item)));
    let mut ids = BTreeMap::new();
    let mut number = |items: Vec<&Item>, node: fn(usize) -> Node| {
        ids.extend(items.into_iter().enumerate().map(|(at, item)| (item.id.clone(), node(at))));
    };
    number(archive.arguments.iter().map(|x| &x.item).collect(), Node::Argument);
    number(archive.sources.iter().map(|x| &x.item).collect(), Node::Source);
    number(archive.entries.iter().map(|x| &x.item).collect(), Node::Entry);
    number(archive.pages.iter().map(|x| &x.item).collect(), Node::Page);
    archive.ids = ids;
    archive
}

/// Numbers the claims, by argument; a claim's id is unique in the archive.
fn define_claims(archive: &mut Archive, sink: &mut Diagnostics) {
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for at in 0..archive.arguments.len() {
        let document = Arc::clone(&archive.arguments[at].item.document);
        let Front::Argument(front) = &document.front else { continue };
        for definition in &front.claims {
            let id = &definition.id;
            if component(&id.value) != id.value.to_lowercase() || id.value.contains(char::is_whitespace) {
                let message = format!("`{}` can't be a claim's id: it is part of an address", id.value);
                let help = format!("write one such as `{}`", component(&id.value));
                sink.push(Diagnostic::new(Code::InvalidValue, id.span, message).help(help));
                continue;
            }
            if let Some(&other) = known.get(&id.value) {
                let message = format!("there are two claims `{}`", id.value);
                let first = archive.claims[other].definition.id.span;
                sink.push(
                    Diagnostic::new(Code::DuplicateId, id.span, message)
                        .help("give one of the two another id")
                        .related(first, "it is first defined here"),
                );
                continue;
            }
            let claim = archive.claims.len();
            known.insert(id.value.clone(), claim);
            let id = Id::new(Kind::Claim, id.value.clone());
            archive.ids.insert(id.clone(), Node::Claim(claim));
            archive.arguments[at].claims.push(claim);
            archive.claims.push(Claim {
                id,
                argument: at,
                definition: definition.clone(),
                evidence: Vec::new(),
                backlinks: Vec::new(),
            });
        }
    }
}

/// What one document refers to.
pub struct Resolved {
    pub node: Node,
    pub targets: Vec<super::Target>,
    pub source: Option<usize>,
    pub arguments: Option<Vec<(usize, Option<crate::read::Stance>)>>,
    pub says: Vec<Say>,
    pub replies_to: Vec<Reply>,
}

fn resolve_all(archive: &Archive, documents: &Documents, sink: &mut Diagnostics) -> Vec<Resolved> {
    /// So many documents are resolved at a time.
    const FEW: usize = 100;
    let fresh = BTreeMap::new();
    let items: Vec<_> = archive.nodes().filter_map(|node| Some((node, &*archive.item(node)?.document))).collect();
    let sound = items.par_chunks(FEW).flat_map_iter(|items| {
        let links = Links::new(archive, documents, &fresh, Patience::none());
        let resolver = Resolver { archive, links };
        let resolve = move |(node, document): &(Node, &Document)| {
            let mut found = Diagnostics::default();
            let said = resolver.document(*node, document, &mut found);
            found.iter().next().is_none().then_some(said)
        };
        items.iter().map(resolve)
    });
    let sound: Vec<_> = sound.collect();
    // Names that are near to wrong ones are sought for one document after another: what may be spent on all is bounded.
    let resolver = Resolver::new(archive, documents, &fresh);
    let said = items.into_iter().zip(sound);
    said.map(|((node, document), sound)| sound.unwrap_or_else(|| resolver.document(node, document, sink))).collect()
}

/// Resolves what documents refer to, once every id is known.
pub struct Resolver<'a> {
    archive: &'a Archive,
    links: Links<'a>,
}

impl<'a> Resolver<'a> {
    /// Documents of `fresh` are about to stand in the place of the archive's.
    pub fn new(archive: &'a Archive, documents: &'a Documents, fresh: &'a BTreeMap<Node, Arc<Document>>) -> Self {
        Self { archive, links: Links::new(archive, documents, fresh, Patience::default()) }
    }

    pub fn document(&self, node: Node, document: &Document, sink: &mut Diagnostics) -> Resolved {
        let targets =
            document.body.gist.links.iter().map(|link| self.links.target(link, document, node, sink)).collect();
        let mut resolved =
            Resolved { node, targets, source: None, arguments: None, says: Vec::new(), replies_to: Vec::new() };
        if let Some(front) = document.entry() {
            resolved.source = front.source.as_ref().and_then(|source| self.source(source, sink));
            resolved.arguments = self.arguments(front, sink);
            resolved.says = self.says(front, document, sink);
            resolved.replies_to = front.replies_to.iter().filter_map(|reply| self.reply(reply, sink)).collect();
        }
        resolved
    }

    /// Reports a reference to nothing. `rest` is what follows the name where it is written.
    fn unknown(
        &self,
        what: &str,
        name: &Spanned<String>,
        rest: &str,
        of: impl Fn(Kind) -> bool,
        fallback: &str,
        sink: &mut Diagnostics,
    ) {
        let message = format!("there is no {what} `{}`", name.value);
        let diagnostic = Diagnostic::new(Code::UnknownReference, name.span, message);
        sink.push(match self.links.near(&name.value, of) {
            // Somebody may have meant a thing that is still to be added.
            Some(near) => diagnostic
                .help(format!("did you mean `{near}`?"))
                .fix(Fix::unsure([Edit::word(name.span, format!("{near}{rest}"))])),
            None => diagnostic.help(fallback),
        });
    }

    fn source(&self, name: &Spanned<String>, sink: &mut Diagnostics) -> Option<usize> {
        let of = |kind| kind == Kind::Source;
        match self.links.find(&name.value, of) {
            Found::One(Node::Source(at)) => Some(at),
            _ => {
                let slug = name.value.trim_start_matches("sources/");
                let fallback = format!("add `content/sources/{slug}.md`, or mend the name");
                self.unknown("source", name, "", of, &fallback, sink);
                None
            }
        }
    }

    fn arguments(
        &self,
        front: &EntryFront,
        sink: &mut Diagnostics,
    ) -> Option<Vec<(usize, Option<crate::read::Stance>)>> {
        let of = |kind| kind == Kind::Argument;
        let mut arguments: BTreeMap<usize, _> = BTreeMap::new();
        for (name, stance) in front.arguments.as_ref()? {
            match self.links.find(&name.value, of) {
                Found::One(Node::Argument(at)) => {
                    arguments.insert(at, *stance);
                }
                _ => self.unknown("argument", name, "", of, "add it to `content/arguments/`, or mend the name", sink),
            }
        }
        Some(arguments.into_iter().collect())
    }

    fn says(&self, front: &EntryFront, document: &Document, sink: &mut Diagnostics) -> Vec<Say> {
        let mut says = Vec::new();
        for claim in &front.claims {
            let name = claim.id.value.trim_start_matches("claims/");
            let Some(&Node::Claim(at)) = self.archive.ids.get(&Id::new(Kind::Claim, name)) else {
                let fallback = "add it to the `[[claims]]` of an argument, or mend the name";
                self.unknown("claim", &claim.id, "", |kind| kind == Kind::Claim, fallback, sink);
                continue;
            };
            let passage = claim.at.as_ref().and_then(|at| passage(document, at, sink));
            if let Some(side) = claim.side {
                says.push(Say { claim: at, side, at: passage, span: claim.id.span });
            }
        }
        says.sort_by_key(|say| say.claim);
        says
    }

    fn reply(&self, reply: &Spanned<String>, sink: &mut Diagnostics) -> Option<Reply> {
        let of = |kind| matches!(kind, Kind::Essay | Kind::Quote | Kind::Sample);
        let (name, at) = match reply.value.split_once('#') {
            Some((name, at)) => (name, Some(Spanned::new(at.trim_start_matches('^').to_owned(), reply.span))),
            None => (reply.value.as_str(), None),
        };
        let entry = match self.links.find(name, of) {
            Found::One(Node::Entry(entry)) => entry,
            Found::Several(Node::Entry(entry), all) => {
                ambiguous(name, &all, reply.span, sink);
                entry
            }
            _ => {
                let rest = reply.value[name.len()..].to_owned();
                let name = Spanned::new(name.to_owned(), reply.span);
                self.unknown("entry", &name, &rest, of, "write `KIND/SLUG`, such as `essays/some`", sink);
                return None;
            }
        };
        let passage = |at| passage(self.links.document(Node::Entry(entry))?, &at, sink);
        Some(Reply { entry, at: at.and_then(passage), span: reply.span })
    }
}

/// The block id `at`, if the document has it.
fn passage(document: &Document, at: &Spanned<String>, sink: &mut Diagnostics) -> Option<String> {
    let anchors = &document.body.gist.anchors;
    if anchors.contains_key(&format!("^{}", at.value)) {
        return Some(at.value.clone());
    }
    let message = format!("there is no passage `^{}` in `{}/{}`", at.value, document.kind.folder(), document.slug);
    let ids = anchors.keys().filter_map(|id| id.strip_prefix('^'));
    let help = match crate::diagnostic::nearest(&at.value, ids) {
        Some(near) => format!("did you mean `^{near}`?"),
        None => format!("write `^{}` at the end of the paragraph that is meant", at.value),
    };
    sink.push(Diagnostic::new(Code::BrokenAnchor, at.span, message).help(help));
    None
}
