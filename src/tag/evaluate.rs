//! How good suggestions are: precision, recall and F1 of each argument, the stance of what was found, and whether a score
//! says how often it is right; beside them what a plain list of the arguments' cues would reach.

use rayon::prelude::*;

use super::Tagger;
use super::leaning::Leaning;
use super::learn::{Data, Example};
use crate::model::Archive;
use crate::read::Stance;

/// How well one argument was found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Measure {
    pub hits: usize,
    pub suggested: usize,
    pub true_ones: usize,
    /// Of the hits with a labelled stance those whose stance is right, and how many there are.
    pub stances: (usize, usize),
}

#[expect(clippy::cast_precision_loss, reason = "there are fewer passages than that")]
pub fn share(part: usize, all: usize) -> f64 {
    if all == 0 { 0.0 } else { part as f64 / all as f64 }
}

impl Measure {
    pub fn precision(&self) -> f64 {
        share(self.hits, self.suggested)
    }

    pub fn recall(&self) -> f64 {
        share(self.hits, self.true_ones)
    }

    pub fn f1(&self) -> f64 {
        share(2 * self.hits, self.suggested + self.true_ones)
    }

    fn count(&mut self, truth: bool, said: bool, stances: (Option<Stance>, Option<Stance>)) {
        self.hits += usize::from(truth && said);
        self.suggested += usize::from(said);
        self.true_ones += usize::from(truth);
        if let (true, true, (Some(stance), guess)) = (truth, said, stances) {
            self.stances.0 += usize::from(guess == Some(stance));
            self.stances.1 += 1;
        }
    }
}

/// What suggestions and a plain list of cues came to, by the archive's arguments.
#[derive(Debug, Default)]
pub struct Evaluation {
    pub passages: usize,
    pub documents: usize,
    pub model: Vec<Measure>,
    pub keywords: Vec<Measure>,
    /// How many different cues the plain list asks for: the best number.
    pub cues_needed: usize,
    /// From each tenth of scores on: how many suggestions have it, and how many of them are right; the sum of the scores.
    pub calibration: [(usize, usize, f64); 10],
}

/// The mean of the arguments' F1.
pub fn macro_f1(measures: &[Measure]) -> f64 {
    let sum: f64 = measures.iter().map(Measure::f1).sum();
    if measures.is_empty() { 0.0 } else { sum / f64::from(u32::try_from(measures.len()).unwrap_or(u32::MAX)) }
}

/// How many stances of what was found are right, of how many.
pub fn stances(measures: &[Measure]) -> (usize, usize) {
    measures.iter().fold((0, 0), |sum, measure| (sum.0 + measure.stances.0, sum.1 + measure.stances.1))
}

/// A score and a stance for each argument that is suggested.
type Guess = Vec<Option<(f64, Option<Stance>)>>;

/// Learns without each document in turn, and judges by it. Only passages of which all is known are judged.
pub fn cross_validated(archive: &Archive, examples: &[Example]) -> Evaluation {
    let data = Data::new(archive, examples);
    let held = data.held_out();
    let guess = |at: usize| -> Guess {
        let each = held.made[at].iter().zip(&held.thresholds[at]).zip(&held.leanings[at]);
        each.map(|((score, bar), leaning)| (score >= bar).then_some((*score, leaning.map(Leaning::stance)))).collect()
    };
    let judged: Vec<_> = (0..examples.len()).filter(|&at| examples[at].makes.iter().all(Option::is_some)).collect();
    let guesses: Vec<_> = judged.iter().map(|&at| guess(at)).collect();
    let judged: Vec<_> = judged.iter().map(|&at| &examples[at]).collect();
    compare(archive, &judged, &guesses)
}

/// Judges the archive's suggestions by passages that it did not learn from.
pub fn evaluated(archive: &Archive, examples: &[Example]) -> Evaluation {
    let tagger = Tagger::new(archive);
    let guess = |example: &Example| {
        let mut guess: Guess = vec![None; archive.arguments.len()];
        for made in tagger.text(&example.text) {
            guess[made.argument] = Some((made.score, made.stance));
        }
        guess
    };
    let guesses: Vec<_> = examples.par_iter().map(guess).collect();
    compare(archive, &examples.iter().collect::<Vec<_>>(), &guesses)
}

fn compare(archive: &Archive, examples: &[&Example], guesses: &[Guess]) -> Evaluation {
    let arguments = archive.arguments.len();
    let documents: std::collections::BTreeSet<_> = examples.iter().map(|example| &example.document).collect();
    let mut made = Evaluation { passages: examples.len(), documents: documents.len(), ..Evaluation::default() };
    made.model = measure(arguments, examples, guesses);
    for (example, guess) in examples.iter().zip(guesses) {
        for (truth, guess) in example.makes.iter().zip(guess) {
            let Some((score, _)) = guess else { continue };
            let tenth = (0..9).filter(|tenth| *score >= f64::from(tenth + 1) / 10.0).count();
            let (count, right, sum) = &mut made.calibration[tenth];
            (*count, *right, *sum) = (*count + 1, *right + usize::from(*truth == Some(true)), *sum + score);
        }
    }
    let tagger = Tagger::new(archive);
    let found: Vec<_> = examples.par_iter().map(|example| tagger.cues_in(&example.text)).collect();
    for needed in 1..=3 {
        let guess = |(counts, tone): &(Vec<usize>, i32)| -> Guess {
            let stance = if *tone > 0 { Stance::For } else { Stance::Against };
            counts.iter().map(|count| (*count >= needed).then_some((1.0, Some(stance)))).collect()
        };
        let measures = measure(arguments, examples, &found.iter().map(guess).collect::<Vec<_>>());
        if macro_f1(&measures) > macro_f1(&made.keywords) || made.cues_needed == 0 {
            (made.keywords, made.cues_needed) = (measures, needed);
        }
    }
    made
}

fn measure(arguments: usize, examples: &[&Example], guesses: &[Guess]) -> Vec<Measure> {
    let mut measures = vec![Measure::default(); arguments];
    for (example, guess) in examples.iter().zip(guesses) {
        for (at, measure) in measures.iter_mut().enumerate() {
            let stances = (example.stances[at], guess[at].and_then(|(_, stance)| stance));
            measure.count(example.makes[at] == Some(true), guess[at].is_some(), stances);
        }
    }
    measures
}
