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
use crate::parsers::{Counts, Runs, runs};
use crate::read;
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
    pub fn counts(&self, language: &str, code: &read::Code) -> Option<Counts> {
        let Some(known) = &self.known else { return code.study(language).counts };
        let key = counts_key(language, &code.text);
        if let Some(bytes) = known.keep(key)
            && let Ok(counts) = serde_json::from_slice(bytes)
        {
            return counts;
        }
        let counts = code.study(language).counts;
        known.put(key, serde_json::to_vec(&counts).expect("numbers can be written"));
        counts
    }

    /// The code as HTML: escaped text and spans. Unknown languages and blocks past the bound are set plain.
    pub fn html(&self, language: Option<&str>, code: &str) -> Arc<str> {
        self.html_by(language, code, |grammar| runs(&grammar.name, code))
    }

    /// As [`html`](Self::html), of what may have been studied already.
    pub fn program(&self, language: &str, code: &read::Code) -> Arc<str> {
        self.html_by(Some(language), &code.text, |grammar| {
            code.study(language).runs.clone().or_else(|| runs(&grammar.name, &code.text))
        })
    }

    fn html_by(
        &self,
        language: Option<&str>,
        code: &str,
        by_tree: impl FnOnce(&SyntaxReference) -> Option<Runs>,
    ) -> Arc<str> {
        let Some(language) = language.filter(|_| code.len() <= self.longest) else { return escape(code).into() };
        let Some(grammar) = syntax::find(language) else { return escape(code).into() };
        let key = key(grammar, code);
        if let Some(html) = self.lock().get(&key) {
            return html;
        }
        let known = || by_runs(&Runs::from_bytes(self.known.as_ref()?.keep(key)?), code);
        let html = known().or_else(|| {
            let runs = by_tree(grammar).or_else(|| by_lines(grammar, code))?;
            let html = by_runs(&runs, code);
            if let Some(known) = &self.known {
                known.put(key, runs.to_bytes());
            }
            html
        });
        let html: Arc<str> = html.unwrap_or_else(|| escape(code)).into();
        self.lock().keep(key, Arc::clone(&html));
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

/// As HTML. `None` where the runs are of other code.
fn by_runs(runs: &Runs, code: &str) -> Option<String> {
    let runs = runs.over(code)?;
    let mut html = String::with_capacity(code.len() * 3);
    for (class, text) in runs {
        let class = CLASSES.iter().find(|(letter, _)| letter.as_bytes() == [class]).map(|(letter, _)| letter);
        if let Some(class) = class {
            html.extend(["<span class=\"", class, "\">"]);
        }
        push_escaped(text, &mut html);
        if class.is_some() {
            html.push_str("</span>");
        }
    }
    Some(html)
}

/// By syntect's grammar. `None` where it fails on the code, or would take long.
fn by_lines(grammar: &SyntaxReference, code: &str) -> Option<Runs> {
    if code.split('\n').any(|line| line.len() > LONGEST_LINE) {
        return None;
    }
    let highlighter = Highlighter::new(&STYLES);
    let mut state = ParseState::new(grammar);
    let mut styles = HighlightState::new(&highlighter, ScopeStack::new());
    let mut runs = Runs::default();
    for line in code.split_inclusive('\n') {
        let changes = state.parse_line(line, syntax::syntaxes()).ok()?;
        for (style, text) in HighlightIterator::new(&mut styles, &changes, line, &highlighter) {
            let class = usize::from(style.foreground.r).checked_sub(1).map_or("", |class| CLASSES[class].0);
            runs.push(text, class.bytes().next().unwrap_or(0));
        }
    }
    Some(runs)
}

#[cfg(test)]
pub(super) mod tests;
