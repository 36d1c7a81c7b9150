//! Readers' comments in text: each begins with a line that says who wrote it, and runs to the next such line.

use std::sync::LazyLock;

use regex::Regex;

use super::block::{Block, Dropped, Lines, Node, Quote, Text, Voice};
use super::{dates, markup};
use crate::date::Date;

/// The line above a comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    pub name: String,
    pub date: Option<Date>,
    /// Whether the line is that of a comment even where it is the only one.
    pub certain: bool,
}

/// A time that has no date: it is not what the comment says.
const AGO: &str = r"(?:(?:about|over|almost)\s+)?(?:an?|\d+)\s*(?:s|sec|m|min|h|hr|d|w|wk|mo|mos|y|yr|yrs|seconds?|minutes?|hours?|days?|weeks?|months?|years?)\.?\s+ago";
const DATE: &str = r"(?:(?:on\s+)?(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?(?:[A-Z][a-z]{2,8}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}|\d{1,2}(?:st|nd|rd|th)?\.?\s+[A-Z][a-z]{2,8}\.?,?\s+\d{4}|\d{4}-\d{2}-\d{2})(?:[ T,]*(?:at\s+|@\s*)?\d{1,2}:\d{2}(?::\d{2})?Z?\s*(?:[ap]\.?m\.?)?)?)";

/// What follows a time: that the words were changed, and links.
const AFTER: &str = r"(?:\s*\*)?(?:\s*[·•]?\s*\(?(?:last\s+)?edited(?:[^|·•]{0,40}?ago)?\)?)?\s*(?:[|·•\[(].*)?";

static SAYS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(r"^(?P<name>[^:]{{1,60}}?)\s+(?P<verb>says|said|wrote|writes|commented|replied|responded|answered|asked)(?:\s+(?:{DATE}|{AGO}))?\s*(?P<colon>:|\.\.\.|…|)$"))
        .expect("a constant pattern")
});
static POSTED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(r"(?i)^(?:comment(?:ed)?|posted|written|reply|replied|submitted|answered)\s+by:?\s+(?P<name>.{{1,60}}?)(?:\s*[,|·•–—-]?\s*(?:{DATE}|{AGO}).*)?$"))
        .expect("a constant pattern")
});
static WHEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"^(?:\[[-–+]\]\s*|[▲▼]\s*)*(?:/?u/)?(?P<name>[^|·•]{{1,60}}?)\s*(?:\(OP\)|\bOP\b|\[S\]|Author)?\s*(?:(?:[·•|,–—]|-\s)\s*)?(?:\d+\s+points?\s*(?:\([^)]*\))?\s*(?:[·•|]\s*)?)?(?:edited\s+)?(?:{DATE}|{AGO}){AFTER}$"
    ))
    .expect("a constant pattern")
});
static ONLY_WHEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(r"(?i)^(?:[·•|]\s*)?(?:\d+\s+points?\s*)?(?:{DATE}|{AGO}){AFTER}$"))
        .expect("a constant pattern")
});
/// What buttons leave behind.
static BUTTON: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:reply|log in to reply|reply to .{1,40}|like|likes?: \d+|\d+ likes?|liked by.*|upvote|downvote|share|permalink|embed|context|full comments|link|parent|save|unsave|hide|report|flag|edit|quote|give award|award|crosspost|follow|improve this (?:answer|question)|add a comment|collapse|expand|copy link|load more.*|show more.*|show \d+ more comments?|continue this thread.*|\d+ more repl(?:y|ies)|view more comments|expand full comment|▲|▼|↑|↓|↩|[·•|]|\d+|-?\d+ (?:points?|votes?|upvotes?)|score hidden|\[?(?:deleted|removed)\]?|comment (?:deleted|removed) by .{1,20}|(?:/?u/)?\S+ avatar|.{1,40}[’']s (?:user )?(?:avatar|profile picture)|@[\w-]+|profile badge for .*|top \d+% (?:commenter|poster)|edited(?: .{1,20} ago)?|loading\.*|\| ?reply)$")
        .expect("a constant pattern")
});
/// What a name may bear between it and the time.
static ROLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:[·•|]|@[\w.]+|op|mod|admin|author|owner|member|contributor|collaborator|maintainer|first-time contributor|staff|pro|paid|edited(?: .{1,20} ago)?|profile badge for .*|top \d+% (?:commenter|poster))$")
        .expect("a constant pattern")
});
/// What a tracker tells between comments of what was done.
static EVENT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(r"^@?(?:[\w-]+ )?[\w-]+ (?:added|removed|closed|reopened|mentioned|referenced|self-assigned|assigned|unassigned|changed|locked|pinned|unpinned|pushed|merged|requested|linked|transferred|renamed|marked|converted|deleted|restored|modified|dismissed|approved)\b.{{0,140}}\s(?:{DATE}|{AGO})$"))
        .expect("a constant pattern")
});
/// Headings after which no comment goes on.
static ENDS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:leave a (?:reply|comment).*|post a comment.*|add a comment.*|write a comment.*|join the (?:discussion|conversation).*|your email address will not be.*|related (?:posts|articles).*|about the author|recent (?:posts|comments)|primary sidebar|footer|subscribe.*|newsletter|comments are closed.*|(?:older|newer) comments|cancel reply|save my name.*|community info section|sign up for free to join this conversation.*|assignees|your answer|not the answer you.*|©.*|copyright.*|privacy.*|search)$")
        .expect("a constant pattern")
});
static BEGINS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:(?:\d+ )?(?:comments?|responses?|replies|thoughts?|answers?)(?:\s*\(\d+\))?(?: (?:on|to) .+)?:?|reader interactions|discussion(?: about this post)?|comments section|join the discussion)$")
        .expect("a constant pattern")
});

/// A row of links, as stands at the foot of a page.
static LINKS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\p{Lu}[^.|·•]{1,24}(?:\s*[|·•]\s*\p{Lu}[^.|·•]{1,24}){2,}$").expect("a constant pattern")
});

/// Words with which no name of a person or an account begins, but many a sentence.
const NO_NAMES: [&str; 53] = [
    "the",
    "this",
    "that",
    "these",
    "those",
    "as",
    "one",
    "a",
    "an",
    "it",
    "he",
    "she",
    "they",
    "we",
    "i",
    "you",
    "who",
    "what",
    "which",
    "someone",
    "somebody",
    "everyone",
    "everybody",
    "people",
    "another",
    "some",
    "many",
    "other",
    "documentation",
    "so",
    "and",
    "but",
    "if",
    "when",
    "then",
    "published",
    "updated",
    "posted",
    "last",
    "first",
    "asked",
    "answered",
    "modified",
    "viewed",
    "active",
    "edited",
    "created",
    "opened",
    "closed",
    "commented",
    "submitted",
    "written",
    "joined",
];

fn is_name(name: &str) -> bool {
    let words: Vec<_> = name.split_whitespace().collect();
    let first = words.first().copied().unwrap_or_default();
    let good = |c: char| !matches!(c, '!' | '?' | ';' | ':' | '"' | '“' | '”' | ',' | '=' | '{' | '}' | '<' | '>');
    (1..=5).contains(&words.len())
        && name.chars().count() <= 40
        && name.chars().any(char::is_alphanumeric)
        && name.chars().all(good)
        && !name.contains(". ")
        && !name.starts_with("r/")
        && !NO_NAMES.contains(&first.to_lowercase().as_str())
        && (words.len() == 1
            || words.iter().all(|word| {
                word.chars().next().is_some_and(|c| c.is_uppercase() || c.is_numeric() || "('@".contains(c))
                    || ["van", "von", "de", "der", "da", "del", "di", "la"].contains(word)
            }))
}

/// Reads a line as that above a comment.
pub fn header(line: &str) -> Option<Header> {
    const LONGEST: usize = 140;
    let line = line.trim();
    if line.len() > LONGEST {
        return None;
    }
    let made = |name: &str, certain: bool| {
        let name = name.trim().trim_end_matches([',', '·', '•', '|', '-', '–']).trim();
        is_name(name).then(|| Header { name: name.to_owned(), date: dates::stated(line), certain })
    };
    if let Some(found) = SAYS.captures(line) {
        let plain =
            found["colon"].is_empty() && matches!(&found["verb"], "says" | "commented" | "replied" | "responded");
        return made(&found["name"], plain || dates::stated(line).is_some());
    }
    if let Some(found) = POSTED.captures(line) {
        return made(&found["name"], false);
    }
    WHEN.captures(line).and_then(|found| made(&found["name"], false))
}

/// A paragraph's or a heading's words.
fn words(block: &Block) -> Option<&Text> {
    match &block.node {
        Node::Paragraph(text) | Node::Heading { text, .. } => Some(text),
        _ => None,
    }
}

/// The header that begins at a block, and how many blocks it takes: a name may have its part in the thread and its date
/// on the next lines.
fn begins(blocks: &[Block], at: usize) -> Option<(Header, usize)> {
    let line = words(&blocks[at])?.plain.as_str();
    let plain = |at: usize| blocks.get(at).and_then(words).map(|text| text.plain.as_str());
    let roles =
        |from: usize| (from..from + 6).take_while(|at| plain(*at).is_some_and(|line| ROLE.is_match(line))).count();
    let is_when = |at: usize| plain(at).filter(|line| ONLY_WHEN.is_match(line));
    // Who wrote what is pasted below a line is quoted, and does not comment.
    let quoted = line.ends_with(':') && blocks.get(at + 1).is_some_and(|next| matches!(next.node, Node::Quote(_)));
    if let Some(header) = header(line).filter(|_| !quoted) {
        let between = roles(at + 1);
        let more = is_when(at + 1 + between);
        let date = header.date.or_else(|| more.and_then(dates::stated));
        let taken = if more.is_some() { 2 + between } else { 1 };
        return Some((Header { date, ..header }, taken + roles(at + taken)));
    }
    let is_button = BUTTON.is_match(line) && !line.starts_with('@');
    if line.chars().count() > 40 || !is_name(line) || is_button {
        return None;
    }
    let between = roles(at + 1);
    let when = is_when(at + 1 + between)?;
    let taken = 2 + between;
    let name = line.trim_start_matches("/u/").trim_start_matches("u/").to_owned();
    Some((Header { name, date: dates::stated(when), certain: false }, taken + roles(at + taken)))
}

/// Lines that stand between a text and its comments, and nowhere else.
static COUNTED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:go to comments|add a comment|sort(?:ed)? by:?.{0,30}|search comments|comments section|(?:all )?\d+ (?:comments|answers))$")
        .expect("a constant pattern")
});

/// Where a text ends above its first comment: what announces and sorts them is none of it.
fn text_end(blocks: &[Block], first: usize, announced: Option<usize>) -> usize {
    const MOST: usize = 30;
    const SHORT: usize = 160;
    let short = |at: &usize| words(&blocks[*at]).is_some_and(|text| text.plain.chars().count() < SHORT);
    let near = (first.saturating_sub(MOST)..first).rev().take_while(short);
    let counted = near.filter(|at| words(&blocks[*at]).is_some_and(|text| COUNTED.is_match(&text.plain))).last();
    // The buttons above belong to what counts them, and those below to what announces the comments.
    let is_button = |at: usize| {
        let is = |line: &str| BUTTON.is_match(line) || ROLE.is_match(line);
        words(&blocks[at]).is_some_and(|text| is(&text.plain)) || announced == Some(at)
    };
    let near = (first.saturating_sub(MOST)..first).rev().take_while(|at| is_button(*at)).last().unwrap_or(first);
    let mut end = counted.unwrap_or(first);
    if announced.is_some_and(|at| (near..first).contains(&at)) {
        end = end.min(near);
    }
    while end < first && end > 0 && is_button(end - 1) {
        end -= 1;
    }
    end
}

/// A longer paragraph is somebody's.
const PROSE: usize = 100;

/// Makes quotes of the comments below a text.
pub fn gather(blocks: &mut Vec<Block>, dropped: &mut Vec<Dropped>) {
    let headers: Vec<Option<(Header, usize)>> = (0..blocks.len()).map(|at| begins(blocks, at)).collect();
    let announced = blocks.iter().position(|block| words(block).is_some_and(|text| BEGINS.is_match(&text.plain)));
    let count = headers.iter().flatten().count();
    let certain =
        |at: usize, header: &Header| header.certain || count > 1 || announced.is_some_and(|begins| begins < at);
    let Some(first) =
        (0..blocks.len()).find(|at| headers[*at].as_ref().is_some_and(|(header, _)| certain(*at, header)))
    else {
        return;
    };
    let text_end = text_end(blocks, first, announced);
    let tail: Vec<Block> = blocks.drain(first..).collect();
    dropped.extend(blocks.drain(text_end..).filter_map(|block| left(&block, "between the text and its comments")));
    // A row of links is one at the foot of the page; above what somebody says it is theirs.
    let is_prose = |block: &Block| block.words().chars().count() > PROSE;
    let goes_on = (0..tail.len()).rfind(|at| headers[first + at].is_some() || is_prose(&tail[*at])).unwrap_or(0);
    let is_foot = |at: usize| at > goes_on && words(&tail[at]).is_some_and(|text| LINKS.is_match(&text.plain));
    let mut said = String::from("\n");
    let mut number = 0;
    let mut at = 0;
    while at < tail.len() {
        let Some((header, taken)) = headers[first + at].clone() else {
            // After the last comment.
            dropped.extend(left(&tail[at], "below the comments"));
            at += 1;
            continue;
        };
        let mut end = at + taken;
        while end < tail.len() && headers[first + end].is_none() && !is_end(&tail[end]) && !is_foot(end) {
            end += 1;
        }
        number += 1;
        let made = comment(header, &tail[at..end], taken, number, dropped).map(|made| without(made, &said, dropped));
        if said.len() < MOST_SAID
            && let Some(made) = &made
        {
            said.push_str(&made.words());
            said.push('\n');
        }
        blocks.extend(made);
        at = end;
        while at < tail.len() && headers[first + at].is_none() {
            dropped.extend(left(&tail[at], "below the comments"));
            at += 1;
        }
    }
}

/// What earlier comments say is not sought in more.
const MOST_SAID: usize = 256 << 10;

/// A comment without the paragraphs at its start that an earlier one says word by word: they are quoted, and a copy of a page
/// has lost the mark. Two people may begin alike, so that a short one is none.
fn without(mut block: Block, said: &str, dropped: &mut Vec<Dropped>) -> Block {
    const LEAST: usize = 120;
    const LEAST_WHOLE: usize = 80;
    let Node::Quote(quote) = &mut block.node else { return block };
    let is_quoted = |text: &&Text| {
        let length = text.plain.chars().count();
        length >= LEAST && said.contains(text.plain.as_str())
            || length >= LEAST_WHOLE && said.contains(&format!("\n{}\n", text.plain))
    };
    let count = quote.paragraphs.iter().take_while(is_quoted).count();
    // Who says nothing else repeats it, or it stands there twice.
    if count > 0 && count < quote.paragraphs.len() {
        let quoted = quote.paragraphs.drain(..count);
        let lines = block.lines;
        dropped.extend(quoted.map(|text| Dropped { lines, why: "what a comment quotes", text: text.plain }));
    }
    block
}

fn is_end(block: &Block) -> bool {
    words(block).is_some_and(|text| ENDS.is_match(&text.plain))
}

/// Whether a quotation in a comment is somebody else's words, and no comment that its writer signed.
fn is_quoted(block: &Block, name: &str) -> bool {
    let Node::Quote(quote) = &block.node else { return false };
    let signed = quote.speaker.as_deref().is_some_and(|by| {
        quote.attribution.is_some()
            && quote.locator.is_none()
            && (!by.contains(' ') || by.to_lowercase() == name.to_lowercase())
    });
    quote.voice == Voice::Quoted && !signed
}

/// Whether a paragraph was pasted behind `>` from the comment that it answers.
fn is_pasted(block: &Block) -> bool {
    let pasted = |line: &str| line.starts_with('>') && !line.starts_with(">>>");
    block.paragraph().is_some_and(|text| text.plain.lines().all(pasted))
}

/// Parts what a comment quotes from what it says: the words of others are not the commenter's.
pub fn own(blocks: Vec<Block>, name: &str, dropped: &mut Vec<Dropped>) -> Vec<Block> {
    let (events, blocks): (Vec<Block>, Vec<Block>) =
        blocks.into_iter().partition(|block| words(block).is_some_and(|text| EVENT.is_match(&text.plain)));
    dropped.extend(events.iter().filter_map(|block| left(block, "what was done in a tracker")));
    let (quoted, own): (Vec<Block>, Vec<Block>) =
        blocks.into_iter().partition(|block| is_quoted(block, name) || is_pasted(block));
    dropped.extend(quoted.iter().filter_map(|block| left(block, "what a comment quotes")));
    own
}

fn left(block: &Block, why: &'static str) -> Option<Dropped> {
    let text = block.words();
    (!text.trim().is_empty()).then_some(Dropped { lines: block.lines, why, text })
}

fn comment(header: Header, blocks: &[Block], taken: usize, number: usize, dropped: &mut Vec<Dropped>) -> Option<Block> {
    let is_role =
        |block: &Block| words(block).is_some_and(|text| ROLE.is_match(&text.plain) || BUTTON.is_match(&text.plain));
    // What stands above the next name is that one's.
    let end = blocks.iter().rposition(|block| !is_role(block)).map_or(0, |at| at + 1);
    let said = own(blocks[taken.min(end)..end].to_vec(), &header.name, dropped);
    let paragraphs: Vec<Text> = paragraphs(&said);
    if paragraphs.is_empty() {
        return None;
    }
    let lines = blocks.iter().fold(blocks[0].lines, |lines, block| lines.to(block.lines));
    let quote = Quote {
        voice: Voice::Comment,
        speaker: Some(header.name),
        locator: Some(format!("comment {number}")),
        date: header.date,
        paragraphs,
        attribution: None,
    };
    Some(Block { lines: Lines::new(lines.first, lines.last), node: Node::Quote(quote) })
}

/// The words of a comment, paragraph by paragraph, as they can be found in the capture.
pub fn paragraphs(blocks: &[Block]) -> Vec<Text> {
    let mut out = Vec::new();
    for block in blocks {
        match &block.node {
            Node::Paragraph(text) | Node::Heading { text, .. } | Node::Markdown(text) => {
                if !BUTTON.is_match(&text.plain) && !ONLY_WHEN.is_match(&text.plain) {
                    out.push(text.clone());
                }
            }
            Node::List(items) => out.extend(items.iter().map(|item| match item.mark.as_str() {
                "" => item.text.clone(),
                mark => Text {
                    plain: format!("{mark} {}", item.text.plain),
                    markdown: format!("{mark} {}", item.text.markdown),
                },
            })),
            Node::Quote(quote) => out.extend(quote.paragraphs.iter().cloned()),
            Node::Code(code) => out.push(Text { plain: code.text.clone(), markdown: markup::fenced(code) }),
            Node::Table(rows) => out.extend(rows.iter().flatten().cloned()),
            Node::Rule => {}
        }
    }
    out.retain(|text| !text.plain.trim().is_empty());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_comments_are_known() {
        for (line, name, date) in [
            ("Ada says", "Ada", None),
            ("Ada said...", "Ada", None),
            ("Otto von Reh says:", "Otto von Reh", None),
            ("Ada Vogt said on March 3, 2020 at 5:04 pm:", "Ada Vogt", Some("2020-03-03")),
            ("Posted by redfox on 2021-05-06", "redfox", Some("2021-05-06")),
            ("Comment by Ada Vogt — March 3, 2020 @ 5:04 pm", "Ada Vogt", Some("2020-03-03")),
            ("redfox · 3 hours ago", "redfox", None),
            ("redfox 3 hours ago | next [–]", "redfox", None),
            ("redfox on June 4, 2019 | parent | favorite", "redfox", Some("2019-06-04")),
            ("[–]red_fox 12 points 3 years ago", "red_fox", None),
            ("u/redfox • 2 yr. ago", "redfox", None),
            ("Ada Vogt March 3, 2020 at 5:04 pm", "Ada Vogt", Some("2020-03-03")),
        ] {
            let found = header(line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!((found.name.as_str(), found.date.map(|d| d.to_string()).as_deref()), (name, date), "{line}");
        }
        for other in [
            "The documentation says:",
            "As Otto wrote:",
            "He said",
            "What the manual says",
            "It was released 3 years ago",
            "Published on June 4, 2019",
            "I wrote this two years ago",
            "One reader asked:",
            "Chapter 3",
            "says",
            "A talk that nobody heard, and everybody wrote",
        ] {
            assert_eq!(header(other), None, "{other}");
        }
    }

    fn block(words: &str) -> Block {
        Block { lines: Lines::one(1), node: Node::Paragraph(Text::plain(words)) }
    }

    fn gathered(words: &[&str]) -> (Vec<(String, String)>, usize) {
        let mut blocks: Vec<Block> = words.iter().map(|words| block(words)).collect();
        gather(&mut blocks, &mut Vec::new());
        let quotes = blocks.iter().filter_map(|block| match &block.node {
            Node::Quote(quote) => Some((quote.speaker.clone().unwrap_or_default(), quote.plain())),
            _ => None,
        });
        let quotes: Vec<_> = quotes.collect();
        let rest = blocks.len() - quotes.len();
        (quotes, rest)
    }

    #[test]
    fn what_was_said_before_is_quoted_and_a_row_of_links_may_be_said() {
        let first = "The gate takes ten minutes to open, which is more than I can bear, day after day.";
        let (quotes, _) = gathered(&[
            "Text.",
            "ada commented on Mar 1, 2021",
            first,
            "redfox commented on Mar 3, 2021",
            "The gate takes ten minutes to open",
            "I see this too.",
            "Wood | Iron | Wire",
            "All of these behave alike, so it can hardly be what the gate is made of; I measured them all, over a night.",
            "ada commented 2 weeks ago",
            first,
            "Terms | Privacy | Status",
            "Docs",
        ]);
        let said: Vec<_> =
            quotes.iter().map(|(who, words)| (who.as_str(), words.lines().next().unwrap_or_default())).collect();
        assert_eq!(said, [("ada", first), ("redfox", "The gate takes ten minutes to open"), ("ada", first)]);
        assert!(quotes[1].1.contains("Wood | Iron | Wire\n\nAll of these"), "{quotes:?}");
        let (quotes, _) = gathered(&[
            "Text.",
            "ada commented on Mar 1, 2021",
            first,
            "redfox commented on Mar 3, 2021",
            first,
            "I see this too.",
        ]);
        assert_eq!(quotes[1].1, "I see this too.");
    }

    #[test]
    fn two_people_may_begin_alike() {
        let thanks = "Thank you all for the answers, I will try it tomorrow.";
        let part = "The gate takes ten minutes to open, which is more than I can bear, day after day";
        let run = format!("{part}, and I have tried all the oil that is sold in this town, twice");
        for (first, then, kept) in [
            (thanks.to_owned(), thanks, true),
            (format!("{part}, and so on."), part, true),
            (format!("{run}."), &run, false),
        ] {
            let (quotes, _) = gathered(&["Text.", "ada says", &first, "redfox says", then, "I see this too."]);
            assert_eq!(quotes[1].1.starts_with(then), kept, "{then}");
        }
    }

    #[test]
    fn comments_run_to_the_next_one() {
        let (quotes, rest) = gathered(&[
            "Text.",
            "2 Comments",
            "redfox",
            "3 hours ago",
            "One.",
            "Two.",
            "Reply",
            "ada",
            "June 4, 2019",
            "Three.",
            "Leave a Reply",
            "Name",
        ]);
        assert_eq!(quotes, [("redfox".into(), "One.\n\nTwo.".into()), ("ada".into(), "Three.".into())]);
        assert_eq!(rest, 1);
    }

    #[test]
    fn what_a_comment_quotes_is_not_its_own() {
        let quoted = |words: &str| Block {
            lines: Lines::one(1),
            node: Node::Quote(Quote::new(Voice::Quoted, vec![Text::plain(words)])),
        };
        let mut blocks = ["redfox 3 hours ago", "One.", "oak 2 hours ago"].map(block).to_vec();
        blocks.extend([quoted("One."), block("Two."), block("Guide | Help | Terms of Use")]);
        let mut dropped = Vec::new();
        gather(&mut blocks, &mut dropped);
        let said: Vec<_> = blocks.iter().map(Block::words).collect();
        assert_eq!(said, ["One.", "Two."]);
        let dropped: Vec<_> = dropped.iter().map(ToString::to_string).collect();
        assert_eq!(dropped, ["what a comment quotes: One.", "below the comments: Guide | Help | Terms of Use"]);
    }

    #[test]
    fn one_line_that_quotes_begins_no_comments() {
        assert_eq!(gathered(&["Text.", "Ada Vogt wrote:", "One.", "More text."]).0, Vec::new());
        assert_eq!(gathered(&["Text.", "Ada says", "One."]).0.len(), 1);
    }
}
