//! The scorer is ours, over tantivy's postings: docs/search.md has the formula.
//!
//! BM25 (Robertson and Zaragoza, 2009) with k1 1.2 and b 0.75, for each clause the weighted sum over the text fields,
//! in the order of [`TEXTS`]. Field norms are tantivy's, quantised to a byte. All counts are those of the living
//! documents, whatever parts the index has. All sums are f64, in the same order in both readers.

use std::sync::Arc;

use serde::Serialize;
use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, InvertedIndexReader, TERMINATED, Term};

use super::open::Index;
use super::schema::{TEXTS, field};

const K1: f64 = 1.2;
const B: f64 = 0.75;

/// What a field gave to it.
#[derive(Debug, Clone, Serialize)]
pub struct Gain {
    pub field: &'static str,
    /// How often the sequence stands in the field.
    pub count: u32,
    /// The field's number of terms, quantised.
    pub length: u32,
    pub idf: f64,
    pub boost: f64,
    pub score: f64,
}

impl Index {
    /// What each field gives to each document in which the terms stand next to one another; one term does as well.
    pub(super) fn gains(&self, terms: &[String], mut gained: impl FnMut(usize, Gain)) -> tantivy::Result<()> {
        #[expect(clippy::cast_precision_loss, reason = "an archive has fewer than 2^53 documents and tokens")]
        let (count, totals) = (self.count() as f64, self.totals.map(|total| total as f64));
        let mut fields = Vec::new();
        for ((name, boost), total) in TEXTS.into_iter().zip(totals) {
            let lists = self.lists(name, terms)?;
            let frequencies = (0..terms.len()).map(|at| lists.iter().map(|list| list.frequencies[at]).sum());
            let frequencies: Vec<u32> = frequencies.collect();
            fields.push((name, boost, total / count, lists, frequencies));
        }
        let most = |at: usize| fields.iter().map(|(.., frequencies)| frequencies[at]).max();
        let common: Vec<f64> = (0..terms.len()).map(|at| idf(count, f64::from(most(at).unwrap_or(0)))).collect();
        for (name, boost, average, lists, frequencies) in fields {
            if frequencies.contains(&0) {
                continue;
            }
            // A word that is rare in titles alone tells less than one that is rare everywhere.
            let idfs =
                frequencies.iter().zip(&common).map(|(own, common)| (idf(count, f64::from(*own)) * common).sqrt());
            let total_idf = idfs.fold(0.0, |sum, idf| sum + idf);
            for (part, list) in self.parts.iter().zip(lists) {
                let Some(mut postings) = list.postings()? else { continue };
                let norms = part.segment.get_fieldnorms_reader(field(&self.schema, name))?;
                each_match(&mut postings, |doc, count| {
                    if part.segment.is_deleted(doc) {
                        return;
                    }
                    let length = norms.fieldnorm(doc);
                    let score = bm25(boost, total_idf, count, length, average);
                    let slot = (part.first + doc) as usize;
                    gained(slot, Gain { field: name, count, length, idf: total_idf, boost, score });
                });
            }
        }
        Ok(())
    }

    /// Where a field keeps the terms, part by part.
    fn lists(&self, name: &str, terms: &[String]) -> tantivy::Result<Vec<Lists>> {
        let field = field(&self.schema, name);
        let lists = self.parts.iter().map(|part| {
            let index = part.segment.inverted_index(field)?;
            let infos = terms.iter().map(|term| index.get_term_info(&Term::from_field_text(field, term)));
            let infos = infos.collect::<Result<Vec<_>, _>>()?;
            let frequencies = infos.iter().map(|info| info.as_ref().map_or(Ok(0), |info| part.frequency(&index, info)));
            Ok(Lists { frequencies: frequencies.collect::<tantivy::Result<_>>()?, index, infos })
        });
        lists.collect()
    }
}

/// The lists of terms in a part.
struct Lists {
    index: Arc<InvertedIndexReader>,
    infos: Vec<Option<TermInfo>>,
    /// In how many living documents each is.
    frequencies: Vec<u32>,
}

impl Lists {
    /// All of them; `None` where one of them is empty.
    fn postings(&self) -> tantivy::Result<Option<Vec<SegmentPostings>>> {
        let Some(infos) = self.infos.iter().map(Option::as_ref).collect::<Option<Vec<_>>>() else { return Ok(None) };
        let lists = infos
            .into_iter()
            .map(|info| self.index.read_postings_from_terminfo(info, IndexRecordOption::WithFreqsAndPositions));
        Ok(Some(lists.collect::<Result<_, _>>()?))
    }
}

/// What a field gives in which a sequence stands `count` times.
pub(super) fn bm25(boost: f64, idf: f64, count: u32, length: u32, average: f64) -> f64 {
    let (n, length) = (f64::from(count), f64::from(length));
    boost * (idf * n * (K1 + 1.0) / (n + K1 * (1.0 - B + B * length / average)))
}

/// How much it tells that a document has a term, which `frequency` of `count` have. Rounded, since logarithms differ
/// between libraries in their last bits.
pub(super) fn idf(count: f64, frequency: f64) -> f64 {
    const STEPS: f64 = 1_048_576.0;
    ((1.0 + (count - frequency + 0.5) / (frequency + 0.5)).ln() * STEPS + 0.5).floor() / STEPS
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_all_have_tells_a_little() {
        assert!(idf(1000.0, 1000.0) > 0.0);
        assert!(idf(1000.0, 1.0) > idf(1000.0, 2.0));
        assert_eq!(idf(3.0, 1.0).to_bits(), (f64::from(1_028_474) / 1_048_576.0).to_bits());
    }
}
