//! A synthetic archive of any size, to measure the program on more than anyone has written.
//!
//! The same number of entries gives the same bytes, on any machine and at any time, so that figures of different days
//! compare. Nothing in it is an error or a warning: what is measured is the work, not the printing of findings. Texts
//! are noise with the statistics of prose (Zipf's law, stop words, terms by subject), so that no two are alike and
//! index, tagger and highlighter have the work that they would have.

#![expect(clippy::disallowed_methods, reason = "a benchmark writes its own folder")]

mod code;
mod text;

use std::collections::BTreeSet;
use std::path::Path;

use code::LANGUAGES;
use text::{Rng, Words, Zipf, capitalised};

/// Slugs of the arguments; the terms of each stand in `text.rs`.
const ARGUMENTS: [&str; 4] = ["coordination", "builds", "access", "history"];
const CLAIMS: usize = 8;
const TAGS: usize = 200;
const PEOPLE: usize = 300;
/// So many entries share a source.
const PER_SOURCE: usize = 10;
/// The kinds of twenty entries in a row: ten essays, seven quotes and three samples.
const KINDS: &[u8; 20] = b"EQESEQEQSEQEQEEQSEQE";

/// Writes an archive of so many entries into the folder.
pub fn write(folder: &Path, entries: usize) {
    let corpus = Corpus::new(entries);
    let put = |path: &str, text: &str| {
        let path = folder.join(path);
        path.parent().map(std::fs::create_dir_all).transpose().expect("a folder can be made");
        std::fs::write(path, text).expect("a file can be written");
    };
    put(
        "casebook.toml",
        "title = \"A synthetic archive\"\nquestion = \"Should all of a company's code live in one repository?\"\n\
         base_url = \"https://example.org/\"\nlanguage = \"en\"\n",
    );
    for (at, slug) in ARGUMENTS.iter().enumerate() {
        put(&format!("content/arguments/{slug}.md"), &corpus.argument(at));
    }
    for at in 0..entries.div_ceil(PER_SOURCE) {
        put(&format!("content/sources/{}.md", source(at)), &corpus.source(at));
    }
    (0..entries).for_each(|at| corpus.entry(at, &put));
}

/// What others need to know of an entry to link to it.
struct Head {
    kind: u8,
    title: String,
    /// `essays/SLUG`.
    id: String,
    /// One or two arguments, which decide on its terms.
    topics: Vec<usize>,
}

impl Head {
    /// Every other essay or so has a passage that can be named.
    fn passage(&self) -> bool {
        self.kind == b'E' && self.title.len().is_multiple_of(2)
    }

    /// Stances and claims. A tenth of the essays is left to the tagger.
    fn evidence(&self, rng: &mut Rng) -> String {
        if self.kind == b'E' && rng.once_in(10) {
            return String::new();
        }
        let mut out = "\n[arguments]\n".to_owned();
        for &topic in &self.topics {
            let stance = rng.pick(&["for", "for", "against", "against", "mixed"]);
            out.push_str(&format!("{} = \"{stance}\"\n", ARGUMENTS[topic]));
        }
        if rng.below(5) < 2 {
            let id = claim(self.topics[0], rng.below(CLAIMS));
            let side = rng.pick(&["supports", "disputes"]);
            let at = if self.passage() && rng.once_in(2) { ", at = \"^core\"" } else { "" };
            out.push_str(&format!("\n[claims]\n{id} = {{ stance = \"{side}\"{at} }}\n"));
        }
        out
    }

    fn file(&self) -> String {
        self.id.clone() + if self.kind == b'S' { "/index.md" } else { ".md" }
    }
}

struct Corpus {
    words: Words,
    heads: Vec<Head>,
    tags: Zipf,
    people: Zipf,
}

fn source(at: usize) -> String {
    format!("source-{at}")
}

fn claim(argument: usize, at: usize) -> String {
    format!("{}-{}", ARGUMENTS[argument], at + 1)
}

impl Corpus {
    fn new(entries: usize) -> Self {
        let words = Words::new();
        let head = |at: usize| {
            let rng = &mut Rng::new("head", at);
            let topic = rng.below(ARGUMENTS.len());
            let mut topics = vec![topic];
            topics.extend(rng.once_in(3).then(|| (topic + rng.between(1, 3)) % ARGUMENTS.len()));
            let kind = KINDS[at % KINDS.len()];
            let folder = [("essays", b'E'), ("quotes", b'Q'), ("samples", b'S')].into_iter().find(|f| f.1 == kind);
            let slug = format!("{}-{}-{at}", words.content(rng), words.content(rng));
            let id = format!("{}/{slug}", folder.expect("three kinds").0);
            Head { kind, title: words.phrase(rng, &topics, 3, 8), id, topics }
        };
        let heads = (0..entries).map(head).collect();
        Self { heads, words, tags: Zipf::new(TAGS), people: Zipf::new(PEOPLE) }
    }

    /// Sixteen years are spread over the entries in their order, so that an answer is never older than what it answers.
    /// Every month has 28 days here.
    fn date(&self, at: usize) -> String {
        let day = at * (16 * 12 * 28) / self.heads.len();
        format!("{}-{:02}-{:02}", 2010 + day / 336, day / 28 % 12 + 1, day % 28 + 1)
    }

    fn person(&self, rng: &mut Rng) -> String {
        let at = self.people.draw(rng);
        // The family names differ, so the names do.
        format!("{} {}", capitalised(self.words.made_up(at % 40)), capitalised(self.words.made_up(1000 + at)))
    }

    fn tag(&self, rng: &mut Rng) -> &str {
        let at = self.tags.draw(rng);
        if at.is_multiple_of(2) { &self.words.terms[at / 2 % 5][at / 10] } else { self.words.made_up(2000 + at) }
    }

    fn argument(&self, at: usize) -> String {
        let (rng, topics) = (&mut Rng::new("argument", at), [at]);
        let (slug, words) = (ARGUMENTS[at], &self.words);
        let cues: Vec<_> = words.terms[at].iter().take(20).map(|cue| format!("\"{cue}\"")).collect();
        let mut out = format!(
            "+++\ntitle = \"{}\"\nquestion = \"{}?\"\norder = {}\ncues = [{}]\n",
            capitalised(slug),
            words.phrase(rng, &topics, 6, 12),
            at + 1,
            cues.join(", "),
        );
        for number in 0..CLAIMS {
            let text = words.phrase(rng, &topics, 6, 14);
            let standing = rng.pick(&["open", "open", "contested"]);
            let id = claim(at, number);
            out.push_str(&format!("\n[[claims]]\nid = \"{id}\"\ntext = \"{text}.\"\nstanding = \"{standing}\"\n"));
        }
        out.push_str("+++\n");
        for _ in 0..4 {
            let link = claim(at, rng.below(CLAIMS));
            let (length, heading) = (rng.between(60, 110), words.phrase(rng, &topics, 2, 5));
            let text = words.paragraph(rng, &topics, length);
            out.push_str(&format!("\n## {heading}\n\n{text} See [[claims/{link}|this claim]].\n"));
        }
        out
    }

    fn source(&self, at: usize) -> String {
        let rng = &mut Rng::new("source", at);
        let topics = [rng.below(ARGUMENTS.len())];
        let kind = rng.pick(&["talk", "article", "post", "thread", "book", "paper", "documentation"]);
        format!(
            "+++\ntitle = \"{}\"\nkind = \"{kind}\"\nauthors = [\"{}\"]\ndate = {}\nvenue = \"{}\"\n\
             url = \"https://example.org/{at}\"\nrights = \"CC BY 4.0\"\n+++\n\n{}\n",
            self.words.phrase(rng, &topics, 3, 7),
            self.person(rng),
            self.date(at * PER_SOURCE),
            self.words.phrase(rng, &topics, 1, 3),
            self.words.paragraph(rng, &topics, 30),
        )
    }

    /// Writes an entry and the files beside it.
    fn entry(&self, at: usize, put: &impl Fn(&str, &str)) {
        let (head, rng) = (&self.heads[at], &mut Rng::new("entry", at));
        let path = format!("content/{}", head.file());
        let mut front = format!("title = \"{}\"\nadded = {}\n", head.title, self.date(at));
        let mut tables = head.evidence(rng);
        let tags: BTreeSet<_> = (0..rng.between(2, 5)).map(|_| self.tag(rng)).collect();
        front.push_str(&format!("tags = {:?}\n", Vec::from_iter(tags)));
        if rng.once_in(3) {
            front.push_str(&format!(
                "basis = \"{}\"\n",
                rng.pick(&["measured", "experience", "reasoning", "authority"])
            ));
        }
        // What comes before the first entry of the same source was said before, whichever date counts.
        let earlier = at / PER_SOURCE * PER_SOURCE;
        if earlier > 0 && rng.once_in(4) {
            front.push_str(&format!("replies_to = [\"{}\"]\n", self.heads[rng.below(earlier)].id));
        }
        let body = match head.kind {
            b'Q' => self.quote(at, rng, &mut front, put),
            b'S' => {
                front.push_str(&format!("date = {}\nauthors = [\"{}\"]\n", self.date(at), self.person(rng)));
                self.sample(at, rng, &mut tables, put)
            }
            _ => {
                let form = rng.pick(&["original", "digest", "digest"]);
                front.push_str(&format!(
                    "date = {}\nauthors = [\"{}\"]\nform = \"{form}\"\n",
                    self.date(at),
                    self.person(rng)
                ));
                if form == "digest" {
                    front.push_str(&format!("source = \"{}\"\n", source(rng.below(at / PER_SOURCE + 1))));
                }
                self.essay(at, rng)
            }
        };
        put(&path, &format!("+++\n{front}{tables}+++\n\n{body}\n"));
    }

    /// A sentence that leads to another entry, in one of the ways that there are to write it.
    fn link(&self, at: usize, rng: &mut Rng) -> String {
        let (here, there) = (&self.heads[at], &self.heads[rng.below(self.heads.len())]);
        let label = self.words.phrase(rng, &here.topics, 1, 4);
        let anchor = if there.passage() && rng.once_in(2) { "#^core" } else { "" };
        let up = if here.kind == b'S' { "../../" } else { "../" };
        let link = match rng.below(4) {
            0 => format!("[[{}{anchor}]]", there.id),
            1 => format!("[[{}{anchor}|{label}]]", there.id),
            _ => format!("[{label}]({up}{}{anchor})", there.file()),
        };
        format!("Compare {link}: {}", self.words.sentence(rng, &here.topics))
    }

    fn essay(&self, at: usize, rng: &mut Rng) -> String {
        let (words, topics) = (&self.words, &self.heads[at].topics);
        let (mut paragraphs, mut left) = (Vec::new(), rng.between(300, 1300));
        while left > 0 {
            let length = left.min(rng.between(35, 100));
            let text = words.paragraph(rng, topics, length);
            left = left.saturating_sub(text.split(' ').count());
            paragraphs.push(text);
        }
        for _ in 0..rng.between(1, 3) {
            let into = rng.below(paragraphs.len());
            paragraphs[into].push_str(&format!(" {}", self.link(at, rng)));
        }
        let note = rng.once_in(4).then(|| format!("\n\n[^1]: {}", words.paragraph(rng, topics, 12)));
        if note.is_some() {
            paragraphs[0].push_str("[^1]");
        }
        if self.heads[at].passage() {
            paragraphs[1].push_str(" ^core");
        }
        let mut out = paragraphs[0].clone();
        let (code, table) = (rng.below(paragraphs.len() * 3), rng.below(paragraphs.len() * 5));
        let (list, quote) = (rng.below(paragraphs.len()), rng.below(paragraphs.len() * 2));
        for (number, paragraph) in paragraphs.iter().enumerate() {
            if number > 0 {
                if rng.once_in(2) {
                    let marks = if number == 1 || rng.once_in(2) { "##" } else { "###" };
                    out.push_str(&format!("\n\n{marks} {}", words.phrase(rng, topics, 2, 6)));
                }
                out.push_str(&format!("\n\n{paragraph}"));
            }
            let block = match number {
                _ if number == code => self.fence(rng),
                _ if number == table => self.table(rng, topics),
                _ if number == list => format!("- {}\n- {}", words.sentence(rng, topics), words.sentence(rng, topics)),
                _ if number == quote => format!("> {}", words.paragraph(rng, topics, 25)),
                _ => continue,
            };
            out.push_str(&format!("\n\n{block}"));
        }
        out + &note.unwrap_or_default()
    }

    fn fence(&self, rng: &mut Rng) -> String {
        let (language, pieces) = (&LANGUAGES[rng.below(LANGUAGES.len())], rng.between(1, 3));
        format!("```{}\n{}```", language.name, language.file(rng, &self.words, pieces))
    }

    fn table(&self, rng: &mut Rng, topics: &[usize]) -> String {
        let mut cell = || self.words.phrase(rng, topics, 1, 2);
        let head = format!("| {} | {} | {} |\n| --- | --- | ---: |", cell(), cell(), cell());
        let row = |_| format!("\n| {} | {} | {} |", cell(), cell(), cell());
        (0..5).map(row).fold(head, |table, row| table + &row)
    }

    /// A quote belongs to the source of its ten, whose date is its own. One in eight has a capture that holds it.
    fn quote(&self, at: usize, rng: &mut Rng, front: &mut String, put: &impl Fn(&str, &str)) -> String {
        let topics = &self.heads[at].topics;
        let form = rng.pick(&["verbatim", "verbatim", "paraphrase"]);
        front.push_str(&format!(
            "speaker = \"{}\"\nsource = \"{}\"\nlocator = \"{} {}\"\nform = \"{form}\"\n",
            self.person(rng),
            source(at / PER_SOURCE),
            rng.pick(&["page", "minute", "comment"]),
            rng.between(1, 400),
        ));
        let length = rng.between(30, 120);
        let text = self.words.paragraph(rng, topics, length);
        if form == "paraphrase" {
            return format!("{text}\n\n{}", self.link(at, rng));
        }
        if rng.once_in(4) {
            let path = format!("captures/{at}.html");
            let mut around = || format!("<p>{}</p>\n", self.words.paragraph(rng, topics, 200).replace(['*', '`'], ""));
            let kept = text.replace(['*', '`'], "");
            put(&path, &format!("<!doctype html>\n<title>Kept</title>\n{}<p>{kept}</p>\n{}", around(), around()));
            front.push_str(&format!("capture = \"{path}\"\n"));
        }
        text
    }

    /// A sample is two programs and some words on them; whether they were run is not said, for nobody did.
    fn sample(&self, at: usize, rng: &mut Rng, tables: &mut String, put: &impl Fn(&str, &str)) -> String {
        let head = &self.heads[at];
        let first = rng.below(LANGUAGES.len());
        let second = if rng.once_in(2) { first } else { rng.below(LANGUAGES.len()) };
        for (name, language) in [("one", first), ("another", second)] {
            let language = &LANGUAGES[language];
            let file = format!("{name}.{}", language.ending);
            let pieces = rng.between(2, 6);
            put(&format!("content/{}/{file}", head.id), &language.file(rng, &self.words, pieces));
            let (title, language) = (self.words.phrase(rng, &head.topics, 1, 3), language.name);
            tables.push_str(&format!(
                "\n[[variants]]\nname = \"{title} ({name})\"\nfile = \"{file}\"\nlanguage = \"{language}\"\n"
            ));
        }
        let length = rng.between(30, 80);
        let (before, after) =
            (self.words.paragraph(rng, &head.topics, length), self.words.paragraph(rng, &head.topics, 40));
        format!("{before}\n\n{} {after}", self.link(at, rng))
    }
}
