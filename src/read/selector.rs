//! How a passage is named so that it is found again after an edit.
//!
//! As in the W3C's `TextQuoteSelector`: the passage's own words, and some of those before and after it. An edit elsewhere
//! changes none of them. After an edit of the passage itself it is the one that kept most of its words.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::markdown::Passage;
use crate::span::one_line;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selector {
    /// The passage, white space collapsed.
    pub exact: String,
    /// The end of the passage before.
    #[serde(default)]
    pub prefix: String,
    /// The beginning of the passage after.
    #[serde(default)]
    pub suffix: String,
}

/// How many characters of the neighbours are kept.
const BESIDE: usize = 32;
/// How much of its words a passage keeps that counts as the same.
const ALIKE: f64 = 0.6;

impl Selector {
    /// Names a passage by its place.
    pub fn of(passages: &[Passage], at: usize) -> Self {
        let [before, exact, after] = around(passages, at);
        Self { exact, prefix: last(&before), suffix: first(&after) }
    }

    /// The place of the passage; `None` where it is no longer there.
    pub fn find(&self, passages: &[Passage]) -> Option<usize> {
        let texts: Vec<_> = passages.iter().map(|passage| one_line(&passage.text)).collect();
        let beside = |at: usize| {
            let before = at.checked_sub(1).map_or("", |at| texts[at].as_str());
            let after = texts.get(at + 1).map_or("", String::as_str);
            usize::from(last(before) == self.prefix) + usize::from(first(after) == self.suffix)
        };
        let same = (0..texts.len()).filter(|&at| texts[at] == self.exact);
        // Of equal ones the first, as the order of a text goes.
        if let Some(at) = same.rev().max_by_key(|&at| beside(at)) {
            return Some(at);
        }
        let words = words(&self.exact);
        let likeness = |at: usize| (alike(&words, &texts[at]), beside(at));
        let likest = (0..texts.len()).rev().max_by(|&a, &b| {
            let ((a, beside_a), (b, beside_b)) = (likeness(a), likeness(b));
            a.total_cmp(&b).then(beside_a.cmp(&beside_b))
        })?;
        (likeness(likest).0 >= ALIKE).then_some(likest)
    }
}

/// A stable name for each passage: its block id, where it has one of its own, or a hash of its words.
pub fn passage_ids(passages: &[Passage]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let name = |passage: &Passage| {
        let own = passage.anchor.as_deref().filter(|anchor| anchor.starts_with('^'));
        let words = || format!("p-{}", &blake3::hash(one_line(&passage.text).as_bytes()).to_hex()[..10]);
        let base = own.map_or_else(words, str::to_owned);
        let mut id = base.clone();
        let mut count = 1;
        while !seen.insert(id.clone()) {
            count += 1;
            id = format!("{base}-{count}");
        }
        id
    };
    passages.iter().map(name).collect()
}

fn around(passages: &[Passage], at: usize) -> [String; 3] {
    let text = |at: Option<usize>| at.and_then(|at| passages.get(at)).map_or_else(String::new, |p| one_line(&p.text));
    [text(at.checked_sub(1)), text(Some(at)), text(Some(at + 1))]
}

fn first(text: &str) -> String {
    text.chars().take(BESIDE).collect()
}

fn last(text: &str) -> String {
    text.chars().skip(text.chars().count().saturating_sub(BESIDE)).collect()
}

fn words(text: &str) -> BTreeSet<&str> {
    text.split_whitespace().collect()
}

/// How much two passages have in common: 1 where the words are the same ones.
#[expect(clippy::cast_precision_loss, reason = "a passage has fewer words than that")]
fn alike(one: &BTreeSet<&str>, other: &str) -> f64 {
    let other = words(other);
    let all = one.len() + other.len();
    if all == 0 { 0.0 } else { 2.0 * one.intersection(&other).count() as f64 / all as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::markdown::PassageKind;

    fn passages(texts: &[&str]) -> Vec<Passage> {
        let passage =
            |text: &&str| Passage { anchor: None, text: (*text).to_owned(), kind: PassageKind::Prose, place: 0 };
        texts.iter().map(passage).collect()
    }

    #[test]
    fn a_passage_is_found_after_edits_nearby_and_in_it() {
        let text = ["One opens.", "The wall is high and nobody climbs over it at night.", "Three closes."];
        let selector = Selector::of(&passages(&text), 1);
        assert_eq!((selector.prefix.as_str(), selector.suffix.as_str()), ("One opens.", "Three closes."));
        assert_eq!(selector.find(&passages(&["New.", "Other", text[1], "Else"])), Some(2));
        let mended = "The wall is very high and nobody climbs  over it at noon.";
        assert_eq!(selector.find(&passages(&["New.", "One opens.", mended])), Some(2));
        assert_eq!(selector.find(&passages(&["One opens.", "A gate stands open.", "Three closes."])), None);
        assert_eq!(selector.find(&[]), None);
    }

    #[test]
    fn of_equal_passages_the_neighbours_tell() {
        let text = ["a", "same words here", "b", "same words here", "c"];
        let selector = Selector::of(&passages(&text), 3);
        assert_eq!(selector.find(&passages(&text)), Some(3));
        assert_eq!(selector.find(&passages(&["x", "same words here", "y"])), Some(1));
        let ids = passage_ids(&passages(&text));
        assert_eq!(ids[3], format!("{}-2", ids[1]));
        assert_eq!(passage_ids(&passages(&["new", "same  words here"]))[1], ids[1], "an edit nearby changes no name");
    }
}
