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

use crate::escape::{escape, push_escaped};
use crate::parsers::{Token, tokens};
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
}

/// What was done lately, in two generations: when the young one is full, it becomes the old one.
#[derive(Default)]
struct Kept {
    young: HashMap<blake3::Hash, Arc<str>>,
    old: HashMap<blake3::Hash, Arc<str>>,
    /// Of the young ones.
    bytes: usize,
}

impl Kept {
    fn get(&mut self, key: &blake3::Hash) -> Option<Arc<str>> {
        if let Some(html) = self.young.get(key) {
            return Some(Arc::clone(html));
        }
        let html = self.old.remove(key)?;
        self.keep(*key, Arc::clone(&html));
        Some(html)
    }

    fn keep(&mut self, key: blake3::Hash, html: Arc<str>) {
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
        Self { longest, kept: Mutex::default() }
    }

    /// The code as HTML: escaped text and spans. Unknown languages and blocks past the bound are set plain.
    pub fn html(&self, language: Option<&str>, code: &str) -> Arc<str> {
        let Some(language) = language.filter(|_| code.len() <= self.longest) else { return escape(code).into() };
        let Some(grammar) = syntax::find(language) else { return escape(code).into() };
        let key = blake3::Hasher::new().update(grammar.name.as_bytes()).update(&[0]).update(code.as_bytes()).finalize();
        if let Some(html) = self.lock().get(&key) {
            return html;
        }
        let html = by_tree(&grammar.name, code).or_else(|| by_lines(grammar, code)).unwrap_or_else(|| escape(code));
        let html: Arc<str> = html.into();
        self.lock().keep(key, Arc::clone(&html));
        html
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        // What a panicking thread left is whole: entries are only ever added or dropped.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Code as HTML, while it is written.
struct Spans {
    html: String,
    /// The class in force, empty for none.
    open: &'static str,
}

impl Spans {
    fn new(code: &str) -> Self {
        Self { html: String::with_capacity(code.len() * 3), open: "" }
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
        push_escaped(text, &mut self.html);
    }

    fn close(&mut self) {
        if !self.open.is_empty() {
            self.html.push_str("</span>");
        }
    }

    fn finish(mut self) -> String {
        self.close();
        self.html
    }
}

/// By the syntax tree. `None` where there is none.
fn by_tree(language: &str, code: &str) -> Option<String> {
    let mut spans = Spans::new(code);
    tokens(language, code, |text, token| spans.push(text, class(token)))?;
    Some(spans.finish())
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
fn by_lines(grammar: &SyntaxReference, code: &str) -> Option<String> {
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
    Some(spans.finish())
}

#[cfg(test)]
pub(super) mod tests;
