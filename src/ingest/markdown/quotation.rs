//! Quotations in Markdown, and whom they are from.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::{plain, soft_lines};
use crate::ingest::attribution::{self, Attribution};
use crate::ingest::block::{Quote, Text, Voice};

/// A quotation, and who is named in its first or last line, or by an element at its end. `None` where it has no words.
pub fn read(events: &[(Event<'_>, Range<usize>)]) -> Option<Quote> {
    let (events, cited) = cited(events);
    let mut paragraphs = Vec::new();
    let mut open: Option<usize> = None;
    for (at, (event, _)) in events.iter().enumerate() {
        match event {
            Event::Start(Tag::Paragraph | Tag::Heading { .. } | Tag::Item) => open = Some(at),
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item) => {
                if let Some(start) = open.take() {
                    let lines = soft_lines(&events[start..=at]);
                    paragraphs.extend(lines);
                }
            }
            _ => {}
        }
    }
    if let Some(start) = open {
        // A dash before the element that was taken off.
        let lines = soft_lines(&events[start..]);
        paragraphs.extend(lines.into_iter().filter(|line| line.chars().any(char::is_alphanumeric)));
    }
    // The line below it names who said it, or above, as a callout has it.
    let named = |line: Option<&String>| line.and_then(|line| attribution::parse(line));
    let (mut by, many) = (cited, paragraphs.len() > 1);
    if by.is_none() && many {
        by = named(paragraphs.last());
        let above = by.is_none().then(|| named(paragraphs.first())).flatten();
        match &above {
            Some(_) => drop(paragraphs.remove(0)),
            None if by.is_some() => drop(paragraphs.pop()),
            None => {}
        }
        by = by.or(above);
    }
    if let (None, [only]) = (&by, paragraphs.as_slice())
        && let Some(quote) = attribution::in_one_line(&Text::plain(only))
    {
        return Some(quote);
    }
    let mut paragraphs: Vec<Text> = paragraphs.iter().map(|words| Text::plain(words)).collect();
    attribution::without_marks(&mut paragraphs);
    let mut quote = Quote::new(Voice::Quoted, paragraphs);
    if let Some(by) = by {
        by.give(&mut quote);
    }
    (!quote.paragraphs.is_empty()).then_some(quote)
}

/// The events of a quotation without the element at its end that names who said it.
fn cited<'a, 'b>(events: &'a [(Event<'b>, Range<usize>)]) -> (&'a [(Event<'b>, Range<usize>)], Option<Attribution>) {
    let is = |at: usize, tag: &str| matches!(&events[at].0, Event::InlineHtml(raw) if raw.starts_with(tag));
    let found = || {
        let end = (0..events.len()).rev().find(|at| is(*at, "</cite"))?;
        let start = (0..end).rev().find(|at| is(*at, "<cite"))?;
        plain(&events[end..]).trim().is_empty().then_some((start, end))
    };
    let Some((start, end)) = found() else { return (events, None) };
    let name = plain(&events[start..end]);
    // A note to it is no part of the name.
    let name = name.strip_suffix(']').and_then(|name| name.rsplit_once('[')).map_or(name.as_str(), |(name, _)| name);
    match attribution::marked(name) {
        Some(by) => (&events[..start], Some(by)),
        None => (events, None),
    }
}
