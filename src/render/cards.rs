//! The summaries that pages show of one another, each made once.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::balance::{balance, strongest, voices};
use super::view::{ArgumentCard, ArgumentName, Card, ClaimCard, NameView, Shared, SourceCard, StanceView};
use super::words::Words;
use crate::config::is_web;
use crate::escape::href;
use crate::model::{Archive, Entry, Node};
use crate::read::Side;
use crate::tag::Suggestions;

/// How many hues a theme has for arguments.
const TONES: usize = 12;

/// Every summary, by the place of its thing in the archive.
pub struct Cards {
    pub entries: Vec<Shared<Card>>,
    pub claims: Vec<Shared<ClaimCard>>,
    pub arguments: Vec<Shared<ArgumentCard>>,
    pub sources: Vec<Shared<SourceCard>>,
}

impl Cards {
    pub fn new(archive: &Archive, suggestions: &Suggestions, guesses: bool, words: &Words) -> Self {
        let entries = (0..archive.entries.len())
            .into_par_iter()
            .map(|at| Shared::new(entry_card(archive, at, suggestions, guesses, words)))
            .collect();
        let claims: Vec<_> = (0..archive.claims.len()).map(|at| Shared::new(claim_card(archive, at))).collect();
        let arguments = (0..archive.arguments.len()).map(|at| Shared::new(argument_card(archive, at, &claims)));
        let arguments = arguments.collect();
        let sources = (0..archive.sources.len()).map(|at| Shared::new(source_card(archive, at, words))).collect();
        Self { entries, claims, arguments, sources }
    }

    /// Makes those anew that count an entry, or did when it was `old`, and its own.
    pub fn renew(
        &mut self,
        archive: &Archive,
        (at, old): (usize, &Entry),
        suggestions: &Suggestions,
        guesses: bool,
        words: &Words,
    ) {
        let new = &archive.entries[at];
        self.entries[at] = Shared::new(entry_card(archive, at, suggestions, guesses, words));
        let counted = |entry: &Entry| {
            let says = entry.says.iter().map(|say| (say.claim, say.side)).collect::<Vec<_>>();
            let people = entry.people().into_iter().map(str::to_owned).collect::<Vec<_>>();
            (entry.arguments.clone(), says, entry.basis(), people)
        };
        if counted(old) == counted(new) {
            return;
        }
        let entries = || [old, new].into_iter();
        let claims: BTreeSet<usize> = entries().flat_map(|entry| &entry.says).map(|say| say.claim).collect();
        let made = entries().flat_map(|entry| entry.arguments.iter().flatten()).map(|(argument, _)| *argument);
        let arguments: BTreeSet<usize> =
            claims.iter().map(|&claim| archive.claims[claim].argument).chain(made).collect();
        claims.into_iter().for_each(|at| self.claims[at] = Shared::new(claim_card(archive, at)));
        for at in arguments {
            self.arguments[at] = Shared::new(argument_card(archive, at, &self.claims));
        }
    }
}

fn argument_card(archive: &Archive, at: usize, claims: &[Shared<ClaimCard>]) -> ArgumentCard {
    let (argument, strongest) = (&archive.arguments[at], strongest(archive, at));
    ArgumentCard {
        id: argument.item.id.slug.clone(),
        tone: at % TONES + 1,
        title: argument.item.title.clone(),
        question: argument.question.clone(),
        path: href(&argument.item.id.address()),
        balance: balance(archive, at),
        strongest_for: strongest.in_favour.map(|claim| claims[claim].clone()),
        strongest_against: strongest.against.map(|claim| claims[claim].clone()),
        claims: argument.claims.iter().map(|&claim| claims[claim].clone()).collect(),
        entries: argument.entries.len(),
    }
}

pub fn name(archive: &Archive, node: Node) -> NameView {
    let id = archive.id(node);
    NameView { id: id.slug.clone(), title: archive.title(node).to_owned(), path: href(&id.address()) }
}

pub fn argument_name(archive: &Archive, at: usize) -> ArgumentName {
    ArgumentName { name: name(archive, Node::Argument(at)), tone: at % TONES + 1 }
}

pub fn claim_card(archive: &Archive, at: usize) -> ClaimCard {
    let claim = &archive.claims[at];
    let definition = &claim.definition;
    ClaimCard {
        id: claim.id.slug.clone(),
        text: definition.text.clone(),
        path: href(&claim.id.address()),
        standing: definition.standing,
        answer: definition.answer.clone(),
        as_of: definition.as_of.clone(),
        none_found: definition.none_found,
        argument: argument_name(archive, claim.argument),
        supports: voices(archive, &claim.evidence, Side::Supports),
        disputes: voices(archive, &claim.evidence, Side::Disputes),
    }
}

fn source_card(archive: &Archive, at: usize, words: &Words) -> SourceCard {
    let source = &archive.sources[at];
    let front = &source.front;
    let withdrawn = source.item.withdrawn().is_some();
    SourceCard {
        id: source.item.id.slug.clone(),
        title: source.item.title.clone(),
        path: href(&source.item.id.address()),
        kind: front.kind,
        authors: if withdrawn { Vec::new() } else { front.authors.clone() },
        date: front.date.as_ref().map(|date| words.date(date.value)),
        venue: front.venue.clone().filter(|_| !withdrawn),
        url: front.url.as_ref().map(|url| url.value.clone()).filter(|url| is_web(url) && !withdrawn),
        rights: front.rights.clone().filter(|_| !withdrawn),
        entries: source.entries.len(),
    }
}

/// The stances of an entry, or else what the generator suggests.
fn stances(archive: &Archive, at: usize, suggestions: &Suggestions, guesses: bool) -> Vec<StanceView> {
    let argument = |at| argument_name(archive, at);
    match &archive.entries[at].arguments {
        Some(_) => archive
            .made(&archive.entries[at])
            .into_iter()
            .map(|(at, stance)| StanceView { argument: argument(at), stance, suggested: false, evidence: Vec::new() })
            .collect(),
        None => suggestions
            .of(at)
            .iter()
            .map(|suggestion| StanceView {
                argument: argument(suggestion.argument),
                // A suggested stance would put words into a named person's mouth.
                stance: suggestion.stance.filter(|_| guesses),
                suggested: true,
                evidence: distinct(suggestion.evidence.iter().map(|evidence| evidence.text.as_str())),
            })
            .collect(),
    }
}

/// The first few words, each once.
fn distinct<'a>(words: impl Iterator<Item = &'a str>) -> Vec<String> {
    const FEW: usize = 5;
    let mut out: Vec<String> = Vec::new();
    for word in words {
        if out.len() < FEW && !out.iter().any(|before| before.to_lowercase() == word.to_lowercase()) {
            out.push(word.to_owned());
        }
    }
    out
}

pub fn entry_card(archive: &Archive, at: usize, suggestions: &Suggestions, guesses: bool, words: &Words) -> Card {
    let entry = &archive.entries[at];
    let published = entry.item.withdrawn().is_none();
    Card {
        id: entry.item.id.to_string(),
        kind: entry.kind(),
        title: entry.item.title.clone(),
        path: href(&entry.item.id.address()),
        date: entry.date.map(|date| words.date(date)),
        added: entry.item.added().map(|date| words.date(date)),
        changed: entry.item.changed().map(|date| words.date(date)),
        people: if published { entry.people().into_iter().map(str::to_owned).collect() } else { Vec::new() },
        source: entry.source.map(|source| name(archive, Node::Source(source))),
        quote_form: entry.quote_form(),
        essay_form: entry.essay_form(),
        basis: entry.basis(),
        arguments: if published { stances(archive, at, suggestions, guesses) } else { Vec::new() },
        excerpt: if published { entry.item.document.body.gist.excerpt.clone() } else { String::new() },
        draft: entry.item.is_draft(),
    }
}
