//! What a language decides: the order of names, and the direction of its text.

use std::cmp::Ordering;

use icu_collator::options::CollatorOptions;
use icu_collator::preferences::CollationNumericOrdering;
use icu_collator::{CollatorBorrowed, CollatorPreferences};
use icu_locale_core::Locale;

/// The Unicode Collation Algorithm (UTS #10) with the rules that CLDR has for a language; `PEP 492` comes before
/// `PEP 3156`.
pub struct Collation(CollatorBorrowed<'static>);

impl Collation {
    /// Of a language by its tag; the root rules where CLDR has none for it.
    pub fn new(language: &str) -> Self {
        let locale = Locale::try_from_str(language).unwrap_or(Locale::UNKNOWN);
        let mut preferences = CollatorPreferences::from(&locale);
        preferences.numeric_ordering = Some(CollationNumericOrdering::True);
        let collator = CollatorBorrowed::try_new(preferences, CollatorOptions::default());
        Self(collator.expect("the rules of every language are compiled in, and the root's serve for the others"))
    }

    /// Names that the language holds for equal come in the order of their code points.
    pub fn compare(&self, a: &str, b: &str) -> Ordering {
        self.0.compare(a, b).then_with(|| a.cmp(b))
    }
}

/// Whether a language, by its tag, is written from right to left.
pub fn is_right_to_left(tag: &str) -> bool {
    /// As CLDR has them (`characterOrder`): scripts, and the languages that are mostly written in them.
    const SCRIPTS: [&str; 8] = ["Adlm", "Arab", "Hebr", "Mand", "Nkoo", "Rohg", "Syrc", "Thaa"];
    const LANGUAGES: [&str; 15] =
        ["ar", "arc", "ckb", "dv", "fa", "glk", "he", "ks", "mzn", "nqo", "ps", "sd", "ug", "ur", "yi"];
    let Ok(locale) = Locale::try_from_str(tag) else { return false };
    match locale.id.script {
        Some(script) => SCRIPTS.contains(&script.as_str()),
        None => LANGUAGES.contains(&locale.id.language.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted<'a>(language: &str, mut names: Vec<&'a str>) -> Vec<&'a str> {
        let collation = Collation::new(language);
        names.sort_by(|a, b| collation.compare(a, b));
        names
    }

    #[test]
    fn each_language_has_its_order() {
        assert_eq!(
            sorted("de", vec!["Zug", "Öl", "Ofen", "ähnlich", "Apfel"]),
            ["ähnlich", "Apfel", "Ofen", "Öl", "Zug"]
        );
        assert_eq!(sorted("sv", vec!["Ö", "Z", "Ä", "Å"]), ["Z", "Å", "Ä", "Ö"]);
        assert_eq!(sorted("en", vec!["PEP 3156", "pep 492", "b", "A"]), ["A", "b", "pep 492", "PEP 3156"]);
        assert_eq!(sorted("zxx-any", vec!["b", "a"]), ["a", "b"]);
        assert_eq!(sorted("en", vec!["re\u{301}sume\u{301}", "résumé"]), ["re\u{301}sume\u{301}", "résumé"]);
    }

    #[test]
    fn directions() {
        for tag in ["ar", "he-IL", "fa", "az-Arab", "yi"] {
            assert!(is_right_to_left(tag), "{tag}");
        }
        for tag in ["en", "de-AT", "ku", "ur-Latn", "x"] {
            assert!(!is_right_to_left(tag), "{tag}");
        }
    }
}
