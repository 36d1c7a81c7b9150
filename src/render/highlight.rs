//! Code as spans of a few classes, which the theme's light and dark sheets colour.
//!
//! syntect parses; its scope stacks are resolved here to the few styles that a sheet tells apart, and neighbours of one
//! style share a span: its own classed spans are several times as long. Each distinct block is done once in a build.

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use syntect::highlighting::{
    Color, HighlightIterator, HighlightState, Highlighter, ScopeSelectors, StyleModifier, Theme, ThemeItem,
};
use syntect::parsing::{ParseState, ScopeStack};

use crate::escape::{escape, push_escaped};
use crate::syntax;

/// A line this long was not written by hand, and costs grammars the square of its length.
const LONGEST_LINE: usize = 2000;

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

/// The highlighted blocks of a build.
pub struct Highlights {
    /// A longer block is set plain, in bytes.
    longest: usize,
    done: Mutex<HashMap<blake3::Hash, Arc<str>>>,
}

impl Highlights {
    pub fn new(longest: usize) -> Self {
        Self { longest, done: Mutex::new(HashMap::new()) }
    }

    /// The code as HTML: escaped text and spans. Unknown languages and blocks past the bound are set plain.
    pub fn html(&self, language: Option<&str>, code: &str) -> Arc<str> {
        let long = code.len() > self.longest || code.split('\n').any(|line| line.len() > LONGEST_LINE);
        let Some(language) = language.filter(|_| !long) else { return escape(code).into() };
        let Some(grammar) = syntax::find(language) else { return escape(code).into() };
        let key = blake3::hash(format!("{}\0{code}", grammar.name).as_bytes());
        if let Some(html) = self.lock().get(&key) {
            return Arc::clone(html);
        }
        let html: Arc<str> = highlight(&mut ParseState::new(grammar), code).unwrap_or_else(|| escape(code)).into();
        self.lock().insert(key, Arc::clone(&html));
        html
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<blake3::Hash, Arc<str>>> {
        // What a panicking thread left is whole: entries are only ever added.
        self.done.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `None` where a grammar fails on the code: it is set plain then.
fn highlight(state: &mut ParseState, code: &str) -> Option<String> {
    let highlighter = Highlighter::new(&STYLES);
    let mut styles = HighlightState::new(&highlighter, ScopeStack::new());
    let mut out = String::with_capacity(code.len() * 2);
    let mut open = 0;
    for line in code.split_inclusive('\n') {
        let changes = state.parse_line(line, syntax::syntaxes()).ok()?;
        for (style, text) in HighlightIterator::new(&mut styles, &changes, line, &highlighter) {
            // White space looks the same in every style.
            let class = if text.trim().is_empty() { open } else { usize::from(style.foreground.r) };
            if class != open {
                if open != 0 {
                    out.push_str("</span>");
                }
                if class != 0 {
                    out.push_str("<span class=\"");
                    out.push_str(CLASSES[class - 1].0);
                    out.push_str("\">");
                }
                open = class;
            }
            push_escaped(text, &mut out);
        }
    }
    if open != 0 {
        out.push_str("</span>");
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_becomes_few_spans() {
        let highlights = Highlights::new(1 << 20);
        let html = highlights.html(Some("python"), "async def f(x):\n    return await g(x, \"<a>\")  # why\n");
        assert!(html.contains("<span class=\"k\">async def </span>"), "{html}");
        assert!(html.contains("<span class=\"f\">f</span>"), "{html}");
        assert!(html.contains("<span class=\"s\">&quot;&lt;a&gt;&quot;</span>"), "{html}");
        assert!(html.contains(&format!("{COMMENT}# why")), "{html}");
        assert_eq!(&*highlights.html(Some("nolang"), "<x>"), "&lt;x&gt;");
        assert_eq!(&*highlights.html(Some("python"), &"x".repeat(3000)), "x".repeat(3000));
    }
}
