//! Who said what is quoted: a line such as `— name, forum comment.` below it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use super::block::{Block, Node, Quote, Text, Unsure, Voice};
use super::dates;

/// A line that names whom a quotation is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribution {
    pub speaker: Option<String>,
    pub locator: Option<String>,
    /// The work, where a place in it is named and nobody who wrote it.
    pub work: Option<String>,
    /// The line itself.
    pub line: String,
}

impl Attribution {
    pub fn give(self, quote: &mut Quote) {
        quote.date = quote.date.or_else(|| dates::stated(&self.line));
        quote.speaker = self.speaker.or(quote.speaker.take());
        quote.locator = self.locator.or(quote.locator.take());
        quote.attribution = Some(self.line);
    }
}

static DASH: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(?:—|–|―|⸺|--|-|~)\s*(\S.*)$").expect("a constant pattern"));
static PLACE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(pages?|pp?\.|chapters?|ch\.|sections?|sec\.|§|slides?|minutes?|figures?|tables?|verse|line|part|vol(?:ume|\.))\s*([\divxlc]+(?:[.:\-–][\divxlc]+)*|[A-Z])\s*(?:,|of|in|from)\s+(.+)$")
        .expect("a constant pattern")
});
static YEAR: LazyLock<Regex> = LazyLock::new(|| Regex::new(r",?\s*\(?(?:19|20)\d\d\)?$").expect("a constant pattern"));
static INTRODUCES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(says?|said|writes?|wrote|puts? it|explain(s|ed)?|comment(s|ed)?|following|words|remark(s|ed)?|note[sd]?|reads?|argue[sd]?|complain(s|ed)?|recall(s|ed)?|quote[sd]?|answer(s|ed)?)\b[^.]{0,60}:$")
        .expect("a constant pattern")
});

/// Where words stand that were quoted by whom the text quotes: the line above names that one, not them.
pub const NESTED: &str = "quoted in a quotation";

/// Reads a line as an attribution; `None` where it is something else.
pub fn parse(line: &str) -> Option<Attribution> {
    const LONGEST: usize = 140;
    let line = line.trim();
    if line.chars().count() > LONGEST {
        return None;
    }
    let hyphen = line.starts_with("- ") || (line.starts_with('-') && !line.starts_with("--"));
    let words = DASH.captures(line)?.get(1)?.as_str().trim();
    let words = words.strip_suffix('.').unwrap_or(words).trim_end();
    let count = words.split_whitespace().count();
    if words.is_empty()
        || count > 18
        || words.ends_with(['?', '!', ':', ';', ','])
        || words.contains(". ") && !words.contains(',')
    {
        return None;
    }
    if let Some(found) = PLACE.captures(words) {
        let work = YEAR.replace(&found[3], "").trim().trim_matches(['“', '”', '"', '*', '_']).to_owned();
        return Some(Attribution {
            speaker: None,
            locator: Some(words.to_owned()),
            work: Some(work),
            line: line.to_owned(),
        });
    }
    let (name, rest) = match words.split_once(", ") {
        Some((name, rest)) => (name, Some(rest)),
        None => match words.split_once(" (") {
            Some((name, rest)) => (name, Some(rest.trim_end_matches(')'))),
            None => (words, None),
        },
    };
    if !is_name(name, rest.is_some()) || (hyphen && !is_person(name)) {
        return None;
    }
    let clean = |text: &str| text.trim().trim_matches(['“', '”', '"', '*', '_']).trim().to_owned();
    let locator = rest.map(clean).filter(|rest| !rest.is_empty());
    Some(Attribution { speaker: Some(clean(name)), locator, work: None, line: line.to_owned() })
}

/// An attribution where the markup says that it is one: a dash before it is not needed.
pub fn marked(plain: &str) -> Option<Attribution> {
    let plain = plain.trim();
    parse(plain).or_else(|| parse(&format!("— {plain}")))
}

/// Who is named in a line that announces a quotation, such as `As Ada Vogt once wrote:` or, in a mail,
/// `On 3 May 2020 at 9:00, Ada Vogt <ada@garden.example> wrote:`.
pub fn introduced(line: &str) -> Option<String> {
    static MAIL: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"^(?:On\s.{6,80}?(?:\d{4}|\d{1,2}:\d{2}(?::\d{2})?(?:\s*[AP]M)?(?:\s*[+-]\d{4})?),?\s+)?["“]?(\p{Lu}[^,<>":()\d]{1,50}?|[\w.-]{2,30})["”]?\s*(?:[<(\[][^<>]{3,100}[>)\]]\s*)?(?:wrote|writes|schrieb|a écrit)\s*:$"#)
            .expect("a constant pattern")
    });
    static NAMES: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(?:[Aa]s\s+)?(\p{Lu}[\w.’'-]*(?:\s+\p{Lu}[\w.’'-]*){1,3})\s+(?:once\s+|recently\s+|also\s+|then\s+)?(?:says?|said|writes?|wrote|puts? it|explain(?:s|ed)?|comment(?:s|ed)?|note[sd]?|argue[sd]?|remark(?:s|ed)?|recall(?:s|ed)?|ask(?:s|ed)?|answer(?:s|ed)?)\b[^.]{0,60}:$")
            .expect("a constant pattern")
    });
    let line = line.trim();
    let of_mail = || MAIL.captures(line).filter(|_| line.starts_with("On ") || line.contains(['<', '@']));
    NAMES.captures(line).or_else(of_mail).map(|found| found[1].trim().to_owned())
}

/// Whether words may name a person, an account or a work.
fn is_name(name: &str, has_more: bool) -> bool {
    let words: Vec<_> = name.split_whitespace().collect();
    let first = name.chars().next().unwrap_or(' ');
    let capitals =
        words.iter().filter(|word| word.chars().next().is_some_and(|c| c.is_uppercase() || !c.is_alphabetic())).count();
    match words.len() {
        0 => false,
        // An account, or a first name.
        1 => first.is_alphanumeric() || matches!(first, '@' | '_' | '“' | '"'),
        // A title may have a dash of its own.
        count if count <= 8 && (name.contains(" — ") || name.contains(" – ")) => capitals > 1,
        count => {
            count <= 10
                && capitals * 2 >= count
                && (first.is_uppercase() || capitals * 3 >= count * 2 || has_more && count < 4)
        }
    }
}

/// Whether words can only name a person: after a mere hyphen, which begins most lists.
fn is_person(name: &str) -> bool {
    let words: Vec<_> = name.split_whitespace().collect();
    let lower = ["van", "von", "de", "da", "del", "der", "den", "di", "la", "le", "bin", "al"];
    let good = |word: &&str| lower.contains(word) || word.chars().next().is_some_and(char::is_uppercase);
    (2..=4).contains(&words.len()) && words.iter().all(good)
}

/// Joins each attribution with the quotation above it.
pub fn gather(blocks: &mut Vec<Block>, unsure: &mut Vec<Unsure>) {
    let mut out: Vec<Block> = Vec::with_capacity(blocks.len());
    for mut block in blocks.drain(..) {
        let above = out.last().and_then(Block::paragraph).map(|text| text.plain.as_str());
        if let (Node::Quote(quote), Some(above)) = (&mut block.node, above)
            && quote.speaker.is_none()
            && quote.attribution.is_none()
            && quote.locator.as_deref() != Some(NESTED)
            && quote.voice == Voice::Quoted
        {
            quote.speaker = introduced(above);
            quote.date = quote.date.or_else(|| dates::stated(above).filter(|_| quote.speaker.is_some()));
        }
        if let Some(quote) = block.paragraph().and_then(in_one_line) {
            out.push(Block { lines: block.lines, node: Node::Quote(quote) });
            continue;
        }
        let by = block.paragraph().and_then(|text| parse(&text.plain));
        let Some(by) = by else {
            out.push(block);
            continue;
        };
        match out.last_mut().map(|last| (&mut last.node, last.lines)) {
            Some((Node::Quote(quote), lines)) if quote.speaker.is_none() && quote.voice == Voice::Quoted => {
                by.give(quote);
                if let Some(last) = out.last_mut() {
                    last.lines = lines.to(block.lines);
                }
            }
            Some((Node::Paragraph(_), _)) => {
                let first = beginning(&out);
                let above: Vec<Block> = out.drain(first..).collect();
                out.push(quoted(&above, by, &block));
            }
            _ => {
                let what = "a line like the name below a quotation, with no quotation above it: left as it is";
                unsure.push(Unsure::at(block.lines, what));
                out.push(block);
            }
        }
    }
    *blocks = out;
}

/// A quotation in its marks, with whom it is from behind it.
pub fn in_one_line(text: &Text) -> Option<Quote> {
    static MARKED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"^["“«„]([^"“”«»„]+)["”»“]\s*((?:—|–|―|⸺|--|-|~)\s*(\S.*))$"#).expect("a constant pattern")
    });
    let found = MARKED.captures(&text.plain)?;
    let (words, line, name) = (found[1].trim(), &found[2], &found[3]);
    // The marks say that it is a quotation: a mere hyphen will do, and one word must look like a name.
    let by = parse(&format!("— {name}"))?;
    let one_word =
        by.locator.is_none() && !name.contains(' ') && !name.starts_with(|c: char| c.is_uppercase() || c == '@');
    if words.split_whitespace().count() < 3 || one_word {
        return None;
    }
    let marked = text.markdown.trim().strip_suffix(&super::markup::escape(line)).map(str::trim_end);
    let inner = marked.map(|marked| marked.trim_matches([OPENS, CLOSES].concat().as_slice()).to_owned());
    let paragraph = inner.map_or_else(|| Text::plain(words), |markdown| Text { plain: words.to_owned(), markdown });
    let mut quote = Quote::new(Voice::Quoted, vec![paragraph]);
    Attribution { line: line.to_owned(), ..by }.give(&mut quote);
    Some(quote)
}

const OPENS: [char; 4] = ['“', '"', '«', '„'];
const CLOSES: [char; 4] = ['”', '"', '»', '“'];

/// The block with which a quotation begins that ends with the last one: that one, unless quotation marks or words
/// that announce it say that it is longer.
fn beginning(blocks: &[Block]) -> usize {
    const MOST: usize = 12;
    let text = |at: usize| blocks[at].paragraph().map(|text| text.plain.as_str());
    let last = blocks.len() - 1;
    let reach = |at: &usize| text(*at).is_some() && last - at < MOST;
    let words = text(last).unwrap_or_default();
    let opens = |words: &str| words.starts_with(OPENS);
    if words.ends_with(CLOSES) && words.matches(CLOSES).count() > 0 {
        // Back to the mark that opens it; each paragraph may begin with one, and only the last ends with one.
        let mut first = last;
        if !opens(words) {
            let found = (0..last).rev().take_while(reach).find(|at| text(*at).is_some_and(opens));
            first = found.unwrap_or(last);
        }
        while first > 0
            && reach(&(first - 1))
            && text(first - 1).is_some_and(|above| opens(above) && !above.ends_with(CLOSES))
        {
            first -= 1;
        }
        return first;
    }
    let announced = (0..last).rev().take_while(reach).find(|at| text(*at).is_some_and(|text| text.ends_with(':')));
    match announced {
        Some(at) if text(at).is_some_and(|text| INTRODUCES.is_match(text)) => at + 1,
        _ => last,
    }
}

fn quoted(above: &[Block], by: Attribution, line: &Block) -> Block {
    let mut paragraphs: Vec<Text> = above.iter().filter_map(|block| block.paragraph().cloned()).collect();
    without_marks(&mut paragraphs);
    let mut quote = Quote::new(Voice::Quoted, paragraphs);
    by.give(&mut quote);
    Block { lines: above[0].lines.to(line.lines), node: Node::Quote(quote) }
}

/// Takes off the quotation marks around all of it: the form of the entry says that it is a quotation.
pub fn without_marks(paragraphs: &mut [Text]) {
    let [only] = paragraphs else { return };
    let inner = OPENS
        .iter()
        .find_map(|open| only.plain.strip_prefix(*open))
        .and_then(|rest| CLOSES.iter().find_map(|close| rest.strip_suffix(*close)));
    let Some(inner) = inner.filter(|inner| !inner.contains(OPENS) && !inner.contains(CLOSES)) else { return };
    let (open, close) = (only.plain.chars().next(), only.plain.chars().next_back());
    let markdown = only.markdown.trim();
    let stripped = open.and_then(|c| markdown.strip_prefix(c)).and_then(|rest| rest.strip_suffix(close?));
    if let Some(stripped) = stripped {
        *only = Text { markdown: stripped.to_owned(), plain: inner.to_owned() };
    }
}

/// So many works are sought, in so many blocks: a text that quotes more of them is none.
const MOST_WORKS: usize = 200;
const MOST_ENTRIES: usize = 5_000;

/// Names who wrote the works that places were quoted from, where the capture lists those works with their authors.
pub fn resolve(blocks: &mut [Block], unsure: &mut Vec<Unsure>) {
    let entries: Vec<String> = blocks
        .iter()
        .filter(|block| !matches!(block.node, Node::Quote(_)))
        .take(MOST_ENTRIES)
        .flat_map(|block| block.words().lines().filter(|line| line.len() < 300).map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let mut known: BTreeMap<String, Option<String>> = BTreeMap::new();
    for block in blocks {
        let Node::Quote(quote) = &mut block.node else { continue };
        let work = quote.attribution.as_deref().and_then(parse).and_then(|by| by.work);
        let (None, Some(work)) = (&quote.speaker, work) else { continue };
        let seek = known.len() < MOST_WORKS;
        let found = || if seek { entries.iter().find_map(|entry| author_of(&work, entry)) } else { None };
        match known.entry(work.clone()).or_insert_with(found).clone() {
            Some(author) => quote.speaker = Some(author),
            None => unsure
                .push(Unsure::at(block.lines, format!("who wrote “{work}” is not said: the quote goes by the work"))),
        }
    }
}

/// The author in an entry such as `Title, Name Surname, 2020.` or `Name Surname, Title, 2020`.
fn author_of(work: &str, entry: &str) -> Option<String> {
    let entry = entry.trim().trim_end_matches('.');
    let rest = match entry.strip_prefix(work) {
        Some(rest) => rest.trim_start_matches([' ', ',', '—', '–', '-']).trim_start_matches("by "),
        None => entry.split_once(work)?.0.trim_end_matches([' ', ',', ':', '“', '"', '—', '–']),
    };
    let name = rest.split([',', '(']).next()?.trim();
    is_person(name).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributions_are_told_from_lists() {
        let read = |line| parse(line).map(|by| (by.speaker.unwrap_or_default(), by.locator.unwrap_or_default()));
        let is = |speaker: &str, locator: &str| Some((speaker.to_owned(), locator.to_owned()));
        assert_eq!(read("— redfox, hacker news comment."), is("redfox", "hacker news comment"));
        assert_eq!(read("— Page vii, On Gardens, 2019."), is("", "Page vii, On Gardens, 2019"));
        assert_eq!(read("— Garden Glossary"), is("Garden Glossary", ""));
        assert_eq!(read("— gardens — Tending and More"), is("gardens — Tending and More", ""));
        assert_eq!(read("-- Ada Lovelace"), is("Ada Lovelace", ""));
        assert_eq!(read("– Otto Reh, blog."), is("Otto Reh", "blog"));
        assert_eq!(read("- Otto von Reh, blog"), is("Otto von Reh", "blog"));
        assert_eq!(read("― Ursula Vogt (On Gardens)"), is("Ursula Vogt", "On Gardens"));
        for other in [
            "– the ubiquity of weeds in all of it",
            "- a list item",
            "- It is cheap",
            "—",
            "-5 degrees",
            "— and then what?",
            "plain",
        ] {
            assert_eq!(read(other), None, "{other}");
        }
        assert_eq!(parse("— Page 7, On Gardens, 2019.").unwrap().work.as_deref(), Some("On Gardens"));
    }

    fn paragraph(words: &str) -> Block {
        Block { lines: super::super::Lines::one(1), node: Node::Paragraph(Text::plain(words)) }
    }

    fn gathered(words: &[&str]) -> Vec<String> {
        let mut blocks: Vec<Block> = words.iter().map(|words| paragraph(words)).collect();
        gather(&mut blocks, &mut Vec::new());
        blocks
            .iter()
            .filter_map(|block| match &block.node {
                Node::Quote(quote) => Some(quote.plain()),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn a_quotation_is_as_long_as_its_marks_say() {
        assert_eq!(gathered(&["Mine.", "Theirs.", "— ada, forum."]), ["Theirs."]);
        assert_eq!(gathered(&["Mine.", "“One.", "“Two.”", "— Ada"]), ["“One.\n\n“Two.”"]);
        assert_eq!(gathered(&["Mine.", "“One.", "Two.”", "— Ada"]), ["“One.\n\nTwo.”"]);
        assert_eq!(gathered(&["As Ada once wrote:", "One.", "Two.", "— Ada"]), ["One.\n\nTwo."]);
        assert_eq!(gathered(&["Two kinds exist:", "One.", "Two.", "— Ada"]), ["Two."]);
        assert_eq!(gathered(&["“All of it.”", "— Ada"]), ["All of it."]);
        assert_eq!(gathered(&["— Ada"]), Vec::<String>::new());
    }

    #[test]
    fn a_quotation_and_its_speaker_may_share_a_line() {
        let read = |line| {
            let quote = in_one_line(&Text::plain(line))?;
            Some((quote.plain(), quote.speaker.unwrap_or_default(), quote.locator.unwrap_or_default()))
        };
        let is = |words: &str, speaker: &str, locator: &str| Some((words.into(), speaker.into(), locator.into()));
        let words = "Weeds are *plants* too.";
        assert_eq!(
            read("\"Weeds are *plants* too.\" - Otto von Reh, Spring talk"),
            is(words, "Otto von Reh", "Spring talk")
        );
        assert_eq!(read("“Weeds are *plants* too.” — Ada"), is(words, "Ada", ""));
        for other in
            ["“Weeds are plants” - it was said so", "“Not so.” — Ada", "“Weeds are all plants” - really", "Weeds - Ada"]
        {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn authors_are_named_by_the_list_of_works() {
        assert_eq!(author_of("On Gardens", "On Gardens, Otto Reh, 2019.").as_deref(), Some("Otto Reh"));
        assert_eq!(author_of("On Gardens", "Otto Reh: On Gardens (2019)").as_deref(), Some("Otto Reh"));
        assert_eq!(author_of("On Gardens", "On Gardens are many books"), None);
    }
}
