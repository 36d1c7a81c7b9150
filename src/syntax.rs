//! The programming languages that are known, and syntect's grammars for them.

use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};

use syntect::parsing::{SyntaxReference, SyntaxSet};

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// What people write on a fence that holds no code.
const PLAIN: &[&str] = &["text", "txt", "plain", "plaintext", "none", "console", "output", "log", "mermaid", "ascii"];

pub fn syntaxes() -> &'static SyntaxSet {
    &SYNTAXES
}

/// So many names are remembered with their grammars; strangers may write any.
const REMEMBERED: usize = 1_000;

/// The grammar of a language, by its name or a file extension. `None` for plain text and for unknown names.
pub fn find(language: &str) -> Option<&'static SyntaxReference> {
    // syntect goes through all names of all grammars, which for a short block takes longer than to write it.
    static FOUND: LazyLock<RwLock<HashMap<String, Option<&'static SyntaxReference>>>> = LazyLock::new(RwLock::default);
    if let Some(found) = FOUND.read().unwrap_or_else(PoisonError::into_inner).get(language) {
        return *found;
    }
    let grammar = look_for(language);
    let mut found = FOUND.write().unwrap_or_else(PoisonError::into_inner);
    if found.len() < REMEMBERED {
        found.insert(language.to_owned(), grammar);
    }
    grammar
}

fn look_for(language: &str) -> Option<&'static SyntaxReference> {
    if is_plain(language) {
        return None;
    }
    let alias = match language.to_ascii_lowercase().as_str() {
        "py3" | "python3" => "python",
        "node" | "mjs" | "cjs" => "javascript",
        "shell" | "sh-session" | "shell-session" => "bash",
        "golang" => "go",
        "c#" | "csharp" => "cs",
        "f#" | "fsharp" => "fs",
        "c++" => "cpp",
        "objc" | "objective-c" => "m",
        "vb" => "vb",
        _ => language,
    }
    .to_owned();
    SYNTAXES.find_syntax_by_token(&alias)
}

pub fn is_plain(language: &str) -> bool {
    PLAIN.contains(&language.to_ascii_lowercase().as_str())
}

pub fn is_known(language: &str) -> bool {
    is_plain(language) || find(language).is_some()
}

/// The names that a near miss is compared with.
pub fn names() -> impl Iterator<Item = &'static str> + Clone {
    SYNTAXES.syntaxes().iter().flat_map(|s| s.file_extensions.iter().map(String::as_str).chain([s.name.as_str()]))
}
