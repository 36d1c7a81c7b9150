//! A model file, ready to be applied to passages.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::features::{self, Features, Met, cue_values, key_of, terms, topic};
use super::leaning::Leaning;
use super::regression::sigmoid;
use super::text::{Lexer, Word};
use crate::read::Weights;

/// Weights by what stands for the name of a feature, for the arguments of an archive.
pub struct Model {
    /// For each argument of the archive its place in the file; `None` where the file does not know it.
    places: Vec<Option<usize>>,
    ids: Vec<String>,
    thresholds: Vec<f64>,
    always: Vec<f64>,
    /// What the cues of each argument weigh, by the file's arguments on both sides.
    cues: Vec<Option<Vec<f64>>>,
    features: HashMap<u64, Box<[f64]>, FixedState>,
    stances: HashMap<u64, [f64; 2], FixedState>,
    stance: [f64; 2],
}

/// So much of what spoke for an argument is shown as the words that decided, and never more than so many words.
const SHARE: f64 = 0.6;
const MOST: usize = 6;

impl Model {
    /// `ids` are the archive's arguments. Those that the file alone knows are of no account.
    pub fn new(weights: &Weights, ids: Vec<String>) -> Self {
        let place = |id: &String| weights.arguments.iter().position(|bar| bar.id == *id);
        let is_word = |name: &str| !name.is_empty() && !name.starts_with('@');
        let features = weights.features.iter().filter(|(name, _)| is_word(name));
        Self {
            places: ids.iter().map(place).collect(),
            thresholds: weights.arguments.iter().map(|bar| bar.threshold).collect(),
            always: weights.features.get("").cloned().unwrap_or_else(|| vec![0.0; weights.arguments.len()]),
            cues: ids.iter().map(|id| weights.features.get(&format!("@{id}")).cloned()).collect(),
            features: features.map(|(name, all)| (key_of(name), all.clone().into_boxed_slice())).collect(),
            stances: weights.stances.iter().map(|(name, weight)| (key_of(name), *weight)).collect(),
            stance: weights.stances.get("").copied().unwrap_or_default(),
            ids,
        }
    }

    /// For each argument of the archive the chance that a passage makes it, where that is enough to suggest it.
    pub fn suggested(&self, words: &[Word], met: &[Met], lexer: &Lexer<'_>) -> Vec<(usize, f64)> {
        let mut sums = self.always.clone();
        let mut add = |weights: &[f64], value: f64| sums.iter_mut().zip(weights).for_each(|(sum, w)| *sum += w * value);
        for (key, value) in topic(words, lexer) {
            self.features.get(&key).iter().for_each(|weights| add(weights, value));
        }
        for (cues, value) in self.cues.iter().zip(cue_values(met, self.ids.len())) {
            cues.iter().for_each(|weights| add(weights, value));
        }
        let chance = |(argument, place): (usize, &Option<usize>)| {
            let score = sigmoid(sums[(*place)?]);
            (score >= self.thresholds[(*place)?]).then_some((argument, score))
        };
        self.places.iter().enumerate().filter_map(chance).collect()
    }

    /// Which way a passage that makes an argument leans.
    pub fn leaning(&self, words: &[Word], met: &[Met], argument: usize, lexer: &Lexer<'_>) -> Leaning {
        let features: Features = features::stance(words, met, argument, &self.ids[argument], lexer, &mut |_, _| {});
        let [mut favour, mut mixed] = self.stance;
        for (key, value) in features {
            let [for_favour, for_mixed] = self.stances.get(&key).copied().unwrap_or_default();
            favour += for_favour * value;
            mixed += for_mixed * value;
        }
        Leaning::of(favour, mixed)
    }

    /// The words that decided for an argument, as runs of places in `words`.
    #[expect(clippy::cast_precision_loss, reason = "a passage has fewer words than that")]
    pub fn evidence(&self, words: &[Word], met: &[Met], argument: usize, lexer: &Lexer<'_>) -> Vec<(usize, usize)> {
        let Some(place) = self.places[argument] else { return Vec::new() };
        let mut shares = vec![0.0f64; words.len()];
        let weight = |key| self.features.get(&key).map_or(0.0, |weights| weights[place]);
        let length = (topic(words, lexer).len().max(1) as f64).sqrt();
        for term in terms(words) {
            let weight = weight(term.key(words, lexer)) / length;
            match term.second {
                None => shares[term.first] += weight,
                Some(second) => [term.first, second].iter().for_each(|at| shares[*at] += weight / 2.0),
            }
        }
        let values = cue_values(met, self.ids.len());
        for met in met {
            let found = self.cues[met.argument].as_ref().map_or(0.0, |weights| weights[place] * values[met.argument]);
            let width = (met.last - met.first + 1) as f64;
            (met.first..=met.last).for_each(|at| shares[at] += found / width);
        }
        runs(words, &shares)
    }
}

/// The words with the largest shares, neighbours joined.
fn runs(words: &[Word], shares: &[f64]) -> Vec<(usize, usize)> {
    let mut order: Vec<usize> = (0..shares.len()).filter(|&at| shares[at] > 0.0).collect();
    order.sort_by(|&a, &b| shares[b].total_cmp(&shares[a]).then(a.cmp(&b)));
    let all: f64 = order.iter().map(|&at| shares[at]).sum();
    let (mut chosen, mut sum) = (Vec::new(), 0.0);
    for at in order.into_iter().take(MOST) {
        if sum >= SHARE * all {
            break;
        }
        sum += shares[at];
        chosen.push(at);
    }
    chosen.sort_unstable();
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for at in chosen {
        let joins = |last: usize| {
            let between = &words[last + 1..at];
            words[last].clause == words[at].clause
                && (between.is_empty() || between.len() == 1 && between[0].role.common)
        };
        match runs.last_mut() {
            Some((_, last)) if joins(*last) => *last = at,
            _ => runs.push((at, at)),
        }
    }
    // A word like "the" at an end tells nobody anything.
    for (first, last) in &mut runs {
        while *first < *last && words[*first].role.common {
            *first += 1;
        }
        while *first < *last && words[*last].role.common {
            *last -= 1;
        }
    }
    runs
}
