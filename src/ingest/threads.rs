//! Threads whose posts are signed below: a line says when somebody asked or answered, and the next one who. They are
//! turned into posts with their line above, as all other threads have it.

use std::sync::LazyLock;

use regex::Regex;

use super::block::{Block, Dropped, Meta, Node, Text};
use super::{comments, dates};
use crate::read::SourceKind;

static SIGNED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?P<how>asked|answered|edited)\s+(?P<when>(?:[A-Z][a-z]{2,8}\.?\s+\d{1,2},?\s+(?:\d{4}|['’]\d\d)|\d{1,2}\s+[A-Z][a-z]{2,8}\s+\d{4}|(?:an?|\d+)\s+\w+\s+ago|yesterday|today)(?:\s+at\s+\d{1,2}:\d{2})?)$")
        .expect("a constant pattern")
});
static PICTURED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[’']s (?:user )?(?:avatar|profile picture)$").expect("a constant pattern"));
static REPUTATION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^[\d.,]+k?(?:\s*\d+\s*(?:gold|silver|bronze) badges?)*$|^(?:\d+\s*(?:gold|silver|bronze) badges?\s*)+$",
    )
    .expect("a constant pattern")
});
/// What stands around the posts.
static AROUND: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:share|improve this (?:question|answer)|follow|flag|cite|edit|add a comment|show \d+ more comments?|\d+ answers?|sorted by:?.*|highest score \(default\)|your answer|community bot|-?\d+)$")
        .expect("a constant pattern")
});
/// A remark, who made it, and when: on one line, or a line each.
static REMARK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?P<words>\S.*?)\s+[–—]\s*(?:(?P<name>\S(?:.{0,38}\S)?)\s+(?P<when>[A-Z][a-z]{2,8}\s+\d{1,2},?\s+\d{4}(?:\s+at\s+\d{1,2}:\d{2})?))?$")
        .expect("a constant pattern")
});

fn words(block: &Block) -> &str {
    match &block.node {
        Node::Paragraph(text) | Node::Heading { text, .. } => text.plain.trim(),
        _ => "",
    }
}

/// The words of a block, if there is one.
fn line(all: &[Block], at: usize) -> &str {
    all.get(at).map_or("", words)
}

fn is_name(line: &str) -> bool {
    !line.is_empty() && line.chars().count() <= 40
}

/// Whether a line is nothing but names of topics, which no sentence is.
fn is_tags(line: &str) -> bool {
    const SENTENCE: &str = "a advance all am an and any appreciated are as at be but by can cannot cheers denied did do \
        does edit error fail failed fails for found from had has have help here how i if in is it me my no not of on or \
        please solved thank thanks that the then there this to was were what when why will with you your";
    let mut tags = line.split(' ');
    let first = |c: &char| c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '.';
    let is_tag = |tag: &str| {
        tag.chars().next().as_ref().is_some_and(first)
            && tag.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"+#.-".contains(&b))
            && !tag.ends_with('.')
            && !SENTENCE.split_whitespace().any(|word| word == tag)
    };
    tags.clone().count() <= 5 && tags.all(is_tag)
}

/// Whether the last line of a question is its tags: one of them at least is what the question speaks of, and the line
/// above does not announce it as what is printed or written.
fn is_tagged(question: &[Block], title: &str) -> bool {
    let [above @ .., last] = question else { return false };
    let Some(next) = above.last() else { return false };
    let is_tag_char = |c: char| c.is_alphanumeric() || "+#.-".contains(c);
    let named = |tag: &str| {
        above.iter().map(Block::words).chain([title.to_owned()]).any(|text| {
            text.to_lowercase().split(|c| !is_tag_char(c)).any(|word| word == tag || word.trim_end_matches('.') == tag)
        })
    };
    is_tags(words(last)) && !next.words().trim_end().ends_with(':') && words(last).split(' ').any(named)
}

/// A line that is a header to whoever gathers comments, even where it is the only one.
fn header(at: &Block, name: &str, when: &str) -> Block {
    let date = dates::stated(when).map_or_else(String::new, |date| format!(" {date}"));
    let certain = format!("{name} commented{date}");
    let line = if comments::header(&certain).is_some() {
        certain
    } else {
        format!("{name} · {}", when.split(" at ").next().unwrap_or(when))
    };
    Block { lines: at.lines, node: Node::Paragraph(Text::plain(&line)) }
}

/// Turns what is signed below; leaves all other texts as they are.
pub fn turn(blocks: &mut Vec<Block>, meta: &mut Meta, dropped: &mut Vec<Dropped>) {
    let signed = |block: &Block| SIGNED.captures(words(block)).is_some_and(|found| &found["how"] != "edited");
    if !blocks.iter().any(signed) {
        return;
    }
    meta.kind = meta.kind.or(Some(SourceKind::Thread));
    let mut turned = Turned { out: Vec::with_capacity(blocks.len()), start: 0, dropped };
    let all = std::mem::take(blocks);
    let mut at = 0;
    while at < all.len() {
        at += turned.signature(&all, at, meta).or_else(|| turned.remark(&all, at)).unwrap_or_else(|| {
            turned.other(&all[at]);
            1
        });
    }
    *blocks = turned.out;
}

struct Turned<'a> {
    out: Vec<Block>,
    /// Where the post begins that is not signed yet.
    start: usize,
    dropped: &'a mut Vec<Dropped>,
}

impl Turned<'_> {
    fn leave(&mut self, block: &Block) {
        self.dropped.push(Dropped {
            lines: block.lines,
            why: "what stands around posts",
            text: words(block).to_owned(),
        });
    }

    fn other(&mut self, block: &Block) {
        if AROUND.is_match(words(block)) {
            self.leave(block);
        } else {
            self.out.push(block.clone());
        }
    }

    /// Takes the lines of a signature, and says how many they are.
    fn signature(&mut self, all: &[Block], at: usize, meta: &mut Meta) -> Option<usize> {
        let found = SIGNED.captures(words(&all[at]))?;
        let pictured = usize::from(PICTURED.is_match(line(all, at + 1)));
        let name = line(all, at + 1 + pictured);
        // What was edited by its author names nobody.
        if !is_name(name) || SIGNED.is_match(name) {
            self.leave(&all[at]);
            return Some(1);
        }
        let mut taken = 2 + pictured;
        while REPUTATION.is_match(line(all, at + taken)) && taken < 8 {
            taken += 1;
        }
        all[at..at + taken].iter().for_each(|block| self.leave(block));
        match &found["how"] {
            "edited" => {}
            "asked" => {
                // Its tags stand below a question.
                if is_tagged(self.out.get(self.start..).unwrap_or_default(), meta.title.as_deref().unwrap_or_default())
                    && let Some(last) = self.out.pop()
                {
                    meta.tags.extend(words(&last).split(' ').map(str::to_owned));
                    self.leave(&last);
                }
                if meta.authors.is_empty() {
                    meta.authors = vec![name.to_owned()];
                }
                meta.date = meta.date.or_else(|| dates::stated(&found["when"]));
                self.start = self.out.len();
            }
            _ => {
                let first = self.out.get(self.start).unwrap_or(&all[at]);
                let header = header(first, name, &found["when"]);
                self.out.insert(self.start.min(self.out.len()), header);
                self.start = self.out.len();
            }
        }
        Some(taken)
    }

    /// Takes a remark below a post, and says how many blocks it is.
    fn remark(&mut self, all: &[Block], at: usize) -> Option<usize> {
        let block = &all[at];
        let found = REMARK.captures(words(block))?;
        let (name, when, taken) = match (found.name("name"), found.name("when")) {
            (Some(name), Some(when)) => (name.as_str(), when.as_str(), 1),
            _ => (line(all, at + 1), line(all, at + 2), 3),
        };
        dates::stated(when)?;
        // A post that is not signed yet goes on.
        if !is_name(name) || self.start < self.out.len() {
            return None;
        }
        self.out.push(header(block, name, when));
        self.out.push(Block { lines: block.lines, node: Node::Paragraph(Text::plain(&found["words"])) });
        self.start = self.out.len();
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{Lines, text};

    #[test]
    fn posts_that_are_signed_below_go_to_those_who_wrote_them() {
        let found = text::read(
            "Why do my roses wilt?\nAsked 5 years ago\nModified 1 year ago\nViewed 9 times\n\n4\n\n\
             I water it every day, and it wilts all the same.\n\nroses garden-care c++\n\nShare\nImprove this question\nFollow\n\
             edited Jun 1, 2018 at 8:00\nMira Holt's user avatar\nMira Holt\n1,2042 gold badges12 silver badges\n\
             asked May 27, 2018 at 10:00\nwet_feet's user avatar\nwet_feet\n1032 bronze badges\n1\n\
             Do you mean every single day? – \nOtto Reh\n May 27, 2018 at 10:05\nAdd a comment\n2 Answers\nSorted by:\n\n\
             Highest score (default)\n42\n\nIt drowns. Stop it.\n\nRoses want dry feet.\n\nShare\nFollow\n\
             answered May 28, 2018 at 11:00\nIda Gruen's user avatar\nIda Gruen\n88.1k9 bronze badges\n2\n\
             That helped! – wet_feet May 29, 2018 at 9:00\nAdd a comment\n0\n\nBuy another one.\n\nShare\n\
             answered Feb 2, 2020 at 11:00\nthorn77\n551 bronze badge\nAdd a comment\nYour Answer",
        );
        assert_eq!(
            found.said(),
            [
                ["Otto Reh", "Do you mean every single day?"],
                ["Ida Gruen", "It drowns. Stop it.\n\nRoses want dry feet."],
                ["wet_feet", "That helped!"],
                ["thorn77", "Buy another one."],
            ]
        );
        assert_eq!(found.body(), "I water it every day, and it wilts all the same.");
        assert_eq!(found.meta.authors, ["wet_feet"]);
        assert_eq!(found.meta.tags, ["roses", "garden-care", "c++"]);
        assert_eq!(found.meta.date.map(|date| date.to_string()).as_deref(), Some("2018-05-27"));
        assert_eq!(found.meta.title.as_deref(), Some("Why do my roses wilt?"));
    }

    #[test]
    fn tags_are_no_sentences() {
        assert!(is_tags("python asyncio .net") && is_tags("c++"));
        for line in ["thanks in advance", "any help", "it wilts.", "", "Python asyncio", "one two three four five six"]
        {
            assert!(!is_tags(line), "{line}");
        }
    }

    #[test]
    fn the_last_line_of_a_question_is_not_always_its_tags() {
        let asked = |above: &str, last: &str| {
            text::read(&format!(
                "How do I open my gate?\n\nI push it every day, and so does the postman.\n\n{above}\n\n{last}\n\nasked Jun 1, 2018\nwet_feet\n"
            ))
        };
        let above = "It does not move at all, whatever I do to it.";
        assert_eq!(asked(above, "gate hinges").meta.tags, ["gate", "hinges"]);
        for (above, last) in [
            ("It prints this when I push it:", "gate open broken"),
            (above, "gate open failed"),
            (above, "the gate"),
            (above, "hinges wood"),
        ] {
            let found = asked(above, last);
            assert!(found.meta.tags.is_empty() && found.body().contains(last), "{last}: {}", found.body());
        }
    }

    #[test]
    fn an_only_answer_goes_to_who_gave_it() {
        for when in ["Jun 2, 2018", "Jun 2, 2018 at 8:00", "2 days ago", "Jun 2 '18", "yesterday"] {
            let found = text::read(&format!(
                "How do I open my gate?\n\nI push it every day, and so does the postman.\n\nasked Jun 1, 2018\nwet_feet\n\n1 Answer\n\nPull it, do not push it.\n\nanswered {when}\nOtto Reh\n"
            ));
            assert_eq!(found.said(), [["Otto Reh", "Pull it, do not push it."]], "{when}");
            assert_eq!(found.body(), "I push it every day, and so does the postman.", "{when}");
        }
    }

    #[test]
    fn a_text_that_says_when_it_was_asked_stays() {
        let mut blocks = vec![Block {
            lines: Lines::one(1),
            node: Node::Paragraph(Text::plain("I asked in May 2018 – they said no")),
        }];
        turn(&mut blocks, &mut Meta::default(), &mut Vec::new());
        assert_eq!(blocks.len(), 1);
    }
}
