//! Raw HTML from contributors, made harmless by ammonia, with trusted markup inside it kept as it is.
//!
//! The raw parts of a run are cleaned together, so that a tag in one part can enclose what follows it. Our own markup
//! in between is held back: a marker stands for it during the cleaning and is replaced afterwards. A marker holds a
//! hash of the raw parts, so that no author can write one, and an attribute that holds one is dropped.

use std::collections::HashSet;
use std::sync::LazyLock;

use ammonia::Builder;

use crate::escape::escape;

/// One part of a run.
pub enum Part<'a> {
    Raw(&'a str),
    Trusted(String),
}

/// What may stand where the run stands, in HTML's terms.
#[derive(Clone, Copy)]
pub enum Content {
    Flow,
    Phrasing,
}

/// Noncharacters: no text has a use for them.
const OPEN: char = '\u{fdd0}';
const CLOSE: char = '\u{fdd1}';

const PHRASING: [&str; 33] = [
    "a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "data", "del", "dfn", "em", "i", "img", "ins", "kbd", "mark",
    "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
];

static FLOW_CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = base();
    // A page has one heading of level 1: its title.
    builder.rm_tags(["h1", "map", "area", "hgroup"]);
    builder
});

static PHRASING_CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = base();
    builder.tags(HashSet::from(PHRASING));
    builder
});

fn base() -> Builder<'static> {
    let mut builder = Builder::default();
    builder.url_schemes(HashSet::from(["http", "https", "mailto", "tel"])).attribute_filter(
        |element, attribute, value| {
            let elsewhere = value.contains("://") || value.trim_start().starts_with("//");
            let refused = value.contains(OPEN) || (element == "img" && attribute == "src" && elsewhere);
            (!refused).then(|| value.into())
        },
    );
    builder
}

/// More tags than this in one run were not written by hand. Cleaning takes the square of their number where they are
/// never closed, so they are shown as text instead.
const MOST_TAGS: usize = 4000;

/// The run as safe, balanced HTML.
pub fn mix(parts: Vec<Part<'_>>, content: Content) -> String {
    let tags = |part: &Part<'_>| if let Part::Raw(raw) = part { raw.matches('<').count() } else { 0 };
    if parts.iter().map(tags).sum::<usize>() > MOST_TAGS {
        let shown = parts.into_iter().map(|part| match part {
            Part::Raw(raw) => escape(raw),
            Part::Trusted(markup) => markup,
        });
        return shown.collect();
    }
    let mut hasher = blake3::Hasher::new();
    for part in &parts {
        if let Part::Raw(raw) = part {
            hasher.update(raw.as_bytes());
        }
    }
    let nonce = hasher.finalize().to_hex();
    let open = format!("{OPEN}{}:", &nonce[..32]);
    let (mut text, mut trusted) = (String::new(), Vec::new());
    for part in parts {
        match part {
            Part::Raw(raw) => text.push_str(raw),
            Part::Trusted(markup) => {
                text += &format!("{open}{}{CLOSE}", trusted.len());
                trusted.push(markup);
            }
        }
    }
    let cleaner = match content {
        Content::Flow => &FLOW_CLEANER,
        Content::Phrasing => &PHRASING_CLEANER,
    };
    let clean = cleaner.clean(&text).to_string();
    let mut out = String::with_capacity(clean.len());
    let mut rest = clean.as_str();
    while let Some(at) = rest.find(&open) {
        out.push_str(&rest[..at]);
        let after = &rest[at + open.len()..];
        let Some((number, tail)) = after.split_once(CLOSE) else {
            rest = after;
            continue;
        };
        // Each is set once: a hostile text must not multiply what stands in it.
        if let Some(markup) = number.parse().ok().and_then(|at: usize| trusted.get_mut(at)) {
            out.push_str(&std::mem::take(markup));
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow(raw: &str) -> String {
        mix(vec![Part::Raw(raw), Part::Trusted("<p class=\"x\">ours</p>".into())], Content::Flow)
    }

    #[test]
    fn tags_may_enclose_trusted_markup() {
        let parts = || vec![Part::Raw("<div>"), Part::Trusted("<p id=\"a\">x</p>".into()), Part::Raw("</div>")];
        assert_eq!(mix(parts(), Content::Flow), "<div><p id=\"a\">x</p></div>");
        assert_eq!(mix(parts(), Content::Phrasing), "<p id=\"a\">x</p>");
        assert_eq!(flow("<b>"), "<b><p class=\"x\">ours</p></b>");
    }

    #[test]
    fn nothing_runs() {
        for hostile in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "<a href=\"javascript:alert(1)\">x</a>",
            "<svg><script>alert(1)</script></svg>",
            "<iframe src=\"https://example.org\"></iframe>",
            "<img src=\"data:image/png;base64,xx\">",
            "<style>*{}</style><p style=\"color:red\">x</p>",
            "<base href=\"//evil\">",
            "<math><mtext></p><style><img src=x onerror=alert(1)></style></mtext></math>",
            "<object data=x></object><embed src=x>",
            "<b title=\"<script>alert(1)</script>\">x</b>",
            "<a title=\"",
        ] {
            let made = flow(hostile);
            for bad in
                ["<script", "onerror", "javascript:", "<iframe", "data:", "style", "<base", "<object", "<embed", "<svg"]
            {
                assert!(!made.contains(bad), "{hostile} -> {made}");
            }
        }
    }

    #[test]
    fn a_marker_in_an_attribute_is_dropped() {
        let made = mix(
            vec![Part::Raw("<a title=\""), Part::Trusted("<p class=\"x\">ours</p>".into()), Part::Raw("\">y</a>")],
            Content::Flow,
        );
        assert!(!made.contains("title") && !made.contains("<p class"), "{made}");
    }
}
