//! Entries with nearly the same text: the same quote sent twice, or an essay beside its copy.
//!
//! Texts are compared by their runs of three words (shingles), folded. Two texts are nearly the same where they share
//! seven tenths of the runs that either has (Jaccard similarity). Comparing all with all would cost the square of the
//! archive: `MinHash` signatures (Broder, 1997) are cut into bands, and only texts that agree on a whole band are
//! compared, so that the work grows with the archive. A text is compared with the first and the latest of each band,
//! not with all: a thousand copies are a thousand findings, and no more work than that.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;

use super::{is_live, unspaced};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::{Archive, Entry};
use crate::read::Kind;
use crate::read::markdown::passages;
use crate::span::Span;

/// Words in a run.
const RUN: usize = 3;
/// Shorter texts are sayings that two people may well share.
const FEWEST_WORDS: usize = 8;
const ALIKE: f64 = 0.7;

/// With bands of four, two texts that share seven tenths meet in one of sixteen bands with a chance of 98.8 %, and
/// such as share nine tenths all but surely; short texts, whose bins are mostly empty, sooner than that.
const ROWS: usize = 4;
pub const BANDS: usize = 16;

/// A number a band; `None` for a text that is too short.
pub type Signature = Option<[u64; BANDS]>;

/// `known` are signatures by what stands for the entry: they are made once for each text.
pub fn check(archive: &Archive, known: &mut HashMap<blake3::Hash, Signature>, sink: &mut Diagnostics) {
    let signature = |entry: &Entry| {
        let known = known.get(&entry.item.document.digest).copied();
        known.unwrap_or_else(|| shingles(entry).map(|runs| bands(&runs)))
    };
    let signed: Vec<(usize, Signature)> = archive
        .entries
        .par_iter()
        .enumerate()
        .filter(|(_, entry)| is_live(&entry.item) && matches!(entry.kind(), Kind::Essay | Kind::Quote))
        .map(|(at, entry)| (at, signature(entry)))
        .collect();
    *known = signed.iter().map(|(at, made)| (archive.entries[*at].item.document.digest, *made)).collect();
    let texts: Vec<_> = signed.into_iter().filter_map(|(at, made)| Some((at, made?))).collect();
    let mut pairs: BTreeSet<(usize, usize)> = BTreeSet::new();
    for band in 0..BANDS {
        // The first and the latest text of each value.
        let mut met: HashMap<u64, (usize, usize)> = HashMap::new();
        for (at, bands) in &texts {
            let (first, latest) = met.entry(bands[band]).or_insert((*at, *at));
            pairs.extend([*first, *latest].into_iter().filter(|other| other != at).map(|other| (*at, other)));
            *latest = *at;
        }
    }
    let pairs: Vec<_> = pairs.into_iter().collect();
    let compared: Vec<_> =
        pairs.par_iter().map(|&(a, b)| (a, b, similarity(&archive.entries[a], &archive.entries[b]))).collect();
    // One finding an entry: its nearest.
    let mut nearest: BTreeMap<usize, (usize, f64)> = BTreeMap::new();
    for (at, other, alike) in compared.into_iter().filter(|(_, _, alike)| *alike >= ALIKE) {
        let best = nearest.entry(at).or_insert((other, alike));
        if alike > best.1 {
            *best = (other, alike);
        }
    }
    for (at, (other, alike)) in nearest {
        let (entry, other) = (&archive.entries[at], &archive.entries[other]);
        let message = format!("this is nearly the text of `{}`: {:.0} % of it", other.item.id, alike * 100.0);
        let help = "keep one of the two; an address that is given up goes into the `aliases` of the other";
        let diagnostic = Diagnostic::new(Code::NearDuplicate, place(entry), message).help(help);
        sink.push(diagnostic.related(place(other), "the other begins here"));
    }
}

fn place(entry: &Entry) -> Span {
    entry.item.document.body.blocks().first().map_or(entry.item.document.start(), |block| block.span)
}

/// Hashes of the runs of words, in the order of the text; `None` for a text that is too short.
fn shingles(entry: &Entry) -> Option<Vec<u64>> {
    let mut hashes = Vec::new();
    passages(entry.item.document.body.blocks()).iter().for_each(|passage| word_hashes(&passage.text, &mut hashes));
    if hashes.len() < FEWEST_WORDS {
        return None;
    }
    Some(hashes.windows(RUN).map(|run| run.iter().fold(0, |hash, word| mix(hash ^ word))).collect())
}

/// FNV-1a of each word in lower case. A character of a script without spaces is a word.
fn word_hashes(text: &str, out: &mut Vec<u64>) {
    const EMPTY: u64 = 0xcbf2_9ce4_8422_2325;
    let feed = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let mut hash = EMPTY;
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            hash = feed(hash, c.to_ascii_lowercase() as u8);
            continue;
        }
        let goes_on = c.is_alphanumeric() && !unspaced(c);
        if !goes_on && hash != EMPTY {
            out.push(std::mem::replace(&mut hash, EMPTY));
        }
        if c.is_alphanumeric() {
            let mut buffer = [0; 4];
            let lower = c.to_lowercase();
            hash = lower.fold(hash, |hash, c| c.encode_utf8(&mut buffer).bytes().fold(hash, feed));
        }
        if !goes_on && hash != EMPTY {
            out.push(std::mem::replace(&mut hash, EMPTY));
        }
    }
    if hash != EMPTY {
        out.push(hash);
    }
}

/// The finaliser of `SplitMix64`: a permutation of the numbers in which every bit depends on all.
fn mix(mut x: u64) -> u64 {
    x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// The signature, a number a band.
///
/// Each run falls into one of as many bins as there are rows, and is the bin's number if it is the least there: one
/// pass, where a permutation a row would take as many passes (one permutation hashing, Li, Owen and Zhang, 2012). An
/// empty bin takes the number of the next one that is not, by how far off it is (Shrivastava and Li, 2014).
fn bands(runs: &[u64]) -> [u64; BANDS] {
    const BINS: usize = BANDS * ROWS;
    let mut least = [None; BINS];
    for run in runs {
        let hash = mix(*run);
        let bin = &mut least[usize::try_from(hash % BINS as u64).unwrap_or(0)];
        *bin = Some(bin.map_or(hash, |other: u64| other.min(hash)));
    }
    let full = |bin: usize| {
        let next = (0..BINS).find_map(|off| Some((off, least[(bin + off) % BINS]?)));
        next.map_or(0, |(off, hash)| mix(hash ^ off as u64))
    };
    let mut bands = [0; BANDS];
    for (at, band) in bands.iter_mut().enumerate() {
        *band = (0..ROWS).fold(0, |hash, row| mix(hash ^ full(at * ROWS + row)));
    }
    bands
}

#[expect(clippy::cast_precision_loss, reason = "a text has fewer runs than a float has whole numbers")]
fn similarity(a: &Entry, b: &Entry) -> f64 {
    let set = |entry| {
        let mut runs = shingles(entry)?;
        runs.sort_unstable();
        runs.dedup();
        Some(runs)
    };
    let (Some(a), Some(b)) = (set(a), set(b)) else { return 0.0 };
    let (mut i, mut j, mut shared) = (0, 0, 0_usize);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => (i, j, shared) = (i + 1, j + 1, shared + 1),
        }
    }
    shared as f64 / (a.len() + b.len() - shared) as f64
}
