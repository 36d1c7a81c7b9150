//! A passage as words in clauses, each word by the number of its stem.

use std::collections::HashMap;
use std::ops::Range;

use foldhash::fast::FixedState;
use frostem::{Algorithm, Stemmer};

use super::lexicon::{Lexicon, Role};

/// A word of a passage.
#[derive(Debug, Clone)]
pub struct Word {
    /// Its stem, by the number that the lexer gave it.
    pub stem: u32,
    pub role: Role,
    /// The clause that it stands in, from 0.
    pub clause: usize,
    /// Whether a word shortly before it denies it.
    pub denied: bool,
    /// In characters of the text.
    pub start: usize,
    pub end: usize,
    pub bytes: Range<usize>,
}

/// So many words after one that denies are denied.
const REACH: usize = 4;
/// A clause that is shorter goes on after a word that turns: "not yet", "and still".
const SHORTEST: usize = 3;
/// Longer words are cut.
const LONGEST: usize = 40;
/// So many different words are remembered between passages.
const REMEMBERED: usize = 50_000;

/// Cuts texts into words, and remembers what it made of each word.
pub struct Lexer<'a> {
    english: bool,
    lexicon: &'a Lexicon,
    known: HashMap<String, (u32, Role), FixedState>,
    numbers: HashMap<String, u32, FixedState>,
    /// By number: the stem, and what stands for it in every lexer.
    stems: Vec<(String, u64)>,
    folded: String,
}

/// Whether the words of a language are stemmed.
pub fn is_english(language: &str) -> bool {
    language.split('-').next().is_some_and(|first| first.eq_ignore_ascii_case("en"))
}

/// A folded word without its ending.
pub fn stem(word: &str, english: bool) -> String {
    if english && word.bytes().all(|b| b.is_ascii_lowercase()) {
        return Stemmer::new(Algorithm::English).stem(word).into_owned();
    }
    word.to_owned()
}

/// What stands for a stem, or for two one after the other.
pub fn hash(stem: &str) -> u64 {
    // FNV-1a: short, and the same on every machine.
    stem.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

pub fn pair(first: u64, second: u64) -> u64 {
    (first.rotate_left(23) ^ second).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

impl<'a> Lexer<'a> {
    pub fn new(english: bool, lexicon: &'a Lexicon) -> Self {
        Self {
            english,
            lexicon,
            known: HashMap::default(),
            numbers: HashMap::default(),
            stems: Vec::new(),
            folded: String::new(),
        }
    }

    pub fn stem(&self, number: u32) -> &str {
        &self.stems[number as usize].0
    }

    pub fn hash(&self, number: u32) -> u64 {
        self.stems[number as usize].1
    }

    /// The words of a text. The numbers of earlier texts may be forgotten, unless `keep` is set.
    pub fn words(&mut self, text: &str, keep: bool) -> Vec<Word> {
        if !keep && self.known.len() > REMEMBERED {
            (self.known, self.numbers, self.stems) = (HashMap::default(), HashMap::default(), Vec::new());
        }
        let mut cut = Cut::default();
        let mut chars = text.char_indices().enumerate().peekable();
        while let Some((at, (byte, c))) = chars.next() {
            if !c.is_alphanumeric() {
                cut.pass(c);
                continue;
            }
            self.folded.clear();
            self.folded.extend(c.to_lowercase());
            let (mut end, mut byte_end) = (at + 1, byte + c.len_utf8());
            while let Some(&(next, (byte, c))) = chars.peek() {
                if matches!(c, '\'' | '’') && text[byte + c.len_utf8()..].starts_with(char::is_alphabetic) {
                    chars.next();
                    continue;
                }
                if !c.is_alphanumeric() {
                    break;
                }
                if end - at < LONGEST {
                    self.folded.extend(c.to_lowercase());
                }
                (end, byte_end) = (next + 1, byte + c.len_utf8());
                chars.next();
            }
            let (stem, role) = self.number();
            cut.push(Word { stem, role, clause: 0, denied: false, start: at, end, bytes: byte..byte_end });
        }
        cut.words
    }

    /// The number of the stem of the folded word.
    fn number(&mut self) -> (u32, Role) {
        if let Some(known) = self.known.get(&self.folded) {
            return *known;
        }
        let stem = stem(&self.folded, self.english);
        let role = self.lexicon.role(&self.folded, &stem);
        let stems = &mut self.stems;
        let number = *self.numbers.entry(stem.clone()).or_insert_with(|| {
            let hash = hash(&stem);
            stems.push((stem, hash));
            u32::try_from(stems.len() - 1).unwrap_or(u32::MAX)
        });
        self.known.insert(self.folded.clone(), (number, role));
        (number, role)
    }
}

/// Words on their way into clauses.
#[derive(Default)]
struct Cut {
    words: Vec<Word>,
    clause: usize,
    /// How many words the clause has.
    length: usize,
    /// How many of the words to come are denied.
    denied: usize,
}

impl Cut {
    /// Comes by what is no word.
    fn pass(&mut self, c: char) {
        if matches!(c, '.' | '!' | '?' | ';' | ':' | '—' | '–' | '\n') && self.length > 0 {
            self.end();
        }
    }

    fn end(&mut self) {
        self.clause += 1;
        self.length = 0;
        self.denied = 0;
    }

    fn push(&mut self, mut word: Word) {
        if word.role.turns && self.length >= SHORTEST {
            self.end();
        }
        word.denied = self.denied > 0 && !word.role.denies;
        word.clause = self.clause;
        self.denied = if word.role.denies { REACH } else { self.denied.saturating_sub(1) };
        self.length += 1;
        self.words.push(word);
    }
}

/// The numbers that cues and features go by; the text without the lines that look like code.
pub fn prose(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.lines().any(is_code) {
        return text.into();
    }
    // As long as it was, so that the rest stands where it stood.
    let blank = |line: &str| {
        if is_code(line) { line.chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect() } else { line.to_owned() }
    };
    text.split_inclusive('\n').map(blank).collect::<String>().into()
}

/// Whether a line is code rather than prose: many signs for its words, or an opening that no sentence has.
fn is_code(line: &str) -> bool {
    let line = line.trim();
    let signs =
        line.chars().filter(|c| matches!(c, '(' | ')' | '[' | ']' | '{' | '}' | '=' | '_' | ';' | '<' | '>' | '|'));
    let (signs, words) = (signs.count(), line.split_whitespace().count());
    let opens = |word| line.starts_with(word) && line.ends_with([':', '{', ')', ';']);
    signs >= 2 && signs >= words
        || ["def ", "async def ", "class ", "for ", "if ", "while ", "with ", "async with ", "try:", "fn ", "let "]
            .iter()
            .any(|word| opens(*word) && signs > 0)
        || (line.starts_with("import ") || line.starts_with("from ") && line.contains(" import "))
            && !line.ends_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<(String, usize, bool)> {
        let lexicon = Lexicon::new(|word| stem(word, true));
        let mut lexer = Lexer::new(true, &lexicon);
        let words = lexer.words(text, false);
        words.iter().map(|word| (lexer.stem(word.stem).to_owned(), word.clause, word.denied)).collect()
    }

    #[test]
    fn words_stand_in_clauses_and_may_be_denied() {
        let words = cut("It isn’t ever slow. Walls are thin, but roofs_hold");
        let expected = [
            ("it", 0, false),
            ("isnt", 0, false),
            ("ever", 0, true),
            ("slow", 0, true),
            ("wall", 1, false),
            ("are", 1, false),
            ("thin", 1, false),
            ("but", 2, false),
            ("roof", 2, false),
            ("hold", 2, false),
        ];
        assert_eq!(words, expected.map(|(stem, clause, denied)| (stem.to_owned(), clause, denied)));
    }

    #[test]
    fn places_are_in_characters() {
        let lexicon = Lexicon::new(|word| stem(word, true));
        let text = "Éé: don't\u{301} x";
        let words = Lexer::new(true, &lexicon).words(text, false);
        let places: Vec<_> = words.iter().map(|word| (word.start, word.end, &text[word.bytes.clone()])).collect();
        assert_eq!(places, [(0, 2, "Éé"), (4, 9, "don't"), (11, 12, "x")]);
    }

    #[test]
    fn lines_of_code_are_left_out() {
        let text = "It looks so:\nfor thing in (things):\n    await io(thing)\nIt ends.";
        assert_eq!(prose(text).split_whitespace().collect::<Vec<_>>().join(" "), "It looks so: It ends.");
        assert_eq!(prose(text).chars().count(), text.chars().count());
        assert_eq!(prose("If (as I hope) it works, so be it."), "If (as I hope) it works, so be it.");
        assert!(matches!(prose("plain"), std::borrow::Cow::Borrowed(_)));
    }
}
