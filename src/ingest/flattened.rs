//! Code that a capture flattened: line ends lost, line numbers in the way, indentation gone.
//!
//! A page that numbers its lines leaves the numbers behind: `1 2 3 |` tells that three lines stood where one is. The
//! lines are restored only if there is one way to part the text into so many that parses; else it stays as it is.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::block::Code;
use super::code::{Look, look};
use super::{code, language};

/// Numbers from 1 with blanks between and a bar at the end: the margin of a highlighter's table.
static GUTTER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\s*1((?:\s+\d{1,4})*)\s*\|?\s*$").expect("a constant pattern"));
static BEGINS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"\A(?:#(?:\s|$)|//\s|@\w|\.\.\.(?:\s|$)|",
        r"(?:async\s+)?(?:def|with|for)\s|class\s+\w|import\s+\w|from\s+[\w.]+\s+import\s|",
        r"(?:return|pass|raise|yield|await|break|continue|assert|del|global)\b|",
        r"(?:if|elif|while|try|else|except|finally)\b[^#]*?:|",
        r"[A-Za-z_][\w.\[\]]*(?:\s*,\s*[A-Za-z_]\w*)*\s*(?:[-+*/|&]?=)\s|",
        r"[A-Za-z_][\w.]*\()"
    ))
    .expect("a constant pattern")
});

/// A longer line is no code that was flattened; to look for its statements would take long.
const LONGEST: usize = 8 << 10;

/// The numbers of a margin: how many lines of code it counts.
fn gutter(line: &str) -> Option<usize> {
    let found = GUTTER.captures(line)?;
    let mut count = 1;
    for number in found[1].split_whitespace() {
        count += 1;
        if number.parse() != Ok(count) {
            return None;
        }
    }
    (count > 1 || line.trim_end().ends_with('|')).then_some(count)
}

/// A stretch of lines that holds flattened code, and the code.
pub fn find(lines: &[&str], at: usize) -> Option<(Range<usize>, Code)> {
    gutter_then_line(lines, at)
        .or_else(|| numbers_then_lines(lines, at))
        .or_else(|| numbered_lines(lines, at))
        .or_else(|| one_line(lines[at]).map(|code| (at..at + 1, code)))
}

/// `1 2 3 |` and, on the next line or after it, all the code with ` |` at the end.
fn gutter_then_line(lines: &[&str], at: usize) -> Option<(Range<usize>, Code)> {
    let line = lines[at];
    if lines[at..lines.len().min(at + 3)].iter().any(|line| line.len() > LONGEST) {
        return None;
    }
    if let Some(count) = gutter(line) {
        let next = (at + 1..lines.len().min(at + 3)).find(|next| !lines[*next].trim().is_empty())?;
        let text = lines[next].trim();
        let has_bar = text.ends_with('|');
        let text = text.strip_suffix('|').unwrap_or(text).trim();
        let is_code = has_bar || look(text) == Look::Strong || starts(text).len() > 1 || begins_as_program(text);
        return (is_code && !text.is_empty()).then(|| (at..next + 1, restored(text, count)));
    }
    // Both on one line.
    let (numbers, rest) = line.split_once('|')?;
    let count = gutter(&format!("{numbers}|"))?;
    let text = rest.trim();
    let text = text.strip_suffix('|').unwrap_or(text).trim();
    let is_code = look(text) == Look::Strong || starts(text).len() > 1 || rest.trim_end().ends_with('|');
    (is_code && !text.is_empty()).then(|| (at..at + 1, restored(text, count)))
}

/// A column of numbers, each on a line of its own, and below it the code.
fn numbers_then_lines(lines: &[&str], at: usize) -> Option<(Range<usize>, Code)> {
    let is = |line: usize, number: usize| lines.get(line).is_some_and(|text| text.trim().parse() == Ok(number));
    if lines[at].trim() != "1" || !is(at + 1, 2) {
        return None;
    }
    let count = (0..lines.len() - at).take_while(|more| is(at + more, more + 1)).count();
    let first = (at + count..lines.len().min(at + count + 3)).find(|line| !lines[*line].trim().is_empty())?;
    if lines[first].len() > LONGEST {
        return None;
    }
    let rest = &lines[first..lines.len().min(first + count)];
    if rest.len() == count && rest.iter().any(|line| look(line) == Look::Strong) {
        let made = code::made(&rest.join("\n"), None);
        return Some((at..first + count, made));
    }
    let text = rest.first()?.trim();
    let text = text.strip_suffix('|').unwrap_or(text).trim();
    (starts(text).len() > 1 || look(text) == Look::Strong).then(|| (at..first + 1, restored(text, count)))
}

/// Lines that begin with their numbers, from 1.
fn numbered_lines(lines: &[&str], at: usize) -> Option<(Range<usize>, Code)> {
    fn rest(line: &str, number: usize) -> Option<&str> {
        let rest = line.trim_start().strip_prefix(&number.to_string())?;
        let rest = rest.strip_prefix([':', '|']).unwrap_or(rest);
        (rest.is_empty() || rest.starts_with([' ', '\t'])).then(|| rest.get(1..).unwrap_or_default())
    }
    let found: Vec<&str> = lines[at..].iter().enumerate().map_while(|(n, line)| rest(line, n + 1)).collect();
    if found.len() < 2 || !found.iter().any(|line| look(line) == Look::Strong) {
        return None;
    }
    let made = code::made(&found.join("\n"), None);
    Some((at..at + found.len(), made))
}

/// Several statements on one line, with no margin that counts them.
fn one_line(line: &str) -> Option<Code> {
    let text = line.trim();
    if !(40..LONGEST).contains(&text.len()) || look(line) == Look::Prose && !begins_as_program(text) {
        return None;
    }
    let is_python = begins_as_program(text) && starts(text).len() > 2;
    let braces = text.matches(['{', '}', ';']).count();
    if !is_python && braces < 4 {
        return None;
    }
    let language = language::guess(text).or(is_python.then_some("python"))?;
    // One statement may well hold a few braces.
    if code::parses(language, text) == Some(true) && text.matches(';').count() < 2 {
        return None;
    }
    Some(restored_as(text, None, Some(language)))
}

/// Whether a line begins as a program does: with an import, a definition or a decorator.
fn begins_as_program(text: &str) -> bool {
    static FIRST: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(import \w+ \w|from [\w.]+ import \w+ \w|(async )?def \w+\(|class \w+(\(\w*\))?: |@\w+)")
            .expect("a constant pattern")
    });
    FIRST.is_match(text)
}

fn restored(text: &str, count: usize) -> Code {
    restored_as(text, Some(count), language::guess(text))
}

/// The code with its lines, if there is one way to have them.
fn restored_as(text: &str, count: Option<usize>, language: Option<&str>) -> Code {
    let is_python = matches!(language, None | Some("python"));
    let lines = match count {
        Some(1) => Some(text.to_owned()),
        Some(count) if is_python => only_way(text, count),
        _ => by_braces(text, language),
    };
    let language = language.or_else(|| language::guess(lines.as_deref().unwrap_or(text)));
    let language = language.or((is_python && lines.is_some()).then_some("python")).map(str::to_owned);
    // Of what was not restored nobody knows whether it parsed.
    let parses = lines.as_deref().zip(language.as_deref()).and_then(|(text, language)| code::parses(language, text));
    Code { language, text: lines.unwrap_or_else(|| text.to_owned()), flattened: true, parses }
}

/// Where a statement or a comment may begin: after a blank, and not in the middle of an expression.
fn starts(text: &str) -> Vec<usize> {
    const MOST: usize = 64;
    let goes_on = |before: &str| {
        let before = before.trim_end();
        let word = before.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
        before.ends_with(['=', ',', '(', '[', '{', '+', '-', '*', '/', '%', '<', '>', '&', '|', '.', '@', '#'])
            || matches!(
                word,
                "await"
                    | "return"
                    | "in"
                    | "not"
                    | "and"
                    | "or"
                    | "is"
                    | "async"
                    | "as"
                    | "if"
                    | "else"
                    | "yield"
                    | "raise"
                    | "lambda"
                    | "def"
                    | "class"
                    | "while"
                    | "elif"
                    | "except"
                    | "from"
                    | "import"
                    | "with"
                    | "for"
            )
    };
    let mut found = Vec::new();
    for (at, _) in text.match_indices(' ') {
        let rest = &text[at + 1..];
        if found.len() < MOST
            && BEGINS.find(&rest[..rest.floor_char_boundary(rest.len().min(200))]).is_some()
            && (rest.starts_with(['#', '@']) || !goes_on(&text[..at]))
        {
            found.push(at + 1);
        }
    }
    found
}

/// The text in `count` lines, if there is exactly one way that parses and leaves no doubt of the indentation.
fn only_way(text: &str, count: usize) -> Option<String> {
    const MOST_WAYS: usize = 100;
    let starts = starts(text);
    let breaks = count - 1;
    if starts.len() < breaks || ways(starts.len(), breaks) > MOST_WAYS {
        return None;
    }
    let mut found = None;
    let mut chosen: Vec<usize> = (0..breaks).collect();
    loop {
        let cuts: Vec<usize> = chosen.iter().map(|at| starts[*at]).collect();
        if let Some(lines) = indented(text, &cuts)
            && code::parses("python", &lines) == Some(true)
            && found.replace(lines).is_some()
        {
            return None;
        }
        // The next choice in order.
        let Some(at) = (0..breaks).rev().find(|at| chosen[*at] < starts.len() - breaks + at) else { return found };
        chosen[at] += 1;
        for after in at + 1..breaks {
            chosen[after] = chosen[after - 1] + 1;
        }
    }
}

/// How many ways there are to choose `k` of `n`, as far as it matters.
fn ways(n: usize, k: usize) -> usize {
    (0..k.min(n - k)).fold(1_usize, |ways, at| ways.saturating_mul(n - at) / (at + 1))
}

/// The lines with the indentation that follows from their colons; `None` where a block may have ended, and nobody
/// can tell.
fn indented(text: &str, cuts: &[usize]) -> Option<String> {
    let ends = cuts.iter().copied().chain([text.len()]);
    let mut start = 0;
    let (mut lines, mut depth, mut since_opened) = (Vec::new(), 0_usize, None);
    for end in ends {
        let line = text[start..end].trim();
        start = end;
        if line.is_empty() {
            return None;
        }
        if since_opened.is_some_and(|since| since > 0) {
            return None;
        }
        lines.push(format!("{}{line}", "    ".repeat(depth)));
        if line.ends_with(':') && !line.starts_with('#') {
            depth += 1;
            since_opened = Some(0);
        } else {
            since_opened = since_opened.map(|since| since + 1);
        }
    }
    Some(lines.join("\n"))
}

/// In languages with braces, white space says nothing: lines follow from the signs. A comment to the end of its line
/// makes that impossible.
fn by_braces(text: &str, language: Option<&str>) -> Option<String> {
    let language = language
        .filter(|l| matches!(*l, "javascript" | "java" | "rust" | "go" | "c" | "cpp" | "csharp" | "typescript"))?;
    if text.contains("//") || text.contains(['`', '\'', '"', '#']) || (language == "go" && !text.contains('{')) {
        return None;
    }
    let (mut lines, mut line, mut depth, mut round) = (Vec::new(), String::new(), 0_usize, 0_usize);
    let mut put = |line: &mut String, depth: usize| {
        if !line.trim().is_empty() {
            lines.push(format!("{}{}", "    ".repeat(depth), line.trim()));
        }
        line.clear();
    };
    for c in text.chars() {
        match c {
            '(' => round += 1,
            ')' => round = round.saturating_sub(1),
            '}' if round == 0 => {
                put(&mut line, depth);
                depth = depth.saturating_sub(1);
            }
            _ => {}
        }
        line.push(c);
        if round == 0 && matches!(c, '{' | ';' | '}') {
            put(&mut line, depth);
            depth += usize::from(c == '{');
        }
    }
    put(&mut line, depth);
    let made = lines.join("\n");
    (lines.len() > 1 && code::parses(language, &made) == Some(true)).then_some(made)
}

/// Whether code of a language that needs it has no indentation where there must be some.
pub fn has_lost_indentation(language: &str, text: &str) -> bool {
    if !matches!(language, "python" | "yaml") || text.lines().any(|line| line.starts_with([' ', '\t'])) {
        return false;
    }
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let opens = |line: &str| language == "python" && line.ends_with(':') && look(line) == Look::Strong;
    lines.windows(2).any(|pair| opens(pair[0]) && !pair[1].starts_with(">>>"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str) -> Option<(String, Option<bool>)> {
        let lines: Vec<&str> = text.lines().collect();
        find(&lines, 0).map(|(_, code)| {
            assert!(code.flattened);
            (code.text, code.parses)
        })
    }

    #[test]
    fn lines_are_restored_where_the_margin_counts_them() {
        for (text, wanted) in [
            (
                "1 2 3 |\n# make a thing async def make_it(): # later |",
                "# make a thing\nasync def make_it():\n    # later",
            ),
            ("1 2 3 |\n... # get the thing thing = make_it() |", "...\n# get the thing\nthing = make_it()"),
            ("1 2 3 | ... # and wait for it await make_it() |", "...\n# and wait for it\nawait make_it()"),
            ("1 2\nimport time time.sleep(3)", "import time\ntime.sleep(3)"),
        ] {
            let (code, parses) = first(text).expect(text);
            assert_eq!((code.as_str(), parses), (wanted, Some(true)), "{text}");
        }
    }

    #[test]
    fn what_may_be_read_in_two_ways_stays_as_it_is() {
        let text = "for a in b: first(a) second(a) |";
        let (code, parses) = first(&format!("1 2 3 |\n{text}")).expect("code");
        assert_eq!((code.as_str(), parses), ("for a in b: first(a) second(a)", None));
        let (code, parses) =
            first("import asyncio async def main(): await asyncio.sleep(1) asyncio.run(main())").expect("code");
        assert!(code.starts_with("import asyncio async def") && parses.is_none());
    }

    #[test]
    fn braces_give_the_lines_back() {
        let (code, parses) =
            first("async function go(a) { const b = await f(a); return b; } go(1); go(2);").expect("code");
        assert_eq!(code, "async function go(a) {\n    const b = await f(a);\n    return b;\n}\ngo(1);\ngo(2);");
        assert_eq!(parses, Some(true));
    }

    #[test]
    fn numbers_before_lines_go() {
        let lines = ["1 import time", "2", "3 def f():", "4     time.sleep(1)", "Then words."];
        let (range, code) = find(&lines, 0).expect("code");
        assert_eq!(
            (range, code.text.as_str(), code.flattened),
            (0..4, "import time\n\ndef f():\n    time.sleep(1)", false)
        );
        let lines = ["1", "2", "def f():", "    return 1"];
        let (range, code) = find(&lines, 0).expect("code");
        assert_eq!((range, code.text.as_str()), (0..4, "def f():\n    return 1"));
    }

    #[test]
    fn lost_indentation_is_seen() {
        assert!(has_lost_indentation("python", "def f(a):\nreturn a"));
        assert!(!has_lost_indentation("python", "def f(a):\n    return a"));
        for prose in ["1. A list", "1 2 3 go", "2020", "A line of words; and { braces } in it; so many; of them."] {
            assert!(first(prose).is_none(), "{prose}");
        }
    }
}
