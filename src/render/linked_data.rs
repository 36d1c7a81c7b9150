//! Linked data: what a page is about, in the words of schema.org, as JSON-LD.
//!
//! Addresses are whole ones, below `base_url`. Where the archive does not know where it stands they are left out: a
//! relative one would name another thing in each copy of the site. Nothing is said that the archive does not know: no
//! rating of a claim, no speaker of words that are not the speaker's, no argument that nobody curated.

use serde::{Serialize, Serializer};

use super::lists::List;
use super::plan::{Page, Taxonomy};
use super::site::{Site, license_url};
use crate::config::is_web;
use crate::date::Date;
use crate::escape::href;
use crate::fields::Choice;
use crate::model::{Entry, Item, Node};
use crate::read::{EssayForm, Front, Kind, QuoteForm, SourceKind};
use crate::span::Spanned;

#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@graph")]
    graph: Graph<'a>,
}

/// The thing alone, or with the way to it.
#[derive(Serialize)]
#[serde(untagged)]
enum Graph<'a> {
    Thing([&'a Thing; 1]),
    Found(&'a Thing, &'a BreadcrumbList),
}

/// A thing of any type that this archive has to do with. What is empty is not written.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Thing {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "is_blank")]
    name: Option<String>,
    #[serde(skip_serializing_if = "is_blank")]
    url: Option<String>,
    #[serde(skip_serializing_if = "is_blank")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    main_entity: Option<Box<Self>>,
    // Of a creative work.
    #[serde(skip_serializing_if = "is_blank")]
    headline: Option<String>,
    #[serde(skip_serializing_if = "is_blank")]
    text: Option<String>,
    #[serde(skip_serializing_if = "is_blank")]
    in_language: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    keywords: Vec<String>,
    #[serde(skip_serializing_if = "is_blank")]
    genre: Option<String>,
    #[serde(skip_serializing_if = "is_blank")]
    license: Option<String>,
    #[serde(skip_serializing_if = "is_blank")]
    version: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    author: Vec<Self>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    translator: Vec<Self>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    editor: Vec<Self>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_created: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_published: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_modified: Option<Date>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    about: Vec<Self>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    mentions: Vec<Self>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    citation: Vec<Self>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    has_part: Vec<Self>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_part_of: Option<Box<Self>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_based_on: Option<Box<Self>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    translation_of_work: Option<Box<Self>>,
    #[serde(skip_serializing_if = "is_blank")]
    archived_at: Option<String>,
    // Of a quotation.
    #[serde(skip_serializing_if = "Option::is_none")]
    spoken_by_character: Option<Box<Self>>,
    // Of source code.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    programming_language: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code_sample_type: Option<&'static str>,
    #[serde(skip_serializing_if = "is_blank")]
    runtime_platform: Option<String>,
    // Of a site.
    #[serde(skip_serializing_if = "Option::is_none")]
    potential_action: Option<SearchAction>,
}

#[derive(Debug, Clone, Serialize)]
struct SearchAction {
    #[serde(rename = "@type")]
    kind: &'static str,
    target: EntryPoint,
    #[serde(rename = "query-input")]
    query: &'static str,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct EntryPoint {
    #[serde(rename = "@type")]
    kind: &'static str,
    url_template: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct BreadcrumbList {
    #[serde(rename = "@type")]
    kind: &'static str,
    item_list_element: Vec<ListItem>,
}

#[derive(Debug, Serialize)]
struct ListItem {
    #[serde(rename = "@type")]
    kind: &'static str,
    position: usize,
    name: String,
    #[serde(skip_serializing_if = "is_blank")]
    item: Option<String>,
}

/// What stands in a page's script element for linked data: to a template it is safe text.
#[derive(Debug)]
pub struct LinkedData {
    thing: Thing,
    way: Option<BreadcrumbList>,
}

impl Serialize for LinkedData {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return (&self.thing, &self.way).serialize(serializer);
        }
        let thing = &self.thing;
        let graph = self.way.as_ref().map_or(Graph::Thing([thing]), |way| Graph::Found(thing, way));
        let document = serde_json::to_string(&Document { context: "https://schema.org", graph });
        quiet(document.expect("it has string keys alone")).serialize(serializer)
    }
}

impl Thing {
    fn new(kind: &'static str, name: impl Into<String>) -> Self {
        Self { kind, name: Some(name.into()), ..Self::default() }
    }
}

impl Site {
    pub(super) fn linked_data(&self, page: Page, title: &str, address: &str) -> LinkedData {
        let mut thing = self.thing(page, title);
        thing.url = self.whole(address);
        let way = (page != Page::Home).then(|| self.breadcrumbs(page, title, address));
        LinkedData { thing, way }
    }

    /// An address on the web.
    fn whole(&self, path: &str) -> Option<String> {
        Some(format!("{}{}", self.archive.config.base_url.as_ref()?, href(path)))
    }

    fn thing(&self, page: Page, title: &str) -> Thing {
        let thing = match page {
            Page::Home => return self.web_site(),
            Page::Node(Node::Argument(at)) => self.argument_data(at),
            Page::Node(Node::Claim(at)) => self.claim_data(at),
            Page::Node(Node::Source(at)) => Thing {
                main_entity: Some(Box::new(self.source_data(at))),
                ..dated(Thing::new("WebPage", title), &self.archive.sources[at].item)
            },
            Page::Node(Node::Entry(at)) => self.entry_data(&self.archive.entries[at]),
            Page::Node(Node::Page(at)) => {
                Thing { license: self.license(), ..dated(Thing::new("WebPage", title), &self.archive.pages[at].item) }
            }
            Page::List(List::Term(Taxonomy::People, at), _) => Thing {
                main_entity: Some(Box::new(Thing::new("Person", &self.archive.people[at].name))),
                ..Thing::new("ProfilePage", title)
            },
            _ => Thing::new("CollectionPage", title),
        };
        let config = &self.archive.config;
        let home = Thing { url: config.base_url.clone(), ..Thing::new("WebSite", &config.title) };
        let part_of = thing.is_part_of.or_else(|| Some(Box::new(home)));
        Thing { is_part_of: part_of, in_language: Some(config.language.clone()), ..thing }
    }

    /// Where the licence of the archive's own texts stands. What has only a name is no licence to a machine.
    fn license(&self) -> Option<String> {
        let license = self.archive.config.license.as_deref()?;
        license_url(license).or_else(|| is_web(license).then_some(license)).map(str::to_owned)
    }

    fn web_site(&self) -> Thing {
        let config = &self.archive.config;
        let arguments = (0..self.archive.arguments.len()).filter(|&at| self.archive.is_public(Node::Argument(at)));
        let search = self.whole("search/").map(|search| SearchAction {
            kind: "SearchAction",
            target: EntryPoint { kind: "EntryPoint", url_template: format!("{search}?q={{query}}") },
            query: "required name=query",
        });
        Thing {
            headline: Some(config.question.clone()),
            description: config.answer.clone(),
            in_language: Some(config.language.clone()),
            license: self.license(),
            version: config.edition.clone(),
            has_part: arguments.map(|at| self.reference("CollectionPage", Node::Argument(at))).collect(),
            potential_action: search,
            ..Thing::new("WebSite", &config.title)
        }
    }

    /// A thing of the archive by its name and address.
    fn reference(&self, kind: &'static str, node: Node) -> Thing {
        Thing { url: self.whole(&self.archive.id(node).address()), ..Thing::new(kind, self.archive.title(node)) }
    }

    fn argument_data(&self, at: usize) -> Thing {
        let argument = &self.archive.arguments[at];
        let thing = Thing {
            description: argument.question.clone(),
            license: self.license(),
            has_part: argument.claims.iter().map(|&claim| self.reference("Claim", Node::Claim(claim))).collect(),
            ..Thing::new("CollectionPage", &argument.item.title)
        };
        dated(thing, &argument.item)
    }

    /// A claim with its evidence on both sides as citations: an entry that bears on a claim need not be an appearance
    /// of it.
    fn claim_data(&self, at: usize) -> Thing {
        let claim = &self.archive.claims[at];
        let text = &claim.definition.text;
        let mut evidence: Vec<_> = claim.evidence.iter().map(|evidence| evidence.entry).collect();
        evidence.sort_unstable();
        evidence.dedup();
        let evidence = evidence.into_iter().filter(|&at| self.archive.is_public(Node::Entry(at)));
        let citation = evidence.map(|at| self.reference(entry_type(&self.archive.entries[at]), Node::Entry(at)));
        Thing {
            text: Some(text.clone()),
            citation: citation.collect(),
            is_part_of: Some(Box::new(self.reference("CollectionPage", Node::Argument(claim.argument)))),
            ..Thing::new("Claim", text)
        }
    }

    /// A source itself, which stands elsewhere.
    fn source_data(&self, at: usize) -> Thing {
        let source = &self.archive.sources[at];
        let front = &source.front;
        let web = |url: Option<&Spanned<String>>| url.map(|url| url.value.clone()).filter(|url| is_web(url));
        let kind = match front.kind {
            Some(SourceKind::Article) => "Article",
            Some(SourceKind::Post) => "SocialMediaPosting",
            Some(SourceKind::Thread) => "DiscussionForumPosting",
            Some(SourceKind::Book) => "Book",
            Some(SourceKind::Paper) => "ScholarlyArticle",
            Some(SourceKind::Documentation) => "TechArticle",
            Some(SourceKind::Podcast) => "PodcastEpisode",
            // Whoever shows videos wants facts of them that no archive has.
            Some(SourceKind::Talk | SourceKind::Video) | None => "CreativeWork",
        };
        let genre = front.kind.map(|kind| self.theme.words.get("source_kind", kind.word()));
        Thing {
            url: web(front.url.as_ref()),
            archived_at: web(front.archived.as_ref()),
            author: self.people(&front.authors),
            date_published: front.date.as_ref().map(|date| date.value),
            genre,
            ..Thing::new(kind, &source.item.title)
        }
    }

    fn people<S: AsRef<str>>(&self, names: &[S]) -> Vec<Thing> {
        names.iter().map(|name| self.person(name.as_ref())).collect()
    }

    fn person(&self, name: &str) -> Thing {
        let url = self.archive.config.base_url.as_ref().and_then(|base| {
            let term = self.term_named(Taxonomy::People, name)?;
            Some(format!("{base}{}", term.path))
        });
        Thing { url, ..Thing::new("Person", name) }
    }

    fn entry_data(&self, entry: &Entry) -> Thing {
        let archive = &self.archive;
        let source = entry.source.filter(|&at| archive.is_public(Node::Source(at)));
        let curated = entry.arguments.iter().flatten().map(|(argument, _)| Node::Argument(*argument));
        let thing = Thing {
            keywords: entry.tags().map(str::to_owned).collect(),
            about: curated.filter(|node| archive.is_public(*node)).map(|node| self.reference("Thing", node)).collect(),
            is_based_on: source.map(|at| Box::new(self.source_data(at))),
            ..Thing::new(entry_type(entry), &entry.item.title)
        };
        let thing = match &entry.item.document.front {
            Front::Essay(front) => self.essay_data(entry, front.form, thing),
            Front::Quote(front) => self.quote_data(entry, front.form, &front.speaker, thing),
            _ => self.sample_data(entry, thing),
        };
        dated(thing, &entry.item)
    }

    /// A digest is its writers' own work. A translation and an excerpt are the work of the source's authors, under
    /// whatever licence those gave.
    fn essay_data(&self, entry: &Entry, form: EssayForm, thing: Thing) -> Thing {
        let thing = Thing { headline: Some(entry.item.title.clone()), ..thing };
        let people = self.people(&entry.people());
        let authors = thing.is_based_on.as_ref().map(|source| source.author.clone()).unwrap_or_default();
        match form {
            EssayForm::Original => {
                Thing { author: people, date_published: entry.date, license: self.license(), ..thing }
            }
            EssayForm::Digest => Thing { author: people, license: self.license(), ..thing },
            EssayForm::Translated => {
                let original = thing.is_based_on;
                Thing { author: authors, translator: people, translation_of_work: original, is_based_on: None, ..thing }
            }
            EssayForm::Excerpt => Thing { author: authors, editor: people, ..thing },
        }
    }

    /// Only what the speaker said is spoken by them. A paraphrase is no quotation: its words are ours, and it mentions
    /// the speaker. So does a quotation whose speaker is disputed or wrong. Each but a verbatim one says what it is.
    fn quote_data(&self, entry: &Entry, form: QuoteForm, speaker: &str, thing: Thing) -> Thing {
        let words = &self.theme.words;
        let speaker = self.person(speaker);
        let thing = Thing { text: Some(text(entry)), ..thing };
        if form == QuoteForm::Verbatim {
            return Thing { spoken_by_character: Some(Box::new(speaker)), date_created: entry.date, ..thing };
        }
        let described = Thing {
            description: Some(words.get("quote_forms", form.word())),
            genre: Some(words.get("form_quote", form.word())),
            ..thing
        };
        match form {
            QuoteForm::Translated => Thing {
                spoken_by_character: Some(Box::new(speaker)),
                translation_of_work: described.is_based_on,
                is_based_on: None,
                ..described
            },
            QuoteForm::Paraphrase => Thing { mentions: vec![speaker], license: self.license(), ..described },
            _ => Thing { mentions: vec![speaker], ..described },
        }
    }

    fn sample_data(&self, entry: &Entry, thing: Thing) -> Thing {
        let document = &entry.item.document;
        let page = self.whole(&entry.item.id.address());
        let variants = document.variants().iter().enumerate().map(|(at, variant)| Thing {
            url: page.as_ref().map(|page| format!("{page}#_variant-{}", at + 1)),
            programming_language: vec![variant.language.value.clone()],
            // What has no command of its own is a part of a program.
            code_sample_type: Some(if variant.run.is_empty() {
                "code snippet"
            } else {
                "full (compile ready) solution"
            }),
            ..Thing::new("SoftwareSourceCode", &variant.name.value)
        });
        let mut languages: Vec<String> = Vec::new();
        for variant in document.variants() {
            if !languages.contains(&variant.language.value) {
                languages.push(variant.language.value.clone());
            }
        }
        Thing {
            author: self.people(&entry.people()),
            has_part: variants.collect(),
            programming_language: languages,
            date_created: entry.date,
            runtime_platform: document.results.as_ref().map(|results| results.toolchain.clone()),
            license: self.license(),
            ..thing
        }
    }

    /// The way from home to a page.
    fn breadcrumbs(&self, page: Page, title: &str, address: &str) -> BreadcrumbList {
        let words = &self.theme.words;
        let section = |folder: &str| (words.top(folder), format!("{folder}/"));
        let thing = |node| (self.archive.title(node).to_owned(), self.archive.id(node).address());
        let mut way = vec![(words.top("home"), String::new())];
        match page {
            Page::Node(Node::Page(_)) => {}
            Page::Node(Node::Claim(at)) => {
                way.push(section(Kind::Argument.folder()));
                way.push(thing(Node::Argument(self.archive.claims[at].argument)));
            }
            Page::Node(node) => way.push(section(self.archive.id(node).kind.folder())),
            Page::List(List::Term(taxonomy, _), _) => way.push(section(taxonomy.folder())),
            Page::List(List::Pair(..), _) => {
                way.push((words.get("lists", "intersections"), "intersections/".to_owned()));
            }
            Page::ArgumentMap(at) | Page::List(List::Argument(at), _) => {
                way.push(section(Kind::Argument.folder()));
                way.push(thing(Node::Argument(at)));
            }
            Page::List(List::Claim(at), _) => {
                way.push(section(Kind::Claim.folder()));
                way.push(thing(Node::Claim(at)));
            }
            Page::List(List::Source(at), _) => {
                way.push(section(Kind::Source.folder()));
                way.push(thing(Node::Source(at)));
            }
            _ => {}
        }
        way.push((title.to_owned(), address.to_owned()));
        let items = way.into_iter().enumerate().map(|(at, (name, path))| ListItem {
            kind: "ListItem",
            position: at + 1,
            name,
            item: self.whole(&path),
        });
        BreadcrumbList { kind: "BreadcrumbList", item_list_element: items.collect() }
    }
}

/// A thing with the days on which the archive took it in and changed it.
fn dated(thing: Thing, item: &Item) -> Thing {
    let updated = item.document.common.updated.as_ref().map(|date| date.value);
    Thing { date_published: thing.date_published.or(item.added()), date_modified: updated, ..thing }
}

fn entry_type(entry: &Entry) -> &'static str {
    match (entry.kind(), entry.quote_form()) {
        (_, Some(QuoteForm::Paraphrase)) => "CreativeWork",
        (_, Some(_)) => "Quotation",
        (Kind::Sample, None) => "SoftwareSourceCode",
        _ => "Article",
    }
}

/// The words of an entry without markup, a passage after another.
pub(super) fn text(entry: &Entry) -> String {
    entry.item.document.body.passages().map(|passage| passage.text).collect::<Vec<_>>().join("\n\n")
}

#[expect(clippy::ref_option, reason = "serde asks so")]
fn is_blank(text: &Option<String>) -> bool {
    text.as_ref().is_none_or(|text| text.trim().is_empty())
}

/// JSON that may stand in a script element: nothing in it ends the element or opens a comment, for a parser of any age.
pub(super) fn quiet(json: String) -> String {
    const LOUD: [char; 6] = ['<', '>', '&', '\u{7f}', '\u{2028}', '\u{2029}'];
    if !json.contains(LOUD) {
        return json;
    }
    let mut out = String::with_capacity(json.len());
    let mut rest = json.as_str();
    // Such a character stands in strings alone, where an escape says the same.
    while let Some(at) = rest.find(LOUD) {
        out.push_str(&rest[..at]);
        let c = rest[at..].chars().next().unwrap_or_default();
        out += &format!("\\u{:04x}", u32::from(c));
        rest = &rest[at + c.len_utf8()..];
    }
    out.push_str(rest);
    out
}
