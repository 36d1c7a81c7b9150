//! The entries for programs: `api/entries/1.json`, `2.json` and so on. docs/api.md describes them.
//!
//! Entries stand in the order in which the archive took them in, so that a new one comes last and moves no other.
//! Addresses are relative to the file, and hold wherever the site stands.

use serde::{Serialize, Serializer};

use super::linked_data::{quiet, text};
use super::site::Site;
use crate::cache::Key;
use crate::date::Date;
use crate::escape::{fragment, href};
use crate::model::{Archive, Entry, Id, Node};
use crate::read::{Basis, EssayForm, Front, Kind, QuoteForm, Side, Stance};

/// Changes with what is made of the same list.
const MAKER: &str = "api 1";

/// How many entries one file holds.
const LONGEST: usize = 100;

/// The way from a file to the site's root.
const ROOT: &str = "../../";

/// How many files so many entries make: one at least, which an archive without entries leaves empty.
pub fn pages(entries: usize) -> usize {
    entries.div_ceil(LONGEST).max(1)
}

pub fn path(at: usize) -> String {
    format!("api/entries/{}.json", at + 1)
}

/// By the day on which they were added, those without first; then by id. What was withdrawn keeps its place, so that
/// nothing moves and whoever has a copy learns of it.
pub fn listed(archive: &Archive) -> Vec<usize> {
    let mut listed: Vec<_> = (0..archive.entries.len()).filter(|&at| !archive.entries[at].item.is_draft()).collect();
    listed.sort_by_key(|&at| (archive.entries[at].item.added(), at));
    listed
}

#[derive(Serialize)]
struct List<'a> {
    title: &'a str,
    question: &'a str,
    language: &'a str,
    license: Option<&'a str>,
    total: usize,
    page: usize,
    pages: usize,
    next: Option<String>,
    previous: Option<String>,
    entries: Vec<Listed<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Listed<'a> {
    Withdrawn(Withdrawn<'a>),
    Whole(Box<Whole<'a>>),
}

#[derive(Serialize)]
struct Withdrawn<'a> {
    id: &'a Id,
    url: String,
    kind: Kind,
    #[serde(rename = "withdrawn")]
    reason: &'a str,
}

#[derive(Serialize)]
struct Whole<'a> {
    id: &'a Id,
    url: String,
    kind: Kind,
    title: &'a str,
    form: Option<Form>,
    people: Vec<&'a str>,
    date: Option<Date>,
    added: Option<Date>,
    updated: Option<Date>,
    source: Option<Named<'a>>,
    locator: Option<&'a str>,
    basis: Option<Basis>,
    arguments: Option<Vec<Made<'a>>>,
    claims: Vec<Said<'a>>,
    replies_to: Vec<Answered<'a>>,
    tags: Vec<&'a str>,
    text: Text<'a>,
    variants: Vec<Variant<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Form {
    Quote(QuoteForm),
    Essay(EssayForm),
}

#[derive(Serialize)]
struct Named<'a> {
    id: &'a Id,
    title: &'a str,
}

#[derive(Serialize)]
struct Made<'a> {
    id: &'a Id,
    stance: Option<Stance>,
}

#[derive(Serialize)]
struct Said<'a> {
    id: &'a Id,
    side: Side,
    passage: Option<String>,
}

#[derive(Serialize)]
struct Answered<'a> {
    id: &'a Id,
    passage: Option<String>,
}

#[derive(Serialize)]
struct Variant<'a> {
    name: &'a str,
    language: &'a str,
    file: &'a str,
    code: Code<'a>,
}

/// The words of an entry; to a key, what decides all of its files.
struct Text<'a>(&'a Entry);

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            text(self.0).serialize(serializer)
        } else {
            self.0.item.document.digest.as_bytes().serialize(serializer)
        }
    }
}

/// A program; to a key, [`Text`] stands for it as well.
struct Code<'a>(Option<&'a str>);

impl Serialize for Code<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() { self.0.serialize(serializer) } else { serializer.serialize_unit() }
    }
}

impl Site {
    /// A file of the list, from 0.
    pub(super) fn api(&self, at: usize) -> String {
        // No text in it is markup, not even to a host that calls the file a page.
        quiet(serde_json::to_string_pretty(&self.api_list(at)).expect("it has string keys alone")) + "\n"
    }

    /// What stands for all that decides the file.
    pub(super) fn api_key(&self, at: usize) -> Key {
        Key::of(MAKER, &(env!("CASEBOOK_SOURCES"), self.api_list(at)))
    }

    fn api_list(&self, at: usize) -> List<'_> {
        let config = &self.archive.config;
        let listed = &self.listed_entries;
        let pages = pages(listed.len());
        List {
            title: &config.title,
            question: &config.question,
            language: &config.language,
            license: config.license.as_deref(),
            total: listed.len(),
            page: at + 1,
            pages,
            next: (at + 1 < pages).then(|| format!("{}.json", at + 2)),
            previous: (at > 0).then(|| format!("{at}.json")),
            entries: listed.iter().skip(at * LONGEST).take(LONGEST).map(|&at| self.listed_entry(at)).collect(),
        }
    }

    fn listed_entry(&self, at: usize) -> Listed<'_> {
        let entry = &self.archive.entries[at];
        let (id, kind) = (&entry.item.id, entry.kind());
        let url = format!("{ROOT}{}", href(&id.address()));
        match entry.item.withdrawn() {
            Some(reason) => Listed::Withdrawn(Withdrawn { id, url, kind, reason }),
            None => Listed::Whole(Box::new(self.whole_entry(entry, url))),
        }
    }

    fn whole_entry<'a>(&'a self, entry: &'a Entry, url: String) -> Whole<'a> {
        let archive = &self.archive;
        let id = |node| archive.is_public(node).then(|| archive.id(node));
        let passage = |owner: &Id, at: Option<&String>| {
            at.map(|at| format!("{ROOT}{}#{}", href(&owner.address()), fragment(&format!("^{at}"))))
        };
        let document = &entry.item.document;
        let source = entry.source.map(Node::Source);
        let arguments = entry.arguments.as_ref().map(|made| {
            let made = made.iter().filter_map(|&(at, stance)| Some(Made { id: id(Node::Argument(at))?, stance }));
            made.collect()
        });
        let claims = entry.says.iter().filter_map(|say| {
            let passage = passage(&entry.item.id, say.at.as_ref());
            Some(Said { id: id(Node::Claim(say.claim))?, side: say.side, passage })
        });
        let replies_to = entry.replies_to.iter().filter_map(|reply| {
            let id = id(Node::Entry(reply.entry))?;
            Some(Answered { id, passage: passage(id, reply.at.as_ref()) })
        });
        let code = document.code.iter().map(|code| Code(code.as_ref().map(|code| &*code.text)));
        let variants = document.variants().iter().zip(code).map(|(variant, code)| Variant {
            name: &variant.name.value,
            language: &variant.language.value,
            file: &variant.file.value,
            code,
        });
        Whole {
            id: &entry.item.id,
            url,
            kind: entry.kind(),
            title: &entry.item.title,
            form: entry.quote_form().map(Form::Quote).or_else(|| entry.essay_form().map(Form::Essay)),
            people: entry.people(),
            date: entry.date,
            added: entry.item.added(),
            updated: document.common.updated.as_ref().map(|date| date.value),
            source: source.and_then(|node| Some(Named { id: id(node)?, title: archive.title(node) })),
            locator: match &document.front {
                Front::Quote(quote) => quote.locator.as_deref(),
                _ => None,
            },
            basis: entry.basis(),
            arguments,
            claims: claims.collect(),
            replies_to: replies_to.collect(),
            tags: entry.tags().collect(),
            text: Text(entry),
            variants: variants.collect(),
        }
    }
}
