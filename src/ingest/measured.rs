//! Figures with units that a text claims, each with the sentence that it stands in.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::block::{Block, Lines, Node};

/// A figure that somebody measured, or says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measured {
    pub lines: Lines,
    /// The figure with its unit.
    pub value: String,
    /// The sentence that it stands in.
    pub context: String,
    /// Which block it stands in, from 0.
    pub block: usize,
}

static FIGURE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)(?:~|≈|about |around )?",
        r"(?:\b\d{1,2}:\d{2}(?::\d{2})?\.\d+(?:\s*(?:seconds?|minutes?|hours?|s|m|h)\b)?",
        r"|\b\d+:\d{2}:\d{2}(?:\s*(?:seconds?|minutes?|hours?)\b)?",
        r"|\b\d[\d,.']*\s*[kKmM]?\s*(?:(?:ms|µs|μs|us|ns|msec|secs?|seconds?|milliseconds?|microseconds?|nanoseconds?|minutes?|mins?)\b",
        r"|s\b",
        r"|(?:requests?|reqs?|queries|ops|operations|transactions|messages|events|rows|connections|calls|packets|bytes|frames)\s*(?:/|per|a|each)\s*(?:s|sec|second|minute|core)\b",
        r"|(?:rps|qps|tps|req/s|ops/s|MB/s|GB/s|Mbps|Gbps|Hz|kHz|MHz|GHz)\b",
        r"|(?:[KMGT]i?B|bytes|kilobytes|megabytes|gigabytes)\b",
        r"|%|percent\b|per cent\b",
        r"|(?:x|×|times)(?:\s+(?:as\s+)?(?:fast|slow|quick|much|more|less|fewer|higher|lower|larger|smaller|better|worse|cheaper|longer|shorter)\w*)",
        r"|x\b|×|-fold\b))",
    ))
    .expect("a constant pattern")
});

/// So many figures of a text are told; a table of a thousand is no claim.
const MOST: usize = 100;

/// A longer sentence is a table that lost its lines, or no text at all.
const LONGEST: usize = 1_000;

pub fn find(blocks: &[Block]) -> Vec<Measured> {
    let mut found = Vec::new();
    for (at, block) in blocks.iter().enumerate() {
        if matches!(block.node, Node::Heading { .. } | Node::Code(_)) {
            continue;
        }
        let words = block.words();
        for line in words.lines() {
            for sentence in sentences(line).into_iter().filter(|sentence| sentence.len() < LONGEST) {
                let figures = FIGURE.find_iter(sentence).filter(|figure| is_measured(sentence, &figure.range()));
                let values: Vec<&str> = figures.map(|figure| figure.as_str().trim()).collect();
                if !values.is_empty() && found.len() < MOST {
                    found.push(Measured {
                        lines: block.lines,
                        value: values.join(", "),
                        context: sentence.trim().to_owned(),
                        block: at,
                    });
                }
            }
        }
    }
    found
}

/// What a share is a share of, or by how much something differs, where it was measured: `40% of us` was not.
static COMPARES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:fast|slow|quick|less|more|fewer|higher|lower|better|worse|cheap|larger|smaller|longer|shorter|improve|reduc|increas|decreas|drop|of the time|of (?:a|one|the|all) (?:\w+ )?(?:cores?|cpu|memory|requests|calls|runs)|cpu|memory|load|utili[sz]|latency|throughput|overhead|speed)")
        .expect("a constant pattern")
});
static ASKED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:respondents|surveyed|survey|poll|polled|voters|of (?:us|you|them|people|developers|programmers|users|readers|companies|teams))\b")
        .expect("a constant pattern")
});

/// Whether a figure says what was measured: no decade, and no share of those who were asked.
fn is_measured(sentence: &str, at: &Range<usize>) -> bool {
    const NEAR: usize = 60;
    let value = sentence[at.clone()].trim();
    let figure = value.trim_start_matches(|c: char| !c.is_ascii_digit());
    if figure.is_empty() || is_decade(figure, &sentence[..at.start]) {
        return false;
    }
    if !value.ends_with('%') && !value.to_lowercase().ends_with("cent") {
        return true;
    }
    let near = sentence.floor_char_boundary(at.start.saturating_sub(NEAR))
        ..sentence.floor_char_boundary((at.end + NEAR).min(sentence.len()));
    COMPARES.is_match(&sentence[near]) && !ASKED.is_match(sentence)
}

/// Whether a figure is none, as in `the 2000s` and `the early '90s`.
fn is_decade(figure: &str, before: &str) -> bool {
    let Some(digits) = figure.strip_suffix('s') else { return false };
    let ends = |word: &&str| before.trim_end().to_lowercase().ends_with(*word);
    digits.bytes().all(|b| b.is_ascii_digit())
        && (digits.len() == 4
            || digits.len() == 2
                && digits.ends_with('0')
                && ["the", "early", "mid", "mid-", "late", "'", "’"].iter().any(ends))
}

/// The sentences of a line: each ends with a mark that a blank and no small letter follow.
fn sentences(line: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    for (at, c) in line.char_indices() {
        if !matches!(c, '.' | '!' | '?') {
            continue;
        }
        let after = &line[at + c.len_utf8()..];
        let next = after.trim_start().chars().next();
        if after.starts_with(char::is_whitespace) && next.is_some_and(|next| !next.is_lowercase()) {
            out.push(&line[start..=at]);
            start = at + 1;
        }
    }
    out.push(&line[start..]);
    out
}

#[cfg(test)]
mod tests {
    use super::super::Text;
    use super::*;

    fn values(words: &str) -> Vec<(String, String)> {
        let block = Block { lines: Lines::one(1), node: Node::Paragraph(Text::plain(words)) };
        find(&[block]).into_iter().map(|m| (m.value, m.context)).collect()
    }

    #[test]
    fn figures_keep_their_sentence() {
        let one = |value: &str, context: &str| vec![(value.to_owned(), context.to_owned())];
        assert_eq!(
            values("It is fast. Process took 0:00:00.896876 seconds. So there."),
            one("0:00:00.896876 seconds", "Process took 0:00:00.896876 seconds.")
        );
        assert_eq!(
            values("We saw 12,500 requests per second, at 35% of a core."),
            one("12,500 requests per second, 35%", "We saw 12,500 requests per second, at 35% of a core.")
        );
        assert_eq!(values("Threads were 3x faster"), one("3x faster", "Threads were 3x faster"));
        assert_eq!(values("It took 1.5 ms."), one("1.5 ms", "It took 1.5 ms."));
        let words = "It was 20% slower, and waited 80% of the time.";
        assert_eq!(values(words), one("20%, 80%", words));
        assert_eq!(values("It needs 200 MiB"), one("200 MiB", "It needs 200 MiB"));
    }

    #[test]
    fn numbers_without_units_are_none() {
        for words in [
            "After 2 years of Python 3.11 on page 7, in 2020, with 6 threads.",
            "A 7-day course.",
            "HTTP/2 and IPv6",
            "A fad of the 2000s.",
            "They were new in the early 2000s, and about 1990s gardens nothing is known; in the late 90s they grew.",
            "Of those who answered, 62% have a garden.",
            "40% of developers use it more often.",
        ] {
            assert_eq!(values(words), Vec::new(), "{words}");
        }
    }
}
