//! What the index holds of each thing that has a page: texts that are searched, facts that are asked for, and what its
//! hit shows.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::analyze::PASSAGE;
use super::number::number;
use crate::escape::href;
use crate::fields::Choice;
use crate::model::{Archive, Entry, Id, Item, Node, component};
use crate::read::markdown::{Passage, PassageKind};

/// One document.
pub struct Document {
    /// Of a text field, by its name in [`TEXTS`](super::schema::TEXTS), value by value.
    pub texts: Vec<(&'static str, String)>,
    /// Of a field in [`FACTS`](super::schema::FACTS).
    pub facts: BTreeSet<(&'static str, String)>,
    /// As it sorts: 0 where there is none.
    pub date: u64,
    /// How many bytes of passages its card may hold.
    room: usize,
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

/// What is searched of an archive, in the order of its numbers.
pub fn published(archive: &Archive) -> Vec<(&Id, Node)> {
    let nodes = archive.ids.iter().filter(|(_, node)| archive.withdrawn(**node).is_none());
    let mut by_id: Vec<_> = nodes.map(|(id, node)| (id.to_string(), (id, *node))).collect();
    by_id.sort_by(|a, b| a.0.cmp(&b.0));
    let (_, numbers) = number(by_id.iter().map(|(id, _)| id.as_str()));
    let mut numbered: Vec<_> = numbers.into_iter().zip(by_id).collect();
    numbered.sort_by_key(|(number, _)| *number);
    numbered.into_iter().map(|(_, (_, thing))| thing).collect()
}

/// How a date sorts; 0 for none, or one before the common era.
fn date_key(date: Option<crate::date::Date>) -> u64 {
    let Some((year, date)) = date.and_then(|date| Some((u64::try_from(date.year()).ok()?, date))) else { return 0 };
    let (month, day) = date.month_and_day();
    (year << 9 | u64::from(month) << 5 | u64::from(day)) + 1
}

impl Document {
    pub fn new(archive: &Archive, id: &Id, node: Node) -> Self {
        let title = nfc(archive.title(node));
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
        let mut document = Self {
            texts: vec![("title", title)],
            facts: BTreeSet::new(),
            date: 0,
            room: quotable(archive.ids.len()),
            file: String::new(),
            card,
        };
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
            document.item(item);
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
        self.texts.push((field, nfc(text)));
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
            self.card.passages.push(Quotable(None, nfc(sentence)));
        }
    }

    fn entry(&mut self, archive: &Archive, entry: &Entry) {
        let role = if entry.quote_form().is_some() { "speaker" } else { "author" };
        for name in entry.people() {
            self.person(role, name);
        }
        let source = entry.source.filter(|&at| archive.withdrawn(Node::Source(at)).is_none());
        if let Some(source) = source.map(|at| &archive.sources[at]) {
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
        for say in entry.says.iter().filter(|say| archive.withdrawn(Node::Claim(say.claim)).is_none()) {
            self.fact("claim", &archive.claims[say.claim].id.slug);
        }
        self.dated(entry.date);
    }

    /// The words of a text; code apart, since it weighs less.
    fn item(&mut self, item: &Item) {
        let mut room = self.room;
        let mut heading: Option<Passage> = None;
        let mut quotable = |list: &mut Vec<Quotable>, anchor: Option<String>, text: &str| {
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let text = &text[..text.floor_char_boundary(room)];
            if !text.is_empty() {
                room -= text.len();
                list.push(Quotable(anchor, text.to_owned()));
            }
        };
        for mut passage in item.document.body.passages() {
            passage.text = nfc(&passage.text);
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

fn nfc(text: &str) -> String {
    if text.is_ascii() { text.to_owned() } else { text.nfc().collect() }
}
