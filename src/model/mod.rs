//! From documents to the archive: every reference resolved, every relation known from both ends.
//!
//! The archive is complete and does not change. Where the documents hold drafts, it is made once with them, for the
//! checks, and once without, for publishing: what refers to a draft then refers to nothing.

mod addresses;
mod id;
mod link;
mod relate;
mod resolve;

pub use addresses::alias_path;
pub use id::{Id, component, folded, spelt};
pub use link::Target;
pub use relate::{components, keeps_terms, replace, replace_entry, said_on};
pub use resolve::{Resolved, Resolver, Scope, resolve, title};

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::config::Config;
use crate::date::Date;
use crate::diagnostic::nearest;
use crate::read::{
    Basis, ClaimDefinition, Document, EssayForm, EssayFront, Front, Kind, QuoteForm, SampleFront, Side, SourceFront,
    Stance, Tagging,
};
use crate::span::Span;

/// Anything that has a page of its own, by its place in the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Node {
    Argument(usize),
    Claim(usize),
    Source(usize),
    Entry(usize),
    Page(usize),
}

#[derive(Debug, Clone)]
pub struct Archive {
    pub config: Config,
    pub tagging: Arc<Tagging>,
    /// In their order, then by title.
    pub arguments: Vec<Argument>,
    /// By argument, then as written.
    pub claims: Vec<Claim>,
    pub sources: Vec<Source>,
    /// Essays, quotes and samples, by id.
    pub entries: Vec<Entry>,
    /// In their order, then by title.
    pub pages: Vec<Page>,
    pub ids: BTreeMap<Id, Node>,
    pub tags: Vec<Term>,
    pub people: Vec<Term>,
    pub years: Vec<Term>,
}

/// What every page of the archive has.
#[derive(Debug, Clone)]
pub struct Item {
    pub id: Id,
    pub document: Arc<Document>,
    pub title: String,
    /// The targets of [`Gist::links`](crate::read::markdown::Gist::links), in that order.
    pub targets: Vec<Target>,
    /// What links here from a text, by id.
    pub backlinks: Vec<Node>,
}

impl Item {
    /// Why it was withdrawn, if so: then its text is published nowhere.
    pub fn withdrawn(&self) -> Option<&str> {
        self.document.common.withdrawn.as_deref()
    }

    pub fn is_draft(&self) -> bool {
        self.document.common.draft
    }

    pub fn added(&self) -> Option<Date> {
        self.document.common.added.as_ref().map(|date| date.value)
    }

    /// When the archive last changed it.
    pub fn changed(&self) -> Option<Date> {
        self.document.common.updated.as_ref().map(|date| date.value).max(self.added())
    }
}

#[derive(Debug, Clone)]
pub struct Argument {
    pub item: Item,
    pub question: Option<String>,
    pub order: Option<u64>,
    pub cues: Vec<String>,
    pub claims: Vec<usize>,
    /// The entries that name it, by id.
    pub entries: Vec<(usize, Option<Stance>)>,
}

#[derive(Debug, Clone)]
pub struct Claim {
    pub id: Id,
    pub argument: usize,
    pub definition: ClaimDefinition,
    pub evidence: Vec<Evidence>,
    pub backlinks: Vec<Node>,
}

impl Argument {
    /// The folder of its map, as [`Id::address`].
    pub fn map_address(&self) -> String {
        format!("{}map/", self.item.id.address())
    }
}

/// An entry, or one passage of it, that bears on a claim.
#[derive(Debug, Clone)]
pub struct Evidence {
    pub entry: usize,
    pub side: Side,
    /// The block id of the passage, without `^`.
    pub at: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Source {
    pub item: Item,
    pub front: SourceFront,
    pub entries: Vec<usize>,
}

#[derive(Debug, Clone)]
pub struct Page {
    pub item: Item,
    pub order: Option<u64>,
}

#[derive(Debug, Clone)]
pub struct Entry {
    pub item: Item,
    /// When it was said: the entry's date, or else its source's.
    pub date: Option<Date>,
    pub source: Option<usize>,
    /// `None`: nobody curated it.
    pub arguments: Option<Vec<(usize, Option<Stance>)>>,
    pub says: Vec<Say>,
    pub replies_to: Vec<Reply>,
    /// Who replies to it, by id.
    pub replies: Vec<Reply>,
}

/// What an entry says of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Say {
    pub claim: usize,
    pub side: Side,
    pub at: Option<String>,
    pub span: Span,
}

/// A reply: who is answered or who answers, and which passage is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub entry: usize,
    pub at: Option<String>,
    pub span: Span,
}

impl Entry {
    pub fn kind(&self) -> Kind {
        self.item.id.kind
    }

    fn front(&self) -> Option<&crate::read::EntryFront> {
        self.item.document.entry()
    }

    pub fn tags(&self) -> impl Iterator<Item = &str> {
        self.front().into_iter().flat_map(|front| front.tags.iter().map(|tag| tag.value.as_str()))
    }

    pub fn basis(&self) -> Option<Basis> {
        self.front().and_then(|front| front.basis)
    }

    /// Who wrote the entry: a quote's speaker, else its authors.
    pub fn people(&self) -> Vec<&str> {
        match &self.item.document.front {
            Front::Quote(quote) => vec![quote.speaker.as_str()],
            Front::Essay(EssayFront { authors, .. }) | Front::Sample(SampleFront { authors, .. }) => {
                authors.iter().map(String::as_str).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether the words are another's, so that they need leave to be shown.
    pub fn quote_form(&self) -> Option<QuoteForm> {
        match &self.item.document.front {
            Front::Quote(quote) => Some(quote.form),
            _ => None,
        }
    }

    pub fn essay_form(&self) -> Option<EssayForm> {
        match &self.item.document.front {
            Front::Essay(essay) => Some(essay.form),
            _ => None,
        }
    }
}

/// A tag, a person or a year, with what bears it.
#[derive(Debug, Clone)]
pub struct Term {
    /// As most often written.
    pub name: String,
    /// Its component of the address.
    pub component: String,
    /// By id; withdrawn ones are left out.
    pub members: Vec<Node>,
}

impl Archive {
    pub fn item(&self, node: Node) -> Option<&Item> {
        match node {
            Node::Argument(at) => Some(&self.arguments[at].item),
            Node::Source(at) => Some(&self.sources[at].item),
            Node::Entry(at) => Some(&self.entries[at].item),
            Node::Page(at) => Some(&self.pages[at].item),
            Node::Claim(_) => None,
        }
    }

    /// Everything that was written as a file, in the order of places.
    pub fn nodes(&self) -> impl Iterator<Item = Node> + use<> {
        let (sources, entries, pages) = (self.sources.len(), self.entries.len(), self.pages.len());
        let arguments = (0..self.arguments.len()).map(Node::Argument);
        let others = (0..sources).map(Node::Source).chain((0..entries).map(Node::Entry));
        arguments.chain(others).chain((0..pages).map(Node::Page))
    }

    pub fn id(&self, node: Node) -> &Id {
        match (node, self.item(node)) {
            (_, Some(item)) => &item.id,
            (Node::Claim(at), None) => &self.claims[at].id,
            (_, None) => unreachable!("only claims have no item"),
        }
    }

    pub fn title(&self, node: Node) -> &str {
        match node {
            // As of anything withdrawn, its id is all that is told.
            Node::Claim(at) if self.withdrawn(node).is_some() => &self.claims[at].id.slug,
            Node::Claim(at) => &self.claims[at].definition.text,
            node => self.item(node).map_or("", |item| item.title.as_str()),
        }
    }

    /// What a thing is written in: a claim stands in its argument.
    pub fn owner(&self, node: Node) -> &Item {
        match node {
            Node::Argument(at) => &self.arguments[at].item,
            Node::Claim(at) => &self.arguments[self.claims[at].argument].item,
            Node::Source(at) => &self.sources[at].item,
            Node::Entry(at) => &self.entries[at].item,
            Node::Page(at) => &self.pages[at].item,
        }
    }

    /// Why a thing was withdrawn; a claim goes with its argument.
    pub fn withdrawn(&self, node: Node) -> Option<&str> {
        self.owner(node).withdrawn()
    }

    /// Whether machines are told of a thing: not of what was withdrawn, and not of a draft, which `--drafts` shows to
    /// people.
    pub fn is_public(&self, node: Node) -> bool {
        let owner = self.owner(node);
        owner.withdrawn().is_none() && !owner.is_draft()
    }

    /// The place of the argument with a slug.
    pub fn argument(&self, slug: &str) -> Option<usize> {
        self.arguments.iter().position(|argument| argument.item.id.slug == slug)
    }

    /// The slugs of all arguments, as a mend names them.
    pub fn argument_names(&self) -> String {
        self.arguments.iter().map(|argument| argument.item.id.slug.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// What an id, or a slug that only one thing has, names; or a mend.
    pub fn find(&self, name: &str) -> Result<Node, String> {
        if let Some(node) = Id::parse(name).and_then(|id| self.ids.get(&id)) {
            return Ok(*node);
        }
        let named: Vec<_> = self.ids.keys().filter(|id| id.slug == name).collect();
        match named[..] {
            [id] => Ok(self.ids[id]),
            [] => {
                let ids: Vec<_> = self.ids.keys().map(|id| (id.to_string(), id.slug.as_str())).collect();
                let known = ids.iter().map(|(id, slug)| if name.contains('/') { id.as_str() } else { *slug });
                Err(nearest(name, known).map_or_else(
                    || "`casebook search WORDS` finds ids".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                ))
            }
            _ => {
                Err(format!("it may be {}", named.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(" or ")))
            }
        }
    }

    /// How many things of a kind are published.
    pub fn count(&self, kind: Kind) -> usize {
        self.ids.iter().filter(|(id, node)| id.kind == kind && self.withdrawn(**node).is_none()).count()
    }

    /// The arguments that an entry makes, once each and in order, without withdrawn ones.
    pub fn made(&self, entry: &Entry) -> Vec<(usize, Option<Stance>)> {
        let live = |(at, _): &&(usize, _)| self.arguments[*at].item.withdrawn().is_none();
        let mut made: Vec<_> = entry.arguments.iter().flatten().filter(live).copied().collect();
        made.sort_unstable();
        made.dedup_by_key(|(argument, _)| *argument);
        made
    }

    /// The entries whose text is published, by id.
    pub fn published(&self) -> impl Iterator<Item = (usize, &Entry)> {
        self.entries.iter().enumerate().filter(|(_, entry)| entry.item.withdrawn().is_none())
    }
}
