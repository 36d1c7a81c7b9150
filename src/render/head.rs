//! What the head of a page says to machines: search engines, previews of links, whoever reads linked data.

use super::lists::{List, Row};
use super::plan::{Page, Taxonomy};
use super::site::Site;
use super::sitemap::is_listed;
use super::view::HeadView;
use crate::date::Date;
use crate::fields::Choice;
use crate::model::{Entry, Item, Node};
use crate::read::{Front, QuoteForm, QuoteFront};

/// The latest change of anything, and of what each taxonomy names: many pages ask for it.
#[derive(Debug)]
pub struct Latest {
    all: Option<Date>,
    terms: [Option<Date>; Taxonomy::ALL.len()],
}

impl Site {
    pub(super) fn head(&self, page: Page, title: &str, address: &str) -> HeadView {
        let index = is_listed(&self.archive, page);
        let item = match page {
            Page::Node(node) if index => Some(self.archive.owner(node)),
            _ => None,
        };
        HeadView {
            index,
            og_type: match page {
                Page::Node(_) => "article",
                Page::List(List::Term(Taxonomy::People, _), _) => "profile",
                _ => "website",
            },
            published: item.and_then(Item::added).and_then(day),
            modified: item.and_then(|_| self.changed(page)).and_then(day),
            linked_data: index.then(|| self.linked_data(page, title, address)),
        }
    }

    /// When what a page shows last changed, as far as the archive says.
    pub(super) fn changed(&self, page: Page) -> Option<Date> {
        let archive = &self.archive;
        let changed = |node: &Node| archive.is_public(*node).then(|| archive.owner(*node).changed()).flatten();
        match page {
            Page::Node(node) => self.shown_with(node).iter().filter_map(changed).max(),
            Page::List(List::Terms(taxonomy), _) => self.latest().terms[taxonomy as usize],
            Page::List(list, page) => {
                let rows = self.lists.page(list, page).into_iter().flat_map(|section| section.rows);
                rows.filter_map(|row| if let Row::Node(node) = row { changed(&node) } else { None }).max()
            }
            // A card of an argument has its balance and its claims, which entries decide.
            _ => self.latest().all,
        }
    }

    fn latest(&self) -> &Latest {
        self.latest.get_or_init(|| {
            let archive = &self.archive;
            let changed = |node: &Node| archive.is_public(*node).then(|| archive.owner(*node).changed()).flatten();
            let of = |taxonomy: Taxonomy| taxonomy.terms(archive).iter().flat_map(|term| &term.members);
            Latest {
                all: archive.ids.values().filter_map(changed).max(),
                terms: Taxonomy::ALL.map(|taxonomy| of(taxonomy).filter_map(changed).max()),
            }
        })
    }

    /// A thing, and the others whose words or names stand on its page.
    fn shown_with(&self, node: Node) -> Vec<Node> {
        let archive = &self.archive;
        let entries = |places: &mut dyn Iterator<Item = usize>| places.map(Node::Entry).collect::<Vec<_>>();
        let mut shown = vec![node];
        shown.extend(match node {
            Node::Argument(at) => entries(&mut archive.arguments[at].entries.iter().map(|(entry, _)| *entry)),
            Node::Claim(at) => entries(&mut archive.claims[at].evidence.iter().map(|evidence| evidence.entry)),
            Node::Source(at) => entries(&mut archive.sources[at].entries.iter().copied()),
            Node::Entry(at) => {
                let entry = &archive.entries[at];
                let replies = entry.replies.iter().chain(&entry.replies_to).map(|reply| Node::Entry(reply.entry));
                replies.chain(entry.source.map(Node::Source)).collect()
            }
            Node::Page(_) => Vec::new(),
        });
        shown
    }

    /// One or two sentences on a page, other than its title and than those of other pages.
    pub(super) fn describe(&self, page: Page, title: &str) -> Option<String> {
        let (archive, words) = (&self.archive, &self.theme.words);
        let config = &archive.config;
        let text = match page {
            Page::Home => Some(config.answer.clone().unwrap_or_else(|| config.question.clone())),
            Page::Node(node) if archive.withdrawn(node).is_some() => return None,
            Page::Node(Node::Argument(at)) => archive.arguments[at].question.clone(),
            Page::Node(Node::Claim(at)) => {
                let claim = &archive.claims[at].definition;
                let general = || words.get("meta", "claim").replace("{text}", &claim.text);
                Some(claim.answer.clone().unwrap_or_else(general))
            }
            Page::Node(Node::Entry(at)) => self.describe_entry(&archive.entries[at]),
            Page::NotFound | Page::Redirect(_) => return None,
            _ => None,
        };
        let text = text.filter(|text| !text.trim().is_empty()).or_else(|| match page {
            Page::Node(node) => {
                Some(archive.item(node)?.document.body.gist.excerpt.clone()).filter(|text| !text.is_empty())
            }
            _ => None,
        });
        let general = || {
            let pattern = words.get("meta", "description");
            let known = pattern.replace("{question}", &config.question).replace("{title}", &config.title);
            known.replace("{heading}", title)
        };
        Some(text.unwrap_or_else(general))
    }

    /// The first words of a quote say whose they are, and what they are where they are not the speaker's own.
    fn describe_entry(&self, entry: &Entry) -> Option<String> {
        let Front::Quote(QuoteFront { form, speaker, .. }) = &entry.item.document.front else { return None };
        let text = Some(&entry.item.document.body.gist.excerpt).filter(|text| !text.is_empty())?;
        let whose = match form {
            QuoteForm::Verbatim => speaker.clone(),
            form => format!("{}, {speaker}", self.theme.words.get("form_quote", form.word())),
        };
        Some(format!("{whose}: {text}"))
    }
}

/// A date of which the day is known: of others, no moment can be made.
fn day(date: Date) -> Option<String> {
    (date.month_and_day().1 > 0).then(|| date.to_string())
}
