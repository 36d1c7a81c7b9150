//! What the kinds of nodes mean, of all grammars: where two of them share a kind, it is the same.

use std::num::NonZeroU16;
use std::sync::LazyLock;

use tree_sitter::{Language, Node};

use super::Token;
use crate::parsers::Grammar;

/// What a node is to its own text and to what stands in it.
#[derive(Clone, Copy, Default)]
pub enum Kind {
    #[default]
    Other,
    /// All of it is one thing.
    Whole(Token),
    /// All of it is this, where it is nothing else.
    Region(Token),
    /// A keyword, an operator, a bracket.
    Sign(Token),
    Name,
    /// The names in it are something.
    Naming(Names),
    /// A string that documents where it is a whole statement, and that statement.
    Documentation,
    Statement,
    /// Its signs are no operators.
    Brackets,
    /// Its names are parameters.
    Parameters,
    /// So too here, if it stands where parameters do.
    Pattern,
    /// Its name is a function's, with the sign that belongs to it.
    Macro,
}

#[derive(Clone, Copy)]
pub struct Names {
    pub token: Token,
    /// Which of them; `None` for all.
    pub field: Option<NonZeroU16>,
    /// Where it counts only if this is a function.
    pub value: Option<NonZeroU16>,
}

const WHOLE: &[(Token, &[&str])] = &[
    (Token::Comment, &["comment", "line_comment", "block_comment", "html_comment", "hash_bang_line", "shebang"]),
    (
        Token::Constant,
        &[
            "integer",
            "float",
            "number",
            "integer_literal",
            "float_literal",
            "int_literal",
            "imaginary_literal",
            "decimal_integer_literal",
            "hex_integer_literal",
            "octal_integer_literal",
            "binary_integer_literal",
            "decimal_floating_point_literal",
            "hex_floating_point_literal",
            "boolean_literal",
            "true",
            "false",
            "none",
            "null",
            "null_literal",
            "nil",
            "iota",
            "undefined",
            "ellipsis",
        ],
    ),
    (
        Token::String,
        &[
            "escape_sequence",
            "escape_interpolation",
            "type_conversion",
            "string_start",
            "string_end",
            "char_literal",
            "character_literal",
            "rune_literal",
            "regex",
            "html_character_reference",
        ],
    ),
    (
        Token::Type,
        &[
            "type_identifier",
            "primitive_type",
            "integral_type",
            "floating_point_type",
            "boolean_type",
            "void_type",
            "fragment_specifier",
        ],
    ),
    (
        Token::Keyword,
        &["lifetime", "label", "mutable_specifier", "import", "meta_property", "requires_modifier", "crate"],
    ),
    (Token::Variable, &["self", "this", "super", "metavariable"]),
];

const REGIONS: &[(Token, &[&str])] = &[
    (
        Token::String,
        &["template_string", "string_literal", "raw_string_literal", "interpreted_string_literal", "format_specifier"],
    ),
    (Token::Attribute, &["decorator", "attribute_item", "inner_attribute_item", "marker_annotation", "annotation"]),
    // Code again, in a string or in an annotation.
    (
        Token::Plain,
        &[
            "interpolation",
            "format_expression",
            "template_substitution",
            "string_interpolation",
            "argument_list",
            "arguments",
            "annotation_argument_list",
        ],
    ),
];

const NAMES: &[&str] = &[
    "identifier",
    "field_identifier",
    "property_identifier",
    "private_property_identifier",
    "shorthand_property_identifier",
    "shorthand_property_identifier_pattern",
    "shorthand_field_identifier",
];

const BRACKETS: &[&str] =
    &["type_arguments", "type_parameters", "jsx_opening_fragment", "jsx_closing_fragment", "jsx_fragment"];

const PARAMETERS: &[&str] = &[
    "parameters",
    "formal_parameters",
    "lambda_parameters",
    "closure_parameters",
    "inferred_parameters",
    "typed_parameter",
    "spread_parameter",
    "list_splat_pattern",
    "dictionary_splat_pattern",
    "rest_pattern",
];

/// Where parameters are taken apart, if they are.
const PATTERNS: &[&str] = &[
    "tuple_pattern",
    "reference_pattern",
    "mut_pattern",
    "slice_pattern",
    "object_pattern",
    "array_pattern",
    "pair_pattern",
];

/// A kind; the field that is named, empty for all names in it; and the field that has to be a function, if any.
type Naming = (&'static str, &'static str, &'static str);

/// What the names in a node are.
const NAMING: &[(Token, &[Naming])] = &[
    (
        Token::Variable,
        &[
            ("default_parameter", "name", ""),
            ("typed_default_parameter", "name", ""),
            ("keyword_argument", "name", ""),
            ("arrow_function", "parameter", ""),
            ("assignment_pattern", "left", ""),
            ("object_assignment_pattern", "left", ""),
            ("parameter", "pattern", ""),
            ("parameter_declaration", "name", ""),
            ("variadic_parameter_declaration", "name", ""),
            ("formal_parameter", "name", ""),
            ("catch_formal_parameter", "name", ""),
            ("lambda_expression", "parameters", ""),
            ("element_value_pair", "key", ""),
        ],
    ),
    (
        Token::Function,
        &[
            ("function_definition", "name", ""),
            ("function_declaration", "name", ""),
            ("generator_function_declaration", "name", ""),
            ("function_item", "name", ""),
            ("function_signature_item", "name", ""),
            ("method_definition", "name", ""),
            ("method_declaration", "name", ""),
            ("macro_definition", "name", ""),
            ("method_reference", "", ""),
            ("variable_declarator", "name", "value"),
            ("pair", "key", "value"),
            ("field_definition", "property", "value"),
            ("assignment_expression", "left", "right"),
        ],
    ),
    (
        Token::Type,
        &[
            ("class_definition", "name", ""),
            ("class_declaration", "name", ""),
            ("class", "name", ""),
            ("class_heritage", "", ""),
            ("type", "", ""),
            ("generic_type", "", ""),
            ("type_parameter_declaration", "name", ""),
        ],
    ),
    (Token::Constant, &[("const_spec", "name", "")]),
    (Token::Attribute, &[("jsx_attribute", "", "")]),
    (
        Token::Tag,
        &[
            ("jsx_opening_element", "name", ""),
            ("jsx_closing_element", "name", ""),
            ("jsx_self_closing_element", "name", ""),
        ],
    ),
];

const FUNCTIONS: &[&str] = &["arrow_function", "function_expression", "generator_function"];

/// Each of these lists is in order.
const TYPES_OF_PYTHON: &[&str] = &[
    "bool",
    "bytearray",
    "bytes",
    "complex",
    "dict",
    "float",
    "frozenset",
    "int",
    "list",
    "object",
    "set",
    "str",
    "tuple",
    "type",
];

const TYPES_OF_GO: &[&str] = &[
    "any",
    "bool",
    "byte",
    "complex128",
    "complex64",
    "error",
    "float32",
    "float64",
    "int",
    "int16",
    "int32",
    "int64",
    "int8",
    "rune",
    "string",
    "uint",
    "uint16",
    "uint32",
    "uint64",
    "uint8",
    "uintptr",
];

const OBJECTS_OF_JAVASCRIPT: &[&str] = &["JSON", "URL", "console", "document", "globalThis", "process", "window"];

const TYPES_OF_RUST: &[&str] = &[
    "bool", "char", "f32", "f64", "i128", "i16", "i32", "i64", "i8", "isize", "str", "u128", "u16", "u32", "u64", "u8",
    "usize",
];

/// The kinds of a grammar.
pub struct Kinds {
    grammar: Grammar,
    /// Whether types begin with a capital, and constants are nothing else.
    pub capitals: bool,
    by_id: Vec<Kind>,
    functions: Vec<u16>,
}

impl Kinds {
    pub fn of(grammar: Grammar) -> &'static Self {
        static ALL: [LazyLock<Kinds>; 5] = [
            LazyLock::new(|| Kinds::new(Grammar::Python)),
            LazyLock::new(|| Kinds::new(Grammar::JavaScript)),
            LazyLock::new(|| Kinds::new(Grammar::Rust)),
            LazyLock::new(|| Kinds::new(Grammar::Go)),
            LazyLock::new(|| Kinds::new(Grammar::Java)),
        ];
        &ALL[grammar as usize]
    }

    fn new(grammar: Grammar) -> Self {
        let language = grammar.language();
        let ids = 0..u16::try_from(language.node_kind_count()).unwrap_or(u16::MAX);
        let kind = |id| match language.node_kind_for_id(id) {
            Some(name) if language.node_kind_is_named(id) => named(grammar, &language, name),
            Some(name) => Kind::Sign(sign(name)),
            None => Kind::Other,
        };
        let functions = FUNCTIONS.iter().map(|name| language.id_for_node_kind(name, true)).filter(|id| *id != 0);
        Self {
            grammar,
            capitals: grammar != Grammar::Go,
            by_id: ids.map(kind).collect(),
            functions: functions.collect(),
        }
    }

    /// Errors are of no kind.
    pub fn get(&self, id: u16) -> Kind {
        self.by_id.get(usize::from(id)).copied().unwrap_or_default()
    }

    pub fn is_function(&self, node: Node<'_>) -> bool {
        self.functions.contains(&node.kind_id())
    }

    /// What a word always is that the grammar takes for any other name.
    pub fn known(&self, name: &str) -> Option<Token> {
        match self.grammar {
            Grammar::Python if matches!(name, "self" | "cls") => Some(Token::Variable),
            Grammar::Python if TYPES_OF_PYTHON.binary_search(&name).is_ok() => Some(Token::Type),
            Grammar::JavaScript if OBJECTS_OF_JAVASCRIPT.binary_search(&name).is_ok() => Some(Token::Type),
            Grammar::Rust if TYPES_OF_RUST.binary_search(&name).is_ok() => Some(Token::Type),
            Grammar::Java if name == "var" => Some(Token::Keyword),
            Grammar::Go if TYPES_OF_GO.binary_search(&name).is_ok() => Some(Token::Type),
            _ => None,
        }
    }

    /// Whether what stands before this text is called as a macro.
    pub fn is_macro(&self, after: &str) -> bool {
        self.grammar == Grammar::Rust && after.starts_with('!') && !after.starts_with("!=")
    }
}

fn named(grammar: Grammar, language: &Language, name: &str) -> Kind {
    let of =
        |table: &[(Token, &[&str])]| table.iter().find(|(_, names)| names.contains(&name)).map(|(token, _)| *token);
    if let Some(token) = of(WHOLE) {
        return Kind::Whole(token);
    }
    if let Some(token) = of(REGIONS) {
        return Kind::Region(token);
    }
    for (token, parents) in NAMING {
        if let Some((_, field, value)) = parents.iter().find(|(kind, ..)| *kind == name) {
            let id = |field: &str| language.field_id_for_name(field);
            return Kind::Naming(Names { token: *token, field: id(field), value: id(value) });
        }
    }
    match name {
        "string" if grammar == Grammar::Python => Kind::Documentation,
        "string" => Kind::Region(Token::String),
        "expression_statement" => Kind::Statement,
        "macro_invocation" => Kind::Macro,
        _ if NAMES.contains(&name) => Kind::Name,
        _ if BRACKETS.contains(&name) => Kind::Brackets,
        _ if PATTERNS.contains(&name) => Kind::Pattern,
        _ if PARAMETERS.contains(&name) => Kind::Parameters,
        _ => Kind::Other,
    }
}

/// What grammars have no name for but its text.
fn sign(text: &str) -> Token {
    match text {
        "@interface" => Token::Keyword,
        "\"" | "'" | "`" | "\"\"\"" => Token::String,
        "(" | ")" | "[" | "]" | "{" | "}" | "," | ";" | "." | ":" | "::" | "_" | "\\" | "#" | "$" | "${" | "\\{"
        | "</" | "/>" => Token::Plain,
        _ if text.starts_with(|c: char| c.is_ascii_alphabetic()) => Token::Keyword,
        _ if text.starts_with(|c: char| c.is_ascii_punctuation()) && !text.starts_with('_') => Token::Operator,
        _ => Token::Plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_word_is_found() {
        for (grammar, words) in [
            (Grammar::Python, TYPES_OF_PYTHON),
            (Grammar::JavaScript, OBJECTS_OF_JAVASCRIPT),
            (Grammar::Rust, TYPES_OF_RUST),
            (Grammar::Go, TYPES_OF_GO),
        ] {
            for word in words {
                assert_eq!(Kinds::of(grammar).known(word), Some(Token::Type), "{word}");
            }
            assert_eq!(Kinds::of(grammar).known("another"), None);
        }
    }
}
