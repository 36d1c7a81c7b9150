//! What a passage is measured by: its words and pairs of neighbours, the cues of each argument, and for a stance the
//! tone of what is said near them. docs/tagging.md lists the features and where they come from.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::text::{self, Lexer, Word, hash, pair};
use crate::model::Archive;

/// Features of one passage, each by what stands for its name.
pub type Features = Vec<(u64, f64)>;
type Counts = HashMap<u64, f64, FixedState>;

/// How much a clause counts for a stance in which no cue of the argument stands. What occurs once counts for even less:
/// counts are taken as 1 + ln n, which is above zero from 0.37 on.
const ELSEWHERE: f64 = 0.7;
/// Features that are not words are on this scale: beside hundreds of words they would decide everything.
const SCALE: f64 = 0.3;
/// And cues on this: the more passages are labelled, the less need they be taken on trust.
const OF_CUES: f64 = 0.15;

/// A word, or two neighbours in one clause, by their places.
pub struct Term {
    pub first: usize,
    pub second: Option<usize>,
}

/// The terms of a passage.
pub fn terms(words: &[Word]) -> impl Iterator<Item = Term> {
    words.iter().enumerate().flat_map(move |(first, word)| {
        let alone = (!word.role.common).then_some(Term { first, second: None });
        let next = words.get(first + 1).filter(|next| next.clause == word.clause);
        let both = next.filter(|next| !(word.role.common && next.role.common));
        alone.into_iter().chain(both.map(|_| Term { first, second: Some(first + 1) }))
    })
}

impl Term {
    pub fn key(&self, words: &[Word], lexer: &Lexer<'_>) -> u64 {
        let [first, second] = [Some(self.first), self.second].map(|at| at.map(|at| lexer.hash(words[at].stem)));
        match (first, second) {
            (Some(first), Some(second)) => pair(first, second),
            (first, _) => first.unwrap_or_default(),
        }
    }

    pub fn name(&self, words: &[Word], lexer: &Lexer<'_>) -> String {
        let stem = |at: usize| lexer.stem(words[at].stem);
        self.second.map_or_else(|| stem(self.first).to_owned(), |at| format!("{} {}", stem(self.first), stem(at)))
    }
}

/// What stands for a feature of this name, as a model's file writes it.
pub fn key_of(name: &str) -> u64 {
    if name.starts_with('@') {
        return hash(name);
    }
    if let Some((argument, rest)) = name.split_once(':') {
        return of_argument(argument, key_of(rest));
    }
    if let Some(rest) = name.strip_prefix('!') {
        return denied(key_of(rest));
    }
    name.split_once(' ').map_or_else(|| hash(name), |(first, second)| pair(hash(first), hash(second)))
}

fn denied(key: u64) -> u64 {
    pair(hash("!"), key)
}

fn of_argument(argument: &str, key: u64) -> u64 {
    pair(hash(argument) ^ 1, key)
}

/// How often each is there, on a scale that grows slowly, made as long as one. All count for the length, so that what
/// nobody has weighed dilutes what was.
pub fn scaled(mut all: Features) -> Features {
    all.iter_mut().for_each(|(_, n)| *n = 1.0 + n.ln());
    let length = all.iter().map(|(_, value)| value * value).sum::<f64>().sqrt();
    if length > 0.0 {
        all.iter_mut().for_each(|(_, value)| *value /= length);
    }
    all
}

/// The terms as features.
pub fn topic(words: &[Word], lexer: &Lexer<'_>) -> Features {
    let mut keys: Vec<u64> = terms(words).map(|term| term.key(words, lexer)).collect();
    keys.sort_unstable();
    let mut all: Features = Vec::with_capacity(keys.len());
    for key in keys {
        match all.last_mut() {
            Some((last, count)) if *last == key => *count += 1.0,
            _ => all.push((key, 1.0)),
        }
    }
    scaled(all)
}

/// A cue that was found: which, of which argument, and its words.
pub struct Met {
    pub cue: usize,
    pub argument: usize,
    pub first: usize,
    pub last: usize,
}

/// The words of a cue, its number, and whose it is.
type Cue = (Vec<u64>, usize, usize);

/// The cues of an archive by their first words, ready to be looked for.
#[derive(Default)]
pub struct Cues {
    by_first: HashMap<u64, Vec<Cue>, FixedState>,
    count: usize,
}

impl Cues {
    pub fn new(archive: &Archive, lexer: &mut Lexer<'_>) -> Self {
        let mut cues = Self::default();
        for (at, argument) in archive.arguments.iter().enumerate() {
            if argument.item.withdrawn().is_none() {
                argument.cues.iter().for_each(|cue| cues.add(cue, at, lexer));
            }
        }
        cues
    }

    pub fn add(&mut self, cue: &str, argument: usize, lexer: &mut Lexer<'_>) {
        let words: Vec<u64> = lexer.words(cue, true).iter().map(|word| lexer.hash(word.stem)).collect();
        let Some(first) = words.first() else { return };
        // Cues that differ in their endings are one cue.
        let known = self.by_first.entry(*first).or_default();
        if !known.iter().any(|(other, _, of)| *other == words && *of == argument) {
            known.push((words, self.count, argument));
            self.count += 1;
        }
    }

    /// The cues that stand in a passage, in its order.
    pub fn met(&self, words: &[Word], lexer: &Lexer<'_>) -> Vec<Met> {
        let hash = |at: usize| words.get(at).map(|word: &Word| lexer.hash(word.stem));
        let mut met = Vec::new();
        for first in 0..words.len() {
            for (cue, number, argument) in hash(first).and_then(|hash| self.by_first.get(&hash)).into_iter().flatten() {
                if (0..cue.len()).all(|at| hash(first + at) == Some(cue[at])) {
                    met.push(Met { cue: *number, argument: *argument, first, last: first + cue.len() - 1 });
                }
            }
        }
        met
    }
}

/// How many different cues of each argument were met, on a scale that grows slowly.
#[expect(clippy::cast_precision_loss, reason = "there are fewer cues than that")]
pub fn cue_values(met: &[Met], arguments: usize) -> Vec<f64> {
    let mut all: Vec<_> = met.iter().map(|met| (met.argument, met.cue)).collect();
    all.sort_unstable();
    all.dedup();
    let mut counts = vec![0usize; arguments];
    all.iter().for_each(|&(argument, _)| counts[argument] += 1);
    counts.into_iter().map(|count| OF_CUES * (count as f64).ln_1p()).collect()
}

/// Told of every feature of a stance, so that a name can be kept for it.
pub type Namer<'a> = &'a mut dyn FnMut(u64, &dyn Fn() -> String);

/// What a stance towards an argument is told by. `id` is the argument's.
pub fn stance(words: &[Word], met: &[Met], argument: usize, id: &str, lexer: &Lexer<'_>, name: Namer<'_>) -> Features {
    let clauses = words.last().map_or(0, |word| word.clause + 1);
    let mut near = vec![false; clauses];
    met.iter().filter(|met| met.argument == argument).for_each(|met| near[words[met.first].clause] = true);
    let weight = |at: usize| if near[words[at].clause] { 1.0 } else { ELSEWHERE };
    let mut counts = Counts::default();
    for term in terms(words) {
        let (plain, weight) = (term.key(words, lexer), weight(term.first));
        let is_denied = term.second.is_none() && words[term.first].denied;
        let key = if is_denied { denied(plain) } else { plain };
        let written = || format!("{}{}", if is_denied { "!" } else { "" }, term.name(words, lexer));
        name(key, &written);
        *counts.entry(key).or_default() += weight;
        if term.second.is_none() {
            let own = of_argument(id, key);
            name(own, &|| format!("{id}:{}", written()));
            *counts.entry(own).or_default() += weight;
        }
    }
    let mut all: Features = counts.into_iter().collect();
    all.sort_unstable_by_key(|(key, _)| *key);
    let mut all = scaled(all);
    for (feature, value) in tones(words, &near).into_iter().chain([(format!("@{id}"), 1.0)]) {
        let key = hash(&feature);
        name(key, &|| feature.clone());
        all.push((key, SCALE * value));
    }
    all
}

/// How much praise and blame there is, in all and near the cues.
fn tones(words: &[Word], near: &[bool]) -> Vec<(String, f64)> {
    let mut sums = [[0.0f64; 2]; 2];
    for word in words.iter().filter(|word| word.role.tone != 0) {
        let praises = (word.role.tone > 0) != word.denied;
        sums[0][usize::from(praises)] += 1.0;
        sums[1][usize::from(praises)] += f64::from(u8::from(near[word.clause]));
    }
    let mut out = Vec::new();
    for ([blame, praise], place) in sums.into_iter().zip(["", "near "]) {
        out.push((format!("@{place}blame"), blame.ln_1p()));
        out.push((format!("@{place}praise"), praise.ln_1p()));
        out.push((format!("@{place}tone"), (praise - blame) / (1.0 + praise + blame)));
    }
    out
}

/// Whether praise outweighs blame: what a plain list of words makes of a stance.
pub fn plain_tone(words: &[Word]) -> i32 {
    words.iter().map(|word| i32::from(word.role.tone) * if word.denied { -1 } else { 1 }).sum()
}

/// A lexer's words of a passage, code left out.
pub fn read(text: &str, lexer: &mut Lexer<'_>, keep: bool) -> Vec<Word> {
    lexer.words(&text::prose(text), keep)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tag::lexicon::Lexicon;

    #[test]
    fn names_and_keys_agree() {
        let lexicon = Lexicon::new(|word| text::stem(word, true));
        let mut lexer = Lexer::new(true, &lexicon);
        let words = read("The thin walls are not heavy", &mut lexer, true);
        let mut named = Vec::new();
        let mut name = |key: u64, written: &dyn Fn() -> String| named.push((key, written()));
        let features = stance(&words, &[], 0, "cost", &lexer, &mut name);
        for (key, name) in &named {
            assert_eq!(key_of(name), *key, "{name}");
            assert!(features.iter().any(|(known, _)| known == key), "{name}");
        }
        let all: Vec<_> = named.iter().map(|(_, name)| name.as_str()).collect();
        for name in ["thin", "cost:wall", "thin wall", "!heavi", "cost:!heavi", "@near blame", "@cost"] {
            assert!(all.contains(&name), "{name}: {all:?}");
        }
        assert!(!all.contains(&"the"));
        let topic = topic(&words, &lexer);
        assert!((topic.iter().map(|(_, value)| value * value).sum::<f64>() - 1.0).abs() < 1e-9);
        assert!(terms(&words).all(|term| topic.iter().any(|(key, _)| *key == key_of(&term.name(&words, &lexer)))));
    }

    #[test]
    fn cues_are_found_as_words_and_phrases() {
        let lexicon = Lexicon::new(|word| text::stem(word, true));
        let mut lexer = Lexer::new(true, &lexicon);
        let mut cues = Cues::default();
        ["threads", "event loop", "slow", "thread"].iter().for_each(|cue| cues.add(cue, 0, &mut lexer));
        let words = read("Threads block the Event-loop, thread after thread.", &mut lexer, true);
        let met = cues.met(&words, &lexer);
        assert_eq!(met.iter().map(|met| (met.first, met.last)).collect::<Vec<_>>(), [(0, 0), (3, 4), (5, 5), (7, 7)]);
        assert!((cue_values(&met, 1)[0] - OF_CUES * 3f64.ln()).abs() < 1e-9, "two different ones");
    }
}
