//! What the archive holds on either side: independent sources, never entries of one source twice, never suggestions.

use std::collections::{BTreeMap, BTreeSet};

use super::view::{Balance, BasisRow};
use crate::fields::Choice;
use crate::model::{Archive, Claim, Entry, Evidence};
use crate::read::{Basis, Side, Stance, Standing};

const SIDES: [Side; 2] = [Side::Supports, Side::Disputes];

/// Whom an entry speaks for in a balance: its source, or else whoever wrote it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Voice<'a> {
    Source(usize),
    People(Vec<&'a str>),
}

fn voice(entry: &Entry) -> Voice<'_> {
    entry.source.map_or_else(|| Voice::People(entry.people()), Voice::Source)
}

/// What a source says of an argument, from all its entries.
#[derive(Clone, Copy)]
struct Said {
    stance: Stance,
    /// The strongest that any of its entries rests on.
    basis: Option<Basis>,
}

/// Both, or the one of two that weighs more: what was measured before what was lived through, reasoned or handed down.
fn stronger(a: Option<Basis>, b: Option<Basis>) -> Option<Basis> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// A source that is on both sides is mixed.
fn said(archive: &Archive, argument: usize) -> BTreeMap<Voice<'_>, Said> {
    let mut voices: BTreeMap<Voice<'_>, Said> = BTreeMap::new();
    for &(at, stance) in &archive.arguments[argument].entries {
        let Some(stance) = stance else { continue };
        let entry = &archive.entries[at];
        let new = Said { stance, basis: entry.basis() };
        voices
            .entry(voice(entry))
            .and_modify(|said| {
                said.stance = if said.stance == stance { stance } else { Stance::Mixed };
                said.basis = stronger(said.basis, new.basis);
            })
            .or_insert(new);
    }
    voices
}

/// What entries say together of each argument that they make: a stance, or none; both sides are mixed.
pub fn sides<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> BTreeMap<usize, Option<Stance>> {
    let mut sides: BTreeMap<usize, Option<Stance>> = BTreeMap::new();
    for &(argument, stance) in entries.into_iter().flat_map(|entry| entry.arguments.iter().flatten()) {
        let said = sides.entry(argument).or_default();
        *said = Stance::together([*said, stance]);
    }
    sides
}

/// Independent sources for and against an argument, by what they rest on.
pub fn balance(archive: &Archive, argument: usize) -> Balance {
    let bases = Basis::WORDS.iter().map(|(_, basis)| Some(*basis)).chain([None]);
    let mut rows: Vec<_> = bases.map(|basis| BasisRow { basis, in_favour: 0, against: 0, mixed: 0 }).collect();
    for said in said(archive, argument).into_values() {
        let row = rows.iter_mut().find(|row| row.basis == said.basis).expect("every basis has a row");
        *match said.stance {
            Stance::For => &mut row.in_favour,
            Stance::Against => &mut row.against,
            Stance::Mixed => &mut row.mixed,
        } += 1;
    }
    rows.retain(|row| row.in_favour + row.against + row.mixed > 0);
    let sum = |side: fn(&BasisRow) -> usize| rows.iter().map(side).sum();
    Balance { in_favour: sum(|row| row.in_favour), against: sum(|row| row.against), mixed: sum(|row| row.mixed), rows }
}

fn on<'a>(archive: &'a Archive, evidence: &'a [Evidence], side: Side) -> impl Iterator<Item = &'a Entry> {
    evidence.iter().filter(move |evidence| evidence.side == side).map(|evidence| &archive.entries[evidence.entry])
}

/// Independent sources on one side of a claim.
pub fn voices(archive: &Archive, evidence: &[Evidence], side: Side) -> usize {
    on(archive, evidence, side).map(voice).collect::<BTreeSet<_>>().len()
}

/// The claim on each side of an argument that the most independent sources hold up.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Strongest {
    pub in_favour: Option<usize>,
    pub against: Option<usize>,
}

/// A claim stands on the side on which most of those stand who support it, or who don't dispute it. The strongest has
/// the greatest lead of supporting over disputing sources; then the most measured ones; then the most of all; then it
/// comes first in the file. What is outdated, or disputed by more than support it, is nobody's strongest.
pub fn strongest(archive: &Archive, argument: usize) -> Strongest {
    let of = |wanted: Stance| {
        let claims = archive.arguments[argument].claims.iter().copied();
        claims.filter(|&at| side(archive, argument, &archive.claims[at]) == Some(wanted)).rev().max_by_key(|&at| {
            let claim = &archive.claims[at];
            let [supports, disputes] = SIDES.map(|side| voices(archive, &claim.evidence, side));
            let measured = on(archive, &claim.evidence, Side::Supports).filter(|e| e.basis() == Some(Basis::Measured));
            let measured: BTreeSet<_> = measured.map(voice).collect();
            (supports.cast_signed() - disputes.cast_signed(), measured.len(), supports)
        })
    };
    Strongest { in_favour: of(Stance::For), against: of(Stance::Against) }
}

/// The side of an argument that a claim speaks for; `None` where it speaks for neither, or does not hold up.
fn side(archive: &Archive, argument: usize, claim: &Claim) -> Option<Stance> {
    let [supports, disputes] = SIDES.map(|side| voices(archive, &claim.evidence, side));
    if supports == 0 || supports < disputes || claim.definition.standing == Standing::Outdated {
        return None;
    }
    let taking = |side, stance| {
        let takes = |entry: &&Entry| entry.arguments.iter().flatten().any(|said| *said == (argument, Some(stance)));
        on(archive, &claim.evidence, side).filter(takes).map(voice).collect::<BTreeSet<_>>().len()
    };
    let in_favour = taking(Side::Supports, Stance::For) + taking(Side::Disputes, Stance::Against);
    let against = taking(Side::Supports, Stance::Against) + taking(Side::Disputes, Stance::For);
    match in_favour.cmp(&against) {
        std::cmp::Ordering::Greater => Some(Stance::For),
        std::cmp::Ordering::Less => Some(Stance::Against),
        std::cmp::Ordering::Equal => None,
    }
}
