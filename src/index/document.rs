//! What the index holds of each thing that has a page: texts that are searched, facts that are asked for, and what its
//! hit shows.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::analyze::PASSAGE;
use crate::escape::href;
use crate::fields::Choice;
use crate::model::{Archive, Claim, Entry, Id, Item, Node, Source, component};
use crate::read::Stance;
use crate::read::markdown::{Passage, PassageKind};
use crate::span::one_line;

/// One document.
pub struct Document {
    /// Of a text field, by its name in [`TEXTS`](super::schema::TEXTS), value by value.
    pub texts: Vec<(&'static str, String)>,
    /// Of a field in [`FACTS`](super::schema::FACTS).
    pub facts: BTreeSet<(&'static str, String)>,
    /// As it sorts: 0 where there is none.
    pub date: u64,
    /// The source file, relative to the archive's root.
    pub file: String,
    pub card: Card,
}

/// What a hit shows. The browser gets it as it stands here.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Card {
    pub id: String,
    pub kind: String,
    pub title: String,
    /// Relative to the site's root, encoded.
    pub url: String,
    /// Curated arguments, with the stance where one is taken.
    pub arguments: Vec<(String, Option<String>)>,
    pub year: Option<i16>,
    pub passages: Vec<Quotable>,
    /// Shown only where it has more of the query's words than the text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub code: Vec<Quotable>,
}

/// A passage with the anchor that leads to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quotable(pub Option<String>, pub String);

/// Passages after this many bytes of a document are searched, but no snippet is cut from them. In an archive of
/// thousands of documents it is less, so that a search costs its readers no more bytes than it must.
fn quotable(documents: usize) -> usize {
    const MANY: usize = 2000;
    if documents > MANY { 4 << 10 } else { 64 << 10 }
}

/// A thing that is searched.
#[derive(Debug, Clone)]
pub struct Searched<'a> {
    pub text: Box<str>,
    pub id: &'a Id,
    pub node: Node,
}

/// What is searched of an archive, in the order of the ids as they are written.
pub fn published(archive: &Archive) -> Vec<Searched<'_>> {
    let nodes = archive.ids.iter().filter(|(_, node)| archive.withdrawn(**node).is_none());
    let searched = nodes.map(|(id, node)| Searched { text: id.to_string().into(), id, node: *node });
    let mut searched: Vec<_> = searched.collect();
    searched.sort_by(|a, b| a.text.cmp(&b.text));
    searched
}

/// Stands for all that [`Document::new`] reads for a document: where it is the same, so is the document.
pub type Key = [u64; 2];

/// Made without a look at the text, so that an archive's keys are cheap. What [`Document::new`] reads must go into it.
pub fn key(archive: &Archive, Searched { text, node, .. }: &Searched<'_>) -> Key {
    let mut hasher = blake3::Hasher::new();
    let mut add = |text: &str| {
        hasher.update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes());
    };
    add(text);
    add(&archive.config.language);
    add(&quotable(archive.ids.len()).to_string());
    add(archive.title(*node));
    match *node {
        Node::Claim(at) => {
            let claim = &archive.claims[at];
            let argument = &archive.arguments[claim.argument].item;
            add(&argument.id.slug);
            add(&argument.document.path);
            add(claim.definition.answer.as_deref().unwrap_or("\0"));
        }
        Node::Entry(at) => relations(archive, &archive.entries[at], add),
        // All that is read for these stands in their own files.
        Node::Argument(_) | Node::Source(_) | Node::Page(_) => {}
    }
    if let Some(item) = archive.item(*node) {
        hasher.update(item.document.digest.as_bytes());
    }
    let hash = hasher.finalize();
    let half = |at: usize| u64::from_le_bytes(std::array::from_fn(|byte| hash.as_bytes()[at + byte]));
    [half(0), half(8)]
}

/// What other files than its own say of an entry.
fn relations(archive: &Archive, entry: &Entry, mut add: impl FnMut(&str)) {
    // Where it has none, it is its source's.
    add(&entry.date.map_or_else(String::new, |date| date.to_string()));
    if let Some(source) = source(archive, entry) {
        add(&source.item.id.slug);
        add(&source.item.title);
        source.front.authors.iter().for_each(|author| add(author));
    }
    for (argument, stance) in archive.made(entry) {
        add(&archive.arguments[argument].item.id.slug);
        add(stance.map_or("", Stance::word));
    }
    claims(archive, entry).for_each(|claim| add(&claim.id.slug));
}

fn source<'a>(archive: &'a Archive, entry: &Entry) -> Option<&'a Source> {
    entry.source.filter(|&at| archive.withdrawn(Node::Source(at)).is_none()).map(|at| &archive.sources[at])
}

fn claims<'a>(archive: &'a Archive, entry: &'a Entry) -> impl Iterator<Item = &'a Claim> {
    let says = entry.says.iter().filter(|say| archive.withdrawn(Node::Claim(say.claim)).is_none());
    says.map(|say| &archive.claims[say.claim])
}

/// How a date sorts; 0 for none, or one before the common era.
fn date_key(date: Option<crate::date::Date>) -> u64 {
    let Some((year, date)) = date.and_then(|date| Some((u64::try_from(date.year()).ok()?, date))) else { return 0 };
    let (month, day) = date.month_and_day();
    (year << 9 | u64::from(month) << 5 | u64::from(day)) + 1
}

impl Document {
    pub fn new(archive: &Archive, &Searched { id, node, .. }: &Searched<'_>) -> Self {
        let title = nfc(archive.title(node)).into_owned();
        let card = Card {
            id: id.to_string(),
            kind: id.kind.word().to_owned(),
            title: title.clone(),
            url: href(&id.address()),
            arguments: Vec::new(),
            year: None,
            passages: Vec::new(),
            code: Vec::new(),
        };
        let mut document =
            Self { texts: vec![("title", title)], facts: BTreeSet::new(), date: 0, file: String::new(), card };
        // A slug often says in a reader's words what the title says in an author's.
        document.text("names", &id.slug.replace(['-', '_'], " "));
        document.fact("kind", id.kind.word());
        document.fact("language", &archive.config.language);
        match node {
            Node::Claim(at) => {
                let claim = &archive.claims[at];
                let argument = &archive.arguments[claim.argument].item;
                document.fact("argument", &argument.id.slug);
                document.fact("claim", &id.slug);
                document.file.clone_from(&argument.document.path);
                document.card.arguments.push((argument.id.slug.clone(), None));
                document.say(claim.definition.answer.as_deref());
            }
            Node::Argument(at) => {
                let argument = &archive.arguments[at];
                document.fact("argument", &id.slug);
                document.card.arguments.push((id.slug.clone(), None));
                document.say(argument.question.as_deref());
            }
            Node::Source(at) => {
                let front = &archive.sources[at].front;
                document.fact("source", &id.slug);
                for author in &front.authors {
                    document.person("author", author);
                }
                document.dated(front.date.as_ref().map(|date| date.value));
            }
            Node::Entry(at) => document.entry(archive, &archive.entries[at]),
            Node::Page(_) => {}
        }
        if let Some(item) = archive.item(node) {
            document.file.clone_from(&item.document.path);
            document.item(item, quotable(archive.ids.len()));
        }
        document
    }

    fn fact(&mut self, name: &'static str, value: &str) {
        let value = component(value);
        if !value.is_empty() {
            self.facts.insert((name, value));
        }
    }

    fn text(&mut self, field: &'static str, text: &str) {
        self.texts.push((field, nfc(text).into_owned()));
    }

    /// Adds a passage to a field: all of them are one text.
    fn passage(&mut self, field: &'static str, text: &str) {
        match self.texts.iter_mut().find(|(name, _)| *name == field) {
            Some((_, all)) => {
                all.push(PASSAGE);
                all.push_str(text);
            }
            None => self.texts.push((field, text.to_owned())),
        }
    }

    fn person(&mut self, role: &'static str, name: &str) {
        self.fact(role, name);
        self.text("names", name);
    }

    fn dated(&mut self, date: Option<crate::date::Date>) {
        self.date = date_key(date);
        self.card.year = date.map(crate::date::Date::year);
        if let Some(year) = self.date.checked_sub(1).map(|date| date >> 9) {
            self.fact("year", &year.to_string());
        }
    }

    /// A sentence that stands on the page, beside its text.
    fn say(&mut self, sentence: Option<&str>) {
        if let Some(sentence) = sentence {
            self.passage("body", &nfc(sentence));
            self.card.passages.push(Quotable(None, nfc(sentence).into_owned()));
        }
    }

    fn entry(&mut self, archive: &Archive, entry: &Entry) {
        let role = if entry.quote_form().is_some() { "speaker" } else { "author" };
        for name in entry.people() {
            self.person(role, name);
        }
        if let Some(source) = source(archive, entry) {
            self.fact("source", &source.item.id.slug);
            self.text("names", &source.item.title);
            for author in &source.front.authors {
                self.person("author", author);
            }
        }
        for tag in entry.tags() {
            self.fact("tag", tag);
            self.text("tags", tag);
        }
        for (argument, stance) in archive.made(entry) {
            let slug = &archive.arguments[argument].item.id.slug;
            self.fact("argument", slug);
            if let Some(stance) = stance {
                self.fact("stance", stance.word());
                // A fact of its own, so that both are asked of one argument.
                self.facts.insert(("stance", format!("{}:{}", component(slug), stance.word())));
            }
            self.card.arguments.push((slug.clone(), stance.map(|stance| stance.word().to_owned())));
        }
        for claim in claims(archive, entry) {
            self.fact("claim", &claim.id.slug);
        }
        self.dated(entry.date);
    }

    /// The words of a text; code apart, since it weighs less. The card may hold so many bytes of passages.
    fn item(&mut self, item: &Item, mut room: usize) {
        let mut heading: Option<Passage> = None;
        let mut quotable = |list: &mut Vec<Quotable>, anchor: Option<String>, text: &str| {
            if room == 0 {
                return;
            }
            let text = one_line(text);
            let text = &text[..text.floor_char_boundary(room)];
            if !text.is_empty() {
                room -= text.len();
                list.push(Quotable(anchor, text.to_owned()));
            }
        };
        for mut passage in item.document.body.passages() {
            if let Cow::Owned(text) = nfc(&passage.text) {
                passage.text = text;
            }
            if passage.kind == PassageKind::Code {
                quotable(&mut self.card.code, passage.anchor, &passage.text);
                self.passage("code", &passage.text);
                continue;
            }
            self.passage("body", &passage.text);
            // A heading says little without the text below it.
            if let Some(heading) = heading.take() {
                passage = match passage.kind {
                    PassageKind::Heading => {
                        quotable(&mut self.card.passages, heading.anchor, &heading.text);
                        passage
                    }
                    _ => Passage { text: format!("{} · {}", heading.text, passage.text), ..passage },
                };
            }
            if passage.kind == PassageKind::Heading {
                heading = Some(passage);
            } else {
                quotable(&mut self.card.passages, passage.anchor, &passage.text);
            }
        }
        if let Some(heading) = heading {
            quotable(&mut self.card.passages, heading.anchor, &heading.text);
        }
        for variant in item.document.variants() {
            self.fact("lang", &variant.language.value);
            if let Some(expected) = &variant.expect {
                self.passage("code", &nfc(expected));
            }
        }
        for code in item.document.code.iter().flatten() {
            quotable(&mut self.card.code, None, &code.text);
            self.passage("code", &nfc(&code.text));
        }
    }
}

fn nfc(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) }
}
