//! From the archive to suggestions: arguments that an entry nobody curated seems to make, with the words that say so.
//!
//! Passage by passage, the archive's model (`tagging/model.json`) weighs words, pairs of neighbours and the cues of the
//! arguments. Without a model a suggestion rests on whole cues: its score is 1 - 2^-n for n different ones, so that one
//! cue is a coin toss and four are nearly sure. The generator suggests; only a person's edit makes it a fact.

mod evaluate;
mod examples;
mod features;
mod leaning;
mod learn;
mod lexicon;
mod model;
mod regression;
mod text;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

pub use self::evaluate::{Evaluation, Measure, cross_validated, evaluated, macro_f1, share, stances};
pub use self::examples::{Labelled, example, examples, labelled, parse as parse_labelled};
use self::features::{Cues, Met};
use self::leaning::Leaning;
pub use self::learn::{Data, Example};
use self::lexicon::Lexicon;
use self::model::Model;
use self::text::{Lexer, Word, is_english, stem};
use crate::model::{Archive, Item};
use crate::read::markdown::{Passage, PassageKind, passages};
use crate::read::{Answer, Decision, Stance};

/// An argument that a text seems to make.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Suggestion {
    /// Its place in the archive.
    pub argument: usize,
    /// Which way, where that can be told. Never published.
    pub stance: Option<Stance>,
    /// The chance that it is right, from 0 to 1; of an entry, that of its surest passage.
    pub score: f64,
    /// In the order of the text.
    pub evidence: Vec<Evidence>,
    /// The passages that make it, in order.
    pub passages: Vec<Said>,
}

/// A passage that seems to make an argument.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Said {
    /// Its place among the passages of the text, from 0.
    pub passage: usize,
    /// The byte of the file at which its block begins.
    pub place: usize,
    pub stance: Option<Stance>,
    pub score: f64,
}

/// Words that decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Default)]
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
    /// Stands for all that the tagger was made of.
    made_of: Option<blake3::Hash>,
    /// `None` where no text had to be looked at.
    tagger: Option<Tagger>,
    made: HashMap<blake3::Hash, Vec<Suggestion>>,
}

impl Memory {
    /// What suggests, for an archive of the cues, model and decisions that this is the memory of.
    pub fn tagger(&mut self, archive: &Archive) -> &Tagger {
        self.tagger.get_or_insert_with(|| Tagger::new(archive))
    }

    /// For a later process of this very program.
    pub fn to_bytes(&self) -> Vec<u8> {
        let made: BTreeMap<_, _> = self.made.iter().map(|(text, made)| (*text.as_bytes(), made)).collect();
        let made_of = self.made_of.map(blake3::Hash::into);
        postcard::to_allocvec::<(Option<[u8; blake3::OUT_LEN]>, _)>(&(made_of, made)).unwrap_or_default()
    }

    /// `None` for bytes that are none of its own.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (made_of, made): (Option<[u8; blake3::OUT_LEN]>, Vec<([u8; blake3::OUT_LEN], _)>) =
            postcard::from_bytes(bytes).ok()?;
        let made = made.into_iter().map(|(text, made)| (text.into(), made)).collect();
        Some(Self { made_of: made_of.map(Into::into), tagger: None, made })
    }
}

/// Below this cues alone suggest nothing: one is too little.
const LEAST: f64 = 0.6;

/// Suggests arguments for the entries that nobody curated.
pub fn suggest(archive: &Archive) -> Suggestions {
    suggest_again(archive, &mut Memory::default())
}

/// As [`suggest`], but for texts that are remembered.
pub fn suggest_again(archive: &Archive, memory: &mut Memory) -> Suggestions {
    let made_of = Some(made_of(archive));
    if memory.made_of != made_of {
        *memory = Memory { made_of, ..Memory::default() };
    }
    let mut made = std::mem::take(&mut memory.made);
    let uncurated: Vec<_> = archive.published().filter(|(_, entry)| entry.arguments.is_none()).collect();
    let new = uncurated.iter().filter(|(_, entry)| !made.contains_key(&entry.item.document.digest));
    let new: Vec<_> = new.map(|(_, entry)| &entry.item).collect();
    if !new.is_empty() {
        // Not before: to make a model ready takes its time.
        let tagger = memory.tagger(archive);
        let look = |lexer: &mut Lexer<'_>, item: &Item| (item.document.digest, tagger.item(item, lexer));
        made.par_extend(new.into_par_iter().map_init(|| tagger.lexer(), look));
    }
    let mut suggestions = Suggestions::default();
    for (at, entry) in uncurated {
        let digest = entry.item.document.digest;
        if let Some(found) = made.remove(&digest) {
            suggestions.set(at, found.clone());
            memory.made.insert(digest, found);
        }
    }
    suggestions
}

/// Stands for the cues, the model and the decisions of an archive.
fn made_of(archive: &Archive) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    let mut add = |text: &str| {
        hasher.update(blake3::hash(text.as_bytes()).as_bytes());
    };
    add(&archive.config.language);
    for argument in &archive.arguments {
        add(&argument.item.id.slug);
        add(argument.item.withdrawn().unwrap_or_default());
        argument.cues.iter().for_each(|cue| add(cue));
    }
    hasher.update(archive.tagging.digest.map_or([0; blake3::OUT_LEN], Into::into).as_slice());
    hasher.finalize()
}

/// What an archive suggests arguments with.
pub struct Tagger {
    english: bool,
    lexicon: Lexicon,
    cues: Cues,
    arguments: usize,
    model: Option<Model>,
    /// What people said about passages, by the entry's id.
    decisions: BTreeMap<String, Vec<(Decision, usize)>>,
}

impl Default for Tagger {
    fn default() -> Self {
        Self {
            english: false,
            lexicon: Lexicon::new(str::to_owned),
            cues: Cues::default(),
            arguments: 0,
            model: None,
            decisions: BTreeMap::new(),
        }
    }
}

impl Tagger {
    pub fn new(archive: &Archive) -> Self {
        let english = is_english(&archive.config.language);
        let lexicon = Lexicon::new(|word| stem(word, english));
        let cues = Cues::new(archive, &mut Lexer::new(english, &lexicon));
        let mut ids: Vec<String> = archive.arguments.iter().map(|argument| argument.item.id.slug.clone()).collect();
        let mut decisions: BTreeMap<String, Vec<(Decision, usize)>> = BTreeMap::new();
        for decision in &archive.tagging.decisions {
            if let Some(argument) = archive.argument(&decision.argument) {
                decisions.entry(decision.entry.clone()).or_default().push((decision.clone(), argument));
            }
        }
        for (id, argument) in ids.iter_mut().zip(&archive.arguments) {
            if argument.item.withdrawn().is_some() {
                // No file knows it.
                id.clear();
            }
        }
        let arguments = ids.len();
        let model = archive.tagging.model.as_ref().map(|weights| Model::new(weights, ids));
        Self { english, lexicon, cues, arguments, model, decisions }
    }

    /// Cuts texts into words. One may serve for many texts, and makes the same of each whatever came before.
    pub fn lexer(&self) -> Lexer<'_> {
        Lexer::new(self.english, &self.lexicon)
    }

    /// Suggestions for a text of one passage, the surest first.
    pub fn text(&self, text: &str) -> Vec<Suggestion> {
        let passage = Passage { anchor: None, text: text.to_owned(), kind: PassageKind::Prose, place: 0 };
        self.passages(&[passage], &[], &mut self.lexer())
    }

    /// Suggestions for an entry.
    pub fn item(&self, item: &Item, lexer: &mut Lexer<'_>) -> Vec<Suggestion> {
        self.document(&item.id.to_string(), &item.document, lexer)
    }

    /// Suggestions for the entry of an id, where its text is another.
    pub fn document(&self, id: &str, document: &crate::read::Document, lexer: &mut Lexer<'_>) -> Vec<Suggestion> {
        let passages = passages(document.body.blocks());
        let mut refused = Vec::new();
        for (decision, argument) in self.decisions.get(id).into_iter().flatten() {
            if decision.answer == Answer::No {
                refused.extend(decision.selector.find(&passages).map(|at| (at, *argument)));
            }
        }
        self.passages(&passages, &refused, lexer)
    }

    /// Suggestions for passages, but for those that a person refused.
    fn passages(&self, all: &[Passage], refused: &[(usize, usize)], lexer: &mut Lexer<'_>) -> Vec<Suggestion> {
        let mut found = Found::default();
        for (at, passage) in all.iter().enumerate().filter(|(_, passage)| passage.kind == PassageKind::Prose) {
            let words = features::read(&passage.text, lexer, false);
            let met = self.cues.met(&words, lexer);
            let passage = Placed { at, passage, words: &words };
            match &self.model {
                None => found.cues(&passage, &met, refused),
                Some(model) => found.weighed(model, &passage, &met, refused, lexer),
            }
        }
        found.suggestions(self.model.is_none())
    }

    /// Whether so many different cues of each argument stand in a text: what a plain list of words would say.
    fn cues_in(&self, text: &str) -> (Vec<usize>, i32) {
        let mut lexer = self.lexer();
        let words = features::read(text, &mut lexer, false);
        let met: BTreeSet<_> = self.cues.met(&words, &lexer).iter().map(|met| (met.argument, met.cue)).collect();
        let count = |argument| met.iter().filter(|(of, _)| *of == argument).count();
        ((0..self.arguments).map(count).collect(), features::plain_tone(&words))
    }
}

/// A passage with its place and words.
struct Placed<'a> {
    at: usize,
    passage: &'a Passage,
    words: &'a [Word],
}

impl Placed<'_> {
    fn evidence(&self, first: usize, last: usize) -> Evidence {
        let (first, last) = (&self.words[first], &self.words[last]);
        Evidence {
            passage: self.at,
            anchor: self.passage.anchor.clone(),
            start: first.start,
            end: last.end,
            text: self.passage.text[first.bytes.start..last.bytes.end].to_owned(),
        }
    }

    fn said(&self, score: f64, stance: Option<Stance>) -> Said {
        Said { passage: self.at, place: self.passage.place, stance, score }
    }
}

/// For each argument what was found.
#[derive(Default)]
struct Found(BTreeMap<usize, Gathered>);

#[derive(Default)]
struct Gathered {
    cues: BTreeSet<usize>,
    evidence: Vec<Evidence>,
    passages: Vec<Said>,
    leanings: Vec<Leaning>,
}

impl Found {
    fn cues(&mut self, passage: &Placed<'_>, met: &[Met], refused: &[(usize, usize)]) {
        for met in met.iter().filter(|met| !refused.contains(&(passage.at, met.argument))) {
            let gathered = self.0.entry(met.argument).or_default();
            gathered.cues.insert(met.cue);
            gathered.evidence.push(passage.evidence(met.first, met.last));
            if gathered.passages.last().is_none_or(|last| last.passage != passage.at) {
                gathered.passages.push(passage.said(0.5, None));
            }
        }
    }

    fn weighed(
        &mut self,
        model: &Model,
        passage: &Placed<'_>,
        met: &[Met],
        refused: &[(usize, usize)],
        lexer: &Lexer<'_>,
    ) {
        for (argument, score) in model.suggested(passage.words, met, lexer) {
            if refused.contains(&(passage.at, argument)) {
                continue;
            }
            let runs = model.evidence(passage.words, met, argument, lexer);
            if runs.is_empty() {
                // Nothing in it speaks for the argument: the bar is lower than what any text has.
                continue;
            }
            let leaning = model.leaning(passage.words, met, argument, lexer);
            let gathered = self.0.entry(argument).or_default();
            gathered.evidence.extend(runs.into_iter().map(|(first, last)| passage.evidence(first, last)));
            gathered.passages.push(passage.said(score, Some(leaning.stance())));
            gathered.leanings.push(leaning);
        }
    }

    /// The surest first.
    fn suggestions(self, by_cues: bool) -> Vec<Suggestion> {
        let suggestion = |(argument, gathered): (usize, Gathered)| {
            let score = if by_cues {
                1.0 - 0.5f64.powi(i32::try_from(gathered.cues.len()).unwrap_or(i32::MAX))
            } else {
                gathered.passages.iter().map(|said| said.score).fold(0.0, f64::max)
            };
            let Gathered { evidence, passages, leanings, .. } = gathered;
            Suggestion { argument, stance: Leaning::together(&leanings), score, evidence, passages }
        };
        let is_enough = |made: &Suggestion| !by_cues || made.score >= LEAST;
        let mut all: Vec<_> = self.0.into_iter().map(suggestion).filter(is_enough).collect();
        all.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.argument.cmp(&b.argument)));
        all
    }
}
