//! What is drawn of an entry, whatever program it is written for.

use std::collections::BTreeSet;

use super::code::LANGUAGES;
use super::text::{Rng, Words, Zipf, capitalised};
use super::{ARGUMENTS, CLAIMS};

const TAGS: usize = 200;
const PEOPLE: usize = 300;
const GIVEN_NAMES: usize = 40;
/// So many entries share a source.
const PER_SOURCE: usize = 10;
/// The kinds of twenty entries in a row: ten essays, seven quotes and three samples.
const KINDS: &[u8; 20] = b"EQESEQEQSEQEQEEQSEQE";
const YEARS: usize = 22;

#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    Essay,
    Quote,
    Sample,
}

/// What others need to know of an entry to link to it.
pub struct Head {
    pub kind: Kind,
    pub title: String,
    /// `essays/SLUG`.
    pub id: String,
    /// One to three arguments, which decide on its terms.
    pub topics: Vec<usize>,
}

impl Head {
    /// Every other essay or so has a passage that can be named.
    pub fn passage(&self) -> bool {
        self.kind == Kind::Essay && self.title.len().is_multiple_of(2)
    }
}

/// A link from one entry to another.
pub struct Link<'a> {
    pub here: &'a Head,
    pub there: &'a Head,
    pub label: Option<String>,
    /// To the passage that can be named.
    pub passage: bool,
    /// In brackets, by the entry's name, rather than by its path.
    pub by_name: bool,
}

/// How a program writes a link.
pub type Links = fn(&Link<'_>) -> String;

/// A source; one in ten entries.
pub struct Source {
    pub slug: String,
    pub title: String,
    pub kind: &'static str,
    pub author: String,
    pub date: String,
    pub venue: String,
    pub text: String,
}

pub struct Claim {
    pub id: String,
    pub text: String,
    pub standing: &'static str,
}

pub struct Argument {
    pub slug: &'static str,
    pub title: String,
    pub question: String,
    pub cues: Vec<String>,
    pub claims: Vec<Claim>,
    /// Sections: a heading, a text, and the claim that it leads to.
    pub sections: Vec<(String, String, String)>,
}

pub struct Variant {
    pub title: String,
    pub file: String,
    pub language: &'static str,
    pub code: String,
}

/// An entry, but for its text.
pub struct Entry<'a> {
    pub head: &'a Head,
    pub date: String,
    pub person: String,
    pub tags: BTreeSet<&'a str>,
    pub basis: Option<&'static str>,
    pub form: &'static str,
    pub source: usize,
    pub locator: String,
    /// The earlier entry that it answers.
    pub answers: Option<&'a Head>,
    /// With which stance; none where nobody curated the entry.
    pub stances: Vec<(&'static str, &'static str)>,
    /// The claim that it bears on, with which stance, and whether its passage does.
    pub claim: Option<(String, &'static str, bool)>,
    pub variants: Vec<Variant>,
    /// What the paragraphs say: for an essay nothing, since it is more than paragraphs.
    pub paragraphs: Vec<String>,
    /// The page that holds a verbatim quote.
    pub capture: Option<String>,
}

pub struct Corpus {
    pub words: Words,
    pub heads: Vec<Head>,
    tags: Zipf,
    people: Zipf,
}

pub fn source_slug(at: usize) -> String {
    format!("source-{at}")
}

fn claim_id(argument: usize, at: usize) -> String {
    format!("{}-{}", ARGUMENTS[argument], at + 1)
}

impl Corpus {
    pub fn new(entries: usize) -> Self {
        let words = Words::new();
        let head = |at: usize| {
            let rng = &mut Rng::new("head", at);
            let (first, count) = (rng.below(ARGUMENTS.len()), [1, 1, 1, 1, 1, 2, 2, 2, 3, 3][rng.below(10)]);
            let topics: Vec<_> = (0..count).map(|more| (first + more) % ARGUMENTS.len()).collect();
            let (kind, folder) = match KINDS[at % KINDS.len()] {
                b'Q' => (Kind::Quote, "quotes"),
                b'S' => (Kind::Sample, "samples"),
                _ => (Kind::Essay, "essays"),
            };
            let title = words.phrase(rng, 2, 6);
            let id = format!("{folder}/{}-{at}", title.to_lowercase().replace(' ', "-"));
            Head { kind, title, id, topics }
        };
        let heads = (0..entries).map(head).collect();
        Self { heads, words, tags: Zipf::new(TAGS, 15), people: Zipf::new(PEOPLE, 10) }
    }

    pub fn sources(&self) -> usize {
        self.heads.len().div_ceil(PER_SOURCE)
    }

    /// The years are spread over the entries in their order, so that an answer is never older than what it answers.
    /// Every month has 28 days here.
    fn date(&self, at: usize) -> String {
        let day = at * (YEARS * 12 * 28) / self.heads.len();
        format!("{}-{:02}-{:02}", 2004 + day / 336, day / 28 % 12 + 1, day % 28 + 1)
    }

    fn person(&self, rng: &mut Rng) -> String {
        let at = self.people.draw(rng);
        // The family names differ, so the names do.
        format!("{} {}", capitalised(self.words.made_up(at % GIVEN_NAMES)), capitalised(self.words.made_up(1000 + at)))
    }

    fn tag(&self, rng: &mut Rng) -> &str {
        let at = self.tags.draw(rng);
        if at.is_multiple_of(2) { &self.words.terms[at / 2 % 5][at / 10] } else { self.words.made_up(2000 + at) }
    }

    pub fn argument(&self, at: usize) -> Argument {
        let (rng, topics, words) = (&mut Rng::new("argument", at), [at], &self.words);
        let claim = |rng: &mut Rng, number| Claim {
            id: claim_id(at, number),
            text: words.phrase(rng, 6, 14),
            standing: rng.pick(&["open", "open", "contested"]),
        };
        let section = |rng: &mut Rng| {
            let (length, heading) = (rng.between(60, 110), words.phrase(rng, 2, 5));
            (heading, words.paragraph(rng, &topics, length), claim_id(at, rng.below(CLAIMS)))
        };
        Argument {
            slug: ARGUMENTS[at],
            title: capitalised(ARGUMENTS[at]),
            question: words.phrase(rng, 5, 9),
            cues: words.terms[at].iter().take(8).cloned().collect(),
            claims: (0..CLAIMS).map(|number| claim(rng, number)).collect(),
            sections: (0..3).map(|_| section(rng)).collect(),
        }
    }

    pub fn source(&self, at: usize) -> Source {
        let rng = &mut Rng::new("source", at);
        let topics = [rng.below(ARGUMENTS.len())];
        Source {
            slug: source_slug(at),
            title: self.words.phrase(rng, 3, 7),
            kind: rng.pick(&["talk", "article", "post", "thread", "book", "paper", "documentation"]),
            // Few of those who wrote sources wrote entries.
            author: format!(
                "{} {}",
                capitalised(self.words.made_up(rng.below(GIVEN_NAMES))),
                capitalised(self.words.content(rng))
            ),
            date: self.date(at * PER_SOURCE),
            venue: self.words.phrase(rng, 1, 3),
            text: self.words.paragraph(rng, &topics, 30),
        }
    }

    pub fn entry(&self, at: usize) -> Entry<'_> {
        let (head, rng) = (&self.heads[at], &mut Rng::new("entry", at));
        // What comes before the first entry of the same source was said before, whichever date counts.
        let earlier = at / PER_SOURCE * PER_SOURCE;
        let essay = head.kind == Kind::Essay;
        let answers = (earlier > 0 && essay && rng.once_in(4)).then(|| &self.heads[rng.below(earlier)]);
        // A tenth of the essays is left to the tagger.
        let curated = !essay || !rng.once_in(10);
        let mut entry = Entry {
            head,
            date: self.date(at),
            person: self.person(rng),
            tags: (0..rng.below(5)).map(|_| self.tag(rng)).collect(),
            basis: rng.once_in(3).then(|| rng.pick(&["measured", "experience", "reasoning", "authority"])),
            form: if essay { rng.pick(&["original", "digest", "digest"]) } else { "paraphrase" },
            // The date of a quote is that of its source.
            source: if head.kind == Kind::Quote { at / PER_SOURCE } else { rng.below(at / PER_SOURCE + 1) },
            locator: format!("{} {}", rng.pick(&["page", "minute", "comment"]), rng.between(1, 400)),
            answers,
            stances: if curated { Self::stances(head, rng) } else { Vec::new() },
            claim: (curated && rng.below(5) < 2).then(|| Self::claim(head, rng)),
            variants: Vec::new(),
            paragraphs: Vec::new(),
            capture: None,
        };
        match head.kind {
            Kind::Quote => self.quote(&mut entry, rng),
            Kind::Sample => self.sample(&mut entry, rng),
            Kind::Essay => {}
        }
        entry
    }

    fn stances(head: &Head, rng: &mut Rng) -> Vec<(&'static str, &'static str)> {
        let stance = |&topic: &usize| (ARGUMENTS[topic], rng.pick(&["for", "against", "against", "mixed"]));
        head.topics.iter().map(stance).collect()
    }

    fn claim(head: &Head, rng: &mut Rng) -> (String, &'static str, bool) {
        let id = claim_id(head.topics[rng.below(head.topics.len())], rng.below(CLAIMS));
        (id, rng.pick(&["supports", "disputes"]), head.passage() && rng.once_in(2))
    }

    /// One quote in eight is verbatim and has a capture that holds it.
    fn quote(&self, entry: &mut Entry<'_>, rng: &mut Rng) {
        let topics = &entry.head.topics;
        let length = rng.between(30, 120);
        let verbatim = rng.once_in(8);
        let first = if verbatim || length <= 60 { length } else { rng.between(20, length) };
        entry.paragraphs.push(self.words.paragraph(rng, topics, first));
        if length - first > 5 {
            entry.paragraphs.push(self.words.paragraph(rng, topics, length - first));
        }
        if verbatim {
            let mut around = || format!("<p>{}</p>\n", plain(&self.words.paragraph(rng, topics, 200)));
            let kept = plain(&entry.paragraphs[0]);
            entry.form = "verbatim";
            entry.capture =
                Some(format!("<!doctype html>\n<title>Kept</title>\n{}<p>{kept}</p>\n{}", around(), around()));
        }
    }

    /// A sample is a program, or two, and some words on it; whether it was run is not said, for nobody did.
    fn sample(&self, entry: &mut Entry<'_>, rng: &mut Rng) {
        let language = &LANGUAGES[rng.below(LANGUAGES.len())];
        let mut variant = |rng: &mut Rng, name: &str, least, most| {
            entry.variants.push(Variant {
                title: format!("{} ({name})", self.words.phrase(rng, 1, 3)),
                file: format!("{name}.{}", language.ending),
                language: language.name,
                code: language.file(rng, &self.words, least, most),
            });
        };
        variant(rng, "main", 20, 55);
        if rng.once_in(3) {
            variant(rng, "other", 8, 16);
        }
        for _ in 0..2 {
            let length = rng.between(30, 80);
            entry.paragraphs.push(self.words.paragraph(rng, &entry.head.topics, length));
        }
    }
}

fn plain(text: &str) -> String {
    text.replace(['*', '`'], "")
}
