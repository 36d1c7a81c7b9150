//! Feeds: Atom, RSS and JSON Feed. Each item is a source with its text.

use feed_rs::model::{Entry, Feed, Text as FeedText};
use feed_rs::parser::Builder;

use super::block::{Lines, Meta, Unsure};
use super::{Found, Refusal, html, text};
use crate::date::Date;
use crate::read::SourceKind;
use crate::span::one_line;

/// So many items are no feed that a person reviews.
const MOST: usize = 2_000;

pub fn read(xml: &str) -> Result<Vec<Found>, Refusal> {
    // The text was decoded: what the prolog says of its encoding is no longer so.
    let plain = match (xml.starts_with("<?xml"), xml.find("?>")) {
        (true, Some(end)) => &xml[end + 2..],
        _ => xml,
    };
    if let Some(line) = too_deep(plain) {
        return Err(Refusal::new(format!("its elements are nested too deeply at line {line}"), "mend the feed there"));
    }
    let parser = Builder::new().sanitize_content(false).build();
    let feed = parser.parse(plain.as_bytes()).map_err(|error| {
        Refusal::new(
            format!("it is no feed that can be read: {error}"),
            "save the feed itself, as Atom, RSS or JSON Feed",
        )
    })?;
    if feed.entries.is_empty() {
        return Err(Refusal::new("the feed has no items", "save it when it has some"));
    }
    if feed.entries.len() > MOST {
        return Err(Refusal::new(format!("the feed has {} items, more than {MOST}", feed.entries.len()), "split it"));
    }
    let mut places = places(xml).into_iter();
    feed.entries.iter().map(|entry| item(&feed, entry, places.next().unwrap_or(Lines::one(1)))).collect()
}

/// The lines of each item, in the order of the feed.
fn places(xml: &str) -> Vec<Lines> {
    let tag = if xml.contains("<item") { "<item" } else { "<entry" };
    let opens = |at: &usize| xml[at + tag.len()..].starts_with([' ', '>', '\n', '\t', '/']);
    let starts: Vec<usize> = xml.match_indices(tag).map(|(at, _)| at).filter(opens).collect();
    let (mut at, mut line) = (0, 1);
    let mut line_at = |place: usize| {
        line += xml[at..place].matches('\n').count();
        at = place;
        line
    };
    let ends = starts.iter().skip(1).copied().chain([xml.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(start, end)| {
            let close = xml[*start..end].find(&tag.replace('<', "</")).map_or(end, |at| start + at);
            let first = line_at(*start);
            Lines::new(first, line_at(close))
        })
        .collect()
}

/// The parser follows elements by recursion.
fn too_deep(xml: &str) -> Option<usize> {
    const DEEPEST: i64 = 200;
    let (mut depth, mut at) = (0_i64, 0);
    while let Some(found) = xml[at..].find('<') {
        let rest = &xml[at + found..];
        let skip = |end: &str| rest.find(end).map_or(rest.len(), |end_at| end_at + end.len());
        let length = if rest.starts_with("<![CDATA[") {
            skip("]]>")
        } else if rest.starts_with("<!--") {
            skip("-->")
        } else {
            let length = skip(">");
            let tag = &rest[..length];
            if tag.starts_with("</") {
                depth -= 1;
            } else if !tag.ends_with("/>") && !tag.starts_with("<!") && !tag.starts_with("<?") {
                depth += 1;
            }
            length
        };
        if depth > DEEPEST {
            return Some(xml[..at + found].matches('\n').count() + 1);
        }
        at += found + length;
    }
    None
}

fn item(feed: &Feed, entry: &Entry, at: Lines) -> Result<Found, Refusal> {
    let link = entry
        .links
        .iter()
        .find(|link| link.rel.as_deref().is_none_or(|rel| rel == "alternate"))
        .or(entry.links.first());
    let url = link.and_then(|link| html::web_address(&link.href)).or_else(|| html::web_address(&entry.id));
    let body = entry
        .content
        .as_ref()
        .and_then(|content| content.body.as_deref())
        .or(entry.summary.as_ref().map(|text| text.content.as_str()));
    let is_plain = entry.content.as_ref().map_or_else(
        || entry.summary.as_ref().is_some_and(is_plain),
        |content| {
            content.content_type.as_str() == "text/plain" && !content.body.as_deref().unwrap_or_default().contains("</")
        },
    );
    let mut found = match body {
        Some(body) if is_plain => text::read(body),
        Some(body) => html::read_part(body, url.as_deref())?,
        None => Found::default(),
    };
    found.verifiable = false;
    // The feed names what its items are called.
    found.unsure.retain(|unsure| unsure.lines.is_some());
    let title = entry.title.as_ref().map(words).filter(|title| !title.is_empty());
    if title.is_none() {
        found.unsure.push(Unsure::whole("an item without a title"));
    }
    let people = if entry.authors.is_empty() { &feed.authors } else { &entry.authors };
    found.meta = Meta {
        title: title.or(found.meta.title),
        authors: people
            .iter()
            .filter_map(|person| person.name.as_deref())
            // RSS has the name in brackets behind an address.
            .map(|name| {
                let name = name.trim();
                let inner = name.strip_prefix('(').and_then(|name| name.strip_suffix(')'));
                inner.unwrap_or(name).trim().to_owned()
            })
            .filter(|name| !name.is_empty())
            .collect(),
        date: entry.published.or(entry.updated).and_then(|date| Date::parse(&date.format("%Y-%m-%d").to_string())),
        kind: Some(SourceKind::Post),
        venue: feed.title.as_ref().map(words).filter(|title| !title.is_empty()),
        url,
        licence: entry.rights.as_ref().or(feed.rights.as_ref()).map(words).filter(|rights| !rights.is_empty()),
        tags: entry
            .categories
            .iter()
            .map(|category| category.label.clone().unwrap_or_else(|| category.term.clone()).trim().to_owned())
            .filter(|tag| !tag.is_empty())
            .collect(),
        ..Meta::default()
    };
    found.at = at;
    // Lines were counted within the item.
    for block in &mut found.blocks {
        block.lines = found.at;
    }
    for dropped in &mut found.dropped {
        dropped.lines = found.at;
    }
    for measured in &mut found.measured {
        measured.lines = found.at;
    }
    for unsure in &mut found.unsure {
        unsure.lines = Some(found.at);
    }
    Ok(found)
}

fn is_plain(text: &FeedText) -> bool {
    text.content_type.as_str() == "text/plain" && !text.content.contains("</")
}

/// The words of a title, which may be HTML.
fn words(text: &FeedText) -> String {
    let words = if text.content.contains(['<', '&']) { html::words(&text.content) } else { text.content.clone() };
    one_line(&words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_become_sources_with_their_text() {
        let found = read(
            "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<rss version=\"2.0\"><channel><title>Gardens é</title>\n<item>\n<title>One &amp; All</title><link>https://a.example/1</link>\n\
             <pubDate>Tue, 03 Mar 2020 10:00:00 GMT</pubDate><author>ada@a.example (Ada Vogt)</author>\n<description><![CDATA[<p>Words<script>x()</script> of it.</p><h2>Part</h2><pre><code>import a\nb = a.c(1)</code></pre>]]></description></item>\n\
             <item><title>Two</title><link>javascript:alert(1)</link></item></channel></rss>",
        )
        .unwrap_or_else(|refusal| panic!("{refusal}"));
        assert_eq!(found.len(), 2);
        let meta = &found[0].meta;
        assert_eq!((meta.title.as_deref(), meta.venue.as_deref()), (Some("One & All"), Some("Gardens é")));
        assert_eq!(meta.date.map(|date| date.to_string()).as_deref(), Some("2020-03-03"));
        assert_eq!(found[0].samples().count(), 1);
        assert_eq!(found[0].at.first, 3);
        let body = super::super::markup::body(&found[0].blocks);
        assert!(body.starts_with("Words of it.") && body.contains("## Part"), "{body}");
        assert_eq!(found[1].meta.url, None);
        assert!(found.iter().all(|found| !found.unsure.iter().any(|unsure| unsure.what.contains("title"))));
    }

    #[test]
    fn broken_feeds_are_refused() {
        for bad in [
            "<rss version='2.0'><channel></channel></rss>",
            "<feed>",
            "<rss",
            "<x/>",
            &format!("<feed>{}", "<a>".repeat(100_000)),
        ] {
            assert!(read(bad).is_err(), "{}", &bad[..bad.len().min(60)]);
        }
    }
}
