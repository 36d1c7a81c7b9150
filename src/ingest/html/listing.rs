//! Code in a page: its text, its language, and which elements hold it.

use dom_query::NodeRef;

use super::{part, table};
use crate::ingest::language;

/// The text of code: line ends where the page has them, numbers of lines left out.
pub fn code_text(node: &NodeRef<'_>, out: &mut String) {
    for child in node.children_it(false) {
        if child.is_text() {
            out.push_str(&child.text());
            continue;
        }
        let name = part::name(&child);
        if name.is_empty() || part::is_silent(&name) || name == "button" || table::is_gutter(&child) {
            continue;
        }
        let tokens = part::tokens(&child);
        if ["crayon-toolbar", "crayon-info", "copy", "clipboard", "code-title", "toolbar"]
            .iter()
            .any(|sign| tokens.contains(sign))
        {
            continue;
        }
        let line =
            name == "br" || matches!(name.as_str(), "div" | "li" | "p" | "tr") || tokens.contains(" crayon-line ");
        if line && name != "br" && !out.is_empty() && !out.ends_with('\n') {
            out.push('\n');
        }
        code_text(&child, out);
        if line && !out.ends_with('\n') || name == "br" {
            out.push('\n');
        }
    }
}

/// Whether an element that is no `pre` holds a block of code.
pub fn is_code_block(node: &NodeRef<'_>) -> bool {
    let tokens = part::tokens(node);
    let named = [
        "crayon-syntax",
        "syntaxhighlighter",
        "codemirror-code",
        "cm-content",
        "wp-block-code",
        "codeblock",
        "code-block",
    ];
    let holds = named.iter().any(|sign| tokens.contains(sign));
    let pre = node.descendants_it().filter(|inner| part::name(inner) == "pre").count();
    let holds = holds && !["caption", "title", "filename", "header"].iter().any(|sign| tokens.contains(sign));
    holds && pre <= 1 && !node.descendants_it().any(|inner| part::name(&inner) == "p")
}

/// The language that the page names for code, on the element, around it or in it.
pub fn named_language(node: &NodeRef<'_>) -> Option<String> {
    let around = node.ancestors_it(Some(2));
    let inside =
        node.descendants_it().filter(|inner| matches!(part::name(inner).as_str(), "code" | "pre" | "table")).take(3);
    let nodes: Vec<NodeRef<'_>> = std::iter::once(*node).chain(inside).chain(around).collect();
    nodes.iter().find_map(|node| {
        let data = ["data-lang", "data-language", "lang"].iter().find_map(|name| node.attr(name));
        if let Some(known) = data.and_then(|name| language::known(&name)) {
            return Some(known);
        }
        let tokens = part::tokens(node).replace("brush: ", "brush:").replace("lang:", "language-");
        tokens.split_whitespace().find_map(|token| {
            let token = token.trim_end_matches(';');
            let name =
                ["language-", "lang-", "brush:", "highlight-source-", "highlight-", "prettyprint-", "sourcecode-"]
                    .iter()
                    .find_map(|prefix| token.strip_prefix(prefix));
            let bare = (tokens.contains("sourcecode") || tokens.contains("hljs") || tokens.contains("codehilite"))
                .then_some(token);
            // A name that is none of a language by chance.
            let plain = matches!(part::name(node).as_str(), "pre" | "code") && token.len() > 2;
            let plain = plain.then_some(token).filter(|name| !matches!(*name, "text" | "default" | "none" | "plain"));
            name.or(plain)
                .or(bare.filter(|name| !matches!(*name, "sourcecode" | "hljs" | "highlight")))
                .and_then(language::known)
        })
    })
}
