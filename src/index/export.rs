//! The browser's index: static shards, made from tantivy's. What an edit does not touch is not made again.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;
use tantivy::fieldnorm::FieldNormReader;

use super::cut::{Cut, Cutter, FAIR, fair, separators, untouched};
use super::document::{Document, Key};
use super::invert::Inverter;
use super::kept::{Kept, Made};
use super::lists::{Forms, Keys, List, Terms};
use super::number::{Numbering, SLOT_BITS};
use super::open::Index;
use super::shard::{SHARDS, Shard, character_table, deflate, key, leading, named, path, script, sorted_list, varint};
use super::write::FORMAT;
use crate::fs;

/// What takes the shards, in any order and from several threads.
pub trait Sink: Sync {
    /// Whether it has the shard at a path already, whose name says what it holds: then it is not made.
    fn keep(&self, path: &str) -> fs::Result<bool>;
    fn put(&self, shard: Shard) -> fs::Result<()>;
}

/// A function wants every shard.
impl<F: Fn(Shard) -> fs::Result<()> + Sync> Sink for F {
    fn keep(&self, _: &str) -> fs::Result<bool> {
        Ok(false)
    }

    fn put(&self, shard: Shard) -> fs::Result<()> {
        self(shard)
    }
}

/// Makes every shard, but for those that are known from an earlier export and that the sink keeps. What this one leaves
/// for the next is returned.
pub fn export(index: &Index, kept: Option<&Kept>, sink: &dyn Sink) -> fs::Result<Kept> {
    let numbered = Numbered::new(index);
    let made = Exporter { index, numbered: &numbered }.export(kept, sink)?;
    Ok(Kept { made, documents: numbered.documents })
}

pub(super) fn unreadable(error: impl Into<tantivy::TantivyError>) -> fs::Error {
    fs::Error::new("read", Path::new("index"), error.into()).mend("delete the folder: it is made anew")
}

/// The documents of an index by their numbers.
pub(super) struct Numbered {
    numbering: Numbering,
    /// Of each slot.
    numbers: Vec<u32>,
    /// The slots of the living documents, by their numbers.
    slots: Vec<u32>,
    /// As [`Kept`] has them.
    pub documents: Vec<(u32, Key)>,
}

impl Numbered {
    pub fn new(index: &Index) -> Self {
        let (numbering, of_ids) = index.numbers();
        let mut numbers = vec![0; index.ranks.len()];
        let mut slots: Vec<(u32, u32)> = of_ids.into_iter().zip(index.slots.iter().copied()).collect();
        slots.iter().for_each(|(number, slot)| numbers[*slot as usize] = *number);
        slots.sort_unstable();
        let documents = slots.iter().map(|(number, slot)| (*number, index.key(*slot as usize))).collect();
        let slots = slots.into_iter().map(|(_, slot)| slot).collect();
        Self { numbering, numbers, slots, documents }
    }
}

pub(super) struct Exporter<'a> {
    pub index: &'a Index,
    pub numbered: &'a Numbered,
}

/// What another edition has otherwise.
#[derive(Default)]
struct Touched {
    terms: BTreeSet<String>,
    forms: BTreeSet<String>,
}

impl Exporter<'_> {
    pub fn export(&self, kept: Option<&Kept>, sink: &dyn Sink) -> fs::Result<Made> {
        let touched = match kept.filter(|kept| self.fits(kept)) {
            Some(kept) => self.touched(kept).map_err(unreadable)?.map(|touched| (kept, touched)),
            None => None,
        };
        let (kept, touched) = touched.unzip();
        let touched = touched.unwrap_or_default();
        let made = kept.map(|kept| &kept.made);
        let lists = || {
            let terms = Terms::new(self.index, &self.numbered.numbers).map_err(unreadable)?;
            let before = made.map(|made| &made.terms[..]);
            let terms = Cuts::new(&terms, self.fair(), before, sink).make(&touched.terms)?;
            let forms = Forms::new(self.index).map_err(unreadable)?;
            let forms = Cuts::new(&forms, FAIR, made.map(|made| &made.forms[..]), sink).make(&touched.forms)?;
            Ok::<_, fs::Error>((terms, forms))
        };
        let (lists, groups) = rayon::join(lists, || self.documents(kept, sink));
        let ((terms, forms), groups) = (lists?, groups?);
        let (order, shard) = self.order();
        if !sink.keep(&shard.path)? {
            sink.put(shard)?;
        }
        let (label, numbering, fair) = (self.index.label.clone(), self.numbered.numbering, self.fair());
        let made = Made { label, numbering, fair, groups, order, terms, forms };
        sink.put(script("root", &deflate(&[&self.root(&made)])))?;
        Ok(made)
    }

    fn fair(&self) -> usize {
        fair(self.index.totals.iter().sum())
    }

    /// Whether shards that it names can be those of this index.
    fn fits(&self, Kept { made, .. }: &Kept) -> bool {
        self.index.label.is_kin(&made.label) && (made.numbering, made.fair) == (self.numbered.numbering, self.fair())
    }

    /// Makes a shard of an export by its path; `None` if it has no such.
    pub fn shard(&self, made: &Made, wanted: &str) -> fs::Result<Option<Vec<u8>>> {
        let Some(name) = wanted.strip_prefix(SHARDS).and_then(|name| name.strip_suffix(".js")) else { return Ok(None) };
        let found = match name.split_once('/') {
            None if name == "root" => Some(script("root", &deflate(&[&self.root(made)]))),
            Some(("o", _)) => Some(self.order().1),
            Some(("d", rest)) => self.documents_shard(made, rest)?,
            Some(("f", _)) => {
                let forms = Forms::new(self.index).map_err(unreadable)?;
                Cuts::new(&forms, FAIR, Some(&made.forms), &|_| Ok(())).find(wanted)?
            }
            Some(("t" | "p", _)) => {
                let terms = Terms::new(self.index, &self.numbered.numbers).map_err(unreadable)?;
                Cuts::new(&terms, self.fair(), Some(&made.terms), &|_| Ok(())).find(wanted)?
            }
            _ => None,
        };
        Ok(found.filter(|shard| shard.path == wanted).map(|shard| shard.bytes))
    }

    /// What the hit of a document shows, by its group's name and its number.
    fn documents_shard(&self, made: &Made, name: &str) -> fs::Result<Option<Shard>> {
        let Some(number) = name.split_once('/').and_then(|(_, number)| number.parse().ok()) else { return Ok(None) };
        let Ok(place) = self.numbered.documents.binary_search_by_key(&number, |(number, _)| *number) else {
            return Ok(None);
        };
        let group = self.numbered.numbering.group(number);
        let card = self.card(self.numbered.slots[place])?;
        Ok(Some(script(&card_key(group, made.groups[group as usize], number), &deflate(&[card.as_bytes()]))))
    }

    /// The terms and forms whose shards are not as they were; `None` if it can't be told any more.
    fn touched(&self, kept: &Kept) -> tantivy::Result<Option<Touched>> {
        let (mut fresh, mut gone) = (BTreeMap::new(), BTreeMap::new());
        let mut before = kept.documents.iter().peekable();
        for (document, slot) in self.numbered.documents.iter().zip(&self.numbered.slots) {
            while let Some((number, key)) = before.next_if(|before| *before < document) {
                gone.insert(*number, *key);
            }
            if before.next_if_eq(&document).is_none() {
                fresh.insert(document.0, *slot as usize);
            }
        }
        gone.extend(before.copied());
        let mut slots: HashMap<Key, usize> = fresh.values().map(|slot| (self.index.key(*slot), *slot)).collect();
        let dead = (0..self.index.ranks.len()).filter(|slot| !self.index.is_alive(*slot));
        slots.extend(dead.map(|slot| (self.index.key(slot), slot)));
        let mut touched = Touched::default();
        for number in fresh.keys().chain(gone.keys().filter(|number| !fresh.contains_key(number))) {
            let document = |slot: &usize| self.index.document(*slot);
            let read;
            let old = match gone.get(number) {
                None => None,
                Some(key) => match (slots.get(key), self.index.gone.get(key)) {
                    (Some(slot), _) => {
                        read = document(slot)?;
                        Some(&read)
                    }
                    (None, gone @ Some(_)) => gone,
                    (None, None) => return Ok(None),
                },
            };
            let new = fresh.get(number).map(document).transpose()?;
            touched.differ(&self.held(old), &self.held(new.as_ref()));
        }
        Ok(Some(touched))
    }

    /// What a document holds, if there is one.
    fn held(&self, document: Option<&Document>) -> Inverter {
        let mut inverter = Inverter::new(self.index.analyzer);
        if let Some(document) = document {
            inverter.add(document);
        }
        inverter
    }

    /// Writes what the hit of each document shows; gives a hash for each group.
    fn documents(&self, kept: Option<&Kept>, sink: &dyn Sink) -> fs::Result<Vec<[u8; 4]>> {
        let of = |documents: &[(u32, Key)], group: u32| {
            let start = |group| documents.partition_point(|(number, _)| self.numbered.numbering.group(*number) < group);
            start(group)..start(group + 1)
        };
        let groups = (0..1u32 << self.numbered.numbering.group_bits()).into_par_iter().map(|group| {
            let range = of(&self.numbered.documents, group);
            let known = kept
                .filter(|kept| kept.documents[of(&kept.documents, group)] == self.numbered.documents[range.clone()]);
            let mut cards = Vec::new();
            let hash = if let Some(kept) = known {
                kept.made.groups[group as usize]
            } else {
                let mut hasher = blake3::Hasher::new();
                for ((number, _), slot) in
                    self.numbered.documents[range.clone()].iter().zip(&self.numbered.slots[range.clone()])
                {
                    let card = self.card(*slot)?;
                    hasher.update(&number.to_le_bytes()).update(blake3::hash(card.as_bytes()).as_bytes());
                    cards.push(card);
                }
                leading::<4>(&hasher.finalize())
            };
            for (at, place) in range.enumerate() {
                let key = card_key(group, hash, self.numbered.documents[place].0);
                if !sink.keep(&path(&key))? {
                    let card = cards.get_mut(at).map(std::mem::take);
                    let card = card.map_or_else(|| self.card(self.numbered.slots[place]), Ok)?;
                    sink.put(script(&key, &deflate(&[card.as_bytes()])))?;
                }
            }
            Ok(hash)
        });
        groups.collect()
    }

    fn card(&self, slot: u32) -> fs::Result<String> {
        let stored = self.index.stored(slot as usize).map_err(unreadable)?;
        Ok(self.index.text(&stored, "card").to_owned())
    }

    /// The documents in the order of their ids, with their dates.
    fn order(&self) -> ([u8; 6], Shard) {
        let (mut out, mut after) = (Vec::new(), Vec::new());
        for slot in self.index.slots.iter().map(|slot| *slot as usize) {
            varint(self.numbered.numbers[slot].into(), &mut out);
            varint(self.index.date(slot), &mut after);
        }
        named("o", &[&out, &after])
    }

    fn root(&self, made: &Made) -> Vec<u8> {
        let mut out = Vec::new();
        varint(FORMAT.into(), &mut out);
        varint(self.index.analyzer.english.into(), &mut out);
        varint(self.index.count() as u64, &mut out);
        self.index.totals.iter().for_each(|total| varint(*total, &mut out));
        for bits in [SLOT_BITS, made.numbering.bucket_bits, made.numbering.group_bits()] {
            varint(bits.into(), &mut out);
        }
        out.extend(made.groups.iter().flatten());
        out.extend(made.order);
        for cuts in [&made.terms, &made.forms] {
            varint(cuts.len() as u64, &mut out);
            sorted_list(separators(cuts).into_iter(), &mut out);
            cuts.iter().for_each(|cut| out.extend(cut.hash));
        }
        let mut before = 0;
        for id in 0..=u8::MAX {
            let length = FieldNormReader::id_to_fieldnorm(id);
            varint(u64::from(length - before), &mut out);
            before = length;
        }
        out.extend(character_table());
        out
    }
}

fn card_key(group: u32, hash: [u8; 4], number: u32) -> String {
    format!("d/{group:x}-{}/{number}", hex::encode(hash))
}

impl Touched {
    /// Takes in what two editions of a document have differently.
    fn differ(&mut self, old: &Inverter, new: &Inverter) {
        let (old, new) = (old.held(), new.held());
        let differs = |a: &BTreeMap<String, Vec<u8>>, b: &BTreeMap<String, Vec<u8>>| -> Vec<String> {
            a.iter().filter(|(key, held)| b.get(*key) != Some(held)).map(|(key, _)| key.clone()).collect()
        };
        self.terms.extend(differs(&old.0, &new.0).into_iter().chain(differs(&new.0, &old.0)));
        self.forms.extend(old.1.symmetric_difference(&new.1).cloned());
    }
}

/// Cuts a list into shards.
struct Cuts<'a, L> {
    list: &'a L,
    fair: usize,
    /// As they were.
    before: &'a [Cut],
    sink: &'a dyn Sink,
    /// Two shards may hold the same, and so have one name.
    written: Mutex<HashSet<String>>,
}

impl<'a, L: List> Cuts<'a, L> {
    fn new(list: &'a L, fair: usize, before: Option<&'a [Cut]>, sink: &'a dyn Sink) -> Self {
        Self { list, fair, before: before.unwrap_or_default(), sink, written: Mutex::default() }
    }

    fn make(&self, touched: &BTreeSet<String>) -> fs::Result<Vec<Cut>> {
        let same = untouched(self.before, touched);
        let (mut cuts, mut at) = (Vec::new(), 0);
        if self.before.is_empty() {
            self.recut(0, &same, &mut cuts)?;
        }
        while at < self.before.len() {
            if same[at] {
                self.keep(&self.before[at])?;
                cuts.push(self.before[at].clone());
                at += 1;
            } else {
                at = self.recut(at, &same, &mut cuts)?;
            }
        }
        Ok(cuts)
    }

    /// Makes shards from the beginning of a cut on, until there is one again where an untouched shard begins: tells
    /// which.
    fn recut(&self, at: usize, same: &[bool], cuts: &mut Vec<Cut>) -> fs::Result<usize> {
        /// Keys that are taken at once: few at first, since an edit touches few.
        const FIRST: usize = 128;
        const MOST: usize = 16 << 10;
        let from = if at == 0 { "" } else { &self.before[at].first };
        let mut keys = Keys::new(self.list.sources(), from).map_err(unreadable)?;
        let (mut cutter, mut entries, mut next) = (Cutter::new(self.fair), Vec::new(), at + 1);
        let mut batch = if self.before.is_empty() { MOST } else { FIRST };
        loop {
            let taken: Vec<_> = keys.by_ref().take(batch).collect();
            if taken.is_empty() {
                break;
            }
            let taken = taken.into_par_iter().map(|key| self.list.entry(key));
            let taken = taken.collect::<tantivy::Result<Vec<_>>>().map_err(unreadable)?;
            let mut shards = Vec::new();
            let mut met = None;
            for entry in taken.into_iter().flatten() {
                let (key, size) = (L::key(&entry), L::size(&entry));
                if cutter.before(size) {
                    shards.push(std::mem::take(&mut entries));
                }
                while self.before.get(next).is_some_and(|cut| *cut.first < *key) {
                    next += 1;
                }
                if cutter.is_empty() && same.get(next) == Some(&true) && self.before[next].first == key {
                    met = Some(next);
                    break;
                }
                let ends = cutter.after(key, size);
                entries.push(entry);
                if ends {
                    shards.push(std::mem::take(&mut entries));
                }
            }
            let made = shards.par_iter().map(|entries| self.shard(entries)).collect::<fs::Result<Vec<_>>>()?;
            cuts.extend(made);
            if let Some(next) = met {
                return Ok(next);
            }
            batch = MOST.min(batch * 2);
        }
        if !entries.is_empty() {
            cuts.push(self.shard(&entries)?);
        }
        Ok(self.before.len())
    }

    fn shard(&self, entries: &[L::Entry]) -> fs::Result<Cut> {
        let (shard, hash, positions) = L::shard(entries);
        let (positions, more) = positions.map(|(shard, hash)| (hash, shard)).unzip();
        for shard in [Some(shard), more].into_iter().flatten() {
            if self.is_new(&shard.path) && !self.sink.keep(&shard.path)? {
                self.sink.put(shard)?;
            }
        }
        let [first, last] = [entries.first(), entries.last()].map(|entry| entry.map_or("", L::key).to_owned());
        Ok(Cut { first, last, hash, positions })
    }

    /// A shard that stays as it was.
    fn keep(&self, cut: &Cut) -> fs::Result<()> {
        let mut missing = Vec::new();
        for path in Self::paths(cut) {
            if self.is_new(&path) && !self.sink.keep(&path)? {
                missing.push(path);
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        let mut made = self.again(cut)?.into_iter().filter(|shard| missing.contains(&shard.path));
        made.try_for_each(|shard| self.sink.put(shard))
    }

    /// The shard at a path.
    fn find(&self, wanted: &str) -> fs::Result<Option<Shard>> {
        let Some(cut) = self.before.iter().find(|cut| Self::paths(cut).any(|path| path == wanted)) else {
            return Ok(None);
        };
        Ok(self.again(cut)?.into_iter().find(|shard| shard.path == wanted))
    }

    /// Where the shards of a cut lie.
    fn paths(cut: &Cut) -> impl Iterator<Item = String> {
        let hashes = [(Some(L::FOLDERS.0), Some(cut.hash)), (L::FOLDERS.1, cut.positions)];
        hashes.into_iter().filter_map(|(folder, hash)| Some(path(&key(folder?, hash?))))
    }

    fn again(&self, cut: &Cut) -> fs::Result<Vec<Shard>> {
        let keys = Keys::new(self.list.sources(), &cut.first).map_err(unreadable)?;
        let keys = keys.take_while(|key| key.text <= cut.last);
        let entries = keys.map(|key| self.list.entry(key)).filter_map(Result::transpose);
        let entries = entries.collect::<tantivy::Result<Vec<_>>>().map_err(unreadable)?;
        let (shard, _, positions) = L::shard(&entries);
        Ok([Some(shard), positions.map(|(shard, _)| shard)].into_iter().flatten().collect())
    }

    fn is_new(&self, path: &str) -> bool {
        self.written.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned())
    }
}
