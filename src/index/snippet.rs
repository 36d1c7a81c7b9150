//! The stretch of a text that shows best why it was found.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::analyze::{Analyzer, Word};
use super::document::{Card, Quotable};
use crate::escape::push_escaped;

/// How long a snippet is, in words of the text.
const LENGTH: usize = 32;

/// How many of them come before the first hit, which makes it readable.
const BEFORE: usize = 6;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snippet {
    /// Safe HTML: the words are in `<mark>`.
    pub html: String,
    /// Of the passage that it was cut from.
    pub anchor: Option<String>,
}

/// The best passage of a document, cut to a line.
pub fn snippet(card: &Card, analyzer: Analyzer, marked: &BTreeSet<&str>) -> Snippet {
    let best = |passages: &'_ [Quotable]| {
        let values = passages.iter().map(|Quotable(_, text)| value(&hits(&analyzer.words(text), marked)));
        values.zip(0..).max_by_key(|(value, at)| (*value, Reverse(*at)))
    };
    let (prose, code) = (best(&card.passages), best(&card.code));
    let passage = match (prose, code) {
        (Some(((terms, _), _)), Some(((more, _), at))) if more > terms => &card.code[at],
        (Some((_, at)), _) => &card.passages[at],
        (None, Some((_, at))) => &card.code[at],
        (None, None) => return Snippet::default(),
    };
    let Quotable(anchor, text) = passage;
    let words = analyzer.words(text);
    Snippet { html: window(text, &words, &hits(&words, marked)), anchor: anchor.clone() }
}

/// For each word the term that is marked in it.
fn hits<'a>(words: &'a [Word], marked: &BTreeSet<&str>) -> Vec<Option<&'a str>> {
    words.iter().map(|word| word.terms.all().map(String::as_str).find(|term| marked.contains(term))).collect()
}

/// How many different terms, and how many hits.
fn value(hits: &[Option<&str>]) -> (usize, usize) {
    let found = hits.iter().flatten();
    (found.clone().collect::<BTreeSet<_>>().len(), found.count())
}

fn window(text: &str, words: &[Word], hits: &[Option<&str>]) -> String {
    let starts = (0..words.len()).filter(|&at| at == 0 || hits[at].is_some());
    let end = |from: usize| (from + LENGTH).min(words.len());
    let best = starts.max_by_key(|&at| (value(&hits[at..end(at)]), Reverse(at))).unwrap_or(0);
    // Where the passage ends soon, more of them make the line full.
    let from = best.saturating_sub(BEFORE).min(words.len().saturating_sub(LENGTH));
    let to = end(from);
    let mut out = String::new();
    let mut at = words.get(from).map_or(0, |word| if from == 0 { 0 } else { word.span.start });
    if from > 0 {
        out.push('…');
    }
    let mut marked = (from..to).filter(|&word| hits[word].is_some()).peekable();
    while let Some(word) = marked.next() {
        let span = &words[word].span;
        let mut end = span.end;
        // Two characters that stand for a word may share one with the next two.
        while let Some(next) = marked.next_if(|&next| words[next].span.start < end) {
            end = words[next].span.end;
        }
        escape(&text[at..span.start], &mut out);
        out.push_str("<mark>");
        escape(&text[span.start..end], &mut out);
        out.push_str("</mark>");
        at = end;
    }
    let end = if to == words.len() { text.len() } else { words[to - 1].span.end };
    escape(&text[at..end.max(at)], &mut out);
    if to < words.len() {
        out.push('…');
    }
    out
}

/// A line of text: what would break it is a space.
fn escape(text: &str, out: &mut String) {
    push_escaped(&text.replace(|c: char| c.is_whitespace() || c.is_control(), " "), out);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(prose: &[&str], code: &[&str], marked: &[&str]) -> Snippet {
        let list = |texts: &[&str]| {
            texts.iter().map(|text| Quotable(Some(format!("at-{text:.1}")), (*text).to_owned())).collect()
        };
        let card = Card {
            id: String::new(),
            kind: String::new(),
            title: String::new(),
            url: String::new(),
            arguments: Vec::new(),
            year: None,
            passages: list(prose),
            code: list(code),
        };
        snippet(&card, Analyzer::new("en"), &marked.iter().copied().collect())
    }

    #[test]
    fn words_are_marked_and_text_is_escaped() {
        let text = format!("{} a <b>Threads</b> & more {}", "x ".repeat(50), "y ".repeat(50));
        let made = cut(&[&text], &[], &["thread"]).html;
        assert!(made.starts_with('…') && made.ends_with('…'), "{made}");
        assert!(made.contains("&lt;b&gt;<mark>Threads</mark>&lt;/b&gt; &amp; more"), "{made}");
        assert_eq!(cut(&[""], &[], &["thread"]).html, "");
        assert_eq!(cut(&["日本語と木"], &[], &["日本", "本語"]).html, "<mark>日本語</mark>と木");
        assert_eq!(cut(&["日本語と木"], &[], &["木"]).html, "日本語と<mark>木</mark>");
    }

    #[test]
    fn the_best_passage_has_most_of_the_words() {
        let found =
            cut(&["a thread", "pool thread", "a pool, a pool, a pool"], &["c thread pool"], &["thread", "pool"]);
        assert_eq!(
            (found.html.as_str(), found.anchor.as_deref()),
            ("<mark>pool</mark> <mark>thread</mark>", Some("at-p"))
        );
        let found = cut(&["a thread"], &["c thread pool"], &["thread", "pool"]);
        assert_eq!(found.anchor.as_deref(), Some("at-c"));
        assert_eq!(cut(&[], &[], &["x"]), Snippet::default());
    }
}
