//! What an element of a page is for: text, furniture around it, or nothing that is read.

use std::sync::LazyLock;

use dom_query::NodeRef;
use regex::Regex;

/// An element's name in lower case; empty for what is no element.
pub fn name(node: &NodeRef<'_>) -> String {
    node.node_name().map_or_else(String::new, |name| name.to_ascii_lowercase())
}

pub fn is_silent(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "template"
            | "noscript"
            | "iframe"
            | "object"
            | "embed"
            | "svg"
            | "canvas"
            | "head"
            | "link"
            | "meta"
            | "base"
            | "input"
            | "select"
            | "textarea"
            | "option"
            | "datalist"
            | "audio"
            | "video"
            | "map"
            | "progress"
            | "meter"
            | "frameset"
            | "frame"
            | "applet"
            | "param"
            | "source"
            | "track"
    )
}

pub fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "br"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "dialog"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "hr"
            | "html"
            | "legend"
            | "li"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "search"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "ul"
            | "listing"
            | "xmp"
            | "plaintext"
    )
}

/// Class, id and role, between blanks.
pub fn tokens(node: &NodeRef<'_>) -> String {
    let get = |name| node.attr(name).map_or_else(String::new, |value| value.to_ascii_lowercase());
    format!(" {} {} {} ", get("class"), get("id"), get("role"))
}

static FURNITURE: LazyLock<Vec<(&'static str, Regex)>> = LazyLock::new(|| {
    let word = |words: &str| Regex::new(&format!(r"[\s_-](?:{words})[\s_-]")).expect("a constant pattern");
    vec![
        (
            "navigation",
            word(
                "nav|navbar|navigation|menu|menubar|breadcrumbs?|pagination|pager|toc|table-of-contents|skip-link|prev-next|post-nav|site-header|masthead|toolbar|tabs|tablist|tabbed-labels|tab-labels",
            ),
        ),
        ("buttons to share", word("share|sharing|sharedaddy|social|social-links|addtoany|addthis|socials")),
        (
            "an advert",
            word(
                "advert|advertisement|advertising|ad|ads|adsbygoogle|ad-slot|sponsor|sponsored|promo|promotion|outbrain|taboola|newsletter|subscribe|subscription|signup|sign-up|optin|cta|paywall|donate",
            ),
        ),
        ("who wrote it, and when", word("entry-meta|post-meta|article-meta|crawler-post-meta|post-signature")),
        ("a notice of cookies", word("cookie|cookies|consent|gdpr|cookiebanner|cookie-banner|cookieconsent|onetrust")),
        (
            "a list of links",
            word(
                "related|recommended|recommendations|jp-relatedposts|read-next|more-posts|popular-posts|recent-posts|tag-list|tags|tagcloud|blogroll|widget",
            ),
        ),
        (
            "what stands beside the text",
            word("sidebar|popup|modal|banner|author-bio|about-author|author-box|complementary"),
        ),
        ("the foot of the page", word("site-footer|page-footer|footer|colophon|copyright|contentinfo")),
        ("a form", word("respond|comment-form|comment-respond|searchform|search-form|login-form|wpcf7")),
        ("hidden", word("screen-reader-text|sr-only|visually-hidden|visuallyhidden|hidden|hideme|noprint|d-none")),
    ]
});

/// Why an element is none of the text; `None` where it may be.
pub fn furniture(node: &NodeRef<'_>, name: &str) -> Option<&'static str> {
    match name {
        "nav" => return Some("navigation"),
        "form" | "button" | "dialog" => return Some("a form"),
        "footer" if !inside(node, &["article", "blockquote", "figure", "main", "section"]) => {
            return Some("the foot of the page");
        }
        "html" | "body" | "main" | "article" | "h1" | "p" | "pre" | "code" | "blockquote" => return hidden(node),
        _ => {}
    }
    let tokens = tokens(node);
    // Of tabs, one is shown at a time.
    if hidden(node).is_some() && !(tokens.contains("tab") && holds_code(node)) {
        return Some("hidden");
    }
    if is_pull_quote(name, &tokens) {
        return None;
    }
    // As both sides of a word are asked for, one sign parts two of them twice.
    let spaced = tokens.replace(' ', "  ");
    let found = FURNITURE.iter().find(|(_, pattern)| pattern.is_match(&spaced)).map(|(why, _)| *why);
    match found {
        // What holds the page's heading, or most of its words, is the page.
        Some(_) if holds_the_page(node) => None,
        Some("navigation" | "a list of links") if holds_code(node) => None,
        None if name == "aside" => Some("what stands beside the text"),
        found => found,
    }
}

fn holds_code(node: &NodeRef<'_>) -> bool {
    node.descendants_it().any(|inner| name(&inner) == "pre")
}

fn hidden(node: &NodeRef<'_>) -> Option<&'static str> {
    let style = node.attr("style").map(|style| style.to_ascii_lowercase().replace(' ', "")).unwrap_or_default();
    let hidden = node.has_attr("hidden")
        || node.attr("aria-hidden").is_some_and(|value| &*value == "true")
        || style.contains("display:none")
        || style.contains("visibility:hidden");
    hidden.then_some("hidden")
}

fn holds_the_page(node: &NodeRef<'_>) -> bool {
    const PARAGRAPHS: usize = 5;
    let mut paragraphs = 0;
    for inner in node.descendants_it() {
        match name(&inner).as_str() {
            "h1" | "article" | "main" => return true,
            "p" if inner.parent().is_none_or(|parent| name(&parent) != "li") => paragraphs += 1,
            _ => {}
        }
        if paragraphs > PARAGRAPHS {
            return true;
        }
    }
    false
}

pub fn is_pull_quote(name: &str, tokens: &str) -> bool {
    let of_quotes = tokens.contains("pullquote") || tokens.contains("pull-quote") || tokens.contains("pull_quote");
    of_quotes && matches!(name, "aside" | "div" | "p" | "span" | "figure" | "section" | "blockquote" | "q")
}

pub fn inside(node: &NodeRef<'_>, names: &[&str]) -> bool {
    node.ancestors_it(None).any(|above| names.contains(&name(&above).as_str()))
}
