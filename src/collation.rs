//! Names in the order in which a language lists them.

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
}
