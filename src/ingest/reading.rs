//! What a captured file is: by what it holds, then by its ending.

use std::sync::LazyLock;

use regex::Regex;

use super::Kind;

static BIBTEX: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?m)^\s*@[A-Za-z]+\s*[{(]\s*[^\s,{}()]+\s*,").expect("a constant pattern"));
static MARKED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?m)^(#{1,6} \S|```|~~~|\[[^\]]+\]: |!\[\[|> \[!)").expect("a constant pattern"));
static TAGGED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)<(html|head|body|div|p|article|section|main|h[1-6]|ul|ol|table|span|blockquote|pre)\b[^>]*>")
        .expect("a constant pattern")
});

pub fn kind(text: &str, extension: &str) -> Kind {
    let text = text.trim_start();
    let start = &text[..text.floor_char_boundary(text.len().min(4096))];
    let lower = start.to_ascii_lowercase();
    let named = match extension {
        "html" | "htm" | "xhtml" | "mhtml" => Some(Kind::Html),
        "md" | "markdown" | "mdown" | "mdx" | "qmd" => Some(Kind::Markdown),
        "bib" | "bibtex" | "biblatex" => Some(Kind::Bibtex),
        "json" | "csljson" | "csl" => Some(Kind::CslJson),
        "xml" | "rss" | "atom" | "rdf" => Some(Kind::Feed),
        "txt" | "text" => Some(Kind::Text),
        _ => None,
    };
    if lower.starts_with('<') {
        let html = lower.contains("<!doctype html") || lower.contains("<html");
        if !html && ["<rss", "<feed", "<rdf:rdf"].iter().any(|root| lower.contains(root)) {
            return Kind::Feed;
        }
        if html || TAGGED.is_match(start) || named == Some(Kind::Html) {
            return Kind::Html;
        }
    }
    let fenced = matches!(text.lines().next().map(str::trim_end), Some("+++" | "---"));
    if lower.starts_with(['{', '[']) && named != Some(Kind::Markdown) && named != Some(Kind::Text) {
        if lower.contains("jsonfeed.org/version") {
            return Kind::Feed;
        }
        // Hugo may write front matter as JSON: then more than an object follows.
        let stream = serde_json::Deserializer::from_str(text).into_iter::<serde::de::IgnoredAny>().next();
        if matches!(stream, Some(Ok(_))) && named != Some(Kind::Html) {
            return Kind::CslJson;
        }
    }
    match named {
        Some(Kind::Text) | None
            if fenced && text.lines().skip(1).any(|line| matches!(line.trim_end(), "+++" | "---")) =>
        {
            Kind::Markdown
        }
        Some(named) => named,
        None if BIBTEX.is_match(start) && start.trim_start().starts_with(['@', '%']) => Kind::Bibtex,
        None if MARKED.find_iter(start).count() > 1 => Kind::Markdown,
        None if TAGGED.find_iter(start).count() > 3 => Kind::Html,
        None => Kind::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides_before_the_name() {
        for (text, extension, wanted) in [
            ("<!DOCTYPE html><title>x</title>", "txt", Kind::Html),
            ("\n<div><p>x", "", Kind::Html),
            ("<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'>", "txt", Kind::Feed),
            ("<?xml version='1.0'?><!DOCTYPE html><html>", "xml", Kind::Html),
            ("{\"version\": \"https://jsonfeed.org/version/1.1\"}", "json", Kind::Feed),
            ("[{\"id\": \"a\", \"type\": \"book\"}]", "", Kind::CslJson),
            ("% mine\n@book{a, title={x}}", "", Kind::Bibtex),
            ("---\ntitle: x\n---\ntext", "txt", Kind::Markdown),
            ("---\nnot front matter", "txt", Kind::Text),
            ("# a\n\ntext\n\n## b\n", "", Kind::Markdown),
            ("# one comment in a text\n", "txt", Kind::Text),
            ("{ not json }", "txt", Kind::Text),
            ("Plain words.", "", Kind::Text),
        ] {
            assert_eq!(kind(text, extension), wanted, "{text}");
        }
    }
}
