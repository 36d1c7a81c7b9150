//! The stretch of a text that shows best why it was found.

use std::collections::BTreeSet;

use super::analyze::Analyzer;
use crate::escape::push_escaped;

/// How long a snippet is, in words of the text.
const LENGTH: usize = 32;

/// Safe HTML: the text around most of the terms, with each of them in `<mark>`.
pub fn snippet(text: &str, analyzer: Analyzer, terms: &BTreeSet<String>) -> String {
    let words = analyzer.words(text);
    let hits: Vec<Option<&str>> = words
        .iter()
        .map(|word| {
            let all = std::iter::once(&word.terms.whole).chain(&word.terms.parts);
            all.into_iter().find(|term| terms.contains(*term)).map(String::as_str)
        })
        .collect();
    // The window with most different terms; of equals the one with most hits, then the first.
    let value = |from: usize| {
        let window = hits[from..(from + LENGTH).min(hits.len())].iter().flatten();
        (window.clone().collect::<BTreeSet<_>>().len(), window.count())
    };
    let starts = (0..words.len()).filter(|&at| at == 0 || hits[at].is_some());
    let best = starts.map(|at| (value(at), std::cmp::Reverse(at))).max().map_or(0, |(_, at)| at.0);
    // Some words before the first hit make it readable.
    let from = best.saturating_sub(6);
    let to = (from + LENGTH).min(words.len());
    let (Some(first), Some(last)) = (words.get(from), words[..to].last()) else { return String::new() };
    let mut out = String::new();
    if from > 0 {
        out.push('…');
    }
    let mut at = if from == 0 { 0 } else { first.start };
    for (word, hit) in words[from..to].iter().zip(&hits[from..to]) {
        if word.start < at {
            continue;
        }
        escape(&text[at..word.start], &mut out);
        if hit.is_some() {
            out.push_str("<mark>");
        }
        escape(&text[word.start..word.end], &mut out);
        if hit.is_some() {
            out.push_str("</mark>");
        }
        at = word.end;
    }
    let end = if to == words.len() { text.len() } else { last.end };
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

    #[test]
    fn words_are_marked_and_text_is_escaped() {
        let analyzer = Analyzer::new("en");
        let terms = BTreeSet::from(["thread".to_owned()]);
        let text = format!("{} a <b>Threads</b> & more {}", "x ".repeat(50), "y ".repeat(50));
        let made = snippet(&text, analyzer, &terms);
        assert!(made.starts_with('…') && made.ends_with('…'), "{made}");
        assert!(made.contains("&lt;b&gt;<mark>Threads</mark>&lt;/b&gt; &amp; more"), "{made}");
        assert_eq!(snippet("", analyzer, &terms), "");
        assert_eq!(snippet("日本語と", analyzer, &BTreeSet::new()), "日本語と");
    }
}
