//! What other tools add to Markdown: shortcodes and templates, comments, callouts, attributes.

use std::ops::Range;
use std::sync::LazyLock;

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag};
use regex::{Captures, Regex};

use crate::ingest::block::{Dropped, Lines};
use crate::ingest::markup;

static SHORTCODE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\{\{<\s*/?.*?>\}\}|\{\{%\s*/?.*?%\}\}|\{%-?\s.*?-?%\}|\{\{[^{}\n]*\}\}|\{#.*?#\}")
        .expect("a constant pattern")
});
/// A picture, as Hugo sets one with its caption.
static FIGURE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\{\{[<%]\s*(?:figure|image|img)\s(?P<rest>.*?)/?\s*[>%]\}\}").expect("a constant pattern")
});
static SHOWN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"\b(?P<key>src|alt|caption|title)\s*=\s*(?:"(?P<a>[^"]*)"|'(?P<b>[^']*)')"#)
        .expect("a constant pattern")
});
/// The address of a link as Hugo and Jekyll look it up: by a note's path, or of a file of the site.
static REFERENCE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?P<before>\]\(|^\[[^\]]+\]:)\s*(?:\{\{\s*site\.\w+\s*\}\})?(?:",
        r#"\{\{[<%]\s*(?:rel)?ref\s+(?:path=)?["`]?(?P<hugo>[^"`<>%\s]+(?: [^"`<>%\s]+)*)["`]?[^>%]*[>%]\}\}"#,
        r"|\{%-?\s*(?:post_url|link)\s+(?P<jekyll>\S+)\s*-?%\}",
        r#"|\{\{\s*["'](?P<file>[^"'{}]+)["']\s*\|\s*(?:relative|absolute)_url\s*\}\}"#,
        ")"
    ))
    .expect("a constant pattern")
});
static HIGHLIGHT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"^\s*(?:\{%-?\s*highlight\s+(?P<a>\w+).*%\}|\{\{<\s*highlight\s+"?(?P<b>\w+)"?.*>\}\}|\{%-?\s*codeblock\s+(?:lang:)?(?P<c>\w+).*%\})\s*$"#)
        .expect("a constant pattern")
});
static HIGHLIGHT_ENDS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s*(?:\{%-?\s*end(?:highlight|codeblock)\s*-?%\}|\{\{<\s*/\s*highlight\s*>\}\})\s*$")
        .expect("a constant pattern")
});
/// A tool's own block of a quotation, and whom it is from.
static QUOTE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^\s*(?:\{\{[<%]|\{%-?)\s*(?:block_?quote|quote|pull_?quote)\b\s*\(?(?P<rest>.*?)\)?\s*(?:[>%]\}\}|-?%\})\s*$",
    )
    .expect("a constant pattern")
});
static QUOTE_ENDS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s*(?:\{\{[<%]\s*/\s*(?:block_?quote|quote|pull_?quote)\s*[>%]\}\}|\{%-?\s*end(?:block_?quote|quote|pull_?quote)?\s*-?%\})\s*$")
        .expect("a constant pattern")
});
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"\b(?P<key>author|by|cite|name|source|title|link|url)\s*=\s*(?:"(?P<a>[^"]*)"|'(?P<b>[^']*)')"#)
        .expect("a constant pattern")
});
static RAW: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\{%-?\s*(?P<end>end)?raw\s*-?%\}").expect("a constant pattern"));
static CALLOUT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?P<lead>[\s>]*>\s*)\[!(?P<kind>[\w-]+)(?:\|[^\]]*)?\](?P<fold>[-+]?)\s*(?P<title>.*)$")
        .expect("a constant pattern")
});
static COMMENT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"%%.*?%%|<!--.*?-->").expect("a constant pattern"));
/// A block's id, as Obsidian puts it behind the block; what has no letter is a power.
static BLOCK_ID: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:^|\s)\^[0-9-]*[A-Za-z][A-Za-z0-9-]*\s*$").expect("a constant pattern"));
static ATTRIBUTES: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\{:?\s*[.#][\w-][^{}\n]*\}|\{:[^{}\n]*\}").expect("a constant pattern"));

/// Markdown, and the line of the capture that each of its lines came from.
pub struct Prepared {
    pub text: String,
    pub lines: Vec<usize>,
}

/// The Markdown without them.
pub fn prepared(body: &str, first: usize, dropped: &mut Vec<Dropped>) -> Prepared {
    let mut out = Prepared { text: String::with_capacity(body.len()), lines: Vec::new() };
    let mut state = State::default();
    let verbatim = Verbatim::of(body);
    let mut start = 0;
    for (at, line) in body.split('\n').enumerate() {
        if at > 0 {
            out.text.push('\n');
        }
        let made = state.line(line, &verbatim.parts(line, start), Lines::one(first + at), dropped);
        start += line.len() + 1;
        out.lines.extend(made.split('\n').map(|_| first + at));
        out.text.push_str(&made);
    }
    out
}

/// Code and mathematics by the Markdown as it was written: what stands there is meant as it stands. Fences are told line
/// by line, since comments and a tool's own blocks of code may hold them.
struct Verbatim {
    /// In order, none in another.
    ranges: Vec<Range<usize>>,
}

impl Verbatim {
    fn of(body: &str) -> Self {
        let mut ranges = Vec::new();
        for (event, range) in Parser::new_ext(body, super::options()).into_offset_iter() {
            match event {
                Event::Code(_) | Event::InlineMath(_) | Event::DisplayMath(_) => ranges.push(range),
                // It begins where its first line does.
                Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => {
                    ranges.push(body[..range.start].rfind('\n').map_or(0, |at| at + 1)..range.end);
                }
                _ => {}
            }
        }
        Self { ranges }
    }

    /// The parts of a line that begins at a byte, and whether each is verbatim.
    fn parts<'a>(&self, line: &'a str, start: usize) -> Vec<(&'a str, bool)> {
        let end = start + line.len();
        let first = self.ranges.partition_point(|range| range.end <= start);
        let (mut parts, mut from) = (Vec::new(), start);
        for range in self.ranges[first..].iter().take_while(|range| range.start < end) {
            let (open, close) = (range.start.max(from), range.end.min(end));
            parts.push((&line[from - start..open - start], false));
            parts.push((&line[open - start..close - start], true));
            from = close;
        }
        parts.push((&line[from - start..], false));
        parts.retain(|(part, _)| !part.is_empty());
        parts
    }
}

#[derive(Default)]
struct State {
    /// The fence of the code that is open.
    fence: Option<String>,
    /// Whether a tool's own block of code is open.
    highlight: bool,
    /// The mark that ends the comment that is open.
    comment: Option<&'static str>,
    /// Whom the quotation is from that is open.
    quote: Option<String>,
    /// Whether what looks like a template is meant as it stands.
    raw: bool,
}

/// Whom a tool's quotation is from, as an attribution; empty where it does not say.
fn quoted_by(rest: &str) -> String {
    let value = |keys: &[&str]| {
        let mut all = NAMED.captures_iter(rest).filter(|found| keys.contains(&&found["key"]));
        all.find_map(|found| found.name("a").or(found.name("b"))).map(|value| value.as_str().trim().to_owned())
    };
    let name = value(&["author", "by", "cite", "name"]);
    let work = value(&["source", "title"]);
    // Words without keys name the author, as Jekyll and Hexo have it.
    let plain = || Some(rest.trim().trim_matches(['"', '\'']).to_owned()).filter(|_| !rest.contains('='));
    [name.or_else(plain), work].into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// The fence that a line opens or closes.
fn fence(line: &str) -> Option<&str> {
    let text = line.trim_start_matches([' ', '>']);
    let sign = text.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = text.len() - text.trim_start_matches(sign).len();
    (length >= 3).then(|| &text[..length])
}

impl State {
    /// A line without what is its tool's. `parts` are those of [`Verbatim::parts`].
    fn line(&mut self, line: &str, parts: &[(&str, bool)], lines: Lines, dropped: &mut Vec<Dropped>) -> String {
        let is_verbatim = matches!(parts, [(_, true)]);
        if self.fence.is_none() && !self.highlight && !self.raw && self.comment.is_none() && !is_verbatim {
            if let Some(found) = QUOTE.captures(line).filter(|_| self.quote.is_none()) {
                self.quote = Some(quoted_by(&found["rest"]));
                return String::new();
            }
            if let Some(by) = self.quote.take_if(|_| QUOTE_ENDS.is_match(line)) {
                return if by.is_empty() { String::new() } else { format!(">\n> — {by}\n") };
            }
        }
        let made = self.plain(line, parts, lines, dropped);
        if self.quote.is_none() {
            return made;
        }
        made.split('\n').map(|line| format!("> {line}")).collect::<Vec<_>>().join("\n")
    }

    fn plain(&mut self, line: &str, parts: &[(&str, bool)], lines: Lines, dropped: &mut Vec<Dropped>) -> String {
        if self.highlight {
            if HIGHLIGHT_ENDS.is_match(line) {
                self.highlight = false;
                return "```".to_owned();
            }
            return line.to_owned();
        }
        if let Some(open) = &self.fence {
            if fence(line).is_some_and(|found| found.starts_with(open.as_str())) {
                self.fence = None;
            }
            return line.to_owned();
        }
        if let Some(end) = self.comment {
            let Some((_, after)) = line.split_once(end) else { return String::new() };
            self.comment = None;
            return after.to_owned();
        }
        if let [(_, true)] = parts {
            return line.to_owned();
        }
        if let Some(found) = fence(line) {
            self.fence = Some(found.to_owned());
            return line.to_owned();
        }
        if let Some(found) = HIGHLIGHT.captures(line) {
            self.highlight = true;
            let name = ["a", "b", "c"].iter().find_map(|name| found.name(name)).map_or("", |name| name.as_str());
            return format!("```{name}");
        }
        let mut out = String::with_capacity(line.len());
        let mut last = 0;
        for (part, verbatim) in parts {
            last = out.len();
            match self.comment {
                // It was opened on this line.
                Some(end) => {
                    if let Some((_, after)) = part.split_once(end) {
                        self.comment = None;
                        out.push_str(after);
                    }
                }
                None if *verbatim => out.push_str(part),
                None => out.push_str(&self.words(part, lines, dropped)),
            }
        }
        // An id stands behind the block, and in no part that is verbatim.
        let is_words = parts.last().is_some_and(|(_, verbatim)| !verbatim) && !self.raw;
        if let Some(found) = BLOCK_ID.find(&out).filter(|found| is_words && found.start() >= last) {
            dropped.push(Dropped { lines, why: "a block's id", text: found.as_str().trim().to_owned() });
            out.truncate(found.start());
        }
        callout(&out).unwrap_or(out)
    }

    /// The parts of a line that are meant as they stand, and those that are not.
    fn words(&mut self, line: &str, lines: Lines, dropped: &mut Vec<Dropped>) -> String {
        if !self.raw && !RAW.is_match(line) {
            return self.changed(line, lines, dropped);
        }
        let mut out = String::new();
        let mut from = 0;
        for found in RAW.captures_iter(line) {
            let mark = found.get_match();
            let part = &line[from..mark.start()];
            out.push_str(&if self.raw { part.to_owned() } else { self.changed(part, lines, dropped) });
            self.raw = found.name("end").is_none();
            from = mark.end();
        }
        let rest = &line[from..];
        out.push_str(&if self.raw { rest.to_owned() } else { self.changed(rest, lines, dropped) });
        out
    }

    fn changed(&mut self, line: &str, lines: Lines, dropped: &mut Vec<Dropped>) -> String {
        let text = REFERENCE.replace_all(line, referred);
        let mut text = FIGURE.replace_all(&text, figure).into_owned();
        for (pattern, why) in [
            (&*COMMENT, "a comment of the writer's"),
            (&*SHORTCODE, "a shortcode"),
            (&*ATTRIBUTES, "an attribute list"),
        ] {
            let made = pattern.replace_all(&text, |found: &Captures<'_>| {
                let text = found.get_match().as_str().to_owned();
                dropped.push(Dropped { lines, why, text });
                String::new()
            });
            text = made.into_owned();
        }
        for (open, end) in [("<!--", "-->"), ("%%", "%%")] {
            if let Some(at) = text.find(open) {
                self.comment = Some(end);
                dropped.push(Dropped { lines, why: "a comment of the writer's", text: text[at..].to_owned() });
                text.truncate(at);
            }
        }
        text
    }
}

/// A link's address by what it names, as Zola writes such.
fn referred(found: &Captures<'_>) -> String {
    let name = found.name("hugo").or(found.name("jekyll")).map(|name| ("@", name.as_str()));
    let (sign, name) = name.or(found.name("file").map(|file| ("", file.as_str()))).unwrap_or_default();
    let name = encoded(name);
    let blank = if found["before"].ends_with(':') { " " } else { "" };
    format!("{}{blank}{sign}{name}", &found["before"])
}

/// A picture as Markdown has it; what has no source stays as it is.
fn figure(found: &Captures<'_>) -> String {
    let value = |key: &str| {
        let mut all = SHOWN.captures_iter(&found["rest"]).filter(|found| &found["key"] == key);
        all.find_map(|found| found.name("a").or(found.name("b")))
            .map(|value| value.as_str().trim())
            .filter(|value| !value.is_empty())
    };
    let Some(source) = value("src") else { return found[0].to_owned() };
    let alt = ["alt", "caption", "title"].into_iter().find_map(value).unwrap_or_default();
    format!("![{}]({})", markup::escape(alt), encoded(source))
}

/// A path as the address of a link.
fn encoded(path: &str) -> String {
    path.replace(' ', "%20").replace('(', "%28").replace(')', "%29")
}

/// A callout as an alert. The title becomes the first line.
fn callout(line: &str) -> Option<String> {
    let found = CALLOUT.captures(line)?;
    let lead = &found["lead"];
    let title = found["title"].trim();
    let title = if title.is_empty() { String::new() } else { format!("\n{lead}**{title}**\n{lead}") };
    let kind = match found["kind"].to_ascii_lowercase().as_str() {
        "quote" | "cite" if found["title"].trim().is_empty() => return Some(lead.to_owned()),
        "quote" | "cite" => {
            let title = found["title"].trim();
            let dash = if title.starts_with(['—', '–', '-']) { "" } else { "— " };
            return Some(format!("{lead}{dash}{title}\n{lead}"));
        }
        // Obsidian's own.
        "check" | "done" => "TIP",
        "help" => "IMPORTANT",
        "fail" | "missing" => "CAUTION",
        name => markup::alert(name).unwrap_or("NOTE"),
    };
    Some(format!("{lead}[!{kind}]{title}"))
}
