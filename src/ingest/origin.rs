//! Where in a capture a passage stands: its lines, and its words with those around them, as the `TextQuoteSelector`
//! of the W3C's Web Annotation model has it.

use super::block::Lines;
use crate::read::Selector;
use crate::span::one_line;

/// So many letters stand before and after.
const AROUND: usize = 32;
/// A longer passage is told by its first words: its lines say how far it goes.
const LONGEST: usize = 300;

const MOST_MISSED: usize = 200;

/// A capture's text in which passages are found one after another.
pub struct Selectors {
    text: String,
    from: usize,
    /// How often words were not there: to look through a long text takes its time.
    missed: usize,
}

impl Selectors {
    pub fn new(text: &str) -> Self {
        Self { text: one_line(text), from: 0, missed: 0 }
    }

    /// The place of words, sought after the last ones first. `None` where they don't stand there as they are.
    pub fn find(&mut self, words: &str) -> Option<Selector> {
        let words = one_line(words);
        let exact = beginning(&words);
        if exact.is_empty() {
            return None;
        }
        if self.missed > MOST_MISSED {
            return None;
        }
        let ahead = self.text[self.from..].find(exact).map(|at| self.from + at);
        let Some(at) = ahead.or_else(|| self.text[..self.from].find(exact)) else {
            self.missed += 1;
            return None;
        };
        let end = at + exact.len();
        self.from = end;
        let before = self.text[..at].char_indices().rev().nth(AROUND - 1).map_or(0, |(at, _)| at);
        let after = self.text[end..].char_indices().nth(AROUND).map_or(self.text.len(), |(at, _)| end + at);
        Some(Selector {
            prefix: self.text[before..at].to_owned(),
            exact: exact.to_owned(),
            suffix: self.text[end..after].to_owned(),
        })
    }
}

/// The words as far as they are told, cut between two.
fn beginning(words: &str) -> &str {
    let Some((most, _)) = words.char_indices().nth(LONGEST) else { return words };
    match words[..most].rfind(' ') {
        Some(at) => &words[..at],
        None => &words[..most],
    }
}

/// The lines of several passages.
pub fn around(all: impl Iterator<Item = Lines>) -> Option<Lines> {
    all.reduce(Lines::to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_with_those_around_them() {
        let mut selectors = Selectors::new("One two\n three. One  two three. The end of it all, which is far off.");
        let first = selectors.find("One two").unwrap();
        assert_eq!((first.prefix.as_str(), first.suffix.as_str()), ("", " three. One two three. The end o"));
        let second = selectors.find("One\ntwo").unwrap();
        assert_eq!(second.prefix, "One two three. ");
        assert!(selectors.find("nothing like it").is_none());
        assert_eq!(selectors.find(&"x ".repeat(300)), None);
    }
}
