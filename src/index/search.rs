//! Answers queries, as docs/search.md says.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, TERMINATED, Term};

use super::analyze::Word;
use super::characters::fold;
use super::document::Card;
use super::open::{Index, number};
use super::query::{Clause, Fact, Query};
use super::schema::{FACTS, FORMS, field};
use super::score::{Gain, idf};
use super::snippet::{Snippet, snippet};
use super::spelling::{
    Form, PREFIX_WEIGHT, SHORTEST_PREFIX, TYPO_WEIGHT, completions, corrections, patience, tolerance,
};
use crate::diagnostic::nearest;
use crate::model::spelt;

/// A query of so many words is a question: what happens to have each of its small words is rarely the answer, so fewer
/// hits than these are not left alone.
const QUESTION: usize = 4;
const FEW: usize = 8;

/// How a query is to be answered.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked {
    /// The last word may have no end yet.
    pub as_you_type: bool,
    pub order: Order,
    pub offset: usize,
    pub limit: usize,
    /// Whether each hit tells where its score comes from.
    pub explain: bool,
}

/// What comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Order {
    #[default]
    Relevance,
    /// The latest first.
    Date,
}

#[derive(Debug, Default)]
pub struct Results {
    /// How many documents match.
    pub total: usize,
    /// Some of them have some of the words, not all.
    pub relaxed: bool,
    /// Words that nothing matches, and the forms that were taken instead.
    pub corrected: Vec<Corrected>,
    /// Where there is no hit: the query with other words, which has some.
    pub suggestions: Vec<String>,
    pub hits: Vec<Hit>,
    /// For each fact, how many matching documents have each value.
    pub facets: BTreeMap<&'static str, BTreeMap<String, usize>>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Corrected {
    pub word: String,
    pub to: Vec<String>,
}

#[derive(Debug)]
pub struct Hit {
    pub card: Card,
    /// The source file, relative to the archive's root.
    pub file: String,
    pub score: f64,
    pub snippet: Snippet,
    pub explanation: Vec<Explanation>,
    /// How much of the query it covers, 1 where all must match: the sum of the explanations is multiplied by it.
    pub coverage: f64,
}

/// What a clause gave to a score: its best alternative.
#[derive(Debug, Serialize)]
pub struct Explanation {
    /// As it stands in the query.
    pub part: String,
    pub terms: Vec<String>,
    pub weight: f64,
    pub score: f64,
    pub fields: Vec<Gain>,
}

/// The score of each document, by its place in the index; 0 where a clause does not match.
type Scores = Vec<f64>;

/// A clause as it is looked up.
struct Plan {
    text: String,
    /// Of the query.
    span: std::ops::Range<usize>,
    /// The word, folded, if the clause is one without quotation marks.
    word: Option<String>,
    alternatives: Vec<Alternative>,
    scores: Scores,
    rarity: f64,
}

/// Every document that matches, the best first, each with its score.
struct Ranking {
    /// All but hits and facets.
    results: Results,
    plans: Vec<Plan>,
    ranked: Vec<(f64, usize)>,
}

/// Terms that stand one after the other.
#[derive(Debug, Clone)]
struct Alternative {
    terms: Vec<String>,
    weight: f64,
}

impl Index {
    /// The hits from `offset` on, at most `limit`, and the counts of all.
    pub fn search(&self, query: &Query, asked: Asked) -> tantivy::Result<Results> {
        let Ranking { mut results, plans, ranked } = self.rank(query, asked)?;
        let docs: Vec<usize> = ranked.iter().map(|(_, doc)| *doc).collect();
        results.facets = self.facets(&docs)?;
        let alternatives = plans.iter().flat_map(|plan| &plan.alternatives);
        let marked: BTreeSet<&str> =
            alternatives.flat_map(|alternative| alternative.terms.iter().map(String::as_str)).collect();
        for &(score, doc) in ranked.iter().skip(asked.offset).take(asked.limit) {
            let (card, file) = self.card(doc)?;
            let snippet = snippet(&card, self.analyzer, &marked);
            let explanation = if asked.explain { self.explain(&plans, doc)? } else { Vec::new() };
            let coverage = if results.relaxed { covered(&plans, doc).powi(2) } else { 1.0 };
            results.hits.push(Hit { card, file, score, snippet, explanation, coverage });
        }
        Ok(results)
    }

    /// The ids of all hits, the best first.
    pub fn ids(&self, query: &Query) -> tantivy::Result<Vec<String>> {
        let ranked = self.rank(query, Asked::default())?.ranked;
        Ok(ranked.into_iter().map(|(_, doc)| self.ids[self.ranks[doc] as usize].to_string()).collect())
    }

    fn rank(&self, query: &Query, asked: Asked) -> tantivy::Result<Ranking> {
        let mut results = Results::default();
        if query.is_empty() {
            return Ok(Ranking { results, plans: Vec::new(), ranked: Vec::new() });
        }
        let mut plans = self.plans(query, asked.as_you_type)?;
        let allowed = self.allowed(query)?;
        let all = |plans: &[Plan]| matching(&allowed, |doc| plans.iter().all(|plan| plan.scores[doc] > 0.0));
        // A query whose only words are none (`!!`) matches nothing.
        let nothing = plans.is_empty() && query.filters.is_empty();
        let mut docs = if nothing { Vec::new() } else { all(&plans) };
        if docs.is_empty() {
            results.corrected = self.correct(&mut plans)?;
            if !results.corrected.is_empty() {
                docs = all(&plans);
            }
        }
        if (docs.is_empty() && plans.len() > 1) || (docs.len() < FEW && plans.len() >= QUESTION) {
            docs = matching(&allowed, |doc| plans.iter().any(|plan| plan.scores[doc] > 0.0));
            results.relaxed = !docs.is_empty();
            plans.iter_mut().for_each(|plan| plan.weigh(self.count()));
        }
        results.total = docs.len();
        if docs.is_empty() {
            results.corrected.clear();
            results.suggestions = self.suggestions(query, &plans)?;
        }
        let date = |doc: usize| match asked.order {
            Order::Relevance => None,
            Order::Date => Some(self.date(doc)),
        };
        let mut ranked: Vec<_> =
            docs.iter().map(|&doc| (date(doc), score(&plans, doc, results.relaxed), doc)).collect();
        ranked.sort_by(|a, b| {
            b.0.cmp(&a.0).then(b.1.total_cmp(&a.1)).then_with(|| self.ranks[a.2].cmp(&self.ranks[b.2]))
        });
        let ranked = ranked.into_iter().map(|(_, score, doc)| (score, doc)).collect();
        Ok(Ranking { results, plans, ranked })
    }

    /// Which documents the filters and the excluded words leave.
    fn allowed(&self, query: &Query) -> tantivy::Result<Vec<bool>> {
        let mut allowed: Vec<bool> = (0..self.ranks.len()).map(|doc| self.is_alive(doc)).collect();
        for filter in &query.filters {
            let holds = self.fact(&filter.fact)?;
            allowed.iter_mut().zip(holds).for_each(|(allowed, holds)| *allowed &= holds != filter.excluded);
        }
        for clause in query.clauses.iter().filter(|clause| clause.excluded) {
            if let Some(plan) = self.plan(clause)? {
                allowed.iter_mut().zip(&plan.scores).for_each(|(allowed, score)| *allowed &= *score == 0.0);
            }
        }
        Ok(allowed)
    }

    /// Which documents have a fact.
    fn fact(&self, fact: &Fact) -> tantivy::Result<Vec<bool>> {
        let mut holds = vec![false; self.ranks.len()];
        let (name, values) = match fact {
            Fact::Is(name, value) => (*name, vec![value.clone()]),
            Fact::Year(from, to) => {
                let inside = |year: &String| year.parse().is_ok_and(|year: u64| (*from..=*to).contains(&year));
                ("year", self.values("year")?.into_iter().filter(inside).collect())
            }
        };
        for value in values {
            self.each_with(name, &value, |doc| holds[doc] = true)?;
        }
        Ok(holds)
    }

    /// The values that a fact has in the index.
    fn values(&self, name: &str) -> tantivy::Result<Vec<String>> {
        Ok(self.spellings(name, "")?.into_iter().map(|(value, _)| value).collect())
    }

    fn each_with(&self, name: &str, value: &str, mut found: impl FnMut(usize)) -> tantivy::Result<()> {
        let field = field(&self.schema, name);
        let term = Term::from_field_text(field, value);
        for part in &self.parts {
            let postings = part.segment.inverted_index(field)?.read_postings(&term, IndexRecordOption::Basic)?;
            let Some(mut postings) = postings else { continue };
            while postings.doc() != TERMINATED {
                found((part.first + postings.doc()) as usize);
                postings.advance();
            }
        }
        Ok(())
    }

    /// The clauses that do not exclude, with the documents that they match.
    fn plans(&self, query: &Query, as_you_type: bool) -> tantivy::Result<Vec<Plan>> {
        let mut plans = Vec::new();
        let wanted = query.clauses.iter().filter(|clause| !clause.excluded);
        for clause in wanted {
            plans.extend(self.plan(clause)?);
        }
        let open = query.clauses.last().filter(|_| as_you_type && query.open);
        if open.is_some_and(|clause| self.analyzer.words(&clause.text).len() == 1)
            && let Some(plan) = plans.last_mut()
            && let Some(word) = plan.word.clone().filter(|word| word.chars().count() >= SHORTEST_PREFIX)
        {
            let forms = completions(&word, self.forms(&word)?.into_iter());
            self.extend(plan, forms.into_iter().map(|(form, _)| (form, PREFIX_WEIGHT)))?;
        }
        Ok(plans)
    }

    /// How a clause is looked up; `None` where no word is in it.
    fn plan(&self, clause: &Clause) -> tantivy::Result<Option<Plan>> {
        let words = self.analyzer.words(&clause.text);
        let mut alternatives = vec![Alternative {
            terms: words.iter().flat_map(|word| word.terms.sequence()).cloned().collect(),
            weight: 1.0,
        }];
        let word = match &words[..] {
            [] => return Ok(None),
            [Word { terms, span }] => {
                if !terms.parts.is_empty() {
                    alternatives.push(Alternative { terms: vec![terms.whole.clone()], weight: 1.0 });
                }
                (!clause.phrase).then(|| fold(clause.text[span.clone()].trim_matches('_')))
            }
            _ => None,
        };
        let (text, span, scores) = (clause.text.clone(), clause.span.clone(), vec![0.0; self.ranks.len()]);
        let mut plan = Plan { text, span, word, alternatives, scores, rarity: 0.0 };
        for at in 0..plan.alternatives.len() {
            self.add(&mut plan.scores, &plan.alternatives[at])?;
        }
        Ok(Some(plan))
    }

    /// Adds forms as further alternatives.
    fn extend(&self, plan: &mut Plan, forms: impl Iterator<Item = (String, f64)>) -> tantivy::Result<()> {
        for (form, weight) in forms {
            let alternative = Alternative { terms: vec![self.analyzer.stem(form)], weight };
            self.add(&mut plan.scores, &alternative)?;
            plan.alternatives.push(alternative);
        }
        Ok(())
    }

    /// Gives each document the alternative's score, where that is more than it has.
    fn add(&self, scores: &mut Scores, alternative: &Alternative) -> tantivy::Result<()> {
        let mut own = vec![0.0; self.ranks.len()];
        self.gains(&alternative.terms, |doc, gain| own[doc] += gain.score)?;
        scores.iter_mut().zip(own).for_each(|(score, own)| *score = f64::max(*score, alternative.weight * own));
        Ok(())
    }

    /// Words that nothing matches get the forms that are near.
    fn correct(&self, plans: &mut [Plan]) -> tantivy::Result<Vec<Corrected>> {
        let mut corrected = Vec::new();
        for plan in plans.iter_mut().filter(|plan| plan.scores.iter().all(|score| *score == 0.0)) {
            let Some(word) = plan.word.clone() else { continue };
            let forms = self.near(&word, tolerance(word.chars().count()))?;
            if forms.is_empty() {
                continue;
            }
            let weighted = forms
                .iter()
                .map(|(form, distance)| (form.clone(), (0..*distance).fold(1.0, |weight, _| weight * TYPO_WEIGHT)));
            self.extend(plan, weighted)?;
            corrected
                .push(Corrected { word: plan.text.clone(), to: forms.into_iter().map(|(form, _)| form).collect() });
        }
        Ok(corrected)
    }

    fn near(&self, word: &str, bound: usize) -> tantivy::Result<Vec<(String, usize)>> {
        let Some(first) = word.chars().next().filter(|_| bound > 0) else { return Ok(Vec::new()) };
        Ok(corrections(word, bound, self.forms(first.encode_utf8(&mut [0; 4]))?.into_iter()))
    }

    /// The forms that begin with `prefix`.
    fn forms(&self, prefix: &str) -> tantivy::Result<Vec<Form>> {
        self.spellings(FORMS, prefix)
    }

    /// The query with other words and values in place of those that nothing has.
    fn suggestions(&self, query: &Query, plans: &[Plan]) -> tantivy::Result<Vec<String>> {
        let mut edits: Vec<(std::ops::Range<usize>, String)> = Vec::new();
        for clause in query.clauses.iter().filter(|clause| !clause.excluded && !clause.phrase) {
            let plan = plans.iter().find(|plan| plan.span == clause.span);
            let Some(plan) = plan.filter(|plan| plan.scores.iter().all(|score| *score == 0.0)) else { continue };
            let Some(word) = &plan.word else { continue };
            if let Some((form, _)) = self.near(word, patience(word.chars().count()))?.into_iter().next() {
                edits.push((clause.span.clone(), form));
            }
        }
        for filter in query.filters.iter().filter(|filter| !filter.excluded) {
            let Fact::Is(name, value) = &filter.fact else { continue };
            let known = self.values(name)?;
            if !known.contains(value)
                && let Some(near) = nearest(value, known.iter().map(String::as_str))
            {
                edits.push((filter.span.clone(), format!("{name}:{}", spelt(near))));
            }
        }
        if edits.is_empty() {
            return Ok(Vec::new());
        }
        edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
        let mut text = query.text.clone();
        for (span, new) in edits {
            text.replace_range(span, &new);
        }
        let hits = match Query::parse(&text) {
            Ok(query) => self.rank(&query, Asked::default())?.results.total,
            Err(_) => 0,
        };
        Ok(if hits > 0 { vec![text] } else { Vec::new() })
    }

    fn explain(&self, plans: &[Plan], doc: usize) -> tantivy::Result<Vec<Explanation>> {
        let mut explained = Vec::new();
        for plan in plans.iter().filter(|plan| plan.scores[doc] > 0.0) {
            for alternative in &plan.alternatives {
                let (mut fields, mut sum) = (Vec::new(), 0.0);
                self.gains(&alternative.terms, |other, gain| {
                    if other == doc {
                        sum += gain.score;
                        fields.push(gain);
                    }
                })?;
                let (score, weight) = (alternative.weight * sum, alternative.weight);
                // The same operations give the same bits.
                if score.to_bits() == plan.scores[doc].to_bits() {
                    let (part, terms) = (plan.text.clone(), alternative.terms.clone());
                    explained.push(Explanation { part, terms, weight, score, fields });
                    break;
                }
            }
        }
        Ok(explained)
    }

    fn facets(&self, docs: &[usize]) -> tantivy::Result<BTreeMap<&'static str, BTreeMap<String, usize>>> {
        let mut facets = BTreeMap::new();
        for name in FACTS {
            let mut named: BTreeMap<String, usize> = BTreeMap::new();
            for part in &self.parts {
                let Some(column) = part.segment.fast_fields().str(name)? else { continue };
                let mut counts: BTreeMap<u64, usize> = BTreeMap::new();
                for doc in docs.iter().filter(|doc| part.range().contains(doc)) {
                    for value in column.term_ords(number(*doc) - part.first) {
                        *counts.entry(value).or_default() += 1;
                    }
                }
                for (value, count) in counts {
                    let mut name = String::new();
                    column.ord_to_str(value, &mut name)?;
                    *named.entry(name).or_default() += count;
                }
            }
            if !named.is_empty() {
                facets.insert(name, named);
            }
        }
        Ok(facets)
    }
}

fn matching(allowed: &[bool], matches: impl Fn(usize) -> bool) -> Vec<usize> {
    (0..allowed.len()).filter(|&doc| allowed[doc] && matches(doc)).collect()
}

fn score(plans: &[Plan], doc: usize, relaxed: bool) -> f64 {
    let score = plans.iter().fold(0.0, |sum, plan| sum + plan.scores[doc]);
    if !relaxed {
        return score;
    }
    let covered = covered(plans, doc);
    score * covered * covered
}

/// The part of what is asked that a document has. One with most of it is a better answer than one that says one of the
/// words often.
fn covered(plans: &[Plan], doc: usize) -> f64 {
    let of = plans.iter().fold(0.0, |sum, plan| sum + plan.rarity);
    let covered = plans.iter().filter(|plan| plan.scores[doc] > 0.0).fold(0.0, |sum, plan| sum + plan.rarity);
    covered / of
}

impl Plan {
    /// How much it tells that a document matches the clause at all.
    fn weigh(&mut self, documents: usize) {
        #[expect(clippy::cast_precision_loss, reason = "an archive has fewer than 2^53 documents")]
        let [count, matching] =
            [documents, self.scores.iter().filter(|score| **score > 0.0).count()].map(|number| number as f64);
        self.rarity = idf(count, matching);
    }
}
