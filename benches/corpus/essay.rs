//! The text of an essay: sections with what Markdown has.

use super::code::LANGUAGES;
use super::draw::{Corpus, Link, Links};
use super::text::{Rng, Words};

/// Its beginning, then its sections; each a list of blocks.
type Sections = Vec<Vec<String>>;

pub fn essay(corpus: &Corpus, at: usize, links: Links) -> String {
    let (head, words, rng) = (&corpus.heads[at], &corpus.words, &mut Rng::new("essay", at));
    let topics = &head.topics;
    let mut sections = prose(rng, words, topics);
    // The first two blocks of a section are its heading and a paragraph.
    if head.passage() {
        sections[1][1].push_str(" ^core");
    }
    let note = rng.once_in(3).then(|| {
        sections[2][1].push_str("[^1]");
        let length = rng.between(10, 30);
        format!("\n\n[^1]: {}", words.paragraph(rng, topics, length))
    });
    for block in blocks(rng, words, topics) {
        let into = rng.between(1, sections.len() - 1);
        sections[into].push(block);
    }
    for _ in 0..2 {
        let (block, into) = (link(corpus, at, rng, links), rng.between(1, sections.len() - 1));
        sections[into].push(block);
    }
    sections.concat().join("\n\n") + &note.unwrap_or_default()
}

fn prose(rng: &mut Rng, words: &Words, topics: &[usize]) -> Sections {
    let (total, count, start) = (rng.between(580, 1460), rng.between(4, 8), rng.between(40, 70));
    let mut sections = vec![vec![words.paragraph(rng, topics, start)]];
    for number in 0..count {
        let marks = if number == 0 || rng.below(20) < 13 { "##" } else { "###" };
        let mut blocks = vec![format!("{marks} {}", words.phrase(rng, 2, 6))];
        let mut left = total.saturating_sub(start) / count;
        while left > 20 {
            let length = left.min(rng.between(35, 110));
            blocks.push(words.paragraph(rng, topics, length));
            left -= length;
        }
        sections.push(blocks);
    }
    sections
}

/// What stands between the paragraphs.
fn blocks(rng: &mut Rng, words: &Words, topics: &[usize]) -> Vec<String> {
    let mut blocks = Vec::new();
    let mark = if rng.below(10) < 7 { "-" } else { "1." };
    let items: Vec<_> = (0..rng.between(3, 7)).map(|_| format!("{mark} {}", words.phrase(rng, 4, 12))).collect();
    blocks.push(items.join("\n"));
    let length = rng.between(15, 50);
    blocks.push(format!("> {}", words.paragraph(rng, topics, length)));
    for _ in 0..rng.between(1, 3) {
        let language = &LANGUAGES[rng.below(LANGUAGES.len())];
        blocks.push(fence(language.name, &language.file(rng, words, 8, 26)));
    }
    if rng.once_in(5) {
        blocks.push(table(rng, words));
    }
    blocks
}

pub fn fence(language: &str, code: &str) -> String {
    format!("```{language}\n{code}```")
}

fn table(rng: &mut Rng, words: &Words) -> String {
    let columns = rng.between(3, 5);
    let mut row = |most| {
        let cells: Vec<_> = (0..columns).map(|_| words.phrase(rng, 1, most)).collect();
        format!("| {} |", cells.join(" | "))
    };
    let head = format!("{}\n|{}", row(2), " --- |".repeat(columns));
    let rows: Vec<_> = (0..5).map(|_| row(3)).collect();
    format!("{head}\n{}", rows.join("\n"))
}

/// A sentence that leads to another entry, in one of the ways that there are to write it.
fn link(corpus: &Corpus, at: usize, rng: &mut Rng, links: Links) -> String {
    let (here, there) = (&corpus.heads[at], &corpus.heads[rng.below(corpus.heads.len())]);
    let passage = there.passage() && rng.once_in(4);
    let label = (!rng.once_in(4)).then(|| corpus.words.phrase(rng, 1, 4));
    let by_name = label.is_none() || rng.once_in(3);
    let link = links(&Link { here, there, label, passage, by_name });
    let length = rng.between(8, 20);
    format!("Compare {link}: {}", corpus.words.paragraph(rng, &here.topics, length))
}
