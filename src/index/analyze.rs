//! The analyser: words of any script, folded and, in English, stemmed; identifiers whole and in parts.
//!
//! docs/search.md says what a word is and what becomes of it; the browser's reader does the same, and golden vectors
//! hold the two together.

use std::ops::Range;

use foldhash::{HashMap, HashMapExt};
use frostem::{Algorithm, Stemmer};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use super::characters::{Class, class, fold};

/// Whose stems these are: another version may stem some words otherwise.
pub const STEMMER: &str = "frostem 1.20260821.8";

/// A longer word is cut: nobody searches for it, and it would fill the dictionary. In characters.
const LONGEST: usize = 60;

/// Stands between the passages of a field. No phrase goes from one to the next.
pub const PASSAGE: char = '\u{1e}';

/// A passage begins at a position that this divides.
const STRIDE: usize = 32;

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
    fn terms(self, text: &str) -> Option<Terms> {
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

/// The folded words of texts and their parts, unstemmed: what prefixes and corrected spellings are looked up in.
#[derive(Default)]
pub struct Forms {
    list: Vec<String>,
    places: HashMap<String, u32>,
    /// The forms of each word that came before, by their places.
    known: HashMap<Box<str>, Vec<u32>>,
}

impl Forms {
    /// Every form in the texts, once.
    pub fn of<'a>(&mut self, texts: impl Iterator<Item = &'a str>) -> impl Iterator<Item = &str> {
        if self.known.len() >= REMEMBERED {
            *self = Self::default();
        }
        let mut found: Vec<u32> = Vec::new();
        for text in texts {
            for span in spans(text) {
                found.extend(self.word(&text[span]));
            }
        }
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(|place| self.list[place as usize].as_str())
    }

    fn word(&mut self, word: &str) -> &[u32] {
        if !self.known.contains_key(word) {
            let mut places = Vec::new();
            for form in forms_of(word) {
                let next = u32::try_from(self.list.len()).expect("fewer forms than bytes of a document");
                let place = *self.places.entry(form.clone()).or_insert(next);
                if place == next {
                    self.list.push(form);
                }
                places.push(place);
            }
            self.known.insert(word.into(), places);
        }
        &self.known[word]
    }
}

fn forms_of(word: &str) -> Vec<String> {
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
fn next_span(text: &str, at: usize) -> Option<(Range<usize>, usize)> {
    let mut before = text[..at].chars().next_back();
    for (offset, c) in text[at..].char_indices() {
        let start = at + offset;
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
            Class::Other if c == '.' && is_dot_net(text, start, before) => return Some((start..start + 4, start + 4)),
            Class::Other => before = Some(c),
        }
    }
    None
}

/// Where the word ends whose first character ends at `at`.
fn word_end(text: &str, at: usize) -> usize {
    let mut chars = text[at..].char_indices().peekable();
    while let Some((offset, c)) = chars.next() {
        let goes_on = match class(c) {
            Class::Word => true,
            Class::Bigram => false,
            Class::Other => {
                matches!(c, '\'' | '’')
                    && chars.peek().is_some_and(|&(_, c)| class(c) == Class::Word && c != '_' && !c.is_ascii_digit())
            }
        };
        if !goes_on {
            return at + offset;
        }
    }
    text.len()
}

/// How long the sign is that belongs to a language's name of one letter.
fn sign(rest: &str) -> usize {
    if rest.starts_with("++") { 2 } else { usize::from(rest.starts_with('#')) }
}

fn is_dot_net(text: &str, at: usize, before: Option<char>) -> bool {
    matches!(text.get(at..at + 4), Some(".NET" | ".net"))
        && before.is_none_or(|c| class(c) != Class::Word)
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

/// The analyser as tantivy wants it. It remembers what words became: most words of a text came before.
#[derive(Clone)]
pub struct WordTokenizer {
    analyzer: Analyzer,
    /// The terms of each word that came before; none where nothing of it was left.
    known: HashMap<Box<str>, u32>,
    terms: Vec<Terms>,
}

/// How many words are remembered; an archive has fewer, a hostile text may have more.
const REMEMBERED: usize = 200_000;

impl WordTokenizer {
    pub fn new(analyzer: Analyzer) -> Self {
        Self { analyzer, known: HashMap::new(), terms: Vec::new() }
    }

    /// The place of a word's terms.
    fn place(&mut self, word: &str) -> usize {
        if let Some(place) = self.known.get(word) {
            return *place as usize;
        }
        if self.known.len() >= REMEMBERED {
            self.known.clear();
            self.terms.clear();
        }
        let place = self.terms.len();
        // A word of which nothing is left has an empty term, which is passed over.
        self.terms.push(self.analyzer.terms(word).unwrap_or_default());
        self.known.insert(word.into(), u32::try_from(place).expect("no more words than are remembered"));
        place
    }
}

pub struct Tokens<'a> {
    tokenizer: &'a mut WordTokenizer,
    text: &'a str,
    /// Where the next word is looked for.
    at: usize,
    /// The word whose terms are being handed out, their place, and how many were.
    word: Range<usize>,
    place: Option<usize>,
    given: usize,
    /// The position of the word, and of the next one.
    position: usize,
    next: usize,
    token: Token,
}

impl Tokenizer for WordTokenizer {
    type TokenStream<'a> = Tokens<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Tokens<'a> {
        let (word, place, token) = (0..0, None, Token::default());
        Tokens { tokenizer: self, text, at: 0, word, place, given: 0, position: 0, next: 0, token }
    }
}

impl TokenStream for Tokens<'_> {
    fn advance(&mut self) -> bool {
        loop {
            let terms = self.place.map(|place| &self.tokenizer.terms[place]);
            if let Some(terms) = terms
                && let Some(term) = terms.all().nth(self.given)
                && !term.is_empty()
            {
                self.token.text.clear();
                self.token.text.push_str(term);
                self.token.offset_from = self.word.start;
                self.token.offset_to = self.word.end;
                // The whole and a character alone stand with the first part.
                let part = self.given.checked_sub(1).filter(|part| *part < terms.parts.len());
                self.token.position = self.position + part.unwrap_or(0);
                self.next = self.position + terms.parts.len().max(1);
                self.given += 1;
                return true;
            }
            let Some((word, resume)) = next_span(self.text, self.at) else { return false };
            self.place = Some(self.tokenizer.place(&self.text[word.clone()]));
            if self.text[self.at..word.start].contains(PASSAGE) {
                // A passage begins anew, so that an edit moves few of the words behind it.
                self.next = (self.next + 1).next_multiple_of(STRIDE);
            }
            (self.word, self.at, self.given, self.position) = (word, resume, 0, self.next);
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

    #[test]
    fn terms_stand_at_positions() {
        let mut tokenizer = WordTokenizer::new(Analyzer::new("en"));
        let mut tokens = tokenizer.token_stream("an AsyncIo 日本 x");
        let mut found = Vec::new();
        while tokens.advance() {
            found.push((tokens.token().text.clone(), tokens.token().position));
        }
        let expected =
            [("an", 0), ("asyncio", 1), ("async", 1), ("io", 2), ("日本", 3), ("日", 3), ("本", 4), ("x", 5)];
        assert_eq!(found, expected.map(|(text, position)| (text.to_owned(), position)));
    }

    #[test]
    fn forms_are_words_as_they_are_written() {
        let mut forms = Forms::default();
        let found: Vec<_> =
            forms.of(["Threads of run_until_complete, 3rd", "C++ 日本語 Ünïcode run"].into_iter()).collect();
        assert_eq!(found, ["threads", "run_until_complete", "run", "until", "complete", "unicode"]);
        assert_eq!(forms.of(["Unicode, until"].into_iter()).collect::<Vec<_>>(), ["until", "unicode"]);
    }
}
