//! The analyser: words of any script, folded and, in English, stemmed; identifiers whole and in parts.
//!
//! docs/search.md says what a word is and what becomes of it; the browser's reader does the same, and golden vectors
//! hold the two together.

use std::ops::Range;

use frostem::{Algorithm, Stemmer};

use super::characters::{Class, class, fold};

/// Whose stems these are: another version may stem some words otherwise.
pub const STEMMER: &str = "frostem 1.20260821.8";

/// A longer word is cut: nobody searches for it, and it would fill the dictionary. In characters.
const LONGEST: usize = 60;

/// Stands between the passages of a field. No phrase goes from one to the next.
pub const PASSAGE: char = '\u{1e}';

/// A passage begins at a position that this divides.
pub const STRIDE: u32 = 32;

/// The lengths that a form has, in characters.
const FORM: std::ops::RangeInclusive<usize> = 3..=40;

/// What a word of a text became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    pub terms: Terms,
    /// Bytes of the text.
    pub span: Range<usize>,
}

/// The terms of a word.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    /// Folded and stemmed.
    pub whole: String,
    /// Where the word is made of several: each, folded and stemmed.
    pub parts: Vec<String>,
    /// Of two characters that stand for a word: the first of them.
    pub alone: Option<String>,
}

impl Terms {
    /// Every term, the most telling first.
    pub fn all(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.whole).chain(&self.parts).chain(&self.alone)
    }

    /// The terms that stand one after the other in a text: the parts, or the word itself.
    pub fn sequence(&self) -> &[String] {
        if self.parts.is_empty() { std::slice::from_ref(&self.whole) } else { &self.parts }
    }
}

/// How texts of a language are cut.
#[derive(Debug, Clone, Copy)]
pub struct Analyzer {
    pub english: bool,
}

impl Analyzer {
    /// For a language as BCP 47 writes it. English is stemmed; others are folded only.
    pub fn new(language: &str) -> Self {
        let english = language.split('-').next().is_some_and(|first| first.eq_ignore_ascii_case("en"));
        Self { english }
    }

    /// The words of a text, in order.
    pub fn words(self, text: &str) -> Vec<Word> {
        spans(text).filter_map(|span| self.terms(&text[span.clone()]).map(|terms| Word { terms, span })).collect()
    }

    /// What a word becomes; `None` where nothing of it is left.
    pub fn terms(self, text: &str) -> Option<Terms> {
        if text.chars().next().is_some_and(|c| class(c) == Class::Bigram) {
            let alone = text.char_indices().nth(1).map(|(at, _)| fold(&text[..at]));
            return Some(Terms { whole: fold(text), parts: Vec::new(), alone });
        }
        let whole = self.stem(fold(cut(text)));
        if whole.is_empty() {
            return None;
        }
        let parts: Vec<String> = parts(cut(text)).into_iter().map(|part| self.stem(fold(part))).collect();
        Some(Terms { whole, parts, alone: None })
    }

    /// The term of a folded word.
    pub fn stem(self, word: String) -> String {
        if !self.english || !word.bytes().all(|b| b.is_ascii_lowercase()) {
            return word;
        }
        Stemmer::new(Algorithm::English).stem(&word).into_owned()
    }
}

/// The folded word and its parts, unstemmed: what prefixes and corrected spellings are looked up in.
pub fn forms_of(word: &str) -> Vec<String> {
    let word = cut(word);
    let mut forms: Vec<_> = std::iter::once(word).chain(parts(word)).map(fold).collect();
    forms.retain(|form| {
        FORM.contains(&form.chars().count())
            && !form.starts_with(|c: char| c.is_ascii_digit())
            && form.chars().all(|c| class(c) == Class::Word)
    });
    forms
}

/// A word as it is analysed: without underscores at its ends, and not too long.
fn cut(word: &str) -> &str {
    let word = word.trim_matches('_');
    word.char_indices().nth(LONGEST).map_or(word, |(at, _)| &word[..at])
}

/// Where the words of a text stand.
fn spans(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (span, resume) = next_span(text, at)?;
        at = resume;
        Some(span)
    })
}

/// The first word from `at` on, and where to look for the next one.
pub fn next_span(text: &str, at: usize) -> Option<(Range<usize>, usize)> {
    let mut at = at;
    loop {
        // Most characters are ASCII, and need no table.
        let start = at
            + text.as_bytes()[at..]
                .iter()
                .position(|b| !b.is_ascii() || b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.'))?;
        let c = text[start..].chars().next()?;
        let after = start + c.len_utf8();
        match class(c) {
            Class::Bigram => {
                let next = text[after..].chars().next().filter(|c| class(*c) == Class::Bigram);
                return Some((start..after + next.map_or(0, char::len_utf8), after));
            }
            Class::Word => {
                let end = word_end(text, after);
                let end = if end - start == 1 && c.is_ascii_alphabetic() { end + sign(&text[end..]) } else { end };
                return Some((start..end, end));
            }
            Class::Other if c == '.' && is_dot_net(text, start) => return Some((start..start + 4, start + 4)),
            Class::Other => at = after,
        }
    }
}

/// Where the word ends whose first character ends at `at`.
fn word_end(text: &str, at: usize) -> usize {
    let mut end = at;
    loop {
        end += text.as_bytes()[end..].iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
        let mut chars = text[end..].chars();
        let Some(c) = chars.next() else { return end };
        let goes_on = match class(c) {
            Class::Word => true,
            Class::Bigram => false,
            Class::Other => {
                matches!(c, '\'' | '’')
                    && chars.next().is_some_and(|c| class(c) == Class::Word && c != '_' && !c.is_ascii_digit())
            }
        };
        if !goes_on {
            return end;
        }
        end += c.len_utf8();
    }
}

/// How long the sign is that belongs to a language's name of one letter.
fn sign(rest: &str) -> usize {
    if rest.starts_with("++") { 2 } else { usize::from(rest.starts_with('#')) }
}

fn is_dot_net(text: &str, at: usize) -> bool {
    matches!(text.get(at..at + 4), Some(".NET" | ".net"))
        && text[..at].chars().next_back().is_none_or(|c| class(c) != Class::Word)
        && text[at + 4..].chars().next().is_none_or(|c| class(c) != Class::Word)
}

/// The parts of an identifier, if it has two or more: between underscores, and where its case changes.
fn parts(word: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    for piece in word.split('_').filter(|piece| !piece.is_empty()) {
        let mut from = 0;
        let mut chars = piece.char_indices().peekable();
        let mut before = None::<char>;
        while let Some((at, c)) = chars.next() {
            if let Some(before) = before
                && c.is_ascii_uppercase()
            {
                // `aB`, or the last capital of `HTTPServer`.
                let joined = class(before) == Class::Word && !before.is_ascii_digit();
                let hump = joined && !before.is_ascii_uppercase();
                let last = before.is_ascii_uppercase() && chars.peek().is_some_and(|(_, c)| c.is_ascii_lowercase());
                if hump || last {
                    parts.push(&piece[from..at]);
                    from = at;
                }
            }
            before = Some(c);
        }
        parts.push(&piece[from..]);
    }
    parts.retain(|part| !fold(part).is_empty());
    if parts.len() > 1 { parts } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Vec<String> {
        let words = Analyzer::new("en").words(text);
        words.iter().flat_map(|word| word.terms.all().cloned().collect::<Vec<_>>()).collect()
    }

    #[test]
    fn words_of_many_kinds() {
        assert_eq!(terms("Threads, waiting"), ["thread", "wait"]);
        assert_eq!(terms("run_until_complete"), ["run_until_complete", "run", "until", "complet"]);
        assert_eq!(terms("ThreadPoolExecutor"), ["threadpoolexecutor", "thread", "pool", "executor"]);
        assert_eq!(terms("HTTPServer2 utf8Decode"), ["httpserver2", "http", "server2", "utf8decode"]);
        assert_eq!(terms("async/await @asyncio.coroutine"), ["async", "await", "asyncio", "coroutin"]);
        assert_eq!(terms("C++ and C#, c, f#x"), ["c++", "and", "c#", "c", "f#", "x"]);
        assert_eq!(terms(".NET x.net .network (.net)"), [".net", "x", "net", "network", ".net"]);
        assert_eq!(terms("Café ﬁne ＡＢＣ"), ["cafe", "fine", "abc"]);
        assert_eq!(terms("日本語 木"), ["日本", "日", "本語", "本", "語", "木"]);
        assert_eq!(terms("мир سلام"), ["мир", "سلام"]);
        assert_eq!(terms("don't rock'n'2"), ["dont", "rockn", "2"]);
        assert_eq!(terms("___ '_x_' \u{301}"), ["x"]);
        assert_eq!(terms(&"x".repeat(500)), ["x".repeat(60)]);
    }

    #[test]
    fn the_stemmer_is_the_one_that_is_named() {
        let (name, version) = STEMMER.split_once(' ').expect("a name and a version");
        assert!(include_str!("../../Cargo.toml").contains(&format!("{name} = \"={version}\"")), "{STEMMER}");
    }
}
