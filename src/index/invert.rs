//! Turns texts into postings: a word is analysed once in an archive, each text is gone through once, and tantivy's
//! files get the lists that come of it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt};
use tantivy::fieldnorm::{FieldNormReader, FieldNormsSerializer};
use tantivy::index::{Segment, SegmentComponent};
use tantivy::postings::{FieldSerializer, InvertedIndexSerializer};
use tantivy::schema::Schema;

use super::analyze::{Analyzer, PASSAGE, STRIDE, Terms, forms_of, next_span};
use super::document::Document;
use super::schema::{FACTS, FORMS, TEXTS, field};
use super::shard::varint;

/// The postings of documents, in the order in which they come.
pub struct Inverter {
    vocabulary: Vocabulary,
    /// Of the fields in [`TEXTS`].
    texts: [Postings; TEXTS.len()],
    forms: Postings,
    /// By field and value.
    facts: BTreeMap<(&'static str, String), List>,
    documents: u32,
    stretch: Stretch,
}

/// The words of an archive, each analysed once. What became of a short word lies beside it, in the table itself.
struct Vocabulary {
    short: HashMap<Short, Known>,
    long: HashMap<Box<str>, Known>,
    made: Made,
}

/// So many words are looked up one after another, then what they were made of, then the lists of that. To look anything up
/// is mostly to wait for memory, and a processor waits for several things at once if none leads to the next.
const TOGETHER: usize = 64;

/// The words of a stretch of text, on their way to their lists.
#[derive(Default)]
struct Stretch {
    /// Where each word stands, and whether a passage begins with it.
    words: Vec<(Range<usize>, bool)>,
    looked_up: Vec<LookedUp>,
    /// Terms by the places of their spellings, with their positions.
    terms: Vec<(u32, u32)>,
    forms: Vec<u32>,
}

/// What a word became, for one of the places that it stands at.
struct LookedUp {
    made: u32,
    terms: u16,
    parts: u16,
    /// Those that the document does not have of it yet.
    forms: u16,
}

/// A word of less than sixteen bytes, with their number behind them.
type Short = (u64, u64);

fn short(word: &str) -> Option<Short> {
    let mut bytes = [0; 16];
    bytes.get_mut(..word.len()).filter(|room| room.len() < 16)?.copy_from_slice(word.as_bytes());
    bytes[15] = u8::try_from(word.len()).ok()?;
    let half = |at: usize| u64::from_le_bytes(std::array::from_fn(|byte| bytes[at + byte]));
    Some((half(0), half(8)))
}

/// What words are made of, each thing kept once.
struct Made {
    analyzer: Analyzer,
    /// The terms of each word, then its forms, by the places of their spellings.
    of_words: Vec<u32>,
    places: HashMap<Arc<str>, u32>,
    spellings: Vec<Arc<str>>,
}

/// What a word became.
struct Known {
    /// Where it stands in what was made of words.
    made: u32,
    /// How many terms: the whole, the parts, then a character alone; none where nothing of the word is left.
    terms: u16,
    parts: u16,
    forms: u16,
    /// The last document that it stood in, from 1 on.
    document: u32,
}

impl Vocabulary {
    fn new(analyzer: Analyzer) -> Self {
        let made = Made { analyzer, of_words: Vec::new(), places: HashMap::new(), spellings: Vec::new() };
        Self { short: HashMap::new(), long: HashMap::new(), made }
    }

    fn look_up(&mut self, word: &str, document: u32) -> LookedUp {
        let made = &mut self.made;
        let known = match short(word) {
            Some(key) => self.short.entry(key).or_insert_with(|| made.learn(word)),
            None => {
                if !self.long.contains_key(word) {
                    self.long.insert(word.into(), made.learn(word));
                }
                self.long.get_mut(word).expect("it was put there")
            }
        };
        let is_new = std::mem::replace(&mut known.document, document) != document;
        let forms = if is_new { known.forms } else { 0 };
        LookedUp { made: known.made, terms: known.terms, parts: known.parts, forms }
    }
}

impl Made {
    fn learn(&mut self, word: &str) -> Known {
        let terms = self.analyzer.terms(word);
        let parts = terms.as_ref().map_or(0, |terms| terms.parts.len());
        let made = self.of_words.len();
        for term in terms.iter().flat_map(Terms::all).filter(|term| !term.is_empty()) {
            let place = self.place(term);
            self.of_words.push(place);
        }
        let terms = self.of_words.len() - made;
        for form in forms_of(word) {
            let place = self.place(&form);
            self.of_words.push(place);
        }
        let forms = self.of_words.len() - made - terms;
        let [terms, parts, forms] = [terms, parts, forms].map(|n| u16::try_from(n).expect("a word is cut"));
        Known { made: small(made), terms, parts, forms, document: 0 }
    }

    fn place(&mut self, spelling: &str) -> u32 {
        if let Some(place) = self.places.get(spelling) {
            return *place;
        }
        let (place, spelling) = (small(self.spellings.len()), Arc::<str>::from(spelling));
        self.spellings.push(Arc::clone(&spelling));
        self.places.insert(spelling, place);
        place
    }
}

/// The lists of a field.
#[derive(Default)]
struct Postings {
    /// By the place of the term's spelling.
    lists: Vec<List>,
    /// The length of each document, quantised.
    norms: Vec<u8>,
    tokens: u64,
}

/// The documents of a term as bytes: for each the step from the one before and, if the field has positions, the steps
/// between them plus one, then 0.
#[derive(Default)]
struct List {
    bytes: Vec<u8>,
    /// Counts from 1: that of the last posting.
    document: u32,
    /// The last one in it.
    position: u32,
    frequency: u32,
}

impl List {
    /// Adds a document, unless it is the last one already.
    fn document(&mut self, document: u32) {
        if self.document != document {
            varint(u64::from(document - self.document), &mut self.bytes);
            self.document = document;
            self.frequency += 1;
        }
    }

    fn position(&mut self, document: u32, position: u32) {
        if self.document != document {
            if self.document > 0 {
                self.bytes.push(0);
            }
            self.document(document);
            self.position = 0;
        }
        varint(u64::from(position - self.position + 1), &mut self.bytes);
        self.position = position;
    }

    fn write(&self, term: &[u8], positions: bool, field: &mut FieldSerializer<'_>) -> std::io::Result<()> {
        field.new_term(term, self.frequency, positions)?;
        let (mut bytes, mut document, mut steps) = (&self.bytes[..], 0, Vec::new());
        while !bytes.is_empty() {
            document += read_varint(&mut bytes);
            steps.clear();
            while positions && !bytes.is_empty() {
                match read_varint(&mut bytes) {
                    0 => break,
                    step => steps.push(step - 1),
                }
            }
            field.write_doc(document - 1, small(steps.len()), &steps);
        }
        field.close_term()
    }
}

impl Postings {
    fn list(&mut self, place: u32) -> &mut List {
        let place = place as usize;
        if place >= self.lists.len() {
            self.lists.resize_with(place + 1, List::default);
        }
        &mut self.lists[place]
    }

    fn write(
        self,
        order: &[u32],
        spellings: &[Arc<str>],
        positions: bool,
        mut field: FieldSerializer<'_>,
    ) -> std::io::Result<()> {
        for place in order {
            if let Some(list) = self.lists.get(*place as usize).filter(|list| list.document > 0) {
                list.write(spellings[*place as usize].as_bytes(), positions, &mut field)?;
            }
        }
        field.close()
    }
}

impl Stretch {
    /// Takes the next words of a text, from a byte on; `false` where none is left.
    fn read(&mut self, text: &str, resume: &mut usize) -> bool {
        while self.words.len() < TOGETHER
            && let Some((span, after)) = next_span(text, *resume)
        {
            let begins = text.as_bytes()[*resume..span.start].contains(&(PASSAGE as u8));
            self.words.push((span, begins));
            *resume = after;
        }
        !self.words.is_empty()
    }
}

impl Inverter {
    pub fn new(analyzer: Analyzer) -> Self {
        Self {
            vocabulary: Vocabulary::new(analyzer),
            texts: Default::default(),
            forms: Postings::default(),
            facts: BTreeMap::new(),
            documents: 0,
            stretch: Stretch::default(),
        }
    }

    /// Adds a document; gives the number of its terms in each text field.
    pub fn add(&mut self, document: &Document) -> [u32; TEXTS.len()] {
        self.documents += 1;
        let mut lengths = [0; TEXTS.len()];
        for (name, value) in &document.facts {
            self.facts.entry((name, value.clone())).or_default().document(self.documents);
        }
        for at in 0..TEXTS.len() {
            let (mut tokens, mut end) = (0, 0);
            for (_, text) in document.texts.iter().filter(|(name, _)| *name == TEXTS[at].0) {
                let (more, last) = self.text(at, text, end);
                tokens += more;
                // No sequence goes from one to the next.
                end = last + 1;
            }
            self.texts[at].norms.push(FieldNormReader::fieldnorm_to_id(tokens));
            self.texts[at].tokens += u64::from(tokens);
            lengths[at] = tokens;
        }
        lengths
    }

    /// Adds a text, from a position on; gives the number of its terms, and the first position behind them.
    fn text(&mut self, at: usize, text: &str, from: u32) -> (u32, u32) {
        let (mut tokens, mut next, mut resume) = (0, 0, 0);
        while self.stretch.read(text, &mut resume) {
            let Stretch { words, looked_up, terms, forms } = &mut self.stretch;
            let document = self.documents;
            looked_up.extend(words.iter().map(|(span, _)| self.vocabulary.look_up(&text[span.clone()], document)));
            for (word, (_, begins)) in looked_up.drain(..).zip(words.drain(..)) {
                if begins {
                    // A passage begins anew, so that an edit moves few of the words behind it.
                    next = (next + 1_u32).next_multiple_of(STRIDE);
                }
                let made = &self.vocabulary.made.of_words[word.made as usize..];
                let (made, new_forms) =
                    made[..usize::from(word.terms) + usize::from(word.forms)].split_at(word.terms.into());
                let parts = u32::from(word.parts);
                for (term, given) in made.iter().zip(0..) {
                    // The whole and a character alone stand with the first part.
                    let part = if given > 0 && given <= parts { given - 1 } else { 0 };
                    terms.push((*term, from + next + part));
                }
                forms.extend(new_forms);
                tokens += small(made.len());
                next += if made.is_empty() { 0 } else { parts.max(1) };
            }
            for (term, position) in terms.drain(..) {
                self.texts[at].list(term).position(document, position);
            }
            for form in forms.drain(..) {
                self.forms.list(form).document(document);
            }
        }
        (tokens, from + next)
    }

    /// What a single document holds: what stands for its postings, by their keys in the browser's index, and its forms.
    pub fn held(&self) -> (BTreeMap<String, Vec<u8>>, BTreeSet<String>) {
        let spelt = |postings: &Postings| {
            let lists = postings.lists.iter().enumerate().filter(|(_, list)| list.document > 0);
            let spelt =
                lists.map(|(place, list)| (self.vocabulary.made.spellings[place].to_string(), list.bytes.clone()));
            spelt.collect::<Vec<_>>()
        };
        let mut held: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        for (postings, at) in self.texts.iter().zip(0..) {
            for (key, bytes) in spelt(postings) {
                let all = held.entry(key).or_default();
                // Zero ends the positions of a field.
                all.extend([0, at]);
                all.extend(&postings.norms);
                all.extend(bytes);
            }
        }
        held.extend(self.facts.keys().map(|(name, value)| (format!("{name}:{value}"), Vec::new())));
        (held, spelt(&self.forms).into_iter().map(|(form, _)| form).collect())
    }

    /// Writes the postings into the files of a segment.
    pub fn write(self, segment: &Segment, schema: &Schema) -> tantivy::Result<()> {
        let mut norms = FieldNormsSerializer::from_write(segment.open_write(SegmentComponent::FieldNorms)?)?;
        for ((name, _), postings) in TEXTS.iter().zip(&self.texts) {
            norms.serialize_field(field(schema, name), &postings.norms)?;
        }
        norms.close()?;
        let mut files = InvertedIndexSerializer::open(segment)?;
        let spellings = self.vocabulary.made.spellings;
        let mut order: Vec<u32> = (0..small(spellings.len())).collect();
        order.sort_unstable_by(|a, b| spellings[*a as usize].cmp(&spellings[*b as usize]));
        for ((name, _), postings) in TEXTS.iter().zip(self.texts) {
            let file = files.new_field(field(schema, name), postings.tokens, None)?;
            postings.write(&order, &spellings, true, file)?;
        }
        for name in FACTS {
            let mut file = files.new_field(field(schema, name), 0, None)?;
            for ((_, value), list) in self.facts.range((name, String::new())..).take_while(|((of, _), _)| *of == name) {
                list.write(value.as_bytes(), false, &mut file)?;
            }
            file.close()?;
        }
        let file = files.new_field(field(schema, FORMS), 0, None)?;
        self.forms.write(&order, &spellings, false, file)?;
        Ok(files.close()?)
    }
}

fn small(number: usize) -> u32 {
    u32::try_from(number).expect("an archive has fewer than 2^32 words")
}

fn read_varint(bytes: &mut &[u8]) -> u32 {
    let (mut value, mut shift) = (0, 0);
    while let Some((byte, rest)) = bytes.split_first() {
        *bytes = rest;
        value |= u32::from(byte & 0x7f) << shift;
        shift += 7;
        if *byte < 0x80 {
            break;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a text becomes: its terms with their positions, and its forms.
    fn inverted(text: &str) -> (Vec<(String, Vec<u32>)>, Vec<String>) {
        let mut inverter = Inverter::new(Analyzer::new("en"));
        inverter.documents = 1;
        inverter.text(3, text, 0);
        let spelling = |place: usize| inverter.vocabulary.made.spellings[place].to_string();
        let terms = inverter.texts[3].lists.iter().enumerate().filter(|(_, list)| list.document > 0);
        let terms = terms.map(|(place, list)| {
            let (mut bytes, mut position, mut positions) = (&list.bytes[1..], 0, Vec::new());
            while !bytes.is_empty() {
                position += read_varint(&mut bytes) - 1;
                positions.push(position);
            }
            (spelling(place), positions)
        });
        let forms = inverter.forms.lists.iter().enumerate().filter(|(_, list)| list.document > 0);
        (terms.collect(), forms.map(|(place, _)| spelling(place)).collect())
    }

    #[test]
    fn terms_stand_at_positions() {
        let mut found = inverted("an AsyncIo 日本 x\u{1e}an x").0;
        found.sort_by_key(|(term, positions)| (positions[0], term.clone()));
        let expected = [
            ("an", vec![0, 32]),
            ("async", vec![1]),
            ("asyncio", vec![1]),
            ("io", vec![2]),
            ("日", vec![3]),
            ("日本", vec![3]),
            ("本", vec![4]),
            ("x", vec![5, 33]),
        ];
        assert_eq!(found, expected.map(|(text, positions)| (text.to_owned(), positions)));
    }

    #[test]
    fn forms_are_words_as_they_are_written() {
        let found = inverted("Threads of run_until_complete, 3rd: C++ 日本語 Ünïcode run unicode").1;
        assert_eq!(found, ["threads", "run_until_complete", "run", "until", "complete", "unicode"]);
    }
}
