//! From the archive to suggestions: arguments that an entry nobody curated seems to make, with the words that say so.
//!
//! An argument's cues are looked for in each passage, word by word, folded and without the commonest endings, so that
//! `threads` meets `thread`. A suggestion's score is 1 - 2^-n for n different cues: one cue is a coin toss, four are
//! nearly sure. The generator suggests; only a person's edit makes it a fact.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use rayon::prelude::*;

use crate::model::{Archive, Entry};
use crate::read::Stance;
use crate::read::markdown::{PassageKind, passages};

/// An argument that a text seems to make.
#[derive(Debug, Clone)]
pub struct Suggestion {
    /// Its place in the archive.
    pub argument: usize,
    /// Which way, where that can be told. Never published.
    pub stance: Option<Stance>,
    /// 0 to 1.
    pub score: f64,
    /// In the order of the text.
    pub evidence: Vec<Evidence>,
}

/// Words that decided.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// The place of the passage in the text, from 0.
    pub passage: usize,
    pub anchor: Option<String>,
    /// In characters of the passage.
    pub start: usize,
    pub end: usize,
    pub text: String,
}

/// Suggestions for every entry that nobody curated.
#[derive(Debug, Default)]
pub struct Suggestions(BTreeMap<usize, Vec<Suggestion>>);

impl Suggestions {
    pub fn of(&self, entry: usize) -> &[Suggestion] {
        self.0.get(&entry).map_or(&[], Vec::as_slice)
    }

    /// Exchanges those of one entry.
    pub fn set(&mut self, entry: usize, suggestions: Vec<Suggestion>) {
        if suggestions.is_empty() {
            self.0.remove(&entry);
        } else {
            self.0.insert(entry, suggestions);
        }
    }
}

/// What was suggested for texts that may not have changed when suggestions are made again.
#[derive(Default)]
pub struct Memory {
    tagger: Tagger,
    made: HashMap<blake3::Hash, Vec<Suggestion>>,
}

/// Below this a suggestion is not made: one cue alone is too little.
const LEAST: f64 = 0.6;

/// Suggests arguments for the entries that nobody curated.
pub fn suggest(archive: &Archive) -> Suggestions {
    suggest_again(archive, &mut Memory::default())
}

/// As [`suggest`], but for texts that are remembered.
pub fn suggest_again(archive: &Archive, memory: &mut Memory) -> Suggestions {
    let tagger = Tagger::new(archive);
    if memory.tagger != tagger {
        *memory = Memory { tagger, made: HashMap::new() };
    }
    let uncurated: Vec<_> = archive.published().filter(|(_, entry)| entry.arguments.is_none()).collect();
    let look = |(at, entry): (usize, &Entry)| {
        let document = &entry.item.document;
        let made = memory.made.get(&document.digest).cloned();
        (at, document.digest, made.unwrap_or_else(|| memory.tagger.entry(&document.body.blocks)))
    };
    let suggested: Vec<_> = uncurated.into_par_iter().map(look).collect();
    memory.made = suggested.iter().map(|(_, digest, made)| (*digest, made.clone())).collect();
    Suggestions(suggested.into_iter().filter(|(.., made)| !made.is_empty()).map(|(at, _, made)| (at, made)).collect())
}

/// The cues of an archive, ready to be looked for.
#[derive(Default, PartialEq, Eq)]
pub struct Tagger {
    /// The cues that begin with a word: their words, and whose they are.
    cues: HashMap<String, Vec<(Vec<String>, usize)>>,
}

impl Tagger {
    pub fn new(archive: &Archive) -> Self {
        let mut cues: HashMap<String, Vec<(Vec<String>, usize)>> = HashMap::new();
        for (at, argument) in archive.arguments.iter().enumerate() {
            if argument.item.withdrawn().is_some() {
                continue;
            }
            for cue in &argument.cues {
                let words: Vec<String> = words(cue).into_iter().map(|word| word.stem).collect();
                let Some(first) = words.first() else { continue };
                // Cues that differ in their endings are one cue.
                let known = cues.entry(first.clone()).or_default();
                if !known.contains(&(words.clone(), at)) {
                    known.push((words, at));
                }
            }
        }
        Self { cues }
    }

    /// Suggestions for a text of one passage, the surest first.
    pub fn text(&self, text: &str) -> Vec<Suggestion> {
        let mut found = Found::default();
        self.passage(text, 0, None, &mut found);
        found.suggestions()
    }

    /// Suggestions for an entry.
    pub fn entry(&self, blocks: &[crate::read::markdown::Block]) -> Vec<Suggestion> {
        let mut found = Found::default();
        for (at, passage) in passages(blocks).into_iter().enumerate() {
            if passage.kind != PassageKind::Code {
                self.passage(&passage.text, at, passage.anchor.as_deref(), &mut found);
            }
        }
        found.suggestions()
    }

    fn passage(&self, text: &str, passage: usize, anchor: Option<&str>, found: &mut Found) {
        let words = words(text);
        for at in 0..words.len() {
            for (cue, argument) in self.cues.get(&words[at].stem).into_iter().flatten() {
                let Some(meant) = words.get(at..at + cue.len()) else { continue };
                if !meant.iter().map(|word| &word.stem).eq(cue) {
                    continue;
                }
                let (start, end) = (meant[0].start, meant[meant.len() - 1].end);
                let said = text[meant[0].bytes.start..meant[meant.len() - 1].bytes.end].to_owned();
                let (cues, evidence) = found.0.entry(*argument).or_default();
                cues.insert(cue.clone());
                evidence.push(Evidence { passage, anchor: anchor.map(str::to_owned), start, end, text: said });
            }
        }
    }
}

/// For each argument the different cues that were found, and where.
#[derive(Default)]
struct Found(BTreeMap<usize, (BTreeSet<Vec<String>>, Vec<Evidence>)>);

impl Found {
    fn suggestions(self) -> Vec<Suggestion> {
        let suggestion = |(argument, (cues, evidence)): (usize, (BTreeSet<Vec<String>>, Vec<Evidence>))| {
            let cues = i32::try_from(cues.len()).unwrap_or(i32::MAX);
            Suggestion { argument, stance: None, score: 1.0 - 0.5f64.powi(cues), evidence }
        };
        let mut all: Vec<_> = self.0.into_iter().map(suggestion).filter(|made| made.score >= LEAST).collect();
        all.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.argument.cmp(&b.argument)));
        all
    }
}

struct Word {
    stem: String,
    /// In characters of the text.
    start: usize,
    end: usize,
    bytes: Range<usize>,
}

fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut open = false;
    for (at, (byte, c)) in text.char_indices().enumerate() {
        if !c.is_alphanumeric() {
            open = false;
            continue;
        }
        if !open {
            words.push(Word { stem: String::new(), start: at, end: at, bytes: byte..byte });
            open = true;
        }
        if let Some(word) = words.last_mut() {
            word.stem.extend(c.to_lowercase());
            word.end = at + 1;
            word.bytes.end = byte + c.len_utf8();
        }
    }
    words.iter_mut().for_each(|word| word.stem = stem(&word.stem).to_owned());
    words
}

/// A word without the commonest endings of English. It need not be a word of any dictionary: both sides lose the same.
fn stem(word: &str) -> &str {
    for ending in ["ing", "ies", "ed", "es", "s", "y", "e"] {
        if let Some(stem) = word.strip_suffix(ending)
            && stem.chars().count() >= 3
            && !(ending == "s" && stem.ends_with('s'))
        {
            return stem;
        }
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tagger(cues: &[&str]) -> Tagger {
        let mut all: HashMap<String, Vec<(Vec<String>, usize)>> = HashMap::new();
        for cue in cues {
            let words: Vec<String> = words(cue).into_iter().map(|word| word.stem).collect();
            all.entry(words[0].clone()).or_default().push((words, 0));
        }
        Tagger { cues: all }
    }

    #[test]
    fn cues_are_found_as_words_and_phrases() {
        let tagger = tagger(&["thread", "event loop", "slow"]);
        let made = tagger.text("Éé: threads block the Event-loop.");
        assert_eq!(made.len(), 1);
        assert!((made[0].score - 0.75).abs() < 1e-9);
        let said: Vec<_> = made[0].evidence.iter().map(|e| (e.start, e.end, e.text.as_str())).collect();
        assert_eq!(said, [(4, 11, "threads"), (22, 32, "Event-loop")]);
        assert!(tagger.text("a thread, and threading again").is_empty(), "one cue is too little, however often");
        assert!(tagger.text("slowly the events of a loop").is_empty());
    }
}
