//! Heading anchors as GitHub makes them: lower case, punctuation dropped, spaces to hyphens, repeats numbered.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use regex::Regex;

use crate::span::Span;

/// What GitHub drops: all but letters, marks, digits, connectors, hyphens and spaces.
static DROPPED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"[^\w\- ]").expect("a constant pattern"));

pub fn slug(heading: &str) -> String {
    let lower = heading.trim().to_lowercase();
    DROPPED.replace_all(&lower, "").replace(' ', "-")
}

/// The anchors of a page while it is read.
#[derive(Debug, Default)]
pub struct Anchors {
    pub taken: BTreeMap<String, Span>,
    repeats: HashMap<String, usize>,
}

impl Anchors {
    /// Takes an anchor as written; the place that has it already is returned.
    pub fn claim(&mut self, id: &str, span: Span) -> Option<Span> {
        if let Some(&first) = self.taken.get(id) {
            return Some(first);
        }
        self.taken.insert(id.to_owned(), span);
        None
    }

    /// Makes an anchor for a heading that is like no other on the page.
    pub fn make(&mut self, heading: &str, span: Span) -> String {
        let base = slug(heading);
        let mut id = base.clone();
        while self.taken.contains_key(&id) || id.is_empty() || of_the_page(&id) {
            let count = self.repeats.entry(base.clone()).or_default();
            *count += 1;
            id = format!("{base}-{count}");
        }
        self.taken.insert(id.clone(), span);
        id
    }
}

/// Whether the page around a text may have an anchor itself: those begin with `_` and are one word, or a numbered one.
fn of_the_page(id: &str) -> bool {
    id.strip_prefix('_').is_some_and(|word| word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
        || id.starts_with("_variant-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_githubs() {
        assert_eq!(slug("What's `asyncio.run()` for?"), "whats-asynciorun-for");
        assert_eq!(slug("C++ & C#"), "c--c");
        assert_eq!(slug("Übergröße — déjà_vu"), "übergröße--déjà_vu");
        assert_eq!(slug("  日本語 の 見出し "), "日本語-の-見出し");
    }

    #[test]
    fn repeats_are_numbered_past_those_taken() {
        use crate::span::Files;
        let file = Files::default().add("a.md", "");
        let span = Span::start_of(file);
        let mut anchors = Anchors::default();
        let made: Vec<_> = ["Costs", "Costs", "Costs 1", "!", "!"].iter().map(|h| anchors.make(h, span)).collect();
        assert_eq!(made, ["costs", "costs-1", "costs-1-1", "-1", "-2"]);
    }
}
