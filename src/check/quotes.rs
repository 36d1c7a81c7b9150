//! Verbatim quotes stand in their captures, word by word.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::OnceLock;

use rayon::prelude::*;
use similar::{Algorithm, DiffTag, capture_diff_slices};

use super::captured::{collapse, html_text, is_html};
use super::unspaced;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::{Archive, Entry};
use crate::read::markdown::{Block, Definition, Node, plain};
use crate::read::{Front, QuoteForm, QuoteFront};
use crate::span::Span;

pub fn check(archive: &Archive, sink: &mut Diagnostics) {
    of_entries(archive.published().map(|(_, entry)| entry), sink);
}

pub(super) fn of_entries<'a>(entries: impl Iterator<Item = &'a Entry>, sink: &mut Diagnostics) {
    // By capture, since reading one costs more than looking up a quote in it.
    let mut quotes: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
    for entry in entries {
        if let Front::Quote(QuoteFront { form: QuoteForm::Verbatim, capture: Some(path), .. }) =
            &entry.item.document.front
            && entry.item.document.capture.is_some()
        {
            quotes.entry(&path.value).or_default().push(entry);
        }
    }
    let quotes: Vec<_> = quotes.into_iter().collect();
    let found: Vec<Vec<Diagnostic>> = quotes
        .par_iter()
        .map(|(path, entries)| {
            let Some(text) = entries.first().and_then(|entry| entry.item.document.capture.as_deref()) else {
                return Vec::new();
            };
            let capture = Capture::new(path, text);
            entries.iter().flat_map(|entry| capture.compare(entry)).collect()
        })
        .collect();
    sink.extend(found.into_iter().flatten());
}

/// A capture as text, in every way it may be read: a plain text as it stands, and as HTML that was saved as text.
struct Capture<'a> {
    path: &'a str,
    readings: Vec<String>,
    /// Where each word of the first reading stands, folded; made when a passage is looked for.
    places: OnceLock<HashMap<String, Vec<usize>>>,
}

impl<'a> Capture<'a> {
    fn new(path: &'a str, text: &str) -> Self {
        let marked_up = collapse(&html_text(text));
        let readings = if is_html(path, text) { vec![marked_up] } else { vec![collapse(text), marked_up] };
        Self { path, readings, places: OnceLock::new() }
    }

    fn compare(&self, entry: &Entry) -> Vec<Diagnostic> {
        let document = &entry.item.document;
        let mut found = Vec::new();
        for words in quoted(document.body.blocks()) {
            let mut failures = self.readings.iter().map(|reading| first_missing(&words, reading));
            // One reading that holds all is enough; else the first reading says what is wrong.
            let first = failures.next().flatten();
            if let Some(missing) = first
                && failures.all(|failure| failure.is_some())
            {
                found.push(self.report(&words, &missing));
            }
        }
        if document.body.blocks().is_empty() {
            let message = format!("this quote has no words that `{}` could be asked for", self.path);
            found.push(
                Diagnostic::new(Code::QuoteNotFound, document.start(), message)
                    .help("write the words below the front matter"),
            );
        }
        found
    }

    fn report(&self, words: &Words, missing: &Missing) -> Diagnostic {
        let part = &words.text[missing.range.clone()];
        let shown = shorten(part);
        let span = words.span(missing.range.start);
        if missing.elsewhere {
            let message = format!("these words come earlier in the capture: “{shown}”");
            return Diagnostic::new(Code::QuoteNotFound, span, message).help("keep the order of the source");
        }
        let message = format!("these words are not in the capture: “{shown}”");
        let places = self.places.get_or_init(|| places(&self.readings[0]));
        let help = match closest(part, &self.readings[0], places) {
            Some(near) => {
                let differences = differences(part, &near);
                let near = shorten(&near);
                format!(
                    "the closest passage there is “{near}”{differences}; mend the words, or say `form = \"paraphrase\"`"
                )
            }
            None => "nothing there is like it: mend the capture, or say `form = \"paraphrase\"`".to_owned(),
        };
        Diagnostic::new(Code::QuoteNotFound, span, message).help(help)
    }
}

/// Where `part` differs from the passage nearest to it, word by word; what the passage has before and after does not
/// count.
fn differences(part: &str, near: &str) -> String {
    const SHOWN: usize = 4;
    /// The work grows with the square of what differs.
    const LONGEST: usize = 2_000;
    let (here, there): (Vec<_>, Vec<_>) = (part.split(' ').collect(), near.split(' ').collect());
    if here.len().max(there.len()) > LONGEST {
        return String::new();
    }
    let operations = capture_diff_slices(Algorithm::Myers, &here, &there);
    let last = operations.len().saturating_sub(1);
    let told = operations.iter().enumerate().filter_map(|(at, operation)| {
        let (old, mut new) = (operation.old_range(), operation.new_range());
        if operation.tag() == DiffTag::Replace {
            // The passage goes on before and after what the quote has of it.
            let most = old.len();
            if at == 0 {
                new.start = new.start.max(new.end.saturating_sub(most));
            } else if at == last {
                new.end = new.end.min(new.start + most);
            }
        }
        let (ours, theirs) = (here[old].join(" "), there[new].join(" "));
        match operation.tag() {
            DiffTag::Replace if (at == 0 && theirs.ends_with(&ours)) || (at == last && theirs.starts_with(&ours)) => {
                None
            }
            DiffTag::Equal => None,
            DiffTag::Insert if at == 0 || at == last => None,
            DiffTag::Insert => Some(format!("“{theirs}” is left out here")),
            DiffTag::Delete => Some(format!("“{ours}” is not there")),
            DiffTag::Replace => Some(format!("“{theirs}” there is “{ours}” here")),
        }
    });
    let told: Vec<_> = told.take(SHOWN).collect();
    if told.is_empty() { String::new() } else { format!(": {}", told.join(", ")) }
}

fn shorten(text: &str) -> String {
    const LONGEST: usize = 240;
    let mut short: String = text.chars().take(LONGEST).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// Words that are to be found as they stand, with the blocks that they come from.
#[derive(Default)]
pub(super) struct Words {
    pub(super) text: String,
    /// Where the text of each block begins.
    blocks: Vec<(usize, Span)>,
}

impl Words {
    fn push(&mut self, text: &str, span: Span) {
        let text = collapse(text);
        if text.is_empty() {
            return;
        }
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        self.blocks.push((self.text.len(), span));
        self.text.push_str(&text);
    }

    /// The block that holds a byte of the text.
    fn span(&self, at: usize) -> Span {
        let block = self.blocks.partition_point(|(start, _)| *start <= at).saturating_sub(1);
        self.blocks[block].1
    }

    /// Recursion is bounded: the reader dissolves what is nested too deep.
    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            match &block.node {
                Node::Paragraph { content, .. } | Node::Heading { content, .. } => {
                    self.push(&plain(content), block.span);
                }
                Node::Code { text, .. } => self.push(text, block.span),
                Node::Html(html) => self.push(&html_text(html), block.span),
                Node::Quote { blocks, .. } => self.blocks(blocks),
                Node::List { items, .. } => items.iter().for_each(|item| self.blocks(&item.blocks)),
                Node::Table { head, rows, .. } => {
                    for cell in std::iter::once(head).chain(rows).flatten() {
                        self.push(&plain(cell), block.span);
                    }
                }
                Node::Definitions(definitions) => {
                    for definition in definitions {
                        match definition {
                            Definition::Term(content) => self.push(&plain(content), block.span),
                            Definition::Meaning(blocks) => self.blocks(blocks),
                        }
                    }
                }
                Node::Rule => {}
            }
        }
    }
}

/// The quoted words of a body: of each of its block quotes, or of the whole body where it has none. A note or a
/// warning is set like a block quote and quotes nothing.
pub(super) fn quoted(blocks: &[Block]) -> Vec<Words> {
    let mut all = Vec::new();
    for block in blocks {
        if let Node::Quote { alert: None, blocks } = &block.node {
            let mut words = Words::default();
            words.blocks(blocks);
            all.push(words);
        }
    }
    if all.is_empty() {
        let mut words = Words::default();
        words.blocks(blocks);
        all.push(words);
    }
    all
}

/// A part of the words that was not found.
struct Missing {
    range: Range<usize>,
    /// Whether it stands before the part that it ought to follow.
    elsewhere: bool,
}

/// The first part of `words` that does not stand in `capture` after the part before it.
fn first_missing(words: &Words, capture: &str) -> Option<Missing> {
    let mut from = 0;
    for range in parts(&words.text) {
        let part = &words.text[range.clone()];
        match find_words(capture, part, from) {
            Some(at) => from = at + part.len(),
            None => return Some(Missing { range, elsewhere: find_words(capture, part, 0).is_some() }),
        }
    }
    None
}

/// Where `part` stands in `capture` from a byte on, and neither begins nor ends within a word: "possible" is not what
/// "impossible" says.
fn find_words(capture: &str, part: &str, from: usize) -> Option<usize> {
    let one_word = |a: Option<char>, b: Option<char>| {
        let in_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !unspaced(c));
        in_word(a) && in_word(b)
    };
    let mut from = from;
    while let Some(at) = capture[from..].find(part).map(|at| from + at) {
        let end = at + part.len();
        let cut_before = one_word(capture[..at].chars().next_back(), part.chars().next());
        let cut_after = one_word(part.chars().next_back(), capture[end..].chars().next());
        if !cut_before && !cut_after {
            return Some(at);
        }
        from = at + part.chars().next().map_or(1, char::len_utf8);
    }
    None
}

/// The words between elisions, `[…]` or `[...]`.
fn parts(text: &str) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut add = |start: usize, end: usize| {
        let (part, whole) = (text[start..end].trim(), &text[start..end]);
        if !part.is_empty() {
            let start = start + (whole.len() - whole.trim_start().len());
            parts.push(start..start + part.len());
        }
    };
    for (at, _) in text.match_indices('[') {
        let Some(elision) = ["[…]", "[...]", "[ … ]", "[ ... ]"].iter().find(|e| text[at..].starts_with(**e))
        else {
            continue;
        };
        add(start, at);
        start = at + elision.len();
    }
    add(start, text.len());
    parts
}

/// The passage of `capture` that shares most words with `part`, if it shares enough to be meant.
///
/// Each word of the capture that the part has as well votes for the place where the part would begin; the place
/// with most votes wins.
fn closest(part: &str, capture: &str, places: &HashMap<String, Vec<usize>>) -> Option<String> {
    /// Words that were left out or put in shift the rest by a few places.
    const SLACK: usize = 4;
    let wanted: Vec<_> = part.split(' ').map(fold).collect();
    let mut votes: BTreeMap<usize, usize> = BTreeMap::new();
    for (offset, word) in wanted.iter().enumerate().filter(|(_, word)| !word.is_empty()) {
        for at in places.get(word).into_iter().flatten() {
            *votes.entry(at.saturating_sub(offset) / SLACK).or_default() += 1;
        }
    }
    // A passage may lie across two neighbouring groups of places.
    let (most, &group) = votes
        .iter()
        .map(|(group, count)| (count + votes.get(&(group + 1)).unwrap_or(&0), group))
        .max_by(|a, b| a.0.cmp(&b.0).then_with(|| b.1.cmp(a.1)))?;
    let passage =
        || capture.split(' ').skip(group * SLACK).take(wanted.len() + 2 * SLACK).collect::<Vec<_>>().join(" ");
    (most * 3 >= wanted.len()).then(passage)
}

fn fold(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Where each word of a text stands, folded, counted in words. A word that is everywhere says little about where, so
/// only its first places count.
fn places(text: &str) -> HashMap<String, Vec<usize>> {
    const PLACES: usize = 256;
    let mut places: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, word) in text.split(' ').enumerate() {
        let places = places.entry(fold(word)).or_default();
        if places.len() < PLACES {
            places.push(at);
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elisions_part_a_quote() {
        let text = "[…] one two [...] three [ … ] [x] four […]";
        let words: Vec<_> = parts(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(words, ["one two", "three", "[x] four"]);
    }

    #[test]
    fn words_are_found_whole() {
        assert_eq!(find_words("It is impossible, but possible.", "possible", 0), Some(22));
        assert_eq!(find_words("impossible", "possible", 0), None);
        assert_eq!(find_words("possibles", "possible", 0), None);
        assert_eq!(find_words("(possible)", "possible", 0), Some(1));
        assert_eq!(find_words("并发编程的成本", "编程", 0), Some(6));
        assert_eq!(find_words("a.b", "b", 0), Some(2));
    }

    #[test]
    fn the_closest_passage_is_found_in_spite_of_changes() {
        let capture = "Much was said before. Threads are fine, and I like them a lot for this. Much was said after.";
        let near = closest("Threads were fine, and we like them for this.", capture, &places(capture)).unwrap();
        assert!(near.contains("Threads are fine, and I like them a lot for this."), "{near}");
        let other = "completely other words";
        assert_eq!(closest("nothing of that kind was ever written here", other, &places(other)), None);
    }
}
