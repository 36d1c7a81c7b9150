//! Lines of plain text to paragraphs, headings, lists and pasted quotations.
//!
//! A capture has a paragraph a line, with blank lines between or without, or lines that were wrapped at a width.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use regex::Regex;

use super::block::{Block, Item, Lines, Node, Quote, Text, Unsure, Voice};
use super::{attribution, comments, mail};

/// A line that is no code.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// From 1.
    pub number: usize,
    pub text: &'a str,
}

/// A line of its own, or several that were one before they were wrapped.
#[derive(Debug, Clone)]
pub struct Paragraph {
    pub lines: Lines,
    /// Without white space around it.
    pub text: String,
    /// Whether a blank line or code stands above it.
    pub apart: bool,
    pub indented: bool,
}

static BULLET: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\s*([-–—•*·‣▪◦●○+]|\d{1,3}[.)])\s+(\S.*)$").expect("a constant pattern"));
static RULE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^\s*([-*_=~•·#]\s*){3,}$").expect("a constant pattern"));
static ADDRESS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)^(https?://|www\.)\S+$|^\S+@\S+$").expect("a constant pattern"));
static ANNOUNCED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(look at|see|here is|here's|shows?|below is)\b.{0,40}\b(chart|graph|plot|trend|trends|figure|picture|image|diagram|screenshot|photo|video|table)\b[^.]{0,40}[.:]?$")
        .expect("a constant pattern")
});

/// A label and its figure, as programs print them.
static FIGURE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[:=]\s*[\d.,]+\s*\S{0,12}$").expect("a constant pattern"));

pub fn is_bullet(line: &str) -> bool {
    BULLET.is_match(line)
}

/// Words as they are compared: case and punctuation at the end don't count.
pub fn folded(text: &str) -> String {
    text.trim().trim_end_matches(['.', ':', '!']).to_lowercase()
}

/// Whether a text ends as a sentence does.
pub fn ends_sentence(text: &str) -> bool {
    text.trim_end_matches(['"', '”', '’', '\'', ')', ']', '*', '_']).ends_with(['.', '!', '?', '…', ':'])
}

/// Whether the lines were wrapped at a width.
fn is_wrapped(lines: &[Line<'_>]) -> bool {
    const WIDEST: usize = 110;
    // Mails are.
    let announced = lines.iter().any(|line| line.text.trim_end().ends_with("wrote:"));
    if announced
        && lines.iter().any(|line| line.text.starts_with('>'))
        && lines.iter().all(|line| line.text.len() <= WIDEST)
    {
        return true;
    }
    let length = |line: &Line<'_>| line.text.chars().take(WIDEST + 20).count();
    let inner: Vec<_> = lines
        .windows(2)
        .filter(|pair| pair[1].number == pair[0].number + 1 && !pair[1].text.trim().is_empty())
        .collect();
    let full =
        inner.iter().filter(|pair| (45..=WIDEST).contains(&length(&pair[0])) && !ends_sentence(pair[0].text)).count();
    inner.len() > 2 && full * 2 > inner.len() && lines.iter().all(|line| length(line) <= WIDEST)
}

pub fn paragraphs(lines: &[Line<'_>]) -> Vec<Paragraph> {
    const SHORT: usize = 40;
    let wrapped = is_wrapped(lines);
    let mut out: Vec<Paragraph> = Vec::new();
    let mut last = 0;
    let mut goes_on = false;
    for line in lines.iter().filter(|line| !line.text.trim().is_empty()) {
        let text = line.text.trim();
        let follows = line.number == last + 1;
        last = line.number;
        let begins = is_bullet(line.text)
            || text.starts_with('>')
            || attribution::parse(text).is_some()
            || mail::is_header(text)
            || comments::header(text).is_some();
        if let Some(open) =
            out.last_mut().filter(|open| wrapped && follows && goes_on && !begins && !open.text.starts_with('>'))
        {
            open.text.push(' ');
            open.text.push_str(text);
            open.lines.last = line.number;
        } else {
            let indented = line.text.starts_with('\t') || line.text.starts_with("  ");
            out.push(Paragraph { lines: Lines::one(line.number), text: text.to_owned(), apart: !follows, indented });
        }
        goes_on = line.text.chars().count() >= SHORT;
    }
    out
}

/// What a line may be, before its neighbours are asked.
enum Raw {
    Line(Paragraph),
    Other(Block),
}

/// Paragraphs and code, in order, as blocks.
pub fn blocks(paragraphs: Vec<Paragraph>, code: Vec<Block>, unsure: &mut Vec<Unsure>) -> Vec<Block> {
    let items = listed(&paragraphs);
    let labels = labels(&paragraphs);
    let dense = paragraphs.iter().filter(|p| p.apart).count() * 3 < paragraphs.len();
    let mut raw = grouped(paragraphs);
    raw.extend(code.into_iter().map(Raw::Other));
    raw.sort_by_key(|raw| match raw {
        Raw::Line(line) => line.lines.first,
        Raw::Other(block) => block.lines.first,
    });
    let mut out: Vec<Block> = Vec::with_capacity(raw.len());
    for at in 0..raw.len() {
        let block = match &raw[at] {
            Raw::Other(block) => block.clone(),
            Raw::Line(line) if RULE.is_match(&line.text) => {
                // A line of signs right below words makes them a heading.
                if let Some(Block { node, .. }) =
                    out.last_mut().filter(|_| !line.apart && line.text.starts_with(['=', '-']))
                    && let Node::Paragraph(text) = node
                    && text.plain.chars().count() < 100
                {
                    *node = Node::Heading { level: 2, text: text.clone() };
                    continue;
                }
                Block { lines: line.lines, node: Node::Rule }
            }
            Raw::Line(line) => {
                let verdict =
                    Heading { raw: &raw, at, dense, items: &items, labels: &labels, above: out.last() }.verdict(line);
                unsure.extend(verdict.err().map(|what| Unsure::at(line.lines, what)));
                let words = line.text.trim_start_matches('#').trim();
                let node = match verdict {
                    Ok(true) => Node::Heading { level: 2, text: Text::plain(words) },
                    _ => Node::Paragraph(Text::plain(&line.text)),
                };
                Block { lines: line.lines, node }
            }
        };
        out.push(block);
    }
    out
}

/// What stands in lists: a line that repeats it is a heading.
fn listed(paragraphs: &[Paragraph]) -> HashSet<String> {
    paragraphs.iter().filter_map(|p| BULLET.captures(&p.text).map(|found| folded(&found[2]))).collect()
}

/// The lines with a label such as `Room: North`, where others beside them have one too, or the same one, as those have
/// who speak in turn.
fn labels(paragraphs: &[Paragraph]) -> HashSet<usize> {
    static LABEL: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(?:\[?\(?\d{1,2}:\d{2}(?::\d{2})?\)?\]?\s*)?(\p{Lu}[\w.’'-]*(?: [\w.’'-]+){0,3}):\s+\S")
            .expect("a constant pattern")
    });
    // Who speaks in turn says whole sentences, now and then.
    const LONG: usize = 90;
    let found: Vec<Option<&str>> = paragraphs
        .iter()
        .map(|p| LABEL.captures(&p.text).and_then(|found| found.get(1)).map(|label| label.as_str()))
        .collect();
    let mut counts: HashMap<&str, (usize, bool)> = HashMap::new();
    for (label, paragraph) in found.iter().zip(paragraphs) {
        let Some(label) = label else { continue };
        let (count, speaks) = counts.entry(label).or_default();
        *count += 1;
        *speaks |= paragraph.text.chars().count() > LONG || paragraph.text.ends_with(['.', '!']);
    }
    let speaks = |label: &str| counts.get(label).is_some_and(|(count, speaks)| *count > 1 && *speaks);
    let label = |at: usize| found.get(at).copied().flatten();
    let beside = |at: usize| at.checked_sub(1).and_then(label).or_else(|| label(at + 1)).is_some();
    (0..paragraphs.len())
        .filter(|at| label(*at).is_some_and(|label| speaks(label) || beside(*at)))
        .map(|at| paragraphs[at].lines.first)
        .collect()
}

/// Whether `>>>` stands for what was quoted three times, as in a mail, and is no prompt.
pub fn is_deep<'a>(mut lines: impl Iterator<Item = &'a str>) -> bool {
    lines.any(|line| line.starts_with(">> "))
}

/// Brings the lines of a list or of a pasted quotation together.
fn grouped(paragraphs: Vec<Paragraph>) -> Vec<Raw> {
    let mut out = Vec::new();
    let deep = is_deep(paragraphs.iter().map(|p| p.text.as_str()));
    let mut all = paragraphs.into_iter().peekable();
    let mut above: Option<String> = None;
    while let Some(first) = all.next() {
        if first.text.starts_with('>') && (deep || !first.text.starts_with(">>>")) {
            let mut run = vec![first];
            while let Some(next) = all.next_if(|next| next.text.starts_with('>') && !next.apart) {
                run.push(next);
            }
            out.extend(pasted(&run, above.take().as_deref()).into_iter().map(Raw::Other));
            continue;
        }
        let marker = |p: &Paragraph| BULLET.captures(&p.text).map(|found| kind_of(&found[1]));
        let Some(mark) = marker(&first) else {
            above = Some(first.text.clone());
            out.push(Raw::Line(first));
            continue;
        };
        let mut run = vec![first];
        while let Some(next) = all.next_if(|next| {
            marker(next) == Some(mark)
                || (next.indented && !next.apart && run.last().is_some_and(|last: &Paragraph| !last.text.is_empty()))
        }) {
            match run.last_mut().filter(|_| marker(&next) != Some(mark)) {
                Some(open) => {
                    open.text.push(' ');
                    open.text.push_str(&next.text);
                    open.lines.last = next.lines.last;
                }
                None => run.push(next),
            }
        }
        // One dash below a paragraph names whom it quotes.
        let alone = run.len() == 1 && above.is_some() && attribution::parse(&run[0].text).is_some();
        above = alone.then(String::new);
        if alone {
            out.extend(run.into_iter().map(Raw::Line));
        } else {
            out.push(Raw::Other(list(&run)));
        }
    }
    out
}

/// Numbers of a list are one kind of mark.
fn kind_of(mark: &str) -> char {
    mark.chars().next().map_or(' ', |c| if c.is_ascii_digit() { '1' } else { c })
}

fn list(run: &[Paragraph]) -> Block {
    let item = |p: &Paragraph| {
        let (mark, words) = BULLET
            .captures(&p.text)
            .map_or((String::new(), p.text.clone()), |found| (found[1].to_owned(), found[2].to_owned()));
        let number = mark.trim_end_matches(['.', ')']).parse().ok();
        let is_link = ADDRESS.is_match(&words);
        Item { depth: 0, number, text: Text::plain(&words), mark, is_link }
    };
    Block { lines: run[0].lines.to(run[run.len() - 1].lines), node: Node::List(run.iter().map(item).collect()) }
}

/// Lines that begin with `>`, as mail and forums quote. Words at another depth are somebody else's: those who wrote
/// them are named by the line above, at the depth of those who quote them.
fn pasted(run: &[Paragraph], above: Option<&str>) -> Vec<Block> {
    const DEEPEST: usize = 16;
    let mut names: Vec<Option<String>> = vec![above.and_then(attribution::introduced)];
    let mut out: Vec<Block> = Vec::new();
    let mut paragraphs: Vec<String> = Vec::new();
    let mut first = 0;
    let mut depth = 0;
    for (at, line) in run.iter().enumerate() {
        let words = line.text.trim_start_matches(['>', ' ']);
        let here = line.text[..line.text.len() - words.len()].matches('>').count().min(DEEPEST);
        if here != depth && !words.is_empty() {
            out.extend(level(&run[first..at], &mut paragraphs, depth, &mut names));
            (first, depth) = (at, here);
        }
        match paragraphs.last_mut().filter(|open| !open.is_empty() && !words.is_empty()) {
            Some(open) => {
                open.push(' ');
                open.push_str(words);
            }
            None => paragraphs.push(words.to_owned()),
        }
    }
    out.extend(level(&run[first..], &mut paragraphs, depth, &mut names));
    out
}

/// The words at one depth as a quotation, without the line that names who wrote those that are deeper.
fn level(
    run: &[Paragraph],
    paragraphs: &mut Vec<String>,
    depth: usize,
    names: &mut Vec<Option<String>>,
) -> Option<Block> {
    let mut paragraphs = std::mem::take(paragraphs);
    paragraphs.retain(|text| !text.is_empty());
    names.resize(depth.max(1), None);
    let deeper = paragraphs.last().and_then(|last| attribution::introduced(last));
    if deeper.is_some() {
        paragraphs.pop();
    }
    names.push(deeper);
    let mut paragraphs: Vec<Text> = paragraphs.iter().map(|text| Text::plain(text)).collect();
    let lines = run.first()?.lines.to(run.last()?.lines);
    if let [only] = paragraphs.as_slice()
        && let Some(quote) = attribution::in_one_line(only)
    {
        return Some(Block { lines, node: Node::Quote(quote) });
    }
    let by = paragraphs.last().and_then(|last| attribution::parse(&last.plain)).filter(|_| paragraphs.len() > 1);
    if by.is_some() {
        paragraphs.pop();
    }
    if paragraphs.is_empty() {
        return None;
    }
    let speaker = names.get(depth.saturating_sub(1)).cloned().flatten();
    let locator = (depth > 1 && speaker.is_none()).then(|| attribution::NESTED.to_owned());
    let mut quote = Quote { speaker, locator, ..Quote::new(Voice::Quoted, paragraphs) };
    if let Some(by) = by {
        by.give(&mut quote);
    }
    Some(Block { lines, node: Node::Quote(quote) })
}

/// Whether a line is a heading: what is asked for it.
struct Heading<'a> {
    raw: &'a [Raw],
    at: usize,
    /// Whether paragraphs stand without blank lines between.
    dense: bool,
    items: &'a HashSet<String>,
    /// The lines that begin with a label as others do.
    labels: &'a HashSet<usize>,
    above: Option<&'a Block>,
}

impl Heading<'_> {
    /// `Err` says why it is taken for a paragraph, where that is not certain.
    fn verdict(&self, line: &Paragraph) -> Result<bool, &'static str> {
        let text = line.text.as_str();
        if text.starts_with('#') && text.trim_start_matches('#').starts_with(' ') {
            return Ok(true);
        }
        if self.items.contains(&folded(text)) {
            return Ok(true);
        }
        if line.lines.first != line.lines.last || !is_like(text) || self.labels.contains(&line.lines.first) {
            return Ok(false);
        }
        if is_broken_off(text) {
            return Err("a short line that breaks off: taken for a paragraph");
        }
        let below_heading = self.above.is_some_and(|above| matches!(above.node, Node::Heading { .. }));
        let above = self.above.and_then(Block::paragraph);
        if above.is_some_and(|above| ANNOUNCED.is_match(&above.plain)) {
            return Err(
                "a short line below a sentence that announces a picture: taken for its caption, not for a heading",
            );
        }
        let length = text.split_whitespace().count();
        if text.ends_with('?') && (below_heading || self.dense && length > 12) {
            return Ok(false);
        }
        if self.leads_to_text(self.at + 1) {
            let settled = above.is_none_or(|above| ends_sentence(&above.plain));
            return Ok(!self.dense || is_title_case(text) || (length <= 8 && settled));
        }
        Ok(is_title_case(text) && !text.ends_with('?') && self.chain_leads_to_text())
    }

    /// Whether what stands there is what a heading stands above.
    fn leads_to_text(&self, at: usize) -> bool {
        match self.raw.get(at) {
            Some(Raw::Other(block)) => !matches!(block.node, Node::Rule),
            Some(Raw::Line(next)) => {
                let text = next.text.as_str();
                (ends_sentence(text) || text.chars().count() > 120) && comments::header(text).is_none()
            }
            None => false,
        }
    }

    /// Whether headings follow one another until there is text.
    fn chain_leads_to_text(&self) -> bool {
        const LONGEST: usize = 4;
        for at in self.at + 1..self.at + 1 + LONGEST {
            match self.raw.get(at) {
                Some(Raw::Line(next))
                    if is_like(&next.text) && is_title_case(&next.text) && !is_broken_off(&next.text) =>
                {
                    if self.leads_to_text(at + 1) {
                        return true;
                    }
                }
                _ => return false,
            }
        }
        false
    }
}

/// Whether a line could be a heading by itself.
pub fn is_like(text: &str) -> bool {
    let first = text.chars().next().unwrap_or(' ');
    let words = text.split_whitespace().count();
    let length = text.chars().take(101).count();
    (first.is_uppercase() || first.is_numeric())
        && (2..=90).contains(&length)
        && words <= 14
        && text.chars().any(char::is_alphabetic)
        && !text.ends_with(['.', ',', ';', ':', '!', '…', '—', '-', '|', '='])
        && !text.contains(". ")
        && !ADDRESS.is_match(text)
        && !FIGURE.is_match(text)
        && attribution::parse(text).is_none()
        && comments::header(text).is_none()
}

/// Whether most of its longer words begin with a capital.
pub fn is_title_case(text: &str) -> bool {
    let words: Vec<_> =
        text.split_whitespace().filter(|word| word.chars().filter(|c| c.is_alphabetic()).count() > 3).collect();
    let capital = |word: &&&str| word.chars().find(|c| c.is_alphabetic()).is_some_and(char::is_uppercase);
    let first = text.chars().find(|c| c.is_alphabetic()).is_some_and(char::is_uppercase);
    first && words.iter().filter(capital).count() * 5 >= words.len() * 3
}

/// Whether a line stops in the middle of a sentence.
fn is_broken_off(text: &str) -> bool {
    const ENDS: [&str; 32] = [
        "is", "are", "was", "were", "be", "the", "a", "an", "and", "or", "of", "to", "in", "with", "for", "by", "that",
        "equally", "as", "at", "on", "from", "but", "not", "very", "so", "because", "which", "who", "my", "your",
        "our",
    ];
    const BEGINS: [&str; 14] =
        ["It's", "It’s", "I'm", "I’m", "I", "We", "They", "He", "She", "There's", "There’s", "That's", "That’s", "It"];
    let mut words = text.split_whitespace();
    let first = words.next().unwrap_or_default();
    let last = words.next_back().unwrap_or_default();
    (ENDS.contains(&last) || BEGINS.contains(&first)) && !is_title_case(text) && !text.ends_with('?')
}
