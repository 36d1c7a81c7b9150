//! From labelled passages to a model: one linear classifier for each argument, and one for the stance, fitted, calibrated
//! and given their bars by holding back whole documents in turn, so that what is learned is the subject and not a writer.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use foldhash::fast::FixedState;
use rayon::prelude::*;

use super::features::{self, Cues, Features};
use super::leaning::Leaning;
use super::lexicon::Lexicon;
use super::regression::{Row, calibrate, dot, fit, sigmoid};
use super::text::{Lexer, is_english, stem};
use crate::model::Archive;
use crate::read::{Bar, Stance, Weights};

/// A passage, and what a person says of it.
#[derive(Debug, Clone)]
pub struct Example {
    /// What is held back together.
    pub document: String,
    pub text: String,
    /// For each argument of the archive whether the passage makes it; `None` where nobody said.
    pub makes: Vec<Option<bool>>,
    pub stances: Vec<Option<Stance>>,
    /// How much it counts: 1 for a passage that was labelled as such.
    pub weight: f64,
}

/// So many parts the documents fall into; each is held back once.
const FOLDS: usize = 8;
/// The cost of being wrong, against that of a large weight.
const COST: f64 = 20.0;
const COST_OF_STANCE: f64 = 10.0;
/// A feature of fewer documents is a writer's habit.
const DOCUMENTS: u32 = 2;
/// A rare word says more; this keeps the scale of its value near one.
const RARITY: f64 = 0.2;
/// How often each feature is taken to have stood on either side before any was seen, and how much one that stands on
/// both alike still counts.
const ASSUMED: f64 = 0.3;
const ANY_SIDE: f64 = 0.6;
/// How much oftener the passages of pages that people wrote are against than the entries that they are filed as, as a
/// logarithm of odds: who is in favour concedes more than who is not. Measured on labelled pages.
const OBJECTION: f64 = 0.2;
/// And how much more must speak for a mixed stance than among labelled passages, which hold them up as examples.
const UNDECIDED: f64 = 0.5;
/// Weights that change no suggestion are left out of the file.
const FAINT: f64 = 1.0;

/// Features by number, as regression wants them.
type Vector = Vec<(u32, f64)>;

/// The numbers and names of features.
#[derive(Default)]
struct Names {
    numbers: HashMap<u64, u32, FixedState>,
    names: Vec<String>,
}

impl Names {
    fn number(&mut self, key: u64, name: impl FnOnce() -> String) -> u32 {
        *self.numbers.entry(key).or_insert_with(|| {
            self.names.push(name());
            u32::try_from(self.names.len() - 1).unwrap_or(u32::MAX)
        })
    }

    fn vector(&self, features: &Features) -> Vector {
        let mut vector: Vector =
            features.iter().filter_map(|(key, value)| Some((*self.numbers.get(key)?, *value))).collect();
        vector.sort_unstable_by_key(|(number, _)| *number);
        vector
    }
}

/// Examples as numbers.
pub struct Data {
    topics: Names,
    stances: Names,
    rows: Vec<Prepared>,
    documents: usize,
    ids: Vec<String>,
    /// How much oftener texts are in favour than the examples are, and mixed, as logarithms of odds.
    lean: [f64; 2],
}

struct Prepared {
    document: usize,
    topic: Vector,
    makes: Vec<Option<bool>>,
    /// For each argument that it makes with a stance: the features of the stance.
    stances: Vec<Option<(Vector, Stance)>>,
    weight: f64,
}

/// What was fitted.
struct Fitted {
    topics: Vec<Vec<f64>>,
    /// In favour, and mixed.
    stances: [Vec<f64>; 2],
}

/// What is said of each example by a model that has not seen its document: for each argument how surely it makes it, and
/// its stance; and from which score on it is suggested.
pub struct HeldOut {
    pub made: Vec<Vec<f64>>,
    pub leanings: Vec<Vec<Option<Leaning>>>,
    pub thresholds: Vec<Vec<f64>>,
}

/// The number of the feature that every text has; those of the cues follow.
const ALWAYS: u32 = 0;

impl Data {
    pub fn new(archive: &Archive, examples: &[Example]) -> Self {
        let english = is_english(&archive.config.language);
        let lexicon = Lexicon::new(|word| stem(word, english));
        let mut lexer = Lexer::new(english, &lexicon);
        let cues = Cues::new(archive, &mut lexer);
        let ids: Vec<String> = archive.arguments.iter().map(|argument| argument.item.id.slug.clone()).collect();
        let names: BTreeSet<&str> = examples.iter().map(|example| example.document.as_str()).collect();
        let documents: BTreeMap<&str, usize> = names.into_iter().enumerate().map(|(at, name)| (name, at)).collect();
        let (mut topics, mut stances) = (Names::default(), Names::default());
        for name in std::iter::once(String::new()).chain(ids.iter().map(|id| format!("@{id}"))) {
            topics.number(features::key_of(&name), || name.clone());
        }
        stances.number(features::key_of(""), String::new);
        let mut rows = Vec::with_capacity(examples.len());
        for example in examples {
            let words = features::read(&example.text, &mut lexer, true);
            let met = cues.met(&words, &lexer);
            for term in features::terms(&words) {
                topics.number(term.key(&words, &lexer), || term.name(&words, &lexer));
            }
            let mut topic: Vector = vec![(ALWAYS, 1.0)];
            topic.extend((ALWAYS + 1..).zip(features::cue_values(&met, ids.len())).filter(|(_, value)| *value > 0.0));
            topic.extend(topics.vector(&features::topic(&words, &lexer)));
            let mut of_stance = |at: usize| {
                let stance = example.stances[at]?;
                let mut name = |key: u64, written: &dyn Fn() -> String| {
                    stances.number(key, written);
                };
                let features = features::stance(&words, &met, at, &ids[at], &lexer, &mut name);
                let mut vector = vec![(ALWAYS, 1.0)];
                vector.extend(stances.vector(&features));
                Some((vector, stance))
            };
            let of_stances = (0..ids.len()).map(&mut of_stance).collect();
            let (document, makes) = (documents[example.document.as_str()], example.makes.clone());
            rows.push(Prepared { document, topic, makes, stances: of_stances, weight: example.weight });
        }
        let curated = odds(curated_stances(archive)) - odds(rows.iter().flat_map(Prepared::stances).map(|(_, s)| s));
        Self { topics, stances, rows, documents: documents.len(), ids, lean: [curated - OBJECTION, -UNDECIDED] }
    }

    /// How many documents the examples are from.
    pub fn documents(&self) -> usize {
        self.documents
    }

    fn folds(&self) -> usize {
        FOLDS.min(self.documents)
    }

    /// Fits all but one part, or all.
    fn fit(&self, without: Option<usize>) -> Fitted {
        let folds = self.folds();
        let rows: Vec<_> = self.rows.iter().filter(|row| Some(row.document % folds) != without).collect();
        let topics = Scale::rarity(rows.iter().map(|row| (row.document, &row.topic)), &self.topics.names);
        let vectors: Vec<_> = rows.iter().map(|row| topics.weigh(&row.topic)).collect();
        let classifiers = (0..self.ids.len()).into_par_iter().map(|argument| {
            let known = rows.iter().zip(&vectors).filter_map(|(row, vector)| {
                let truth = f64::from(u8::from(row.makes[argument]?));
                Some(Row { features: vector, truth, weight: row.weight })
            });
            topics.unweigh(fit(&known.collect::<Vec<_>>(), self.topics.names.len(), COST))
        });
        let told: Vec<_> =
            rows.iter().flat_map(|row| row.stances().map(move |(vector, stance)| (row, vector, stance))).collect();
        let names = &self.stances.names;
        let rarity = Scale::rarity(told.iter().map(|(row, vector, _)| (row.document, *vector)), names);
        let of_side = |truth: fn(Stance) -> f64| {
            let mut scale = rarity.clone();
            scale.tell_sides(told.iter().map(|(row, vector, stance)| (*vector, truth(*stance), row.weight)), names);
            let vectors: Vec<_> = told.iter().map(|(_, vector, _)| scale.weigh(vector)).collect();
            let known = told.iter().zip(&vectors).map(|((row, _, stance), vector)| Row {
                features: vector,
                truth: truth(*stance),
                weight: row.weight,
            });
            scale.unweigh(fit(&known.collect::<Vec<_>>(), names.len(), COST_OF_STANCE))
        };
        let stances = TRUTHS.map(of_side);
        Fitted { topics: classifiers.collect(), stances }
    }

    /// What models say that have not seen the document in question. Scales and bars for a part come from the others.
    pub fn held_out(&self) -> HeldOut {
        let folds = self.folds();
        let raw = self.raw();
        let scales: Vec<Scales> =
            (0..folds).map(|fold| self.scales(&raw, |row| row.document % folds != fold)).collect();
        let (mut made, mut leanings, mut thresholds) = (Vec::new(), Vec::new(), Vec::new());
        for (row, (scores, told)) in self.rows.iter().zip(&raw) {
            let scales = &scales[row.document % folds];
            let set = |z: f64, (slope, offset): (f64, f64)| z * slope + offset;
            made.push(scores.iter().zip(&scales.topics).map(|(z, scale)| sigmoid(set(*z, *scale))).collect());
            let [of_favour, of_mixed] = scales.stances;
            let [in_favour, undecided] = self.lean;
            let lean = |[favour, mixed]: [f64; 2]| {
                Leaning::of(set(favour, of_favour) + in_favour, set(mixed, of_mixed) + undecided)
            };
            leanings.push(told.iter().map(|z| z.map(lean)).collect());
            thresholds.push(scales.thresholds.clone());
        }
        HeldOut { made, leanings, thresholds }
    }

    /// What the classifiers of the other parts say of each row.
    fn raw(&self) -> Vec<Raw> {
        let folds = self.folds();
        let fitted: Vec<Fitted> = (0..folds).into_par_iter().map(|fold| self.fit(Some(fold))).collect();
        let say = |row: &Prepared| {
            let fitted = &fitted[row.document % folds];
            let stance = |told: &Option<(Vector, Stance)>| {
                told.as_ref().map(|(vector, _)| fitted.stances.each_ref().map(|weights| dot(vector, weights)))
            };
            (
                fitted.topics.iter().map(|weights| dot(&row.topic, weights)).collect(),
                row.stances.iter().map(stance).collect(),
            )
        };
        self.rows.iter().map(say).collect()
    }

    fn scales(&self, raw: &[Raw], of: impl Fn(&Prepared) -> bool) -> Scales {
        let rows: Vec<_> = self.rows.iter().zip(raw).filter(|(row, _)| of(row)).collect();
        let (mut topics, mut thresholds) = (Vec::new(), Vec::new());
        for argument in 0..self.ids.len() {
            let known = |(row, (scores, _)): &(&Prepared, &Raw)| {
                Some((scores[argument], f64::from(u8::from(row.makes[argument]?))))
            };
            let known: Vec<_> = rows.iter().filter_map(known).collect();
            let (slope, offset) = calibrate(&known);
            thresholds.push(threshold(known.iter().map(|&(z, truth)| (sigmoid(z * slope + offset), truth > 0.5))));
            topics.push((slope, offset));
        }
        let stances = [0, 1].map(|at| {
            let told = rows.iter().flat_map(|(row, (_, leanings))| {
                let each = row.stances.iter().zip(leanings);
                each.filter_map(|(told, z)| Some(((*z)?[at], TRUTHS[at](told.as_ref()?.1))))
            });
            calibrate(&told.collect::<Vec<_>>())
        });
        Scales { topics, thresholds, stances }
    }

    /// The model of all examples.
    pub fn learn(&self) -> Weights {
        let scales = self.scales(&self.raw(), |_| true);
        let mut fitted = self.fit(None);
        let of_topics = fitted.topics.iter_mut().zip(&scales.topics);
        for (weights, (slope, offset)) in of_topics.chain(fitted.stances.iter_mut().zip(&scales.stances)) {
            weights.iter_mut().for_each(|weight| *weight *= slope);
            weights[ALWAYS as usize] += offset;
        }
        for (weights, lean) in fitted.stances.iter_mut().zip(self.lean) {
            weights[ALWAYS as usize] += lean;
        }
        let mut features = BTreeMap::new();
        for (at, name) in self.topics.names.iter().enumerate() {
            let weights: Vec<f64> = fitted.topics.iter().map(|weights| rounded(weights[at])).collect();
            if at <= self.ids.len() || weights.iter().any(|weight| weight.abs() >= FAINT) {
                features.insert(name.clone(), weights);
            }
        }
        let mut stances = BTreeMap::new();
        for (at, name) in self.stances.names.iter().enumerate() {
            let weights = fitted.stances.each_ref().map(|weights| rounded(weights[at]));
            if name.is_empty() || weights.iter().any(|weight| weight.abs() >= FAINT) {
                stances.insert(name.clone(), weights);
            }
        }
        let bars = self.ids.iter().zip(&scales.thresholds);
        let bars = bars.map(|(id, threshold)| Bar { id: id.clone(), threshold: rounded(*threshold) });
        Weights::new(bars.collect(), features, stances)
    }
}

/// For each argument a score, and where there is a stance, how far in favour and how far mixed.
type Raw = (Vec<f64>, Vec<Option<[f64; 2]>>);

/// How scores become chances, and from which on something is suggested.
struct Scales {
    topics: Vec<(f64, f64)>,
    thresholds: Vec<f64>,
    stances: [(f64, f64); 2],
}

impl Prepared {
    fn stances(&self) -> impl Iterator<Item = (&Vector, Stance)> {
        self.stances.iter().flatten().map(|(vector, stance)| (vector, *stance))
    }
}

fn rounded(value: f64) -> f64 {
    let short = (value * 100.0).round() / 100.0;
    // There is no -0 in the file.
    if short == 0.0 { 0.0 } else { short }
}

/// What the two regressions of a stance learn: whether it is in favour, and whether it is mixed.
const TRUTHS: [fn(Stance) -> f64; 2] = [in_favour, mixed];

fn in_favour(stance: Stance) -> f64 {
    match stance {
        Stance::For => 1.0,
        Stance::Against => 0.0,
        Stance::Mixed => 0.5,
    }
}

fn mixed(stance: Stance) -> f64 {
    f64::from(u8::from(stance == Stance::Mixed))
}

/// The logarithm of the odds of being in favour; one more of either kind is assumed. What is mixed is left out: of a whole
/// entry it is said far oftener than of a passage.
fn odds(stances: impl Iterator<Item = Stance>) -> f64 {
    let (mut favourable, mut opposed) = (1.0, 1.0);
    for stance in stances {
        match stance {
            Stance::For => favourable += 1.0,
            Stance::Against => opposed += 1.0,
            Stance::Mixed => {}
        }
    }
    f64::ln(favourable / opposed)
}

fn curated_stances(archive: &Archive) -> impl Iterator<Item = Stance> {
    archive.published().flat_map(|(_, entry)| entry.arguments.iter().flatten()).filter_map(|(_, stance)| *stance)
}

/// The score from which on suggestions are best, as F1 measures it: the middle of what is nearly best, since the very
/// best is an accident.
fn threshold(scores: impl Iterator<Item = (f64, bool)>) -> f64 {
    let scores: Vec<_> = scores.collect();
    let at = |step: u32| 0.1 + 0.02 * f64::from(step);
    let f1 = |bar: f64| {
        let (mut hits, mut said, mut all) = (0u32, 0u32, 0u32);
        for &(score, truth) in &scores {
            hits += u32::from(truth && score >= bar);
            said += u32::from(score >= bar);
            all += u32::from(truth);
        }
        2.0 * f64::from(hits) / f64::from((said + all).max(1))
    };
    let found: Vec<_> = (0..36).map(|step| (at(step), f1(at(step)))).collect();
    let best = found.iter().map(|(_, f1)| *f1).fold(0.0, f64::max);
    let good: Vec<f64> = found.iter().filter(|(_, f1)| *f1 >= best - 0.012).map(|(bar, _)| *bar).collect();
    if best == 0.0 { 0.5 } else { good[good.len() / 2] }
}

/// What the value of each feature is multiplied by; 0 for one that is left out.
#[derive(Clone)]
struct Scale(Vec<f64>);

impl Scale {
    /// How rare each is among some rows. What is no word is taken as it is.
    fn rarity<'a>(rows: impl Iterator<Item = (usize, &'a Vector)>, names: &[String]) -> Self {
        let mut rows: Vec<_> = rows.collect();
        rows.sort_by_key(|(document, _)| *document);
        let mut seen = vec![(usize::MAX, 0u32, 0u32); names.len()];
        for (document, vector) in &rows {
            for (number, _) in *vector {
                let (last, documents, count) = &mut seen[*number as usize];
                *documents += u32::from(*last != *document);
                (*last, *count) = (*document, *count + 1);
            }
        }
        let all = f64::from(u32::try_from(rows.len()).unwrap_or(u32::MAX));
        let rarity = |(at, (_, documents, count)): (usize, &(usize, u32, u32))| match () {
            () if names[at].is_empty() || names[at].starts_with('@') => 1.0,
            () if *documents < DOCUMENTS => 0.0,
            () => RARITY * (((1.0 + all) / (1.0 + f64::from(*count))).ln() + 1.0),
        };
        Self(seen.iter().enumerate().map(rarity).collect())
    }

    /// And how differently it is spread over the two sides, as naive Bayes would weigh it (Wang and Manning, 2012), so that
    /// a word that tells them apart costs less to be believed. `rows` are features, truth and weight.
    fn tell_sides<'a>(&mut self, rows: impl Iterator<Item = (&'a Vector, f64, f64)>, names: &[String]) {
        let mut with = vec![[ASSUMED; 2]; names.len()];
        let mut all = [0.0; 2];
        for (vector, truth, weight) in rows {
            for (side, share) in [truth, 1.0 - truth].into_iter().enumerate() {
                all[side] += weight * share;
                vector.iter().for_each(|(number, _)| with[*number as usize][side] += weight * share);
            }
        }
        if all.contains(&0.0) {
            // Nothing was labelled so: no word can tell it.
            return;
        }
        for ((scale, [one, other]), name) in self.0.iter_mut().zip(with).zip(names) {
            let ratio = ((one / all[0]) / (other / all[1])).ln().abs();
            match () {
                () if name.is_empty() => {}
                () if name.starts_with('@') => *scale *= ANY_SIDE,
                () => *scale *= ratio + ANY_SIDE,
            }
        }
    }

    fn weigh(&self, vector: &Vector) -> Vector {
        let weigh = |&(number, value): &(u32, f64)| (number, value * self.0[number as usize]);
        vector.iter().map(weigh).filter(|(_, value)| *value != 0.0).collect()
    }

    /// Weights for values that were not weighed.
    fn unweigh(&self, weights: Vec<f64>) -> Vec<f64> {
        weights.into_iter().zip(&self.0).map(|(weight, rarity)| weight * rarity).collect()
    }
}
