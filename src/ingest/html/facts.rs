//! The facts of a page: from JSON-LD, meta tags, its markup and its address, in that order.

use std::sync::LazyLock;

use dom_query::NodeRef;
use regex::Regex;
use serde_json::Value;

use super::tree::Page;
use super::{inline, part};
use crate::date::Date;
use crate::ingest::block::Meta;
use crate::ingest::{byline, dates, lines};
use crate::read::SourceKind;
use crate::span::one_line;

static SAVED_FROM: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"<!--\s*saved from url=\(\d+\)(https?://\S+)\s*-->").expect("a constant pattern"));

/// The meta tags of a page, by name or property in lower case.
struct Tags(Vec<(String, String)>);

impl Tags {
    fn of(page: &Page) -> Self {
        let tag = |node: &NodeRef<'_>| {
            let name = ["property", "name", "itemprop"].iter().find_map(|name| node.attr(name))?.to_ascii_lowercase();
            let content = one_line(&node.attr("content")?);
            (!content.is_empty()).then_some((name, content))
        };
        Self(page.document.select("meta").nodes().iter().filter_map(tag).collect())
    }

    fn first(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.0.iter().find(|(other, _)| other == name)).map(|(_, content)| content.clone())
    }

    fn all(&self, names: &[&str]) -> Vec<String> {
        self.0.iter().filter(|(name, _)| names.contains(&name.as_str())).map(|(_, content)| content.clone()).collect()
    }
}

pub fn read(page: &Page, html: &str) -> Meta {
    let tags = Tags::of(page);
    let linked = linked_data(page);
    let ld = |key: &str| linked.as_ref().and_then(|object| text_of(&object[key]));
    let mut meta = Meta {
        url: address(page, &tags, html).or_else(|| web(&ld("url")?)),
        venue: tags
            .first(&["citation_journal_title", "citation_conference_title", "og:site_name", "application-name"])
            .or_else(|| linked.as_ref().and_then(|object| text_of(&object["publisher"]["name"]))),
        licence: licence(page, &tags).or_else(|| ld("license")),
        ..Meta::default()
    };
    let heading = only_heading(page).filter(|heading| {
        let is_site = meta.venue.as_deref().is_some_and(|site| lines::folded(site) == lines::folded(heading));
        !is_site || tags.first(&["og:title"]).is_none()
    });
    let (title, site) = title(page, &tags, ld("headline").or_else(|| ld("name")), heading, meta.venue.as_deref());
    meta.title = title.map(|title| without_number(&title));
    meta.venue = meta.venue.or(site);
    meta.authors = authors(page, &tags, linked.as_ref());
    meta.date = date(page, &tags, ld("datePublished").or_else(|| ld("dateCreated")))
        .or_else(|| dates::in_address(meta.url.as_deref()?));
    meta.kind = kind(&tags, linked.as_ref(), &meta);
    meta.tags = keywords(page, &tags);
    if html.contains("<!--beginarticle-->") {
        archived(page, &mut meta);
    }
    meta
}

/// The tags that a page links to or states.
fn keywords(page: &Page, tags: &Tags) -> Vec<String> {
    const MOST: usize = 12;
    let linked =
        page.document.select("[rel~=tag]").nodes().iter().map(|node| one_line(&node.text())).collect::<Vec<_>>();
    let mut out: Vec<String> = Vec::new();
    for tag in tags.all(&["article:tag"]).into_iter().chain(linked) {
        if !tag.is_empty() && tag.chars().count() < 40 && !out.contains(&tag) && out.len() < MOST {
            out.push(tag);
        }
    }
    out
}

/// The title of an issue without its number and its project, as trackers write it.
fn without_number(title: &str) -> String {
    static NUMBERED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(.+?)(?: by [\w-]+)? (?:·|\() ?(?:Issue|Pull Request|Discussion|Merge request|Merge requests|Issues)\b.*[#!]\d+.*$")
            .expect("a constant pattern")
    });
    NUMBERED.captures(title).map_or_else(|| title.to_owned(), |found| found[1].to_owned())
}

/// Who wrote a mail, and when: its archive says it in bold and in italics above the text.
fn archived(page: &Page, meta: &mut Meta) {
    let first = |selector: &str| page.document.select(selector).nodes().first().map(|node| one_line(&node.text()));
    if meta.authors.is_empty() {
        meta.authors = first("body > b").map(|name| byline::credited(&name)).unwrap_or_default();
    }
    meta.date = meta.date.or_else(|| dates::stated(&first("body > i")?));
    meta.kind = meta.kind.or(Some(SourceKind::Thread));
}

fn web(url: &str) -> Option<String> {
    inline::address(url, None).filter(|url| url.starts_with("http"))
}

fn address(page: &Page, tags: &Tags, html: &str) -> Option<String> {
    let canonical = page
        .document
        .select("link[rel=canonical]")
        .nodes()
        .first()
        .and_then(|node| node.attr("href"))
        .map(|href| href.to_string());
    let saved = || {
        let start = &html[..html.floor_char_boundary(html.len().min(4096))];
        SAVED_FROM.captures(start).map(|found| found[1].to_owned())
    };
    canonical
        .and_then(|url| web(&url))
        .or_else(|| web(&tags.first(&["og:url", "citation_public_url", "twitter:url"])?))
        .or_else(|| web(&saved()?))
        .or_else(|| bookmark(page))
}

/// The address that an entry gives for itself, where there is one entry.
fn bookmark(page: &Page) -> Option<String> {
    let nodes = page.document.select("article a[rel~=bookmark], .hentry a[rel~=bookmark], .h-entry a.u-url");
    let mut all: Vec<String> = nodes.nodes().iter().filter_map(|node| web(&node.attr("href")?)).collect();
    all.dedup();
    (all.len() == 1).then(|| all.remove(0))
}

fn only_heading(page: &Page) -> Option<String> {
    let headings: Vec<String> = page
        .document
        .select("h1")
        .nodes()
        .iter()
        .filter(|node| !part::inside(node, &["nav", "footer", "aside"]))
        .map(|node| inline::of_children(node, None).plain)
        .filter(|text| !text.is_empty())
        .collect();
    let in_article = || {
        page.document.select("article h1, main h1").nodes().first().map(|node| inline::of_children(node, None).plain)
    };
    match headings.as_slice() {
        [only] => Some(only.clone()),
        _ => in_article().filter(|text| !text.is_empty()),
    }
}

/// The title, and the name of the site where the title tells it.
fn title(
    page: &Page,
    tags: &Tags,
    linked: Option<String>,
    heading: Option<String>,
    site: Option<&str>,
) -> (Option<String>, Option<String>) {
    let element = page.document.select("head > title").nodes().first().map(|node| one_line(&node.text()));
    let tagged = tags.first(&["citation_title", "dc.title", "dcterms.title", "og:title", "twitter:title"]);
    let named: Vec<String> =
        linked.into_iter().chain(tagged).chain(element.clone()).filter(|text| !text.is_empty()).collect();
    let (stripped, rest) = element.as_deref().map_or((None, None), |text| without_site(text, site));
    if let Some(heading) = heading {
        let folded = lines::folded(&heading);
        // The heading is the title where any other says the same, or where there is no other.
        if named.is_empty() || named.iter().any(|name| lines::folded(name).contains(&folded)) {
            let rest = rest.filter(|_| stripped.as_deref().map(lines::folded) == Some(folded));
            return (Some(heading), rest);
        }
    }
    let first = named.first().map(|name| without_site(name, site).0.unwrap_or_else(|| name.clone()));
    (first, rest.filter(|_| site.is_none()))
}

/// A title without the site's name behind or before it, and that name.
fn without_site(title: &str, site: Option<&str>) -> (Option<String>, Option<String>) {
    const LONGEST_SITE: usize = 4;
    for sign in [" | ", " · ", " :: ", " » ", " — ", " – ", " - "] {
        let Some((before, after)) = title.rsplit_once(sign) else { continue };
        if site.is_some_and(|site| lines::folded(before) == lines::folded(site)) {
            return (Some(after.trim().to_owned()), None);
        }
        let is_site = site.map_or(matches!(sign, " | " | " · " | " :: " | " » "), |site| {
            lines::folded(after) == lines::folded(site)
        });
        if is_site
            && after.split_whitespace().count()
                <= LONGEST_SITE.max(site.map_or(0, |site| site.split_whitespace().count()))
        {
            return (Some(before.trim().to_owned()), Some(after.trim().to_owned()));
        }
    }
    (Some(title.to_owned()), None)
}

fn authors(page: &Page, tags: &Tags, linked: Option<&Value>) -> Vec<String> {
    let mut names = Vec::new();
    let given = linked.map(|object| people(&object["author"])).unwrap_or_default();
    let tagged = || {
        tags.all(&[
            "citation_author",
            "author",
            "dc.creator",
            "dcterms.creator",
            "article:author",
            "parsely-author",
            "sailthru.author",
            "byl",
            "og:article:author",
        ])
    };
    let marked = || {
        let nodes = page
            .document
            .select("[rel=author], [itemprop=author], .subtext .hnuser, .byline, .author, .post-author, .entry-author, .p-author");
        let of_text = |node: &&NodeRef<'_>| {
            // The author of a comment is not the page's.
            !node.ancestors_it(None).any(|above| part::tokens(&above).contains("comment"))
                && !part::inside(node, &["footer", "aside", "nav"])
        };
        nodes
            .nodes()
            .iter()
            .filter(of_text)
            .map(|node| {
                // What stands beside the name is no part of it.
                let name = node
                    .descendants_it()
                    .find(|inner| inner.attr("itemprop").is_some_and(|value| &*value == "name"))
                    .map(|inner| one_line(&inner.text()));
                name.filter(|name| !name.is_empty()).unwrap_or_else(|| inline::of_children(node, None).plain)
            })
            .filter(|text| text.chars().count() < 120)
            .take(1)
            .collect::<Vec<_>>()
    };
    let mut found = if given.is_empty() { tagged() } else { given };
    if found.is_empty() {
        found = marked();
    }
    for text in found {
        for name in byline::credited(&text) {
            if !names.contains(&name) && !name.starts_with("http") {
                names.push(name);
            }
        }
    }
    names
}

fn people(value: &Value) -> Vec<String> {
    match value {
        Value::Array(all) => all.iter().flat_map(people).collect(),
        Value::Object(person) => person.get("name").map(people).unwrap_or_default(),
        Value::String(name) => vec![name.trim().to_owned()],
        _ => Vec::new(),
    }
}

fn date(page: &Page, tags: &Tags, linked: Option<String>) -> Option<Date> {
    const NAMES: [&str; 14] = [
        "article:published_time",
        "citation_publication_date",
        "citation_date",
        "citation_online_date",
        "datepublished",
        "dc.date.issued",
        "dc.date",
        "dcterms.date",
        "dcterms.created",
        "pubdate",
        "publish-date",
        "parsely-pub-date",
        "date",
        "og:published_time",
    ];
    let tagged = || tags.first(&NAMES).and_then(|text| dates::written(&text));
    let marked = || {
        let nodes = page.document.select("[itemprop=datePublished], time[pubdate], article time, header time, main time, .published, .entry-date, .post-date, .date, time, relative-time, .subtext .age");
        let of_text =
            |node: &&NodeRef<'_>| !node.ancestors_it(None).any(|above| part::tokens(&above).contains("comment"));
        nodes.nodes().iter().filter(of_text).find_map(|node| {
            let value = ["datetime", "content", "title"]
                .iter()
                .find_map(|name| node.attr(name))
                .and_then(|value| dates::written(&value));
            value.or_else(|| dates::stated(&node.text()))
        })
    };
    let by = || {
        page.document
            .select(".byline, .post-meta, .entry-meta, .meta")
            .nodes()
            .iter()
            .find_map(|node| dates::stated(&node.text()))
    };
    linked.and_then(|text| dates::written(&text)).or_else(tagged).or_else(marked).or_else(by)
}

fn licence(page: &Page, tags: &Tags) -> Option<String> {
    let link = page.document.select("[rel~=license]").nodes().first().and_then(|node| {
        let text = one_line(&node.text());
        if text.is_empty() || text.chars().count() > 120 {
            node.attr("href").map(|href| href.to_string())
        } else {
            Some(text)
        }
    });
    link.or_else(|| tags.first(&["dc.rights", "dcterms.rights", "dcterms.license", "license", "citation_license"]))
}

fn kind(tags: &Tags, linked: Option<&Value>, meta: &Meta) -> Option<SourceKind> {
    let of_type = linked.and_then(|object| text_of(&object["@type"])).and_then(|name| {
        Some(match name.as_str() {
            "BlogPosting" | "SocialMediaPosting" => SourceKind::Post,
            "DiscussionForumPosting" | "QAPage" | "Question" => SourceKind::Thread,
            "TechArticle" | "APIReference" | "HowTo" => SourceKind::Documentation,
            "ScholarlyArticle" | "Report" => SourceKind::Paper,
            "VideoObject" => SourceKind::Video,
            "PodcastEpisode" | "AudioObject" => SourceKind::Podcast,
            "Book" => SourceKind::Book,
            "PresentationDigitalDocument" => SourceKind::Talk,
            "Article" | "NewsArticle" => SourceKind::Article,
            _ => return None,
        })
    });
    let cited = || {
        tags.first(&["citation_journal_title", "citation_conference_title", "citation_doi"]).map(|_| SourceKind::Paper)
    };
    let video = || tags.first(&["og:type"]).filter(|kind| kind.starts_with("video")).map(|_| SourceKind::Video);
    let site =
        || meta.venue.as_deref().and_then(byline::kind_of_site).or_else(|| byline::kind_of_site(meta.url.as_deref()?));
    of_type.or_else(cited).or_else(video).or_else(site)
}

/// The object of the page's JSON-LD that is about its text.
fn linked_data(page: &Page) -> Option<Value> {
    const ABOUT: [&str; 18] = [
        "Article",
        "BlogPosting",
        "NewsArticle",
        "TechArticle",
        "ScholarlyArticle",
        "Report",
        "DiscussionForumPosting",
        "SocialMediaPosting",
        "QAPage",
        "HowTo",
        "APIReference",
        "VideoObject",
        "PodcastEpisode",
        "Book",
        "PresentationDigitalDocument",
        "CreativeWork",
        "Question",
        "WebPage",
    ];
    let mut best: Option<(usize, Value)> = None;
    for node in page.document.select("script[type='application/ld+json']").nodes() {
        let Ok(value) = serde_json::from_str::<Value>(node.text().trim()) else { continue };
        let mut left = vec![value];
        while let Some(value) = left.pop() {
            match value {
                Value::Array(all) => left.extend(all),
                Value::Object(mut object) => {
                    if let Some(Value::Array(graph)) = object.remove("@graph") {
                        left.extend(graph);
                    }
                    let object = Value::Object(object);
                    let rank = text_of(&object["@type"]).and_then(|name| ABOUT.iter().position(|known| *known == name));
                    if let Some(rank) = rank.filter(|rank| best.as_ref().is_none_or(|(other, _)| rank < other)) {
                        best = Some((rank, object));
                    }
                }
                _ => {}
            }
        }
    }
    best.map(|(_, object)| object)
}

/// A value's text; of a list, that of the first.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(one_line(text)).filter(|text| !text.is_empty()),
        Value::Array(all) => all.first().and_then(text_of),
        Value::Object(object) => object.get("name").or_else(|| object.get("@id")).and_then(text_of),
        _ => None,
    }
}
