//! Where sorted lists of keys are cut into shards: by what the keys are, so that an edit moves few of the cuts.

use std::collections::BTreeSet;
use std::ops::Bound;

use serde::{Deserialize, Serialize};

/// The least size of a shard that is worth a request.
pub const FAIR: usize = 12 << 10;

/// A hash of what a shard holds.
pub type Hash = [u8; 6];

/// A shard of a sorted list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cut {
    pub first: String,
    pub last: String,
    pub hash: Hash,
    /// Of the shard with its positions, if it has one.
    pub positions: Option<Hash>,
}

/// How large a shard of terms is to be, in an archive of so many.
pub fn fair(terms: u64) -> usize {
    /// How many shards a root has room for.
    const MOST: u64 = 2048;
    let bytes = usize::try_from(terms * 2 / MOST).unwrap_or(usize::MAX / 2);
    // In steps, so that it stays what it is while an archive grows a little.
    FAIR.max(bytes.next_multiple_of(8 << 10))
}

/// Decides entry by entry. After each cut it begins anew, so that a stretch between two cuts is cut as it was before,
/// whatever comes ahead of it.
pub struct Cutter {
    fair: usize,
    sum: usize,
    empty: bool,
}

impl Cutter {
    pub fn new(fair: usize) -> Self {
        Self { fair, sum: 0, empty: true }
    }

    /// Whether there is a cut before an entry of this size.
    pub fn before(&mut self, size: usize) -> bool {
        let cut = self.is_large(size) && !self.empty;
        if cut {
            *self = Self::new(self.fair);
        }
        cut
    }

    /// Whether there is a cut after this entry.
    pub fn after(&mut self, key: &str, size: usize) -> bool {
        (self.sum, self.empty) = (self.sum + size, false);
        let marked = || blake3::hash(key.as_bytes()).as_bytes()[0].is_multiple_of(8);
        let cut = self.is_large(size) || self.sum >= 2 * self.fair || self.sum >= self.fair && marked();
        if cut {
            *self = Self::new(self.fair);
        }
        cut
    }

    pub fn is_empty(&self) -> bool {
        self.empty
    }

    fn is_large(&self, size: usize) -> bool {
        size > self.fair / 2
    }
}

/// For each cut whether it stays as it was, if the keys that were `touched` came, went or changed.
pub fn untouched(cuts: &[Cut], touched: &BTreeSet<String>) -> Vec<bool> {
    let firsts = cuts.iter().map(|cut| cut.first.as_str());
    let ends = firsts.clone().skip(1).map(Bound::Included).chain([Bound::Unbounded]);
    // The first of all takes in what is before it. Each has to do with the key after its end, which may be why it ends.
    let starts = [Bound::Unbounded].into_iter().chain(firsts.skip(1).map(Bound::Included));
    starts.zip(ends).take(cuts.len()).map(|range| touched.range::<str, _>(range).next().is_none()).collect()
}

/// For each cut the shortest text that no key before it reaches.
pub fn separators(cuts: &[Cut]) -> Vec<&str> {
    let lasts = [None].into_iter().chain(cuts.iter().map(|cut| Some(cut.last.as_str())));
    let separators = lasts.zip(cuts).map(|(last, cut)| {
        let first = cut.first.as_str();
        last.map_or("", |last| {
            let mut ends = first.char_indices().map(|(at, c)| &first[..at + c.len_utf8()]);
            ends.find(|start| *start > last).unwrap_or(first)
        })
    });
    separators.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lists(keys: &[String]) -> Vec<Vec<String>> {
        let (mut cutter, mut lists, mut list) = (Cutter::new(FAIR), Vec::new(), Vec::new());
        for key in keys {
            if cutter.before(key.len()) {
                lists.push(std::mem::take(&mut list));
            }
            list.push(key.clone());
            if cutter.after(key, key.len()) {
                lists.push(std::mem::take(&mut list));
            }
        }
        lists.push(list);
        lists
    }

    #[test]
    fn cuts_stay_where_they_are_when_a_key_comes_in() {
        let keys: Vec<String> = (0..20_000).map(|at| format!("key-{at:06}")).collect();
        let before = lists(&keys);
        assert!(before.len() > 8, "{}", before.len());
        assert_eq!(before.concat(), keys);
        let mut more = keys.clone();
        more.insert(5000, "key-004999-x".to_owned());
        let after = lists(&more);
        let changed = after.iter().filter(|shard| !before.contains(shard)).count();
        assert!(changed <= 4, "{changed} of {}", after.len());
    }

    fn cut(first: &str, last: &str) -> Cut {
        Cut { first: first.to_owned(), last: last.to_owned(), hash: [0; 6], positions: None }
    }

    #[test]
    fn separators_part_the_keys() {
        assert_eq!(separators(&[cut("abc", "abd"), cut("abé", "b"), cut("bb", "bb")]), ["", "abé", "bb"]);
        assert!(separators(&[]).is_empty());
    }

    #[test]
    fn a_key_touches_the_cuts_around_it() {
        let cuts = [cut("c", "d"), cut("g", "h"), cut("k", "l")];
        let touched = |key: &str| untouched(&cuts, &BTreeSet::from([key.to_owned()]));
        assert_eq!(touched("a"), [false, true, true]);
        assert_eq!(touched("e"), [false, true, true]);
        assert_eq!(touched("g"), [false, false, true]);
        assert_eq!(touched("z"), [true, true, false]);
        assert!(untouched(&[], &BTreeSet::new()).is_empty());
    }
}
