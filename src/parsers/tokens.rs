//! What the words of a program are, for their colours: one walk over the syntax tree.
//!
//! What a leaf is, its kind says; of names, also what they stand in and what follows them. So the pieces of code that
//! does not parse are read as anywhere else.

use tree_sitter::{Node, Tree, TreeCursor};

use super::{Grammar, Runs};

mod kinds;

use kinds::{Kind, Kinds, Names};

/// What a piece of code is, by the letter of its class.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Token {
    #[default]
    Plain = 0,
    /// A parameter, or the object that a method belongs to.
    Variable = b'v',
    Operator = b'o',
    Keyword = b'k',
    /// A number, or the name of what never changes.
    Constant = b'n',
    Function = b'f',
    Type = b't',
    /// What annotates a declaration, and the attributes of a tag.
    Attribute = b'a',
    Tag = b'g',
    String = b's',
    Comment = b'c',
}

/// What the words of the whole code are.
pub fn runs(grammar: Grammar, tree: &Tree, code: &str) -> Runs {
    let mut walk = Walk { code, at: 0, kinds: Kinds::of(grammar), around: Vec::new(), runs: Runs::default() };
    walk.over(tree.walk());
    walk.runs
}

/// A node that the walk is in.
#[derive(Clone, Copy, Default)]
struct Around {
    kind: Kind,
    /// What all is that stands in it and is nothing else.
    region: Token,
}

impl Around {
    fn takes_parameters(self) -> bool {
        matches!(self.kind, Kind::Parameters | Kind::Naming(Names { token: Token::Variable, .. }))
    }
}

enum Step {
    Leaf(Token),
    Into(Around),
}

struct Walk<'a> {
    code: &'a str,
    /// So far everything was given.
    at: usize,
    kinds: &'static Kinds,
    around: Vec<Around>,
    runs: Runs,
}

impl<'a> Walk<'a> {
    fn over(&mut self, mut cursor: TreeCursor<'_>) {
        loop {
            let node = cursor.node();
            let around = self.around.last().copied().unwrap_or_default();
            self.give(node.start_byte(), around.region);
            let token = match self.step(&cursor, node, around) {
                Step::Into(inner) if cursor.goto_first_child() => {
                    self.around.push(inner);
                    continue;
                }
                Step::Into(inner) => inner.region,
                Step::Leaf(token) => token,
            };
            self.give(node.end_byte(), token);
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return self.give(self.code.len(), Token::Plain);
                }
                let left = self.around.pop().unwrap_or_default();
                self.give(cursor.node().end_byte(), left.region);
            }
        }
    }

    fn give(&mut self, end: usize, token: Token) {
        if let Some(text) = self.code.get(self.at..end).filter(|text| !text.is_empty()) {
            self.runs.push(text, token as u8);
            self.at = end;
        }
    }

    fn step(&self, cursor: &TreeCursor<'_>, node: Node<'_>, around: Around) -> Step {
        let kind = self.kinds.get(node.kind_id());
        let inherited = |token| if around.region == Token::Plain { token } else { around.region };
        match kind {
            Kind::Whole(Token::Type) => Step::Leaf(self.kinds.known(self.text(node)).unwrap_or(Token::Type)),
            Kind::Whole(token) => Step::Leaf(token),
            Kind::Sign(token) => Step::Leaf(inherited(match around.kind {
                Kind::Brackets | Kind::Naming(Names { token: Token::Tag, .. }) if token == Token::Operator => {
                    Token::Plain
                }
                Kind::Macro if token == Token::Operator => Token::Function,
                _ => token,
            })),
            Kind::Name if around.region == Token::Plain => Step::Leaf(self.name(cursor, node, around)),
            Kind::Name => Step::Leaf(around.region),
            Kind::Documentation if matches!(around.kind, Kind::Statement) => Step::Leaf(Token::Comment),
            Kind::Documentation => Step::Into(Around { kind, region: Token::String }),
            Kind::Region(region) => Step::Into(Around { kind, region }),
            Kind::Pattern | Kind::Naming(Names { value: Some(_), .. }) if around.takes_parameters() => {
                Step::Into(Around { kind: Kind::Parameters, ..around })
            }
            Kind::Naming(Names { value: Some(value), .. }) => {
                let value = node.child_by_field_id(value.get());
                let kind = if value.is_some_and(|value| self.kinds.is_function(value)) { kind } else { Kind::Other };
                Step::Into(Around { kind, ..around })
            }
            _ => Step::Into(Around { kind, ..around }),
        }
    }

    fn text(&self, node: Node<'_>) -> &'a str {
        self.code.get(node.byte_range()).unwrap_or_default()
    }

    fn name(&self, cursor: &TreeCursor<'_>, node: Node<'_>, around: Around) -> Token {
        let (range, text, kinds) = (node.byte_range(), self.text(node), self.kinds);
        let capital = kinds.capitals && text.starts_with(|c: char| c.is_ascii_uppercase());
        match around.kind {
            Kind::Parameters => return Token::Variable,
            Kind::Macro => return Token::Function,
            Kind::Naming(names) if names.field.is_none_or(|field| cursor.field_id() == Some(field)) => {
                let is_type = capital && matches!(names.token, Token::Tag | Token::Function);
                return if is_type { Token::Type } else { names.token };
            }
            _ => {}
        }
        let after = self.code.get(range.end..).unwrap_or_default();
        let member = range.start > 0 && self.code.as_bytes()[range.start - 1] == b'.';
        if !member && let Some(token) = kinds.known(text) {
            return token;
        }
        // Functions are called by what stands right before parentheses, in all these languages.
        let called = after.starts_with(['(', '`']) || after.starts_with("::<") || kinds.is_macro(after);
        match text {
            _ if called && capital => Token::Type,
            _ if called => Token::Function,
            _ if capital && text.len() > 1 && !text.contains(|c: char| c.is_lowercase()) => Token::Constant,
            _ if capital => Token::Type,
            _ => Token::Plain,
        }
    }
}
