//! Names of files: of titles, speakers and first words, as every system can have them.

use unicode_normalization::UnicodeNormalization;

use crate::read::unservable;

/// The longest name, in bytes: a number and an ending still fit.
const LONGEST: usize = 80;

/// A text as a slug: letters and digits in lower case with hyphens between, accents kept; empty where it has none.
pub fn slug(text: &str) -> String {
    let mut out = String::new();
    for word in text.nfc().collect::<String>().to_lowercase().split(|c: char| !c.is_alphanumeric() && !is_inside(c)) {
        let word: String = word.chars().filter(|c| c.is_alphanumeric()).collect();
        if word.is_empty() {
            continue;
        }
        if out.len() + word.len() >= LONGEST && !out.is_empty() {
            break;
        }
        if !out.is_empty() {
            out.push('-');
        }
        out.push_str(&word);
    }
    out.truncate(out.floor_char_boundary(LONGEST));
    if unservable(&out).is_some() { format!("{out}-1") } else { out }
}

/// Whether a character belongs to the word around it.
fn is_inside(c: char) -> bool {
    matches!(c, '\'' | '’' | '\u{ad}' | '\u{200b}' | '\u{2060}')
}

/// A speaker and the first words of what they say.
pub fn quote_slug(speaker: &str, words: &str) -> String {
    let first: Vec<_> = words.split_whitespace().take(5).collect();
    let name = slug(&format!("{speaker} {}", first.join(" ")));
    if name.is_empty() { "quote".to_owned() } else { name }
}

/// A name that `taken` does not know: with a number where it does.
pub fn unique(base: &str, taken: &mut dyn FnMut(&str) -> bool) -> String {
    let mut name = base.to_owned();
    let mut number = 1_u64;
    while taken(&name) {
        number += 1;
        name = format!("{base}-{number}");
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_portable() {
        for (text, wanted) in [
            ("You Don't Need It — Yet!", "you-dont-need-it-yet"),
            ("Größe: 3.5 µs/op", "größe-3-5-μs-op"),
            ("../../etc/passwd", "etc-passwd"),
            ("con", "con-1"),
            ("+++", ""),
            ("\u{7}\u{202e}a\0b", "a-b"),
            ("日本語 の題", "日本語-の題"),
        ] {
            assert_eq!(slug(text).replace('µ', "μ"), wanted, "{text}");
        }
        assert!(slug(&"long ".repeat(90)).len() <= LONGEST && slug(&"é".repeat(300)).len() <= LONGEST);
        assert_eq!(quote_slug("Ana", "It is far too slow for us."), "ana-it-is-far-too-slow");
        let mut taken = vec!["a".to_owned(), "a-2".to_owned()];
        assert_eq!(unique("a", &mut |name| taken.iter().any(|t| t == name)), "a-3");
        taken.clear();
    }
}
