//! Numbers of documents: buckets by a hash of the id, so that a new document moves few of the others.

use serde::{Deserialize, Serialize};

/// Documents in a bucket are numbered within `1 << SLOT_BITS`.
pub const SLOT_BITS: u32 = 5;

/// More groups would make the root large.
const MOST_GROUP_BITS: u32 = 10;

/// How the numbers of an index are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbering {
    pub bucket_bits: u32,
}

impl Numbering {
    /// Documents share a group where the leading bits of their buckets are the same.
    pub fn group_bits(self) -> u32 {
        self.bucket_bits.min(MOST_GROUP_BITS)
    }

    pub fn group(self, number: u32) -> u32 {
        number >> SLOT_BITS >> (self.bucket_bits - self.group_bits())
    }
}

/// A number for each id; ids come in order, each once.
pub fn number<'a>(ids: impl ExactSizeIterator<Item = &'a str>) -> (Numbering, Vec<u32>) {
    let half_full = ids.len() >> (SLOT_BITS - 1);
    let hashes: Vec<(u32, u32)> = ids.map(hash).collect();
    let fewest = half_full.checked_ilog2().map_or(0, |log| log + u32::from(!half_full.is_power_of_two()));
    for bucket_bits in fewest..=24 {
        let mut taken = vec![0u32; 1 << bucket_bits];
        let numbers = hashes.iter().map(|hash| {
            let bucket = hash.0.checked_shr(32 - bucket_bits).unwrap_or(0);
            let slots = &mut taken[bucket as usize];
            // The first one free from where the hash says on, so that most documents stay where they are.
            let slot = (0..1 << SLOT_BITS)
                .map(|step| (hash.1 + step) % (1 << SLOT_BITS))
                .find(|slot| *slots >> slot & 1 == 0)?;
            *slots |= 1 << slot;
            Some(bucket << SLOT_BITS | slot)
        });
        if let Some(numbers) = numbers.collect() {
            return (Numbering { bucket_bits }, numbers);
        }
    }
    unreachable!("33 ids whose hashes begin with the same 24 bits, which nobody can find")
}

/// What the bucket and the slot of an id begin with.
fn hash(id: &str) -> (u32, u32) {
    let hash = blake3::hash(id.as_bytes());
    let part = |at: usize| {
        u32::from_be_bytes(hash.as_bytes()[at..at + 4].try_into().expect("a hash has more than eight bytes"))
    };
    (part(0), part(4) % (1 << SLOT_BITS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_few_and_move_little() {
        let ids: Vec<String> = (0..3000).map(|at| format!("essays/essay-{at:05}")).collect();
        let (numbering, numbers) = number(ids.iter().map(String::as_str));
        let distinct: std::collections::BTreeSet<_> = numbers.iter().collect();
        assert_eq!(distinct.len(), ids.len());
        assert!(numbers.iter().all(|number| number >> SLOT_BITS < 1 << numbering.bucket_bits));
        assert!(1 << (numbering.bucket_bits + SLOT_BITS) <= 8 * ids.len(), "{numbering:?}");

        let (_, after) = number(ids[1..].iter().map(String::as_str));
        let moved = numbers[1..].iter().zip(&after).filter(|(a, b)| a != b).count();
        assert!(moved < 4, "{moved}");
        assert_eq!(number(std::iter::empty()).1, [0u32; 0]);
        assert_eq!(number(["x"].into_iter()).0.bucket_bits, 0);
    }
}
