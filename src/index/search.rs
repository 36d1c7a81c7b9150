//! Answers queries. The scorer is ours, over tantivy's postings.
//!
//! BM25 (Robertson and Zaragoza, 2009) with k1 1.2 and b 0.75, for each clause the weighted sum over the text fields,
//! in the order of [`TEXTS`]. Field norms are tantivy's, quantised to a byte. The index is one segment without deleted
//! documents, so its counts are those of the living documents. All sums are f64, clause by clause.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::{IndexRecordOption, Schema, Value};
use tantivy::{DocSet, SegmentReader, TERMINATED, TantivyDocument, Term};

use super::analyze::{Analyzer, Word};
use super::query::{Clause, Fact, Query};
use super::schema::{FACTS, TEXTS, field};
use super::snippet::snippet;
use super::write::{FOLDER, FORMAT, LABEL, Label, Stored};

const K1: f64 = 1.2;
const B: f64 = 0.75;

/// An index that is open.
pub struct Index {
    segment: SegmentReader,
    searcher: tantivy::Searcher,
    schema: Schema,
    analyzer: Analyzer,
}

/// What lies in the index's folder.
pub enum State {
    Fresh(Box<Index>),
    /// The archive has changed since.
    Stale,
    /// There is none, or it can't be read.
    Missing,
}

#[derive(Debug)]
pub struct Results {
    /// How many documents match.
    pub total: usize,
    /// No document has every word: these have some.
    pub relaxed: bool,
    pub hits: Vec<Hit>,
    /// For each fact, how many matching documents have each value.
    pub facets: BTreeMap<&'static str, BTreeMap<String, usize>>,
}

#[derive(Debug)]
pub struct Hit {
    pub id: String,
    pub kind: String,
    pub title: String,
    /// Below the site's root, not encoded.
    pub address: String,
    pub score: f64,
    pub arguments: Vec<(String, Option<String>)>,
    pub year: Option<i16>,
    /// Safe HTML: the words are in `<mark>`.
    pub snippet: String,
}

/// The score of each document, by number; 0 where a clause does not match.
type Scores = Vec<f64>;

impl Index {
    /// Opens the index in `folder`, if it was made of what `digest` stands for.
    pub fn open(folder: &Path, digest: &str) -> State {
        let folder = folder.join(FOLDER);
        let label = std::fs::read_to_string(folder.join(LABEL)).ok();
        let Some(label) = label.and_then(|text| serde_json::from_str::<Label>(&text).ok()) else {
            return State::Missing;
        };
        if label.format != FORMAT || label.digest != digest {
            return State::Stale;
        }
        Self::read(&folder, &label.language).map_or(State::Missing, |index| State::Fresh(Box::new(index)))
    }

    fn read(folder: &Path, language: &str) -> tantivy::Result<Self> {
        let index = tantivy::Index::open_in_dir(folder)?;
        let reader = index.reader_builder().reload_policy(tantivy::ReloadPolicy::Manual).try_into()?;
        let searcher = reader.searcher();
        let segment = searcher.segment_readers().first().cloned();
        let segment = segment.ok_or_else(|| tantivy::TantivyError::InternalError("the index is empty".to_owned()))?;
        Ok(Self { segment, searcher, schema: index.schema(), analyzer: Analyzer::new(language) })
    }

    /// The hits from `offset` on, at most `limit`, and the counts of all.
    pub fn search(&self, query: &Query, offset: usize, limit: usize) -> tantivy::Result<Results> {
        let mut results = Results { total: 0, relaxed: false, hits: Vec::new(), facets: BTreeMap::new() };
        if query.is_empty() {
            return Ok(results);
        }
        let count = self.segment.max_doc() as usize;
        let mut allowed = vec![true; count];
        for filter in &query.filters {
            let holds = self.fact(&filter.fact)?;
            allowed.iter_mut().zip(holds).for_each(|(allowed, holds)| *allowed &= holds != filter.excluded);
        }
        let mut wanted = Vec::new();
        for clause in &query.clauses {
            let Some(scores) = self.clause(clause)? else { continue };
            if clause.excluded {
                allowed.iter_mut().zip(&scores).for_each(|(allowed, score)| *allowed &= *score == 0.0);
            } else {
                wanted.push(scores);
            }
        }
        if wanted.is_empty() && query.clauses.iter().any(|clause| !clause.excluded) {
            // The query has words, and none of them is one: "!!" matches nothing.
            return Ok(results);
        }
        let every = |doc: &usize| wanted.iter().all(|scores| scores[*doc] > 0.0);
        let some = |doc: &usize| wanted.iter().any(|scores| scores[*doc] > 0.0);
        let mut docs: Vec<usize> = (0..count).filter(|doc| allowed[*doc]).filter(every).collect();
        if docs.is_empty() && wanted.len() > 1 {
            docs = (0..count).filter(|doc| allowed[*doc]).filter(some).collect();
            results.relaxed = !docs.is_empty();
        }
        let score = |doc: usize| wanted.iter().map(|scores| scores[doc]).sum::<f64>();
        let mut ranked: Vec<(f64, usize)> = docs.iter().map(|&doc| (score(doc), doc)).collect();
        // Documents are numbered by id: the lower number is the earlier id.
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        results.total = ranked.len();
        results.facets = self.facets(&docs)?;
        let terms = self.terms(query);
        for &(score, doc) in ranked.iter().skip(offset).take(limit) {
            results.hits.push(self.hit(doc, score, &terms)?);
        }
        Ok(results)
    }

    /// Which documents have a fact.
    fn fact(&self, fact: &Fact) -> tantivy::Result<Vec<bool>> {
        let mut holds = vec![false; self.segment.max_doc() as usize];
        match fact {
            Fact::Is(name, value) => {
                let field = field(&self.schema, name);
                let term = Term::from_field_text(field, value);
                let postings = self.segment.inverted_index(field)?.read_postings(&term, IndexRecordOption::Basic)?;
                if let Some(mut postings) = postings {
                    while postings.doc() != TERMINATED {
                        holds[postings.doc() as usize] = true;
                        postings.advance();
                    }
                }
            }
            Fact::Year(from, to) => {
                let years = self.segment.fast_fields().u64("year")?;
                for (doc, holds) in (0..self.segment.max_doc()).zip(&mut holds) {
                    *holds = years.first(doc).is_some_and(|year| (*from..=*to).contains(&year));
                }
            }
        }
        Ok(holds)
    }

    /// The scores of a clause; `None` where no word is in it.
    fn clause(&self, clause: &Clause) -> tantivy::Result<Option<Scores>> {
        let words = self.analyzer.words(&clause.text);
        if words.is_empty() {
            return Ok(None);
        }
        // A single word is found whole, or as its parts next to one another; several stand next to one another.
        let mut ways = vec![words.iter().flat_map(pieces).collect::<Vec<_>>()];
        if let [word] = &words[..]
            && !word.terms.parts.is_empty()
        {
            ways.push(vec![word.terms.whole.clone()]);
        }
        let mut best = vec![0.0; self.segment.max_doc() as usize];
        for way in ways {
            let scores = self.sequence(&way)?;
            best.iter_mut().zip(scores).for_each(|(best, score)| *best = f64::max(*best, score));
        }
        Ok(Some(best))
    }

    /// The scores of terms that stand next to one another; one term is a sequence as well.
    fn sequence(&self, terms: &[String]) -> tantivy::Result<Scores> {
        let count = f64::from(self.segment.max_doc());
        let mut scores = vec![0.0; self.segment.max_doc() as usize];
        for (name, boost) in TEXTS {
            let field = field(&self.schema, name);
            let index = self.segment.inverted_index(field)?;
            let mut postings = Vec::new();
            let mut idf = 0.0;
            for term in terms {
                let term = Term::from_field_text(field, term);
                let Some(list) = index.read_postings(&term, IndexRecordOption::WithFreqsAndPositions)? else { break };
                let frequency = f64::from(list.doc_freq());
                idf += (1.0 + (count - frequency + 0.5) / (frequency + 0.5)).ln();
                postings.push(list);
            }
            if postings.len() < terms.len() {
                continue;
            }
            let norms = self.segment.get_fieldnorms_reader(field)?;
            #[expect(clippy::cast_precision_loss, reason = "an archive has fewer than 2^53 tokens")]
            let average = index.total_num_tokens() as f64 / count;
            each_match(&mut postings, |doc, frequency| {
                let (frequency, length) = (f64::from(frequency), f64::from(norms.fieldnorm(doc)));
                let score = idf * frequency * (K1 + 1.0) / (frequency + K1 * (1.0 - B + B * length / average));
                scores[doc as usize] += boost * score;
            });
        }
        Ok(scores)
    }

    fn facets(&self, docs: &[usize]) -> tantivy::Result<BTreeMap<&'static str, BTreeMap<String, usize>>> {
        let mut facets = BTreeMap::new();
        for name in FACTS {
            let Some(column) = self.segment.fast_fields().str(name)? else { continue };
            let mut counts: BTreeMap<u64, usize> = BTreeMap::new();
            for &doc in docs {
                let ords = column.term_ords(u32::try_from(doc).unwrap_or(TERMINATED));
                ords.collect::<BTreeSet<_>>().into_iter().for_each(|ord| *counts.entry(ord).or_default() += 1);
            }
            let mut named = BTreeMap::new();
            for (ord, count) in counts {
                let mut value = String::new();
                column.ord_to_str(ord, &mut value)?;
                named.insert(value, count);
            }
            if !named.is_empty() {
                facets.insert(name, named);
            }
        }
        let years = self.segment.fast_fields().u64("year")?;
        let mut named: BTreeMap<String, usize> = BTreeMap::new();
        for &doc in docs {
            if let Some(year) = years.first(u32::try_from(doc).unwrap_or(TERMINATED)) {
                *named.entry(format!("{year:04}")).or_default() += 1;
            }
        }
        if !named.is_empty() {
            facets.insert("year", named);
        }
        Ok(facets)
    }

    /// The terms that a snippet marks.
    fn terms(&self, query: &Query) -> BTreeSet<String> {
        let clauses = query.clauses.iter().filter(|clause| !clause.excluded);
        let words = clauses.flat_map(|clause| self.analyzer.words(&clause.text));
        words.flat_map(|word| [vec![word.terms.whole], word.terms.parts].concat()).collect()
    }

    fn hit(&self, doc: usize, score: f64, terms: &BTreeSet<String>) -> tantivy::Result<Hit> {
        let address = tantivy::DocAddress::new(0, u32::try_from(doc).unwrap_or(TERMINATED));
        let document: TantivyDocument = self.searcher.doc(address)?;
        let text =
            document.get_first(field(&self.schema, "stored")).and_then(|value| value.as_str()).unwrap_or_default();
        let stored: Stored = serde_json::from_str(text)
            .map_err(|error| tantivy::TantivyError::InternalError(format!("a stored document: {error}")))?;
        let snippet = snippet(&stored.text, self.analyzer, terms);
        let Stored { id, kind, title, address, arguments, year, .. } = stored;
        Ok(Hit { id, kind, title, address, score, arguments, year, snippet })
    }
}

/// The terms of a word at their positions: its parts, or the word itself.
fn pieces(word: &Word) -> Vec<String> {
    if word.terms.parts.is_empty() { vec![word.terms.whole.clone()] } else { word.terms.parts.clone() }
}

/// Calls `found` for each document in which the terms stand next to one another, with how often they do.
fn each_match(postings: &mut [SegmentPostings], mut found: impl FnMut(u32, u32)) {
    let Some((first, rest)) = postings.split_first_mut() else { return };
    let (mut starts, mut positions) = (Vec::new(), Vec::new());
    while first.doc() != TERMINATED {
        let doc = first.doc();
        if rest.is_empty() {
            found(doc, first.term_freq());
        } else if rest.iter_mut().all(|list| {
            if list.doc() < doc {
                list.seek(doc);
            }
            list.doc() == doc
        }) {
            first.positions(&mut starts);
            for (list, after) in rest.iter_mut().zip(1u32..) {
                list.positions(&mut positions);
                starts.retain(|start| positions.binary_search(&(start + after)).is_ok());
            }
            if !starts.is_empty() {
                found(doc, u32::try_from(starts.len()).unwrap_or(u32::MAX));
            }
        }
        first.advance();
    }
}
