//! What holds for every input: no text makes a check panic, and fixes keep their word.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use casebook::pipeline::{Strictness, check, fix};
use casebook::read::Unsaved;
use common::Archive;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// Keys as people write them, right and wrong.
const KEYS: &[&str] = &[
    "title",
    "titel",
    "Title",
    "speaker",
    "speeker",
    "source",
    "form",
    "basis",
    "date",
    "tags",
    "tag",
    "authors",
    "autors",
    "draft",
    "added",
    "updated",
    "aliases",
    "claims",
    "arguments",
    "replies_to",
    "replies-to",
    "locator",
    "capture",
    "cost",
    "dear",
    "order",
    "question",
    "rights",
    "kind",
    "url",
    "max_words",
    "variants",
    "name",
    "file",
    "language",
    "checked",
    "\"quoted key\"",
    "a.b",
    "é",
];

const VALUES: &[&str] = &[
    "\"x\"",
    "'x'",
    "\"for\"",
    "\"fro\"",
    "againts",
    "\"suports\"",
    "\"digest\"",
    "\"verbatm\"",
    "\"measurd\"",
    "1",
    "-1",
    "1984",
    "2016-06-04",
    "\"2016/6/4\"",
    "2016/06/04",
    "\"2016\"",
    "true",
    "\"yes\"",
    "\"true\"",
    "[]",
    "[\"a\", \"b\"]",
    "[1, \"b\"]",
    "\"book\"",
    "book",
    "\"bok\"",
    "{ cost = \"fro\" }",
    "{ stance = \"suports\", at = \"^x\" }",
    "\"\"",
    "\"\"\"\nlong\n\"\"\"",
    "[\n  \"a\", # one\n]",
    "\"old/\"",
    "\"q\\\"uoted\"",
    "nan",
    "# nothing",
    "\"unclosed",
    "é",
    "\"essays/e1\"",
    "~",
    "|\n  text",
    "- a",
    "*x",
    "&x 1",
    "\"3\"",
    "\"text\"",
];

const HEADERS: &[&str] =
    &["[arguments]", "[claims]", "[[variants]]", "[[claims]]", "[claims.dear]", "[sides]", "[", "# comment", ""];

const WORDS: &[&str] = &[
    "word ",
    "*em* ",
    "**",
    "[a](b.md) ",
    "[x](#y) ",
    "![](p.png) ",
    "[[cost]] ",
    "[[",
    "]] ",
    "^id\n\n",
    "[^1] ",
    "\n\n[^1]: note\n\n",
    "`code` ",
    "\n```python\n",
    "\n```\n",
    "$x$ ",
    "$$",
    "\n> ",
    "\n- ",
    "\n| a | b |\n| - | - |\n",
    "<b>",
    "</script>",
    "<!-- ",
    "\n# H\n",
    "http://e.org ",
    "&amp; ",
    "\\",
    "\u{0}",
    "é",
    "\u{301}",
    "😀",
    "\t",
    "    ",
    "\n",
    "\r",
    "\n\n",
    "{",
    "}",
    "javascript:x ",
];

/// Lines of front matter, most of them `key = value`.
fn front_matter() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        8 => (select(KEYS), select(VALUES)).prop_map(|(key, value)| format!("{key} = {value}")),
        2 => (select(KEYS), select(VALUES)).prop_map(|(key, value)| format!("{key}: {value}")),
        2 => select(HEADERS).prop_map(str::to_owned),
        1 => (select(KEYS), select(VALUES)).prop_map(|(key, value)| format!("  {key}={value} # why")),
    ];
    (vec(line, 0..9), any::<bool>()).prop_map(|(lines, yaml)| {
        // Each key once at most: what a second one does is the parser's to say, and hides the rest.
        let mut seen = BTreeSet::new();
        let fresh =
            lines.into_iter().filter(|line| seen.insert(line.split(['=', ':']).next().unwrap_or("").trim().to_owned()));
        let text: Vec<_> = fresh.map(|line| if yaml { line.replacen(" = ", ": ", 1) } else { line }).collect();
        let fence = if yaml { "---" } else { "+++" };
        format!("{fence}\n{}\n{fence}\n", text.join("\n"))
    })
}

fn body() -> impl Strategy<Value = String> {
    vec(select(WORDS), 0..25).prop_map(|words| words.concat())
}

/// A file as some editor wrote it.
fn document() -> impl Strategy<Value = String> {
    (front_matter(), body(), any::<bool>(), any::<bool>()).prop_map(|(front, body, windows, mark)| {
        let text = format!("{front}{body}");
        let text = if windows { text.replace('\n', "\r\n") } else { text };
        if mark { format!("\u{feff}{text}") } else { text }
    })
}

/// A few files of different kinds, over an archive that is right.
fn archive() -> impl Strategy<Value = BTreeMap<String, String>> {
    let kinds = [
        "essays/e1",
        "essays/e2",
        "quotes/q1",
        "quotes/q2",
        "samples/s1/index",
        "sources/s2",
        "arguments/a2",
        "pages/p",
    ];
    vec(document(), kinds.len()).prop_map(move |texts| {
        let paths = kinds.iter().map(|kind| format!("content/{kind}.md"));
        paths.zip(texts).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_a_check_panic(texts in archive(), raw in vec(any::<u8>(), 0..200), settings in front_matter()) {
        let archive = Archive::new();
        let mut texts: Unsaved = texts.into_iter().map(|(path, text)| (path, text.into_bytes())).collect();
        texts.insert("content/essays/raw.md".to_owned(), raw);
        let (_, found) = check(archive.root(), &texts, Strictness::default()).expect("the folder can be read");
        prop_assert!(found.iter().all(|finding| finding.help.is_some()), "every finding has a mend");
        let lines = settings.lines().filter(|line| *line != "+++" && *line != "---");
        texts.insert("casebook.toml".to_owned(), lines.flat_map(|line| [line, "\n"]).collect::<String>().into_bytes());
        check(archive.root(), &texts, Strictness::default()).expect("the folder can be read");
    }

    #[test]
    fn fixes_keep_their_word(texts in archive()) {
        let archive = Archive::new();
        for (path, text) in &texts {
            archive.put(path, text);
        }
        let fixed = fix(archive.root(), Strictness::default()).expect("the folder can be read");
        let left: Vec<_> = fixed.diagnostics.iter().filter(|finding| finding.fix.as_ref().is_some_and(|fix| fix.safe)).collect();
        prop_assert!(left.is_empty(), "left to mend: {left:?}");
        prop_assert_eq!(fixed.mended == 0, fixed.rewritten.is_empty());
        for file in &fixed.rewritten {
            prop_assert_ne!(&file.before, &file.after);
            // Only front matter is mended: the body stays to the byte.
            let body = |text: &str| {
                let fence = text.trim_start_matches('\u{feff}').lines().next().unwrap_or_default().to_owned();
                text.match_indices(&format!("\n{fence}")).next().map(|(at, _)| text[at..].to_owned())
            };
            prop_assert_eq!(body(&file.before), body(&file.after), "{}", &file.path);
            archive.put(&file.path, &file.after);
        }
        let again = fix(archive.root(), Strictness::default()).expect("the folder can be read");
        prop_assert!(again.rewritten.is_empty(), "{}", again.rewritten[0].after);
    }
}
