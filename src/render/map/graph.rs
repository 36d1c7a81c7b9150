//! What a map shows: the question, its arguments, their claims, and the evidence on these. What is too much to be read
//! is folded into counts, with a link to the page that has it all: first the entries, then claims, then arguments.
//! The drawing and the outline are made of the same graph, so that they say the same.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::escape::href;
use crate::model::{Archive, Evidence, Node};
use crate::read::{Kind, Side, Standing};
use crate::render::cards::{argument_name, claim_card};
use crate::render::view::ArgumentName;

/// So many of each a map draws, or a few more where folding would save no room.
const ARGUMENTS: usize = 32;
const CLAIMS: usize = 64;
const ENTRIES: usize = 64;

#[derive(Debug, Serialize)]
pub struct Graph {
    /// The archive's question; the map of an argument goes without.
    pub question: Option<String>,
    pub arguments: Vec<ArgumentNode>,
    /// How many arguments are folded.
    pub more: usize,
    /// Whether entries are drawn; else a claim has its counts alone.
    pub entries: bool,
}

#[derive(Debug, Serialize)]
pub struct ArgumentNode {
    #[serde(flatten)]
    pub name: ArgumentName,
    /// The path of its own map.
    pub map: String,
    /// How many claims and entries it has, folded or not.
    pub claim_count: usize,
    pub entry_count: usize,
    pub claims: Vec<ClaimNode>,
    /// How many claims are folded.
    pub more: usize,
}

#[derive(Debug, Serialize)]
pub struct ClaimNode {
    pub text: String,
    pub path: String,
    pub standing: Standing,
    /// Independent sources on each side.
    pub supports: usize,
    pub disputes: usize,
    pub evidence: Vec<EvidenceNode>,
    /// How many entries are folded, on each side.
    pub more: Folded,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Folded {
    pub supports: usize,
    pub disputes: usize,
}

/// An entry, and on which side of the claim it is.
#[derive(Debug, Serialize)]
pub struct EvidenceNode {
    /// Its place in the archive: an entry that bears on several claims is drawn once.
    pub entry: usize,
    pub side: Side,
    pub kind: Kind,
    pub title: String,
    pub path: String,
    pub people: Vec<String>,
    pub year: Option<i16>,
}

impl Graph {
    /// The map of the whole archive: entries are drawn where all of them can be.
    pub fn whole(archive: &Archive) -> Self {
        let live: Vec<usize> =
            (0..archive.arguments.len()).filter(|&at| archive.withdrawn(Node::Argument(at)).is_none()).collect();
        let shown = &live[..kept(live.len(), ARGUMENTS)];
        let lengths: Vec<usize> = shown.iter().map(|&at| archive.arguments[at].claims.len()).collect();
        let each = quota(&lengths, CLAIMS);
        let entries = lengths.iter().sum::<usize>() <= CLAIMS && few_entries(archive, shown);
        let room = if entries { usize::MAX } else { 0 };
        Self {
            question: Some(archive.config.question.clone()),
            arguments: shown.iter().map(|&at| argument(archive, at, each, room)).collect(),
            more: live.len() - shown.len(),
            entries,
        }
    }

    /// The map of one argument: claims with much evidence show some of each side.
    pub fn of_argument(archive: &Archive, at: usize) -> Self {
        let claims = &archive.arguments[at].claims;
        let shown = &claims[..kept(claims.len(), CLAIMS)];
        let lengths: Vec<usize> = shown.iter().map(|&claim| archive.claims[claim].evidence.len()).collect();
        let each = if few_entries(archive, &[at]) { usize::MAX } else { quota(&lengths, ENTRIES) };
        Self { question: None, arguments: vec![argument(archive, at, CLAIMS, each)], more: 0, entries: true }
    }
}

/// How many of `count` are shown where there is room for `room`: one more is better than a line that tells of one.
fn kept(count: usize, room: usize) -> usize {
    if count <= room.saturating_add(1) { count } else { room }
}

/// How many each may show, so that all together keep to the room; one at least.
fn quota(lengths: &[usize], room: usize) -> usize {
    let fits = |each: &usize| lengths.iter().map(|length| *length.min(each)).sum::<usize>() <= room;
    (1..=room).rev().find(fits).unwrap_or(1)
}

/// Whether all entries that bear on these arguments can be drawn, and each of their edges.
fn few_entries(archive: &Archive, arguments: &[usize]) -> bool {
    let claims = arguments.iter().flat_map(|&at| &archive.arguments[at].claims);
    let evidence: Vec<_> =
        claims.flat_map(|&claim| &archive.claims[claim].evidence).take(2 * ENTRIES + 1).map(|e| e.entry).collect();
    evidence.len() <= 2 * ENTRIES && evidence.iter().collect::<BTreeSet<_>>().len() <= ENTRIES
}

fn argument(archive: &Archive, at: usize, claims: usize, entries: usize) -> ArgumentNode {
    let argument = &archive.arguments[at];
    let shown = &argument.claims[..kept(argument.claims.len(), claims)];
    ArgumentNode {
        name: argument_name(archive, at),
        map: href(&argument.map_address()),
        claim_count: argument.claims.len(),
        entry_count: argument.entries.len(),
        claims: shown.iter().map(|&at| claim(archive, at, entries)).collect(),
        more: argument.claims.len() - shown.len(),
    }
}

fn claim(archive: &Archive, at: usize, entries: usize) -> ClaimNode {
    let card = claim_card(archive, at);
    let mut evidence = Vec::new();
    let mut more = Folded::default();
    if entries > 0 {
        let [supports, disputes] = sides(&archive.claims[at].evidence);
        let (some, others) = share(supports.len(), disputes.len(), entries);
        more = Folded { supports: supports.len() - some, disputes: disputes.len() - others };
        let shown = supports[..some].iter().chain(&disputes[..others]);
        evidence = shown.map(|evidence| entry(archive, evidence)).collect();
    }
    let (supports, disputes) = (card.supports, card.disputes);
    ClaimNode { text: card.text, path: card.path, standing: card.standing, supports, disputes, evidence, more }
}

/// Entries on each side, each once however many of its passages bear on the claim.
fn sides(evidence: &[Evidence]) -> [Vec<&Evidence>; 2] {
    [Side::Supports, Side::Disputes].map(|side| {
        let mut seen = BTreeSet::new();
        evidence.iter().filter(|evidence| evidence.side == side && seen.insert(evidence.entry)).collect()
    })
}

/// How many of each side are shown: half of the room each, and more where the other side needs less, so that folding
/// never hides a side alone.
fn share(supports: usize, disputes: usize, room: usize) -> (usize, usize) {
    let room = kept(supports + disputes, room.max(2));
    let others = disputes.min((room / 2).max(room.saturating_sub(supports)));
    (supports.min(room - others), others)
}

fn entry(archive: &Archive, evidence: &Evidence) -> EvidenceNode {
    let entry = &archive.entries[evidence.entry];
    EvidenceNode {
        entry: evidence.entry,
        side: evidence.side,
        kind: entry.kind(),
        title: entry.item.title.clone(),
        path: href(&entry.item.id.address()),
        people: entry.people().into_iter().map(str::to_owned).collect(),
        year: entry.date.map(crate::date::Date::year),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_keeps_to_its_room_and_to_both_sides() {
        assert_eq!((kept(9, 8), kept(10, 8), kept(0, 8)), (9, 8, 0));
        assert_eq!(quota(&[100, 2, 100], 12), 5);
        assert_eq!(quota(&[1; 40], 12), 1);
        assert_eq!(quota(&[], 12), 12);
        assert_eq!(share(90, 90, 8), (4, 4));
        assert_eq!(share(90, 1, 8), (7, 1));
        assert_eq!(share(1, 90, 8), (1, 7));
        assert_eq!(share(90, 90, 1), (1, 1));
        assert_eq!(share(2, 3, usize::MAX), (2, 3));
        assert_eq!(share(0, 0, 5), (0, 0));
    }
}
