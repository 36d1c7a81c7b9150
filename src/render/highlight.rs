//! Code as spans of a few classes, which the theme's light and dark sheets colour.
//!
//! Where a syntax tree is at hand, it says what the words are; it costs a fraction of syntect, which does all other
//! languages. Its scope stacks are resolved here to the few styles that a sheet tells apart, and neighbours of one style
//! share a span: its own classed spans are several times as long.

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use syntect::highlighting::{
    Color, HighlightIterator, HighlightState, Highlighter, ScopeSelectors, StyleModifier, Theme, ThemeItem,
};
use syntect::parsing::{ParseState, ScopeStack, SyntaxReference};

use crate::cache::{Key, Pack};
use crate::escape::{escape, push_escaped};
use crate::parsers::{Counts, Token, counts, tokens};
use crate::syntax;

/// A line this long was not written by hand, and costs grammars the square of its length.
const LONGEST_LINE: usize = 2000;

/// So much HTML is kept at once in each of two generations: all blocks of most archives.
const GENERATION: usize = 8 << 20;

/// The classes, with the scopes that they stand for. A later one wins over an earlier one as specific.
const CLASSES: [(&str, &str); 13] = [
    ("v", "variable.parameter, variable.language, variable.other.constant"),
    ("o", "keyword.operator"),
    ("k", "keyword - keyword.operator, storage, keyword.operator.word, keyword.operator.logical.python"),
    ("n", "constant, constant.numeric"),
    ("f", "entity.name.function, support.function, variable.function, support.macro, entity.name.macro"),
    (
        "t",
        "entity.name.type, entity.name.class, entity.name.struct, entity.name.enum, entity.name.trait, entity.other.inherited-class, support.type, support.class, storage.type.numeric",
    ),
    ("a", "entity.other.attribute-name, meta.annotation, variable.annotation, meta.attribute"),
    ("g", "entity.name.tag"),
    ("h", "markup.heading, entity.name.section"),
    ("i", "markup.inserted"),
    ("d", "markup.deleted"),
    ("s", "string, constant.character.escape"),
    ("c", "comment"),
];

/// What opens a comment.
pub const COMMENT: &str = "<span class=\"c\">";

/// A theme whose colours are numbers of [`CLASSES`], so that syntect's own resolution picks the class.
static STYLES: LazyLock<Theme> = LazyLock::new(|| {
    let color = |class: u8| Some(Color { r: class, g: 0, b: 0, a: 255 });
    let scopes = CLASSES.iter().zip(1u8..).map(|((_, selector), class)| ThemeItem {
        scope: ScopeSelectors::from_str(selector).expect("a constant selector"),
        style: StyleModifier { foreground: color(class), background: None, font_style: None },
    });
    let mut theme = Theme { scopes: scopes.collect(), ..Theme::default() };
    theme.settings.foreground = color(0);
    theme
});

/// The highlighted blocks of a build, for those that stand in several places: an entry, a feed, two languages.
pub struct Highlights {
    /// A longer block is set plain, in bytes.
    longest: usize,
    kept: Mutex<Kept>,
    /// What was found out about a block, from build to build: which class each stretch of it has, and what a program
    /// holds. That takes several times as long as to write it as HTML.
    known: Option<Arc<Pack>>,
}

/// Changes with what is found out about the same code. The program's own sources are a part of every pack as well.
const RUNS: &str = "runs 1";
const COUNTS: &str = "counts 1";

/// What was done lately, in two generations: when the young one is full, it becomes the old one.
#[derive(Default)]
struct Kept {
    young: HashMap<Key, Arc<str>>,
    old: HashMap<Key, Arc<str>>,
    /// Of the young ones.
    bytes: usize,
}

impl Kept {
    fn get(&mut self, key: &Key) -> Option<Arc<str>> {
        if let Some(html) = self.young.get(key) {
            return Some(Arc::clone(html));
        }
        let html = self.old.remove(key)?;
        self.keep(*key, Arc::clone(&html));
        Some(html)
    }

    fn keep(&mut self, key: Key, html: Arc<str>) {
        self.bytes += html.len();
        self.young.insert(key, html);
        if self.bytes > GENERATION {
            self.old = std::mem::take(&mut self.young);
            self.bytes = 0;
        }
    }
}

impl Highlights {
    pub fn new(longest: usize) -> Self {
        Self { longest, kept: Mutex::default(), known: None }
    }

    /// Takes what earlier builds found out, and adds to it.
    pub fn remember(&mut self, known: Arc<Pack>) {
        self.known = Some(known);
    }

    /// Keeps what is known about a block for later builds.
    pub fn keep(&self, language: &str, code: &str) {
        if let (Some(known), Some(grammar)) = (&self.known, syntax::find(language)) {
            known.keep(key(grammar, code));
            known.keep(counts_key(language, code));
        }
    }

    /// How much of a program waits, and can; `None` where it can't be said.
    pub fn counts(&self, language: &str, code: &str) -> Option<Counts> {
        let Some(known) = &self.known else { return counts(language, code) };
        let key = counts_key(language, code);
        if let Some(bytes) = known.keep(key)
            && let Ok(counts) = serde_json::from_slice(bytes)
        {
            return counts;
        }
        let counts = counts(language, code);
        known.put(key, serde_json::to_vec(&counts).expect("numbers can be written"));
        counts
    }

    /// The code as HTML: escaped text and spans. Unknown languages and blocks past the bound are set plain.
    pub fn html(&self, language: Option<&str>, code: &str) -> Arc<str> {
        let Some(language) = language.filter(|_| code.len() <= self.longest) else { return escape(code).into() };
        let Some(grammar) = syntax::find(language) else { return escape(code).into() };
        let key = key(grammar, code);
        if let Some(html) = self.lock().get(&key) {
            return html;
        }
        let html: Arc<str> = self.colour(key, grammar, code).into();
        self.lock().keep(key, Arc::clone(&html));
        html
    }

    fn colour(&self, key: Key, grammar: &SyntaxReference, code: &str) -> String {
        let runs = self.known.as_ref().and_then(|known| known.keep(key));
        if let Some(html) = runs.and_then(|runs| by_runs(runs, code)) {
            return html;
        }
        let Some(spans) = by_tree(&grammar.name, code).or_else(|| by_lines(grammar, code)) else { return escape(code) };
        let (html, found) = spans.finish();
        if let Some(known) = &self.known {
            known.put(key, found);
        }
        html
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        // What a panicking thread left is whole: entries are only ever added or dropped.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(grammar: &SyntaxReference, code: &str) -> Key {
    Key::new(RUNS, &[grammar.name.as_bytes(), code.as_bytes()])
}

fn counts_key(language: &str, code: &str) -> Key {
    Key::new(COUNTS, &[language.as_bytes(), code.as_bytes()])
}

/// Code as HTML, while it is written.
struct Spans {
    html: String,
    /// The class in force, empty for none.
    open: &'static str,
    /// The stretches of one class: its letter, or 0 for none, and how many bytes. A longer one goes on in the next.
    runs: Vec<[u8; 2]>,
}

impl Spans {
    fn new(code: &str) -> Self {
        Self { html: String::with_capacity(code.len() * 3), open: "", runs: Vec::new() }
    }

    fn push(&mut self, text: &str, class: &'static str) {
        // White space looks the same in every style.
        if class != self.open && !text.trim_start().is_empty() {
            self.close();
            if !class.is_empty() {
                self.html.extend(["<span class=\"", class, "\">"]);
            }
            self.open = class;
        }
        self.count(text.len());
        push_escaped(text, &mut self.html);
    }

    fn count(&mut self, mut bytes: usize) {
        let class = self.open.bytes().next().unwrap_or(0);
        if let Some([last, length]) = self.runs.last_mut()
            && *last == class
        {
            let more = bytes.min(usize::from(u8::MAX - *length));
            *length += u8::try_from(more).expect("a byte has room for it");
            bytes -= more;
        }
        while bytes > 0 {
            let length = u8::try_from(bytes).unwrap_or(u8::MAX);
            self.runs.push([class, length]);
            bytes -= usize::from(length);
        }
    }

    fn close(&mut self) {
        if !self.open.is_empty() {
            self.html.push_str("</span>");
        }
    }

    /// The HTML, and what it takes to write it again.
    fn finish(mut self) -> (String, Vec<u8>) {
        self.close();
        (self.html, self.runs.into_flattened())
    }
}

/// As it was found out before. `None` where that is of other code.
fn by_runs(runs: &[u8], code: &str) -> Option<String> {
    let (mut spans, mut at) = (Spans::new(code), 0);
    for run in runs.as_chunks::<2>().0.chunk_by(|a, b| a[0] == b[0]) {
        let class = CLASSES.iter().find(|(class, _)| class.as_bytes() == [run[0][0]]).map_or("", |(class, _)| class);
        let end = at + run.iter().map(|[_, length]| usize::from(*length)).sum::<usize>();
        spans.push(code.get(at..end)?, class);
        at = end;
    }
    (at == code.len()).then(|| spans.finish().0)
}

/// By the syntax tree. `None` where there is none.
fn by_tree(language: &str, code: &str) -> Option<Spans> {
    let mut spans = Spans::new(code);
    tokens(language, code, |text, token| spans.push(text, class(token)))?;
    Some(spans)
}

/// The same letters as in [`CLASSES`].
fn class(token: Token) -> &'static str {
    match token {
        Token::Plain => "",
        Token::Variable => "v",
        Token::Operator => "o",
        Token::Keyword => "k",
        Token::Constant => "n",
        Token::Function => "f",
        Token::Type => "t",
        Token::Attribute => "a",
        Token::Tag => "g",
        Token::String => "s",
        Token::Comment => "c",
    }
}

/// By syntect's grammar. `None` where it fails on the code, or would take long.
fn by_lines(grammar: &SyntaxReference, code: &str) -> Option<Spans> {
    if code.split('\n').any(|line| line.len() > LONGEST_LINE) {
        return None;
    }
    let highlighter = Highlighter::new(&STYLES);
    let mut state = ParseState::new(grammar);
    let mut styles = HighlightState::new(&highlighter, ScopeStack::new());
    let mut spans = Spans::new(code);
    for line in code.split_inclusive('\n') {
        let changes = state.parse_line(line, syntax::syntaxes()).ok()?;
        for (style, text) in HighlightIterator::new(&mut styles, &changes, line, &highlighter) {
            let class = usize::from(style.foreground.r).checked_sub(1).map_or("", |class| CLASSES[class].0);
            spans.push(text, class);
        }
    }
    Some(spans)
}

#[cfg(test)]
pub(super) mod tests;
