//! Verbatim quotes are found in the kept copy of their source.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use ammonia::Builder;
use rayon::prelude::*;
use regex::Regex;

use super::is_live;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::{Archive, Entry};
use crate::read::markdown::{Block, Node, PassageKind, passages};
use crate::read::{Front, QuoteForm};

/// Where a quote leaves words out.
static ELISION: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\[\s*(?:…|\.\.\.)\s*\]").expect("a constant pattern"));

/// Tags that part words, unlike those within a line.
static BLOCK_TAG: LazyLock<Regex> = LazyLock::new(|| {
    let tags = "address|article|aside|blockquote|body|br|dd|div|dl|dt|figcaption|figure|footer|h[1-6]|head|header|hr|html|li|main|nav|ol|p|pre|section|table|tbody|td|tfoot|th|thead|title|tr|ul";
    Regex::new(&format!(r"(?i)</?(?:{tags})\b")).expect("a constant pattern")
});

/// Keeps no tag; what stands in scripts and style sheets is no text.
static TEXT_ONLY: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder.clean_content_tags(["script", "style"].into());
    builder
});

pub fn check(archive: &Archive, sink: &mut Diagnostics) {
    let quotes: Vec<&Entry> = archive
        .entries
        .iter()
        .filter(|entry| entry.quote_form() == Some(QuoteForm::Verbatim) && is_live(&entry.item))
        .filter(|entry| entry.item.document.capture.is_some())
        .collect();
    // Each capture is read as text once, however many quotes it holds.
    let mut captures: BTreeMap<&str, &Arc<str>> = BTreeMap::new();
    for entry in &quotes {
        if let (Some(path), Some(text)) = (capture_path(entry), &entry.item.document.capture) {
            captures.insert(path, text);
        }
    }
    let texts: BTreeMap<&str, [String; 2]> =
        captures.into_par_iter().map(|(path, text)| (path, [collapse(text), collapse(&without_tags(text))])).collect();
    let found: Vec<_> = quotes
        .par_iter()
        .filter_map(|entry| texts.get(capture_path(entry)?).and_then(|texts| missing(entry, texts)))
        .collect();
    sink.extend(found);
}

fn capture_path(entry: &Entry) -> Option<&str> {
    match &entry.item.document.front {
        Front::Quote { capture: Some(capture), .. } => Some(&capture.value),
        _ => None,
    }
}

/// The finding, if a passage of the quote is in neither reading of the capture: as it is, and without its tags.
fn missing(entry: &Entry, texts: &[String; 2]) -> Option<Diagnostic> {
    let parts = quoted(entry);
    let first =
        texts.iter().map(|text| first_missing(&parts, text)).min_by_key(|at| at.map_or(0, |at| parts.len() - at))?;
    let part = &parts[first?];
    let span = entry.item.document.body.blocks.first().map_or(entry.item.document.start(), |block| block.span);
    let message = format!("these words are not in the capture: \u{201c}{}\u{201d}", shorten(part));
    let help = match closest(part, &texts[1]) {
        Some(near) => format!("the capture has \u{201c}{near}\u{201d}: quote that, or say `form = \"paraphrase\"`"),
        None => "quote what the capture says, letter by letter, or say `form = \"paraphrase\"`".to_owned(),
    };
    Some(Diagnostic::new(Code::QuoteNotFound, span, message).help(help))
}

/// The place of the first part that does not follow those before it.
fn first_missing(parts: &[String], text: &str) -> Option<usize> {
    let mut from = 0;
    for (at, part) in parts.iter().enumerate() {
        match text[from..].find(part.as_str()) {
            Some(found) => from += found + part.len(),
            None => return Some(at),
        }
    }
    None
}

/// The quoted words: of the block quotes at the top of the text, or else of the whole; cut where words are left out.
fn quoted(entry: &Entry) -> Vec<String> {
    let blocks = &entry.item.document.body.blocks;
    let quote = |block: &&Block| matches!(block.node, Node::Quote { alert: None, .. });
    let texts: Vec<String> = if blocks.iter().any(|block| quote(&block)) {
        blocks.iter().filter(quote).flat_map(|block| words(std::slice::from_ref(block))).collect()
    } else {
        words(blocks)
    };
    texts
        .iter()
        .flat_map(|text| ELISION.split(text).map(collapse).collect::<Vec<_>>())
        .filter(|p| !p.is_empty())
        .collect()
}

fn words(blocks: &[Block]) -> Vec<String> {
    passages(blocks).into_iter().filter(|passage| passage.kind != PassageKind::Heading).map(|p| p.text).collect()
}

fn collapse(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn without_tags(text: &str) -> String {
    let parted = BLOCK_TAG.replace_all(text, " $0");
    let clean = TEXT_ONLY.clean(&parted).to_string();
    // The cleaner decodes every reference, and writes these anew.
    clean.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

fn shorten(text: &str) -> String {
    const LONGEST: usize = 120;
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let cut: String = text.chars().take(LONGEST).collect();
    format!("{} …", cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words))
}

/// The stretch of the capture that shares most words with the part, if it shares at least half.
fn closest(part: &str, text: &str) -> Option<String> {
    const MOST_WORDS: usize = 40;
    let wanted: Vec<&str> = part.split(' ').take(MOST_WORDS).collect();
    let have: Vec<&str> = text.split(' ').collect();
    let mut need: BTreeMap<String, usize> = BTreeMap::new();
    for word in &wanted {
        *need.entry(fold(word)).or_default() += 1;
    }
    let size = wanted.len().min(have.len());
    // A window slides over the capture; `seen` counts its words that are wanted.
    let (mut seen, mut shared, mut best): (BTreeMap<String, usize>, usize, (usize, usize)) =
        (BTreeMap::new(), 0, (0, 0));
    for (at, word) in have.iter().enumerate() {
        let word = fold(word);
        if let Some(&most) = need.get(&word) {
            let count = seen.entry(word).or_default();
            *count += 1;
            shared += usize::from(*count <= most);
        }
        if at >= size {
            let left = fold(have[at - size]);
            if let (Some(&most), Some(count)) = (need.get(&left), seen.get_mut(&left)) {
                shared -= usize::from(*count <= most);
                *count -= 1;
            }
        }
        if shared > best.0 {
            best = (shared, (at + 1).saturating_sub(size));
        }
    }
    (size > 0 && best.0 * 2 >= size).then(|| shorten(&have[best.1..(best.1 + size).min(have.len())].join(" ")))
}

fn fold(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captures_read_as_text() {
        let html = "<p>One <b>wo</b>rd &amp; two&nbsp;more</p><p>next</p><script>not text</script>";
        assert_eq!(collapse(&without_tags(html)), "One word & two more next");
        let parts = ["a < b".to_owned(), "c".to_owned()];
        assert_eq!(first_missing(&parts, "x a < b y c"), None);
        assert_eq!(first_missing(&parts, "c x a < b"), Some(1));
    }

    #[test]
    fn the_closest_passage_is_shown() {
        let text = "It was said that the quick brown fox leaps over a lazy dog and sleeps.";
        assert_eq!(closest("the quick red fox leaps over", text).unwrap(), "the quick brown fox leaps over");
        assert_eq!(closest("nothing of the kind stands anywhere", text), None);
    }
}
