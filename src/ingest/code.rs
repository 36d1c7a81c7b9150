//! Code in plain text, found by its look: its lines are like those of no prose.

use std::ops::Range;
use std::sync::LazyLock;

use regex::RegexSet;

use super::block::Code;
use super::{flattened, language};
use crate::parsers;

/// How much a line looks like code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Look {
    Prose,
    /// It may stand in code, and elsewhere too.
    Weak,
    Strong,
}

/// No line of prose is like these, however many words it has.
static CERTAIN: LazyLock<RegexSet> = LazyLock::new(|| {
    RegexSet::new([
        r"^\s*(async\s+)?def\s+(async\s+)?\w+\s*\(.*(:|\(|,)\s*(#.*)?$",
        r"^\s*class\s+\w+(\(.*\))?:\s*$",
        r"^\s*from\s+[\w.]+\s+import\s+[\w*(][\w.,*() ]*$",
        r"^\s*import\s+[\w.]+(\s+as\s+\w+)?(\s*,\s*[\w.]+)*\s*;?\s*$",
        r#"^\s*import\s+.*\bfrom\s+['"].*['"];?\s*$"#,
        r"^(>>> |\.\.\. |\$ \S|In \[\d+\]: )",
        r"^\s*#\s*(include\s*[<\x22]|define\s|ifdef\s|!/)",
        r"^\s*(pub\s+|async\s+|unsafe\s+|static\s+)*(fn|func)\s+(\([^)]*\)\s*)?\w+.*[{(,]\s*$",
        r"^\s*(public|private|protected|internal|static|final|override|export|abstract)\s.*[{;(]\s*$",
        r"^package\s+[\w.]+;?\s*$",
        r"^\s*(using|namespace|use)\s+[\w:.]+(::\{.*\}|::\*)?\s*[;{]\s*$",
        r"^\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE TABLE|CREATE INDEX|ALTER TABLE)\s.*",
    ])
    .expect("constant patterns")
});

static LIKELY: LazyLock<RegexSet> = LazyLock::new(|| {
    RegexSet::new([
        r"^\s*(async\s+)?for\s+[\w, ()*]+\s+in\s+\S.*:\s*(#.*)?$",
        r"^\s*(async\s+)?with\s+\S+.*[()].*:\s*(#.*)?$",
        r"^\s*(if|elif|while|match|case)\s.*[()\[\]=<>.].*:\s*(#.*)?$",
        r"^\s*(if|elif|while)\s+(not\s+)?[\w.]+:\s*$",
        r"^\s*(else|try|finally)\s*:\s*$",
        r"^\s*except(\s+[\w.(), ]+)?(\s+as\s+\w+)?:\s*$",
        // A call, and nothing else.
        r"^\s*(await\s+|return\s+|yield\s+|go\s+|defer\s+|new\s+)?[\w$]+((\.|::|->)[\w$]+)*!?\([^)]*.*\)\??(\.await)?\??\s*[;:{]?\s*((#|//).*)?$",
        r"^\s*[\w$]+((\.|::)[\w$]+)*!?[(\[{]\s*$",
        // An assignment.
        r"^\s*((const|let|var|val|auto|final|mut|static|int|long|double|float|char|bool|boolean|string|String|Task<?\w*>?)\s+)*[\w.$\[\]'\x22*&]+(\s*,\s*[\w.*]+)*(\s*:\s*[\w\[\], .<>|]+)?\s*(=|:=|[-+*/|&]=|<-)\s+\S.*$",
        r"^\s*(const|let|var)\s+[\w{\[].*=",
        r"^.*[)\w\x22'\]}]\s*[;{]\s*((//|#|/\*).*)?$",
        r"^\s*(if|for|while|switch|catch)\s*\(.*\)\s*\{?\s*$",
        r"=>\s*(\{|\w+[.(]).*$",
        r"^\s*</?\w+[^>]*>\s*$",
        r"^\s*(return|raise|throw|yield)\s+[\w.]*[(\[{\x22'].*$",
        r#"^\s*"[\w-]+"\s*:\s*\S.*,?\s*$"#,
        r"^\s*(struct|enum|impl|trait|interface|type|class|module)\s+\w.*\{\s*$",
        r"^\s*(sudo|pip3?|npm|yarn|cargo|git|docker|curl|apt-get)\s+[a-z-]+\s[\w./-]*$",
        r"^\s*-?>?\s*[})\]]+\s*(else|catch|finally)\b.*\{\s*$",
    ])
    .expect("constant patterns")
});

static WEAK: LazyLock<RegexSet> = LazyLock::new(|| {
    RegexSet::new([
        r"^\s*[}\])]+[;,.)]*\s*$",
        r"^\s*(//|/\*|\*/|#\s|#$)",
        r"^\s*@\w+(\.\w+)*(\(.*\))?\s*$",
        r"^\s*(pass|break|continue|return|raise|end|fi|done|begin|then)\s*;?\s*$",
        r"^\s*(return|raise|yield|await|del|assert|throw)\s+\S+$",
        r"^\s*\.\.\.\s*$",
        r"^\s*\.\w+\(.*$",
        r"^\s*(FROM|WHERE|GROUP BY|ORDER BY|JOIN|LEFT JOIN|VALUES|SET|LIMIT)\b",
        r"^\s*--\s.*;\s*$",
    ])
    .expect("constant patterns")
});

/// Whether a line reads as a sentence or a part of one.
fn is_prose(line: &str) -> bool {
    let plain = |word: &&str| {
        let word = word.trim_matches(|c: char| ",.;:!?\"'“”‘’()".contains(c));
        word.len() > 1 && word.chars().all(|c| c.is_alphabetic() || "'’-".contains(c))
    };
    let words: Vec<_> = line.split_whitespace().collect();
    let count = words.iter().filter(|word| plain(word)).count();
    count >= 6 && count * 10 >= words.len() * 7
}

/// Whether a text that stands as it was typed is one of sentences, with code in it at most.
pub fn is_written(text: &str) -> bool {
    const SAMPLE: usize = 2_000;
    let all: Vec<&str> = text.lines().take(SAMPLE).collect();
    let written = |line: &&&str| !line.trim().is_empty();
    // A comment and a text in quotation marks are of the code.
    let is_sentence = |line: &&&str| {
        let line = line.trim_start_matches(['>', ' ']);
        is_prose(line) && !line.starts_with(['#', '/', '*', ';', '%', '"', '\'']) && !line.starts_with("--")
    };
    let prose = all.iter().filter(is_sentence).count();
    let lines = all.iter().filter(written).count();
    let code: usize = runs(&all, &|_| false).into_iter().map(|run| all[run].iter().filter(written).count()).sum();
    let has_text_in_code = ["\"\"\"", "'''", "/*", "<!--"].iter().any(|sign| text.contains(sign));
    // A mail says itself that it is one.
    let is_mail =
        all.iter().any(|line| line.trim_end().ends_with("wrote:")) && all.iter().any(|line| line.starts_with('>'));
    (prose > 1 && prose * 4 >= lines || is_mail && prose > 0) && code * 2 < lines && !has_text_in_code
}

/// The longest line that is looked at: what is longer was flattened, or is no code that anybody reads.
const LONGEST: usize = 600;

pub fn look(line: &str) -> Look {
    if line.len() > LONGEST || line.trim().is_empty() {
        return Look::Prose;
    }
    if CERTAIN.is_match(line) {
        return Look::Strong;
    }
    let comment = line.trim_start().starts_with(['#', '/', '*']);
    if is_prose(line) && !comment {
        return Look::Prose;
    }
    if !comment && LIKELY.is_match(line) {
        Look::Strong
    } else if WEAK.is_match(line) {
        Look::Weak
    } else {
        Look::Prose
    }
}

pub fn is_indented(line: &str) -> bool {
    line.starts_with('\t') || line.starts_with("  ")
}

/// How many more brackets a line opens than it closes.
fn opens(line: &str) -> i64 {
    let count = |signs: &[char]| i64::try_from(line.matches(signs).count()).unwrap_or(0);
    count(&['(', '[', '{']) - count(&[')', ']', '}'])
}

/// The runs of lines that are code. `is_list` says of a line that it is an item of a list.
pub fn runs(lines: &[&str], is_list: &dyn Fn(&str) -> bool) -> Vec<Range<usize>> {
    let looks: Vec<Look> = lines.iter().map(|line| if is_list(line) { Look::Prose } else { look(line) }).collect();
    let mut runs: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        if looks[at] != Look::Strong {
            at += 1;
            continue;
        }
        let above = runs.last().map_or(0, |run| run.end);
        let mut start = at;
        while start > above && looks[start - 1] == Look::Weak {
            start -= 1;
        }
        let end = end_of(lines, &looks, at, is_list);
        let written = (start..end).filter(|line| !lines[*line].trim().is_empty()).count();
        if written > 1 || stands_alone(lines[at]) {
            runs.push(start..end);
        }
        at = end.max(at + 1);
    }
    runs
}

/// Where the code ends that goes on at a line.
fn end_of(lines: &[&str], looks: &[Look], first: usize, is_list: &dyn Fn(&str) -> bool) -> usize {
    /// So many lines an open bracket may hold.
    const HELD: usize = 60;
    let mut end = first + 1;
    let (mut open, mut held) = (opens(lines[first]), 0);
    let belongs = |at: usize| looks[at] > Look::Prose || (is_indented(lines[at]) && !is_list(lines[at]));
    while end < lines.len() {
        if lines[end].trim().is_empty() {
            let next = (end..lines.len().min(end + 4)).find(|at| !lines[*at].trim().is_empty());
            match next {
                Some(next) if belongs(next) => end = next,
                _ => break,
            }
            continue;
        }
        let inside = open > 0 && held < HELD;
        if !belongs(end) && !inside {
            break;
        }
        held = if belongs(end) { 0 } else { held + 1 };
        open = (open + opens(lines[end])).max(0);
        end += 1;
    }
    end
}

/// Whether one line is enough to be taken for code.
fn stands_alone(line: &str) -> bool {
    let line = line.trim();
    let has_arguments = line.split_once('(').is_some_and(|(_, rest)| !rest.starts_with(')'));
    line.starts_with(">>> ")
        || line.starts_with("$ ")
        || (line.ends_with(';') && line.contains(['(', '=']))
        || (line.contains(" = ") && !line.contains(". "))
        || (has_arguments && line.ends_with(')') && !line.contains(". "))
        || CERTAIN.is_match(line)
}

/// Code as it was found, with what can be told of it. `named` is the language that the capture names.
pub fn made(text: &str, named: Option<&str>) -> Code {
    let text = dedent(text);
    let language = named.and_then(language::known).or_else(|| language::guess(&text).map(str::to_owned));
    let parses = language.as_deref().and_then(|language| parses(language, &text));
    let flattened = language.as_deref().is_some_and(|language| flattened::has_lost_indentation(language, &text));
    Code { language, text, flattened, parses }
}

/// Whether code parses. Of a session at a prompt, what was typed.
pub fn parses(language: &str, text: &str) -> Option<bool> {
    let is_session = language == "python" && text.lines().any(|line| line.starts_with(">>> "));
    if !is_session {
        return parsers::parses(language, text);
    }
    let typed = text.lines().filter_map(|line| line.strip_prefix(">>> ").or_else(|| line.strip_prefix("... ")));
    parsers::parses(language, &typed.collect::<Vec<_>>().join("\n"))
}

/// The text without blank lines around it, and without the indentation that all lines share.
pub fn dedent(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let first = lines.iter().position(|line| !line.is_empty()).unwrap_or(0);
    let last = lines.iter().rposition(|line| !line.is_empty()).map_or(0, |at| at + 1);
    let lines = &lines[first.min(last)..last];
    let written = || lines.iter().filter(|line| !line.is_empty());
    let margin = |line: &&&str| line.chars().take_while(|c| matches!(c, ' ' | '\t')).collect::<String>();
    let mut shared = written().next().map(|line| margin(&line)).unwrap_or_default();
    for line in written() {
        while !line.starts_with(&shared) {
            shared.pop();
        }
    }
    lines.iter().map(|line| line.strip_prefix(shared.as_str()).unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let lines: Vec<&str> = text.lines().collect();
        runs(&lines, &|line| line.trim_start().starts_with("- ")).into_iter().map(|run| lines[run].join("\n")).collect()
    }

    #[test]
    fn code_is_found_between_prose() {
        let python = "import time\n\n\ndef rest(n):\n    # a comment, with words in it\n    time.sleep(n)\n\nrest(2)";
        let text = format!("We begin with a short program here.\n\n{python}\n\nThat was all of it, and it was enough.");
        assert_eq!(found(&text), [python]);
        let js = "const jobs = urls.map(async (url) => {\n  const page = await fetch(url);\n  return page.text();\n});";
        assert_eq!(found(&format!("It is:\n{js}\nand that is it.")), [js]);
        let c = "#include <stdio.h>\nint main(void) {\n  puts(\"x\");\n}";
        assert_eq!(found(c), [c]);
        let go = "package main\n\nfunc main() {\n\tfmt.Println(1)\n}";
        assert_eq!(found(&format!("Look.\n\n{go}")), [go]);
    }

    #[test]
    fn what_was_typed_is_told_from_code() {
        let mail = "On Monday, Bruno Till <b@c.example> wrote:\n> It costs two roses, and every hand must know of it.\n\n    def f(a):\n        return a\n\nSo no from me.\n\nHella\nBonn\n2017";
        assert!(is_written(mail));
        assert!(!is_written("def f(a):\n    # this is a comment with many plain words in it\n    return g(a)\n\nf(2)"));
        assert!(!is_written(">>> f(1)\n1\n>>> f(2)\n2"));
    }

    #[test]
    fn prose_is_no_code() {
        for prose in [
            "For example, I would say that this is so:",
            "if you ask me: no.",
            "It is fast; it is not simple.",
            "Return to sender, as they say.",
            "import duties were raised (again) last year, and nobody knew.",
            "- with(a): list",
            "He wrote f(x) in a line of words and left it there.",
            "asyncio.gather()",
            "What is async?\nA word.",
        ] {
            assert_eq!(found(prose), Vec::<String>::new(), "{prose}");
        }
    }

    #[test]
    fn fragments_parse_and_mistakes_do_not() {
        assert_eq!(made("for a in b:\n    await c(a)", None).parses, Some(true));
        assert_eq!(made("def async f(a):\n    return await g(a)", None).parses, Some(false));
        assert_eq!(made(">>> a = f(1)\n1 x 2", Some("py")).parses, Some(true));
        assert_eq!(made("puts 1\nrequire 'x'", Some("ruby")).parses, None);
    }

    #[test]
    fn the_shared_margin_goes() {
        assert_eq!(dedent("\n    a\n      b\n\n    c  \n\n"), "a\n  b\n\nc");
        assert_eq!(dedent("  "), "");
    }
}
