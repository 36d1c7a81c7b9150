//! The analyser: words of any script, folded and, in English, stemmed; identifiers whole and in parts.
//!
//! A token is a run of letters, digits and underscores. `run_until_complete` and `ThreadPoolExecutor` stand whole at
//! the position of their first part, and each part at a position of its own. `C++`, `C#` and `.NET` keep what tells
//! them apart. Han, kana and Hangul are cut into bigrams.

use std::collections::HashMap;

use frostem::{Algorithm, Stemmer};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A longer word is cut: nobody searches for it, and it would fill the dictionary.
const LONGEST: usize = 60;

/// What a word of a text became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    pub terms: Terms,
    /// Byte offsets in the text.
    pub start: usize,
    pub end: usize,
}

/// The terms of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Folded and stemmed.
    pub whole: String,
    /// Where the word is made of several: each, folded and stemmed.
    pub parts: Vec<String>,
}

/// How texts of a language are cut.
#[derive(Clone, Copy)]
pub struct Analyzer {
    english: bool,
}

impl Analyzer {
    /// For a language as BCP 47 writes it. English is stemmed; others are folded only.
    pub fn new(language: &str) -> Self {
        let english = language.split('-').next().is_some_and(|first| first.eq_ignore_ascii_case("en"));
        Self { english }
    }

    /// The words of a text, in order.
    pub fn words(self, text: &str) -> Vec<Word> {
        let spans = spans(text).into_iter();
        spans.filter_map(|(start, end)| self.terms(&text[start..end]).map(|terms| Word { terms, start, end })).collect()
    }

    /// What a word becomes; `None` where nothing of it is left.
    fn terms(self, text: &str) -> Option<Terms> {
        if text.chars().next().is_some_and(is_ideographic) {
            return Some(Terms { whole: fold(text), parts: Vec::new() });
        }
        let text = text.trim_matches('_');
        let cut = text.char_indices().nth(LONGEST).map_or(text, |(at, _)| &text[..at]);
        let whole = self.stem(fold(cut));
        if whole.is_empty() {
            return None;
        }
        let parts: Vec<String> =
            parts(cut).into_iter().map(|part| self.stem(fold(part))).filter(|part| !part.is_empty()).collect();
        let parts = if parts.len() > 1 { parts } else { Vec::new() };
        Some(Terms { whole, parts })
    }

    fn stem(self, word: String) -> String {
        if !self.english || !word.bytes().all(|b| b.is_ascii_alphabetic()) {
            return word;
        }
        Stemmer::new(Algorithm::English).stem(&word).into_owned()
    }
}

/// Where the words of a text stand.
fn spans(text: &str) -> Vec<(usize, usize)> {
    let mut words = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        if is_ideographic(c) {
            let next = chars.peek().copied().filter(|(_, next)| is_ideographic(*next));
            let previous = text[..start].chars().next_back().is_some_and(is_ideographic);
            let end = next.map_or(start + c.len_utf8(), |(at, next)| at + next.len_utf8());
            // A character alone is a word; of a run each neighbouring pair is.
            if next.is_some() || !previous {
                words.push((start, end));
            }
            continue;
        }
        let dotted = c == '.' && text[start..].starts_with(".NET") || text[start..].starts_with(".net");
        if !is_word(c) && !dotted {
            continue;
        }
        let mut end = start + c.len_utf8();
        while let Some(&(at, next)) = chars.peek() {
            let apostrophe = matches!(next, '\'' | '’')
                && text[at + next.len_utf8()..].chars().next().is_some_and(char::is_alphabetic);
            if is_ideographic(next) || !(is_word(next) || apostrophe) {
                break;
            }
            end = at + next.len_utf8();
            chars.next();
        }
        let rest = &text[end..];
        if end - start == 1 && c.is_ascii_alphabetic() {
            let sign = ["++", "#"].into_iter().find(|sign| rest.starts_with(sign));
            for _ in sign.unwrap_or_default().chars() {
                end += 1;
                chars.next();
            }
        }
        words.push((start, end));
    }
    words
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || is_combining_mark(c)
}

fn is_ideographic(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}')
}

/// Lower case, without accents, of ordinary width, without ligatures.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.replace('\'', "").to_ascii_lowercase();
    }
    let plain = text.nfkd().filter(|c| !is_combining_mark(*c) && !matches!(c, '\'' | '’'));
    plain.flat_map(char::to_lowercase).collect::<String>().replace('ß', "ss").nfc().collect()
}

/// The parts of an identifier: between underscores, and where its case changes.
fn parts(word: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    for piece in word.split('_').filter(|piece| !piece.is_empty()) {
        let chars: Vec<(usize, char)> = piece.char_indices().collect();
        let mut from = 0;
        for (at, pair) in chars.windows(2).enumerate() {
            let (before, after) = (pair[0].1, pair[1].1);
            // `aB`, or the last capital of `HTTPServer`.
            let hump = before.is_lowercase() && after.is_uppercase();
            let last = before.is_uppercase()
                && after.is_uppercase()
                && chars.get(at + 2).is_some_and(|(_, c)| c.is_lowercase());
            if hump || last {
                parts.push(&piece[from..pair[1].0]);
                from = pair[1].0;
            }
        }
        parts.push(&piece[from..]);
    }
    parts
}

/// The analyser as tantivy wants it. It remembers what words became: most words of a text came before.
#[derive(Clone)]
pub struct WordTokenizer {
    analyzer: Analyzer,
    known: HashMap<String, Option<Terms>>,
}

/// How many words are remembered; an archive has fewer, a hostile text may have more.
const REMEMBERED: usize = 200_000;

impl WordTokenizer {
    pub fn new(analyzer: Analyzer) -> Self {
        Self { analyzer, known: HashMap::new() }
    }
}

pub struct Tokens {
    tokens: std::vec::IntoIter<Token>,
    token: Token,
}

impl Tokenizer for WordTokenizer {
    type TokenStream<'a> = Tokens;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Tokens {
        let mut tokens = Vec::new();
        let mut position = 0;
        for (start, end) in spans(text) {
            let word = &text[start..end];
            if !self.known.contains_key(word) {
                if self.known.len() >= REMEMBERED {
                    self.known.clear();
                }
                self.known.insert(word.to_owned(), self.analyzer.terms(word));
            }
            let Some(Some(terms)) = self.known.get(word) else { continue };
            let token = |text: &str, position| Token {
                offset_from: start,
                offset_to: end,
                position,
                text: text.to_owned(),
                position_length: 1,
            };
            tokens.push(token(&terms.whole, position));
            tokens.extend(terms.parts.iter().zip(position..).map(|(part, position)| token(part, position)));
            position += terms.parts.len().max(1);
        }
        Tokens { tokens: tokens.into_iter(), token: Token::default() }
    }
}

impl TokenStream for Tokens {
    fn advance(&mut self) -> bool {
        match self.tokens.next() {
            Some(token) => {
                self.token = token;
                true
            }
            None => false,
        }
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Vec<String> {
        let words = Analyzer::new("en").words(text);
        words.into_iter().flat_map(|word| [vec![word.terms.whole], word.terms.parts].concat()).collect()
    }

    #[test]
    fn words_of_many_kinds() {
        assert_eq!(terms("Threads, waiting"), ["thread", "wait"]);
        assert_eq!(terms("run_until_complete"), ["run_until_complete", "run", "until", "complet"]);
        assert_eq!(terms("ThreadPoolExecutor"), ["threadpoolexecutor", "thread", "pool", "executor"]);
        assert_eq!(terms("async/await"), ["async", "await"]);
        assert_eq!(terms("C++ and C#, c"), ["c++", "and", "c#", "c"]);
        assert_eq!(terms(".NET"), [".net"]);
        assert_eq!(terms("Café ﬁne ＡＢＣ"), ["cafe", "fine", "abc"]);
        assert_eq!(terms("日本語"), ["日本", "本語"]);
        assert_eq!(terms("мир سلام"), ["мир", "سلام"]);
        assert_eq!(terms("don't"), ["dont"]);
        assert_eq!(terms("___ 'x'"), ["x"]);
        assert_eq!(terms(&"x".repeat(500)), ["x".repeat(60)]);
    }
}
