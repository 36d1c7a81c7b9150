//! What machines read: Atom (RFC 4287) and JSON feeds, the sitemap, robots.txt.

use serde_json::json;

use super::site::Site;
use crate::escape::{escape, href};
use crate::model::{Entry, Node};
use crate::read::{Front, QuoteForm, QuoteFront};

/// How many entries a feed holds.
const LONGEST: usize = 50;

/// What a feed says was changed when nothing says when.
const NEVER: &str = "1970-01-01T00:00:00Z";

impl Site {
    /// An address on the web where the archive has one, else below the site's root.
    fn web(&self, path: &str) -> String {
        format!("{}{}", self.archive.config.base_url.as_deref().unwrap_or("/"), href(path))
    }

    /// A name for a thing that stays when the site moves house: an address where there is one, else a UUID (RFC 9562,
    /// version 8) made of the archive's title and the thing's id.
    fn feed_id(&self, path: &str) -> String {
        if self.archive.config.base_url.is_some() {
            return self.web(path);
        }
        let hash = blake3::hash(format!("{}\0{path}", self.archive.config.title).as_bytes());
        let mut bytes = [0u8; 16];
        bytes.copy_from_slice(&hash.as_bytes()[..16]);
        bytes[6] = (bytes[6] & 0x0f) | 0x80;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        let hex = hex::encode(bytes);
        format!("urn:uuid:{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    }

    fn changed(entry: &Entry) -> String {
        entry.item.changed().or(entry.date).map_or_else(|| NEVER.to_owned(), crate::date::Date::rfc3339)
    }

    /// The text of an entry for a feed: whose words or work it is, then the whole, with full addresses.
    fn feed_content(&self, entry: &Entry) -> String {
        let words = &self.theme.words;
        let root = self.web("");
        let here = self.web(&entry.item.id.address());
        let body = self.html(&entry.item, &root, &here, true).body();
        let source = entry.source.map(|at| &self.archive.sources[at]);
        let from = source.map(|source| {
            let title = format!(
                "<a href=\"{}\">{}</a>",
                escape(&self.web(&source.item.id.address())),
                escape(&source.item.title)
            );
            let authors = escape(&source.front.authors.join(", "));
            if authors.is_empty() { title } else { format!("{title} ({authors})") }
        });
        let label = match &entry.item.document.front {
            Front::Quote(QuoteFront { form, speaker, locator, .. }) => {
                let place =
                    [Some(speaker.clone()), locator.clone()].into_iter().flatten().collect::<Vec<_>>().join(", ");
                let form = words.get("form_quote", crate::fields::Choice::word(*form));
                Some(format!("{}: {}", escape(&form), escape(&place)))
            }
            Front::Essay(essay) => Some(escape(&words.get("form_essay", crate::fields::Choice::word(essay.form)))),
            _ => None,
        };
        let head = [label, from].into_iter().flatten().collect::<Vec<_>>().join(". ");
        let body = match entry.quote_form() {
            Some(QuoteForm::Verbatim) => format!("<blockquote>{body}</blockquote>"),
            _ => body,
        };
        if head.is_empty() { body } else { format!("<p>{head}</p>\n{body}") }
    }

    /// The feed of an argument, or of the whole archive.
    pub(super) fn atom(&self, argument: Option<usize>) -> String {
        let config = &self.archive.config;
        let places: Vec<_> = match argument {
            Some(at) if self.archive.arguments[at].item.withdrawn().is_some() => Vec::new(),
            argument => self.newest(argument).into_iter().take(LONGEST).collect(),
        };
        let entries: Vec<&Entry> = places.into_iter().map(|at| &self.archive.entries[at]).collect();
        let (title, path) = match argument {
            Some(at) => {
                let item = &self.archive.arguments[at].item;
                (format!("{}: {}", config.title, item.title), item.id.address())
            }
            None => (config.title.clone(), String::new()),
        };
        let updated = entries.iter().map(|entry| Self::changed(entry)).max().unwrap_or_else(|| NEVER.to_owned());
        let mut out = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n",
            escape(&config.language)
        );
        let mut line = |text: String| {
            out.push_str(&text);
            out.push('\n');
        };
        line(format!("<title>{}</title>", xml(&title)));
        line(format!("<subtitle>{}</subtitle>", xml(&config.question)));
        line(format!("<id>{}</id>", xml(&self.feed_id(&path))));
        line(format!("<updated>{updated}</updated>"));
        line(format!("<link href=\"{}\"/>", xml(&self.web(&path))));
        line(format!(
            "<link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/>",
            xml(&self.web(&format!("{path}feed.xml")))
        ));
        line(format!("<author><name>{}</name></author>", xml(&config.title)));
        if let Some(license) = &config.license {
            line(format!("<rights>{}</rights>", xml(license)));
        }
        line(format!("<generator version=\"{}\">casebook</generator>", env!("CARGO_PKG_VERSION")));
        entries.iter().for_each(|entry| line(self.atom_entry(entry)));
        out.push_str("</feed>\n");
        out
    }

    fn atom_entry(&self, entry: &Entry) -> String {
        let path = entry.item.id.address();
        let mut out = String::from("<entry>\n");
        out += &format!("<title>{}</title>\n<id>{}</id>\n", xml(&entry.item.title), xml(&self.feed_id(&path)));
        out += &format!("<link href=\"{}\"/>\n", xml(&self.web(&path)));
        out += &format!("<updated>{}</updated>\n", Self::changed(entry));
        if let Some(added) = entry.item.added() {
            out += &format!("<published>{}</published>\n", added.rfc3339());
        }
        for name in entry.people() {
            out += &format!("<author><name>{}</name></author>\n", xml(name));
        }
        for (argument, _) in entry.arguments.iter().flatten() {
            out += &format!("<category term=\"{}\"/>\n", xml(&self.archive.arguments[*argument].item.id.slug));
        }
        out += &format!("<content type=\"html\">{}</content>\n</entry>", xml(&self.feed_content(entry)));
        out
    }

    /// JSON Feed 1.1.
    pub(super) fn json_feed(&self) -> String {
        let config = &self.archive.config;
        let items: Vec<_> = self
            .newest(None)
            .into_iter()
            .take(LONGEST)
            .map(|at| {
                let entry = &self.archive.entries[at];
                let path = entry.item.id.address();
                let authors: Vec<_> = entry.people().iter().map(|name| json!({"name": name})).collect();
                let tags: Vec<_> = entry.tags().collect();
                let mut item = json!({
                    "id": self.feed_id(&path),
                    "url": self.web(&path),
                    "title": entry.item.title,
                    "content_html": self.feed_content(entry),
                    "date_modified": Self::changed(entry),
                    "authors": authors,
                    "tags": tags,
                });
                if let Some(added) = entry.item.added() {
                    item["date_published"] = added.rfc3339().into();
                }
                item
            })
            .collect();
        let mut feed = json!({
            "version": "https://jsonfeed.org/version/1.1",
            "title": config.title,
            "description": config.question,
            "home_page_url": self.web(""),
            "feed_url": self.web("feed.json"),
            "language": config.language,
            "items": items,
        });
        if let Some(license) = &config.license {
            feed["_casebook"] = json!({"license": license});
        }
        format!("{feed}\n")
    }

    /// Every page of the archive itself, with the day of its last change.
    pub(super) fn sitemap(&self) -> String {
        let mut out = String::from(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
        );
        let mut add = |path: &str, changed: Option<String>| {
            let changed = changed.map_or_else(String::new, |day| format!("<lastmod>{day}</lastmod>"));
            out += &format!("<url><loc>{}</loc>{changed}</url>\n", xml(&self.web(path)));
        };
        add("", None);
        add("map/", None);
        for (id, &node) in &self.archive.ids {
            if self.archive.withdrawn(node).is_some() {
                continue;
            }
            let owner = match node {
                Node::Claim(at) => &self.archive.arguments[self.archive.claims[at].argument].item,
                node => match self.archive.item(node) {
                    Some(item) => item,
                    None => continue,
                },
            };
            add(&id.address(), owner.changed().map(|date| date.to_string()));
            if let Node::Argument(at) = node {
                add(&self.archive.arguments[at].map_address(), None);
            }
        }
        out.push_str("</urlset>\n");
        out
    }

    pub(super) fn robots(&self) -> String {
        let mut out = String::from("User-agent: *\nAllow: /\n");
        if self.archive.config.base_url.is_some() {
            out += &format!("\nSitemap: {}\n", self.web("sitemap.xml"));
        }
        out
    }
}

/// Text for XML: escaped, and without the control characters that XML can't hold.
fn xml(text: &str) -> String {
    let held = |c: &char| matches!(c, '\t' | '\n' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    escape(&text.chars().filter(held).collect::<String>())
}
