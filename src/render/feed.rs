//! Feeds of the newest entries: Atom (RFC 4287) and JSON Feed 1.1, each with the whole texts.
//!
//! Addresses are whole ones. Where the archive does not know its own they are relative to the feed, as the site's are.

use serde_json::json;

use super::address::root;
use super::html::Setting;
use super::site::Site;
use crate::cache::Key;
use crate::date::Date;
use crate::escape::{escape, href};
use crate::fields::Choice;
use crate::model::{Entry, Item, Node, Source};
use crate::read::{EssayForm, EssayFront, Front, QuoteForm, QuoteFront, VariantFront};

/// Changes with what is made of the same entries.
const MAKER: &str = "feed 1";

/// How many entries a feed holds.
const LONGEST: usize = 50;

/// What a feed says was changed when nothing says when.
const NEVER: &str = "1970-01-01T00:00:00Z";

/// A feed, and what it holds.
struct Feed<'a> {
    title: String,
    subtitle: &'a str,
    /// The page that it belongs to, below the site's root.
    page: String,
    /// What stands before an address below the site's root.
    root: String,
    entries: Vec<&'a Entry>,
}

impl Feed<'_> {
    fn address(&self, path: &str) -> String {
        format!("{}{}", self.root, href(path))
    }

    fn updated(&self) -> String {
        self.entries.iter().map(|entry| changed(entry)).max().unwrap_or_else(|| NEVER.to_owned())
    }
}

fn changed(entry: &Entry) -> String {
    entry.item.changed().or(entry.date).map_or_else(|| NEVER.to_owned(), Date::rfc3339)
}

impl Site {
    /// The feed of an argument, or of the whole archive.
    fn feed(&self, argument: Option<usize>) -> Feed<'_> {
        let config = &self.archive.config;
        let argument_item = argument.map(|at| &self.archive.arguments[at].item);
        let places = match argument {
            Some(at) if !self.archive.is_public(Node::Argument(at)) => Vec::new(),
            argument => self.newest(argument),
        };
        let entries = places.into_iter().filter(|&at| self.archive.is_public(Node::Entry(at)));
        let page = argument_item.map_or_else(String::new, |item| item.id.address());
        let question = argument.and_then(|at| self.archive.arguments[at].question.as_deref());
        Feed {
            title: match argument_item.filter(|item| item.withdrawn().is_none()) {
                Some(item) => format!("{}: {}", config.title, item.title),
                None => config.title.clone(),
            },
            subtitle: question
                .filter(|_| argument_item.and_then(Item::withdrawn).is_none())
                .unwrap_or(&config.question),
            root: config.base_url.clone().unwrap_or_else(|| root(&page)),
            page,
            entries: entries.take(LONGEST).map(|at| &self.archive.entries[at]).collect(),
        }
    }

    /// A name for a thing that stays when the site moves house: an address where there is one, else a UUID (RFC 9562,
    /// version 8) made of the archive's title and the thing's id.
    fn feed_id(&self, path: &str) -> String {
        if let Some(base) = &self.archive.config.base_url {
            return format!("{base}{}", href(path));
        }
        let hash = blake3::hash(format!("{}\0{path}", self.archive.config.title).as_bytes());
        let mut bytes = [0u8; 16];
        bytes.copy_from_slice(&hash.as_bytes()[..16]);
        bytes[6] = (bytes[6] & 0x0f) | 0x80;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        let hex = hex::encode(bytes);
        format!("urn:uuid:{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    }

    fn source_of(&self, entry: &Entry) -> Option<&Source> {
        let source = entry.source.filter(|&at| self.archive.is_public(Node::Source(at)))?;
        Some(&self.archive.sources[source])
    }

    /// The rights in an entry that are not the archive's to give.
    fn feed_rights<'a>(&'a self, entry: &'a Entry) -> Option<&'a str> {
        let others = matches!(entry.essay_form(), Some(EssayForm::Translated | EssayForm::Excerpt))
            || entry.quote_form().is_some_and(|form| form != QuoteForm::Paraphrase);
        self.source_of(entry).filter(|_| others).and_then(|source| source.front.rights.as_deref())
    }

    /// Whose words or work an entry is, where they are not its authors' own.
    fn feed_label(&self, entry: &Entry, feed: &Feed<'_>) -> Option<String> {
        let words = &self.theme.words;
        let label = match &entry.item.document.front {
            Front::Quote(QuoteFront { form, speaker, locator, .. }) => {
                let place: Vec<_> =
                    [Some(speaker), locator.as_ref()].into_iter().flatten().map(String::as_str).collect();
                let form = (words.get("form_quote", form.word()), words.get("quote_forms", form.word()));
                Some(format!("<b>{}: {}.</b> {}", escape(&form.0), escape(&place.join(", ")), escape(&form.1)))
            }
            Front::Essay(EssayFront { form: EssayForm::Original, .. }) => None,
            Front::Essay(essay) => Some(format!("<b>{}.</b>", escape(&words.get("form_essay", essay.form.word())))),
            _ => None,
        };
        let from = self.source_of(entry).map(|source| {
            let address = escape(&feed.address(&source.item.id.address()));
            let title = format!("<a href=\"{address}\">{}</a>", escape(&source.item.title));
            let authors = escape(&source.front.authors.join(", "));
            let title = if authors.is_empty() { title } else { format!("{title} ({authors})") };
            format!("{}: {title}", escape(&words.top("source")))
        });
        let parts: Vec<_> = [label, from].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| format!("<p>{}</p>\n", parts.join(" ")))
    }

    /// The text of an entry: whose words or work it is, then the whole. It means the same without any style.
    fn feed_content(&self, entry: &Entry, feed: &Feed<'_>) -> String {
        let here = feed.address(&entry.item.id.address());
        let mut body = self.html(&entry.item, &feed.root, &here, Setting::Feed).body();
        if entry.quote_form() == Some(QuoteForm::Verbatim) {
            body = format!("<blockquote>\n{body}</blockquote>\n");
        }
        let document = &entry.item.document;
        for (VariantFront { name, language, .. }, code) in document.variants().iter().zip(&document.code) {
            let text = code.as_ref().map_or("", |code| &*code.text);
            let (name, language, text) = (escape(&name.value), escape(&language.value), escape(text));
            body += &format!("<h2>{name} ({language})</h2>\n<pre><code>{text}</code></pre>\n");
        }
        self.feed_label(entry, feed).unwrap_or_default() + &body
    }

    pub(super) fn atom(&self, argument: Option<usize>) -> String {
        let config = &self.archive.config;
        let feed = self.feed(argument);
        let mut out = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n",
            xml(&config.language)
        );
        let (page, own) = (feed.address(&feed.page), feed.address(&format!("{}feed.xml", feed.page)));
        out += &format!("<title>{}</title>\n<subtitle>{}</subtitle>\n", xml(&feed.title), xml(feed.subtitle));
        out += &format!("<id>{}</id>\n<updated>{}</updated>\n", xml(&self.feed_id(&feed.page)), feed.updated());
        out += &format!("<link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n", xml(&page));
        out += &format!("<link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/>\n", xml(&own));
        out += &format!("<author><name>{}</name></author>\n", xml(&config.title));
        if let Some(license) = &config.license {
            out += &format!("<rights>{}</rights>\n", xml(license));
        }
        out += &format!("<generator version=\"{}\">casebook</generator>\n", env!("CARGO_PKG_VERSION"));
        feed.entries.iter().for_each(|entry| out += &self.atom_entry(entry, &feed));
        out + "</feed>\n"
    }

    fn atom_entry(&self, entry: &Entry, feed: &Feed<'_>) -> String {
        let path = entry.item.id.address();
        let mut out = format!("<entry>\n<title>{}</title>\n", xml(&entry.item.title));
        out += &format!("<id>{}</id>\n", xml(&self.feed_id(&path)));
        out += &format!("<link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n", xml(&feed.address(&path)));
        out += &format!("<updated>{}</updated>\n", changed(entry));
        if let Some(added) = entry.item.added() {
            out += &format!("<published>{}</published>\n", added.rfc3339());
        }
        for name in authors(entry) {
            out += &format!("<author><name>{}</name></author>\n", xml(name));
        }
        if let Some(rights) = self.feed_rights(entry) {
            out += &format!("<rights>{}</rights>\n", xml(rights));
        }
        for &(argument, _) in entry.arguments.iter().flatten() {
            let item = &self.archive.arguments[argument].item;
            if self.archive.is_public(Node::Argument(argument)) {
                out += &format!("<category term=\"{}\" label=\"{}\"/>\n", xml(&item.id.slug), xml(&item.title));
            }
        }
        out + &format!("<content type=\"html\">{}</content>\n</entry>\n", xml(&self.feed_content(entry, feed)))
    }

    /// What stands for all that decides a feed, Atom's or the other.
    pub(super) fn feed_key(&self, argument: Option<usize>) -> Key {
        let feed = self.feed(argument);
        let config = &self.archive.config;
        let entries: Vec<_> = feed
            .entries
            .iter()
            .map(|entry| {
                let here = feed.address(&entry.item.id.address());
                let made = entry.arguments.iter().flatten().map(|(at, _)| *at);
                let made = made.filter(|&at| self.archive.is_public(Node::Argument(at)));
                let made = made.map(|at| &self.archive.arguments[at].item);
                let categories: Vec<_> = made.map(|item| (&item.id.slug, &item.title)).collect();
                let text = self.html(&entry.item, &feed.root, &here, Setting::Feed).into_body();
                let title = (&entry.item.title, changed(entry), authors(entry));
                (text, title, self.feed_rights(entry), self.feed_label(entry, &feed), categories)
            })
            .collect();
        let head = (&feed.title, feed.subtitle, &feed.page, &feed.root, &config.title, &config.language);
        let theme = (config.limits.code_bytes, self.theme.words.to_json());
        Key::of(MAKER, &(env!("CASEBOOK_SOURCES"), head, &config.license, &config.base_url, theme, entries))
    }

    pub(super) fn json_feed(&self) -> String {
        let config = &self.archive.config;
        let feed = self.feed(None);
        let items: Vec<_> = feed.entries.iter().map(|entry| self.json_item(entry, &feed)).collect();
        let mut out = json!({
            "version": "https://jsonfeed.org/version/1.1",
            "title": config.title,
            "description": feed.subtitle,
            "home_page_url": feed.address(""),
            "feed_url": feed.address("feed.json"),
            "language": config.language,
            "authors": [{"name": config.title}],
            "items": items,
        });
        if let Some(license) = &config.license {
            out["_casebook"] = json!({"license": license});
        }
        format!("{out}\n")
    }

    fn json_item(&self, entry: &Entry, feed: &Feed<'_>) -> serde_json::Value {
        let path = entry.item.id.address();
        let mut item = json!({
            "id": self.feed_id(&path),
            "url": feed.address(&path),
            "title": entry.item.title,
            "content_html": self.feed_content(entry, feed),
            "date_modified": changed(entry),
            "tags": entry.tags().collect::<Vec<_>>(),
        });
        let authors: Vec<_> = authors(entry).iter().map(|name| json!({"name": name})).collect();
        if !authors.is_empty() {
            item["authors"] = authors.into();
        }
        if let Some(added) = entry.item.added() {
            item["date_published"] = added.rfc3339().into();
        }
        if let Some(rights) = self.feed_rights(entry) {
            item["_casebook"] = json!({"rights": rights});
        }
        item
    }
}

/// Who answers for an entry's words. A quote's speaker does where the words are theirs; for words that are ours, or not
/// theirs after all, the archive does.
fn authors(entry: &Entry) -> Vec<&str> {
    match entry.quote_form() {
        Some(QuoteForm::Paraphrase | QuoteForm::Disputed | QuoteForm::Misattributed) => Vec::new(),
        Some(QuoteForm::Verbatim | QuoteForm::Translated) | None => entry.people(),
    }
}

/// Text for XML: escaped, and without the control characters that XML can't hold.
pub(super) fn xml(text: &str) -> String {
    let held = |c: &char| matches!(c, '\t' | '\n' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    escape(&text.chars().filter(held).collect::<String>())
}
