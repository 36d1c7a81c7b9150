//! The direction of the house: a stage knows only the stages before it.
//!
//! Every `crate::` path of a file, and every `super::` path that climbs out of its module, is read off the source,
//! tests included, and must lead to a module that [`HOUSE`] lets the file's module use.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What a module may use.
#[derive(Clone, Copy)]
enum Uses {
    /// Whatever stands above it, side doors apart.
    Above,
    /// The same, without these.
    AboveBut(&'static [&'static str]),
    /// The floor, and these.
    Floor(&'static [&'static str]),
    Everything,
}

/// Where the stages begin: what stands above is the floor.
const FIRST_STAGE: &str = "read";

/// Every module, in the order of `lib.rs`, and what it may use. A module joins the house by a line here.
const HOUSE: &[(&str, Uses)] = &[
    // The floor.
    ("span", Uses::Above),
    ("date", Uses::Above),
    ("diagnostic", Uses::Above),
    ("value", Uses::Above),
    ("fields", Uses::Above),
    ("config", Uses::Above),
    ("fs", Uses::Above),
    ("math", Uses::Above),
    ("syntax", Uses::Above),
    ("cache", Uses::Above),
    // The stages.
    ("read", Uses::Above),
    ("model", Uses::Above),
    ("check", Uses::Above),
    ("tag", Uses::AboveBut(&["check"])),
    ("index", Uses::Above),
    ("render", Uses::Above),
    ("publish", Uses::Above),
    ("pipeline", Uses::Above),
    ("serve", Uses::Above),
    // The side doors: no stage knows them, nor do they know one another.
    ("ingest", Uses::Floor(&["read", "model", "check"])),
    ("run", Uses::Floor(&["read", "model"])),
    ("diff", Uses::Floor(&["read", "model", "check", "tag", "index", "render"])),
    ("export", Uses::Floor(&["read", "model", "check", "tag", "index", "render"])),
    ("init", Uses::Floor(&["read", "model", "check"])),
    // Only the program itself uses it.
    ("cli", Uses::Everything),
];

/// Macros stand at the crate's root, wherever they are written.
const MACROS: &[(&str, &str)] = &[("choice", "fields")];

fn place(module: &str) -> Option<usize> {
    HOUSE.iter().position(|(name, _)| *name == module)
}

fn may_use(module: &str, other: &str) -> bool {
    let (Some(here), Some(there), Some(floor)) = (place(module), place(other), place(FIRST_STAGE)) else {
        return false;
    };
    let side_door = matches!(HOUSE[there].1, Uses::Floor(_));
    here == there
        || match HOUSE[here].1 {
            Uses::Above => there < here && !side_door,
            Uses::AboveBut(apart) => there < here && !side_door && !apart.contains(&other),
            Uses::Floor(more) => there < floor || more.contains(&other),
            Uses::Everything => true,
        }
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every Rust file below `src/`, relative to it.
fn files() -> Vec<PathBuf> {
    let (mut files, mut folders) = (Vec::new(), vec![source()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of the source") {
            let path = entry.expect("a file of the source").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path.strip_prefix(source()).expect("below src").to_owned());
            }
        }
    }
    files.sort();
    files
}

/// The module that a file is, as its path from the crate's root; `lib.rs` and `main.rs` are the root.
fn module(file: &Path) -> Vec<String> {
    let mut parts: Vec<_> = file.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if parts.last().is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str())) {
        parts.pop();
    }
    parts
}

/// Rust's words and signs, without comments and what stands in quotes.
fn tokens(source: &str) -> Vec<String> {
    let chars: Vec<char> = source.chars().collect();
    let rest = |at: usize, text: &str| text.chars().enumerate().all(|(n, c)| chars.get(at + n) == Some(&c));
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let (mut tokens, mut at) = (Vec::new(), 0);
    while at < chars.len() {
        let start = at;
        if rest(at, "//") {
            at += chars[at..].iter().take_while(|c| **c != '\n').count();
        } else if rest(at, "/*") {
            while at < chars.len() && !rest(at, "*/") {
                at += 1;
            }
            at += 2;
        } else if let Some(end) = raw_string(&chars[at..]) {
            at += end;
        } else if chars[at] == '"' {
            at += 1;
            while at < chars.len() && chars[at] != '"' {
                at += if chars[at] == '\\' { 2 } else { 1 };
            }
            at += 1;
        } else if chars[at] == '\'' {
            // A lifetime has no second quotation mark.
            let end = if rest(at + 1, "\\") {
                chars[at + 3..].iter().position(|c| *c == '\'').map(|n| n + 3)
            } else {
                Some(2)
            };
            at += end.filter(|end| chars.get(at + end) == Some(&'\'')).map_or(1, |end| end + 1);
        } else if word(chars[at]) {
            at += chars[at..].iter().take_while(|c| word(**c)).count();
            tokens.push(chars[start..at].iter().collect());
        } else {
            at += if rest(at, "::") { 2 } else { 1 };
            if !chars[start].is_whitespace() {
                tokens.push(chars[start..at].iter().collect());
            }
        }
    }
    tokens
}

/// The length of the raw string that the text begins with.
fn raw_string(chars: &[char]) -> Option<usize> {
    let prefix = if chars.starts_with(&['b', 'r']) { 2 } else { usize::from(chars.first() == Some(&'r')) };
    let hashes = chars.get(prefix..)?.iter().take_while(|c| **c == '#').count();
    let open = prefix + hashes;
    if prefix == 0 || chars.get(open) != Some(&'"') {
        return None;
    }
    let closes =
        |at: &usize| chars[*at] == '"' && chars[at + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes;
    (open + 1..chars.len()).find(closes).map(|at| at + 1 + hashes)
}

/// The modules at the crate's root that a file's paths lead to. `*` stands for all of them.
fn used(file: &Path, source: &str) -> BTreeSet<String> {
    let tokens = tokens(source);
    let depth = module(file).len();
    // Modules written in the file itself, by the depth of the brace that opens each.
    let (mut braces, mut inner) = (0usize, Vec::new());
    let mut used = BTreeSet::new();
    let mut at = 0;
    let is = |at: usize, text: &str| tokens.get(at).is_some_and(|token| token == text);
    while at < tokens.len() {
        match tokens[at].as_str() {
            "{" => braces += 1,
            "}" => {
                braces = braces.saturating_sub(1);
                if inner.last() == Some(&braces) {
                    inner.pop();
                }
            }
            "mod" if is(at + 2, "{") => inner.push(braces),
            "crate" if is(at + 1, "::") => used.extend(heads(&tokens[at + 2..])),
            "super" if is(at + 1, "::") && !(at > 0 && is(at - 1, "::")) => {
                let mut up = 1;
                while is(at + 2, "super") && is(at + 3, "::") {
                    (at, up) = (at + 2, up + 1);
                }
                let here = depth + inner.len();
                assert!(up <= here, "{}: `super` leaves the crate", file.display());
                if up == here {
                    used.extend(heads(&tokens[at + 2..]));
                }
            }
            _ => {}
        }
        at += 1;
    }
    used
}

/// The first names of what follows `crate::`: one, or those of a group in braces.
fn heads(tokens: &[String]) -> Vec<String> {
    if tokens.first().is_none_or(|token| token != "{") {
        return tokens.first().cloned().into_iter().collect();
    }
    let (mut heads, mut depth, mut next) = (Vec::new(), 0, false);
    for token in tokens {
        match token.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        if next && depth == 1 && token != "}" {
            heads.push(token.clone());
        }
        next = depth == 1 && (token == "{" || token == ",");
    }
    heads
}

#[test]
fn every_path_leads_to_an_earlier_stage() {
    let mut wrong = Vec::new();
    for file in files() {
        // The map names every module, and so may the program.
        let Some(module) = module(&file).into_iter().next() else { continue };
        let source = std::fs::read_to_string(source().join(&file)).expect("a file of the source");
        for head in used(&file, &source) {
            let target = MACROS.iter().find(|(name, _)| *name == head).map_or(head.as_str(), |(_, module)| module);
            if !may_use(&module, target) {
                wrong.push(format!("src/{}: `{module}` may not use `{head}`", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_program_uses_the_command_line_alone() {
    let main = std::fs::read_to_string(source().join("main.rs")).expect("src/main.rs");
    let tokens = tokens(&main);
    let after = |at: usize| tokens.get(at + 2).cloned().unwrap_or_default();
    let used: Vec<_> = (0..tokens.len()).filter(|at| tokens[*at] == "casebook").map(after).collect();
    assert!(used.iter().all(|module| module == "cli"), "src/main.rs uses {used:?}");
}

#[test]
fn the_map_lists_the_modules_in_their_order() {
    let lib = std::fs::read_to_string(source().join("lib.rs")).expect("src/lib.rs");
    let tokens = tokens(&lib);
    let listed: Vec<_> = tokens.windows(3).filter(|t| t[0] == "mod" && t[2] == ";").map(|t| t[1].clone()).collect();
    let there: BTreeSet<_> = files().iter().filter_map(|file| module(file).into_iter().next()).collect();
    let unknown: Vec<_> = there.iter().filter(|module| place(module).is_none()).collect();
    assert!(unknown.is_empty(), "this test does not know where {unknown:?} stand in the house");
    let expected: Vec<_> = HOUSE.iter().map(|(name, _)| (*name).to_owned()).filter(|n| there.contains(n)).collect();
    assert_eq!(listed, expected, "the order of src/lib.rs");
}

#[test]
fn paths_are_read_off_the_source() {
    let source = r##"
        //! Not this: crate::cli::x
        use crate::{self as root, fs, model::{Archive, resolve}, span::Span};
        use super::other; /* crate::publish */
        const TEXT: &str = "crate::serve"; const RAW: &str = r#"crate::run "quoted" "#; const QUOTE: char = '"';
        fn f<'a>(x: &'a str) -> char { super::super::render::page(x, '\''); '\u{1F600}' }
        mod tests { use super::*; mod deep { use super::super::super::near; use super::super::super::super::diff; } }
        fn g() { $crate::fields::Choice; super::super::check::check(); }
    "##;
    let used = used(Path::new("read/markdown.rs"), source);
    let expected = ["check", "diff", "fields", "fs", "model", "render", "self", "span"];
    assert_eq!(used.iter().map(String::as_str).collect::<Vec<_>>(), expected);
}

#[test]
fn the_house_has_a_direction() {
    for (module, other) in [("model", "read"), ("index", "tag"), ("pipeline", "check"), ("cli", "run"), ("run", "fs")] {
        assert!(may_use(module, other), "{module} uses {other}");
    }
    for (module, other) in [
        ("read", "model"),
        ("check", "tag"),
        ("tag", "check"),
        ("span", "fs"),
        ("pipeline", "run"),
        ("serve", "cli"),
        ("run", "check"),
        ("diff", "publish"),
        ("export", "diff"),
        ("read", "nowhere"),
    ] {
        assert!(!may_use(module, other), "{module} does not use {other}");
    }
}
