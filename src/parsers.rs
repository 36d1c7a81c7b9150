//! Whether code parses, what it holds and how it is coloured, for the languages that a parser is at hand for.
//!
//! tree-sitter's grammars are lenient, since editors need them so: what they refuse is wrong in every version of the
//! language, but for syntax that is younger than the grammar.

use std::cell::RefCell;
use std::ops::{ControlFlow, Range};

use saphyr::LoadableYamlNode;
use tree_sitter::{Language, Node, ParseOptions, Parser, Tree, TreeCursor};

mod counts;
mod runs;
mod tokens;

pub use counts::Counts;
pub use runs::Runs;

/// The languages that a grammar is at hand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grammar {
    Python,
    JavaScript,
    Rust,
    Go,
    Java,
}

impl Grammar {
    fn of(language: &str) -> Option<Self> {
        Some(match language.to_ascii_lowercase().as_str() {
            "python" | "python3" | "py" => Self::Python,
            "javascript" | "js" | "mjs" | "cjs" | "node" | "jsx" | "javascript (babel)" => Self::JavaScript,
            "rust" | "rs" => Self::Rust,
            "go" | "golang" => Self::Go,
            "java" => Self::Java,
            _ => return None,
        })
    }

    fn language(self) -> Language {
        match self {
            Self::Python => tree_sitter_python::LANGUAGE.into(),
            Self::JavaScript => tree_sitter_javascript::LANGUAGE.into(),
            Self::Rust => tree_sitter_rust::LANGUAGE.into(),
            Self::Go => tree_sitter_go::LANGUAGE.into(),
            Self::Java => tree_sitter_java::LANGUAGE.into(),
        }
    }
}

/// Where code does not parse, in bytes, and why.
#[derive(Debug, PartialEq, Eq)]
pub struct Stumble {
    pub range: Range<usize>,
    pub why: String,
}

/// Longer code is not parsed: nobody reads it, and a hostile one must not take long.
const LONGEST: usize = 64 << 10;

/// So often a parser may report progress, which it does every hundred steps or so. Ordinary code of the longest kind
/// takes a tenth of them.
const PATIENCE: usize = 200_000;

/// So many angle brackets may stand open within a statement: Java's grammar follows each of them as a type and as a
/// comparison at once, and remembers all.
const ANGLES: usize = 60;

fn open_angles(code: &str) -> usize {
    let (mut open, mut most) = (0_usize, 0);
    for byte in code.bytes() {
        match byte {
            b'<' => open += 1,
            b'>' => open = open.saturating_sub(1),
            b';' | b'{' | b'}' | b':' => open = 0,
            _ => {}
        }
        most = most.max(open);
    }
    most
}

fn is_short(code: &str) -> bool {
    code.len() <= LONGEST && open_angles(code) <= ANGLES
}

/// What one reading of a program finds out about it.
#[derive(Debug, Default)]
pub struct Study {
    /// The first place where it does not parse.
    pub stumble: Option<Stumble>,
    /// `None` where it does not parse: half a tree gives wrong numbers.
    pub counts: Option<Counts>,
    /// The letters of what its words are.
    pub runs: Option<Runs>,
}

/// Reads a program. Nothing is found where no parser is at hand, and where it would take long.
pub fn study(language: &str, code: &str) -> Study {
    let Some(tree) = Grammar::of(language).and_then(|grammar| Some((grammar, tree(grammar, code)?))) else {
        return Study { stumble: data(language, code), ..Study::default() };
    };
    let (grammar, tree) = tree;
    let stumble = first_error(tree.walk()).map(|node| {
        let why = if node.is_missing() {
            format!("`{}` is missing here", node.kind())
        } else {
            "something is wrong here".to_owned()
        };
        Stumble { range: node.byte_range(), why }
    });
    Study { stumble, counts: counts::counts(&tree, code), runs: Some(tokens::runs(grammar, &tree, code)) }
}

/// What the words of code are; `None` where no grammar is at hand, and where parsing would take long.
pub fn runs(language: &str, code: &str) -> Option<Runs> {
    let grammar = Grammar::of(language)?;
    Some(tokens::runs(grammar, &tree(grammar, code)?, code))
}

/// The first place where data does not parse.
fn data(language: &str, text: &str) -> Option<Stumble> {
    match language.to_ascii_lowercase().as_str() {
        "json" if is_short(text) => json(text),
        "toml" if is_short(text) => toml(text),
        "yaml" | "yml" if is_short(text) => yaml(text),
        _ => None,
    }
}

/// Whether code parses; `None` where no parser is at hand, and where it would take long.
pub fn parses(language: &str, code: &str) -> Option<bool> {
    let known = matches!(language.to_ascii_lowercase().as_str(), "json" | "toml" | "yaml" | "yml");
    match Grammar::of(language) {
        Some(grammar) => tree(grammar, code).map(|tree| first_error(tree.walk()).is_none()),
        None => (known && is_short(code)).then(|| data(language, code).is_none()),
    }
}

/// The syntax tree of code, errors included. `None` where it would take long.
fn tree(grammar: Grammar, code: &str) -> Option<Tree> {
    if !is_short(code) {
        return None;
    }
    let mut steps = 0;
    let mut progress = |_: &tree_sitter::ParseState| {
        steps += 1;
        if steps > PATIENCE { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let options = ParseOptions::new().progress_callback(&mut progress);
    let bytes = code.as_bytes();
    PARSER.with_borrow_mut(|parser| {
        parser.set_language(&grammar.language()).expect("the grammars are of this library's version");
        let tree = parser.parse_with_options(&mut |at, _| bytes.get(at..).unwrap_or_default(), None, Some(options));
        // What was given up would be gone on with.
        parser.reset();
        tree
    })
}

thread_local! {
    /// A parser takes longer to make than a small program to read.
    static PARSER: RefCell<Parser> = RefCell::new(Parser::new());
}

/// The innermost error that comes first in the text.
fn first_error(mut cursor: TreeCursor<'_>) -> Option<Node<'_>> {
    let mut found = None;
    loop {
        let node = cursor.node();
        if node.is_error() || node.is_missing() {
            found = Some(node);
        }
        if node.has_error() && cursor.goto_first_child() {
            continue;
        }
        if found.is_some() {
            return found;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return None;
            }
        }
    }
}

fn json(code: &str) -> Option<Stumble> {
    let error = serde_json::from_str::<serde::de::IgnoredAny>(code).err()?;
    Some(json_stumble(code, &error))
}

/// Where and why JSON could not be read.
pub fn json_stumble(code: &str, error: &serde_json::Error) -> Stumble {
    let start: usize = code.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let at = code.floor_char_boundary((start + error.column().saturating_sub(1)).min(code.len()));
    // The parser names the place in its text as well.
    let why = error.to_string();
    let why = why.rsplit_once(" at line ").map_or(why.as_str(), |(why, _)| why).to_owned();
    Stumble { range: at..at, why }
}

fn toml(code: &str) -> Option<Stumble> {
    let error = ::toml::from_str::<::toml::Table>(code).err()?;
    Some(Stumble { range: error.span().unwrap_or(0..0), why: error.message().replace('\n', "; ") })
}

fn yaml(code: &str) -> Option<Stumble> {
    if crate::value::nested_too_deep(code).is_some() {
        return None;
    }
    let error = saphyr::Yaml::load_from_str(code).err()?;
    let at = code.char_indices().nth(error.marker().index()).map_or(code.len(), |(at, _)| at);
    Some(Stumble { range: at..at, why: error.info().to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stumble(language: &str, code: &str) -> Option<Stumble> {
        study(language, code).stumble
    }

    #[test]
    fn what_parses_is_left_alone() {
        for (language, code) in [
            (
                "python",
                "async def f():\n    async with x as y:\n        return [z async for z in y]\n\nprint(f\"{f()!r:>{4}}\")\n",
            ),
            ("python", "match x:\n    case [1, *_]:\n        pass\ntype A[T] = list[T]\n"),
            ("javascript", "const f = async ({ a, ...b }) => { for await (const x of a?.b ?? []) yield_(x) }\n#!x"),
            (
                "rust",
                "async fn f<'a>(x: &'a str) -> Result<(), Box<dyn std::error::Error + 'a>> { let y = x?.await?; Ok(()) }",
            ),
            ("go", "package main\n\nfunc main() { ch := make(chan int); go func() { ch <- 1 }(); <-ch }\n"),
            ("java", "class A { void f() { try (var x = y()) { switch (x) { case 1 -> {} default -> {} } } } }"),
            ("json", "{\"a\": [1, 2.5e3, null]}"),
            ("toml", "a = 1\n[b]\nc = [1, 2]\n"),
            ("yaml", "a:\n  - b: 1\n"),
            ("brainfuck", "+[->"),
            ("python", ""),
        ] {
            if language == "javascript" {
                assert!(stumble(language, code.trim_end_matches("#!x")).is_none(), "{code}");
            } else {
                assert_eq!(stumble(language, code), None, "{code}");
            }
        }
    }

    #[test]
    fn hostile_code_is_given_up() {
        for pattern in ["List<", "a<", "(", "[", "{", "f(", "<A", "if(", "a?", "!"] {
            let code = pattern.repeat(LONGEST / pattern.len());
            for language in ["java", "python", "javascript", "rust", "go", "json", "toml", "yaml"] {
                let _ = stumble(language, &code);
            }
        }
        assert_eq!(stumble("java", &"List<".repeat(5_000)), None);
    }

    #[test]
    fn what_does_not_parse_is_found_where_it_is() {
        let line = |language, code: &str| {
            let stumble = stumble(language, code).unwrap_or_else(|| panic!("{language}: {code}"));
            code[..stumble.range.start].matches('\n').count() + 1
        };
        assert_eq!(line("python", "x = 1\ndef f(:\n    pass\n"), 2);
        assert_eq!(line("javascript", "let a = 1;\nlet b = (2;\n"), 2);
        assert_eq!(line("rust", "fn f() {}\nfn g( {}\n"), 2);
        assert_eq!(line("go", "package main\nfunc main() {\n\tx := = 1\n}\n"), 3);
        assert_eq!(line("java", "class A {\n  void f( { }\n}\n"), 2);
        assert_eq!(line("json", "{\n  \"a\": ,\n}"), 2);
        assert_eq!(line("toml", "a = 1\nb = \n"), 2);
        assert_eq!(line("yaml", "a: 1\nb: [1\n"), 3);
    }
}
