//! Classes of characters, and what each folds to. The browser gets both as a table made here, since its own tables
//! change from one version to the next.

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkd_quick};

/// How a character takes part in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Of a script that is written without spaces: a word with each of its neighbours.
    Bigram,
    /// A letter, digit, mark or underscore.
    Word,
    /// Parts words.
    Other,
}

pub fn class(c: char) -> Class {
    if c.is_ascii() {
        return if c.is_ascii_alphanumeric() || c == '_' { Class::Word } else { Class::Other };
    }
    if !c.is_alphanumeric() && !is_combining_mark(c) {
        Class::Other
    } else if c >= '\u{e00}' && is_unspaced(c) {
        Class::Bigram
    } else {
        Class::Word
    }
}

/// Thai, Lao, Myanmar, Khmer, Hangul, kana, Bopomofo and Han, by blocks.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e01}'..='\u{e4f}' | '\u{e80}'..='\u{ecf}' | '\u{edc}'..='\u{edf}'
        | '\u{1000}'..='\u{103f}' | '\u{1050}'..='\u{108f}' | '\u{109a}'..='\u{109f}' | '\u{1100}'..='\u{11ff}'
        | '\u{1780}'..='\u{17d3}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{312f}' | '\u{3130}'..='\u{318f}'
        | '\u{31a0}'..='\u{31bf}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{a960}'..='\u{a97f}' | '\u{a9e0}'..='\u{a9ef}' | '\u{aa60}'..='\u{aa7f}' | '\u{ac00}'..='\u{d7ff}'
        | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ffdc}' | '\u{1b000}'..='\u{1b16f}' | '\u{20000}'..='\u{323af}')
}

/// Lower case, without accents, of ordinary width, without ligatures.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    if text.is_ascii() {
        out.extend(text.bytes().filter(|b| *b != b'\'').map(|b| char::from(b.to_ascii_lowercase())));
    } else {
        text.nfc().for_each(|c| fold_char(c, &mut out));
    }
    out
}

fn fold_char(c: char, out: &mut String) {
    match c {
        '\'' | '’' => {}
        // Letters of their own, not accented ones.
        'й' | 'Й' => out.push('й'),
        'ї' | 'Ї' => out.push('ї'),
        _ if class(c) == Class::Other || is_plain(c) => out.push(c),
        _ => {
            let plain = std::iter::once(c).nfkd().filter(|c| !is_accent(*c) && class(*c) != Class::Other);
            let mut lower = String::new();
            for c in plain.flat_map(char::to_lowercase).filter(|c| !is_accent(*c)) {
                match spelt_out(c) {
                    Some(letters) => lower.push_str(letters),
                    None => lower.push(c),
                }
            }
            out.extend(lower.nfc());
        }
    }
}

/// Whether nothing of what follows would change it, as with most letters of most scripts.
fn is_plain(c: char) -> bool {
    is_nfkd_quick(std::iter::once(c)) == IsNormalized::Yes
        && c.to_lowercase().eq([c])
        && !is_accent(c)
        && spelt_out(c).is_none()
}

/// Letters that have no decomposition, though readers type them without their strokes.
fn spelt_out(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ı' => "i",
        'ς' => "σ",
        _ => return None,
    })
}

/// A mark that may be left out in writing: of Latin, Greek, Cyrillic, Hebrew and Arabic. Those of other scripts are
/// vowels and voicing, without which a word is another one.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{487}' | '\u{591}'..='\u{5bd}' | '\u{5bf}'
        | '\u{5c1}'..='\u{5c2}' | '\u{5c4}'..='\u{5c5}' | '\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{640}'
        | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}' | '\u{6e7}'..='\u{6e8}'
        | '\u{6ea}'..='\u{6ed}' | '\u{8d3}'..='\u{8ff}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// The characters from `start` on, `length` of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    pub start: u32,
    pub length: u32,
}

/// Characters in a row that fold to one text, or to characters in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fold {
    pub range: Range,
    pub grows: bool,
    pub to: String,
}

/// The table that the browser gets.
pub struct Table {
    pub bigrams: Vec<Range>,
    pub words: Vec<Range>,
    pub folds: Vec<Fold>,
}

/// The planes of letters and ideographs, and what stands behind others to vary them. Beyond there is none, and so far no
/// plan for one.
fn letters() -> impl Iterator<Item = char> {
    ('\0'..'\u{40000}').chain('\u{e0000}'..'\u{e1000}')
}

pub fn table() -> Table {
    let mut table = Table { bigrams: Vec::new(), words: Vec::new(), folds: Vec::new() };
    for c in letters() {
        let code = u32::from(c);
        match class(c) {
            Class::Bigram => extend(&mut table.bigrams, code),
            Class::Word => extend(&mut table.words, code),
            // Nine of ten, and of these only what is left out of words folds to something else.
            Class::Other if !matches!(c, '\'' | '’') => continue,
            Class::Other => {}
        }
        let mut to = String::new();
        fold_char(c, &mut to);
        if to.chars().eq([c]) {
            continue;
        }
        let last = table.folds.last_mut().filter(|fold| fold.range.start + fold.range.length == code);
        match last {
            Some(fold) if fold.to == to && (!fold.grows || fold.range.length == 1) => {
                fold.grows = false;
                fold.range.length += 1;
            }
            Some(fold) if (fold.grows || fold.range.length == 1) && grown(fold).is_some_and(|c| to.chars().eq([c])) => {
                fold.grows = true;
                fold.range.length += 1;
            }
            _ => table.folds.push(Fold { range: Range { start: code, length: 1 }, grows: false, to }),
        }
    }
    table
}

fn extend(ranges: &mut Vec<Range>, code: u32) {
    match ranges.last_mut().filter(|range| range.start + range.length == code) {
        Some(range) => range.length += 1,
        None => ranges.push(Range { start: code, length: 1 }),
    }
}

/// What the next character of a growing range would fold to.
fn grown(fold: &Fold) -> Option<char> {
    let mut chars = fold.to.chars();
    let first = chars.next().filter(|_| chars.as_str().is_empty())?;
    char::from_u32(u32::from(first) + fold.range.length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_keeps_what_makes_a_letter() {
        for (text, folded) in [
            ("Café ﬁne ＡＢＣ", "cafe fine abc"),
            ("Straße Łódź Ærø Þór", "strasse lodz aero thor"),
            ("İstanbul ısı", "istanbul isi"),
            ("ΣΊΣΥΦΟΣ ς", "σισυφοσ σ"),
            ("Ёлка Мой Їжак", "елка мой їжак"),
            ("مُحَمَّد أإآ ـ", "محمد ااا "),
            ("がぎ カﾞ", "がぎ カ\u{3099}"),
            ("किताब", "किताब"),
            ("don’t 'x'", "dont x"),
            ("e\u{301}", "e"),
            ("𝐀𝟙", "a1"),
        ] {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    #[test]
    fn the_table_says_what_the_functions_do() {
        let table = table();
        let mut folds = std::collections::HashMap::new();
        for fold in &table.folds {
            for at in 0..fold.range.length {
                let first = fold.to.chars().next();
                let to = match first.filter(|_| fold.grows) {
                    Some(first) => char::from_u32(u32::from(first) + at).map(String::from),
                    None => Some(fold.to.clone()),
                };
                folds.insert(fold.range.start + at, to.expect("a character"));
            }
        }
        let holds = |ranges: &[Range], code: u32| {
            let at = ranges.partition_point(|range| range.start <= code);
            at > 0 && code < ranges[at - 1].start + ranges[at - 1].length
        };
        for c in '\0'..=char::MAX {
            let code = u32::from(c);
            let mut folded = String::new();
            fold_char(c, &mut folded);
            assert_eq!(folds.get(&code).cloned().unwrap_or(c.to_string()), folded, "{c:?}");
            assert_eq!(holds(&table.bigrams, code), class(c) == Class::Bigram, "{c:?}");
            assert_eq!(holds(&table.words, code), class(c) == Class::Word, "{c:?}");
        }
    }
}
