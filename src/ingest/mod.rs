//! From captured pages, exports and feeds to drafts that a person reviews.
//!
//! Bytes are decoded, their kind is found, and each kind is read into one form: [`Found`], the facts of a source and
//! its text as blocks, each with the lines of the capture that it came from. A [`Plan`] makes [`Draft`]s of it, and
//! holds them to `read`, `model` and `check` before any is written. What a capture says is data: nothing in it is taken
//! for markup of ours.

mod above;
mod attribution;
mod bibliography;
mod block;
mod byline;
mod code;
mod comments;
mod dates;
mod decode;
mod draft;
mod dropped;
mod feed;
mod flattened;
mod html;
mod language;
mod lines;
mod links;
mod mail;
mod markdown;
mod markup;
mod measured;
mod name;
mod origin;
mod place;
mod reading;
mod settle;
mod text;
mod threads;
mod transcripts;
mod web;
mod write;

use std::fmt;

use sha2::{Digest, Sha256};

pub use self::block::{Block, Code, Dropped, Lines, Meta, Node, Quote, Text, Unsure, Voice, shorten};
pub use self::decode::{MOST, too_long};
pub use self::draft::Draft;
pub use self::links::{Became, Link, Picture, lost};
pub use self::measured::Measured;
pub use self::place::{Folder, Place};
pub use self::write::{Drafts, Ingested, Outcome, Plan, Taken};

/// A captured file.
pub struct Capture {
    /// As the user named it, for messages and titles.
    pub name: String,
    /// `None` for standard input, which has nothing beside it.
    pub place: Option<Place>,
    pub bytes: Vec<u8>,
}

impl Capture {
    /// What stands for the file's bytes, as `sha256sum` prints it.
    pub fn hash(&self) -> String {
        format!("sha256:{}", hex::encode(Sha256::digest(&self.bytes)))
    }

    /// The last part of the name, without its ending.
    pub fn stem(&self) -> &str {
        let name = self.name.rsplit(['/', '\\']).next().unwrap_or_default();
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }

    fn extension(&self) -> String {
        let name = self.name.rsplit(['/', '\\']).next().unwrap_or_default();
        name.rsplit_once('.').map_or_else(String::new, |(_, extension)| extension.to_ascii_lowercase())
    }
}

/// What was found in one document: a page, a record of a bibliography, an item of a feed.
#[derive(Debug, Default)]
pub struct Found {
    pub meta: Meta,
    pub blocks: Vec<Block>,
    /// What its blocks link to, by the numbers that stand there.
    pub links: Vec<Link>,
    pub measured: Vec<Measured>,
    pub dropped: Vec<Dropped>,
    pub unsure: Vec<Unsure>,
    /// The lines of a record or an item in its file.
    pub at: Lines,
    /// Whether verbatim quotes can be looked up in the capture as it was saved.
    pub verifiable: bool,
    /// The text in which selectors find their passages.
    pub text: String,
}

impl Found {
    /// The quotes, in the order of the capture.
    pub fn quotes(&self) -> impl Iterator<Item = (&Block, &Quote)> {
        self.blocks.iter().filter_map(|block| match &block.node {
            Node::Quote(quote) => Some((block, quote)),
            _ => None,
        })
    }

    /// For each quote who said it, and what.
    #[cfg(test)]
    fn said(&self) -> Vec<[String; 2]> {
        self.quotes().map(|(_, quote)| [quote.speaker.clone().unwrap_or_default(), quote.plain()]).collect()
    }

    pub fn samples(&self) -> impl Iterator<Item = (usize, &Block, &Code)> {
        self.blocks.iter().enumerate().filter_map(|(at, block)| match &block.node {
            Node::Code(code) => Some((at, block, code)),
            _ => None,
        })
    }

    /// The words of each heading.
    pub fn headings(&self) -> impl Iterator<Item = &str> {
        self.blocks.iter().filter_map(|block| match &block.node {
            Node::Heading { text, .. } => Some(text.plain.as_str()),
            _ => None,
        })
    }

    /// The text as Markdown, its links to notes and files as words.
    pub fn body(&self) -> String {
        self.body_with(&self.all_words())
    }

    /// The text as Markdown, with what became of its links.
    fn body_with(&self, became: &[Became]) -> String {
        links::filled(&markup::body(&self.blocks), &self.links, became)
    }

    /// Every link as words.
    pub fn all_words(&self) -> Vec<Became> {
        vec![Became::Words; self.links.len()]
    }

    /// Whether there is a text beside quotes and comments.
    pub fn has_text(&self) -> bool {
        let has = |block: &Block| match &block.node {
            Node::Heading { .. } | Node::Rule => false,
            Node::Code(code) => !code.text.trim().is_empty(),
            _ => block.words().chars().any(char::is_alphabetic),
        };
        self.blocks.iter().any(has)
    }
}

/// Why nothing can be made of a capture, and the mend.
#[derive(Debug)]
pub struct Refusal {
    pub why: String,
    pub help: String,
}

impl Refusal {
    fn new(why: impl Into<String>, help: impl Into<String>) -> Self {
        Self { why: why.into(), help: help.into() }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n  help: {}", self.why, self.help)
    }
}

/// What a captured file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Html,
    Markdown,
    Bibtex,
    CslJson,
    Feed,
}

impl Kind {
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Html => "html",
            Self::Markdown => "markdown",
            Self::Bibtex => "bibtex",
            Self::CslJson => "csl-json",
            Self::Feed => "feed",
        }
    }
}

/// So many drafts of a kind nobody reviews.
const MOST_DRAFTS: usize = 2_000;

/// Finds what is in a capture: one document, or many where it is a bibliography or a feed. Records that can't be read
/// are refused one by one.
pub fn find(capture: &Capture) -> Result<(Kind, Vec<Found>, Vec<Refusal>), Refusal> {
    let decoded = decode::decode(&capture.bytes)?;
    let kind = reading::kind(&decoded.text, &capture.extension());
    let mut refused = Vec::new();
    let mut found = match kind {
        Kind::Text => vec![text::read(&decoded.text)],
        Kind::Html => vec![html::read(&decoded.text)?],
        Kind::Markdown => {
            let mut found = markdown::read(&decoded.text)?;
            markdown::named(&mut found, &capture.name);
            vec![found]
        }
        Kind::Bibtex => {
            let (found, broken) = bibliography::bibtex(&decoded.text)?;
            refused = broken;
            found
        }
        Kind::CslJson => bibliography::csl_json(&decoded.text)?,
        Kind::Feed => feed::read(&decoded.text)?,
    };
    for found in &mut found {
        found.unsure.extend(decoded.doubt.clone());
        found.meta.url = found.meta.url.take().map(|url| untracked(&url));
    }
    let with_text = !matches!(kind, Kind::Bibtex | Kind::CslJson | Kind::Feed);
    if with_text && !found.iter().any(Found::has_text) {
        return Err(Refusal::new(
            "there is no text in it beside navigation and the like",
            "capture the page itself, with its text",
        ));
    }
    if found.iter().any(|found| found.quotes().count() > MOST_DRAFTS || found.samples().count() > MOST_DRAFTS) {
        let why = format!("there are more than {MOST_DRAFTS} quotes or pieces of code in it");
        return Err(Refusal::new(why, "cut out the part that matters"));
    }
    Ok((kind, found, refused))
}

/// An address without what says how a reader came to it.
fn untracked(url: &str) -> String {
    let (rest, fragment) = url.split_once('#').map_or((url, None), |(rest, fragment)| (rest, Some(fragment)));
    let Some((page, query)) = rest.split_once('?') else { return url.to_owned() };
    let tracks = |part: &&str| {
        let key = part.split('=').next().unwrap_or_default();
        key.starts_with("utm_") || matches!(key, "fbclid" | "gclid" | "mc_cid" | "mc_eid")
    };
    let kept: Vec<&str> = query.split('&').filter(|part| !tracks(part)).collect();
    let query = if kept.is_empty() { String::new() } else { format!("?{}", kept.join("&")) };
    format!("{page}{query}{}", fragment.map_or_else(String::new, |fragment| format!("#{fragment}")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::diagnostic::Diagnostics;
    use crate::read::markdown::{self, InlineNode, Part};
    use crate::span::Files;

    /// What a hostile page is made of.
    const PIECES: [&str; 48] = [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<svg onload=x><a>",
        "<p>",
        "</p>",
        "<pre>",
        "</pre>",
        "<blockquote>",
        "</blockquote>",
        "<ul><li>",
        "</ul>",
        "<table><tr><td>",
        "</table>",
        "<h2>",
        "</h2>",
        "<div class=comment>",
        "</div>",
        "<style>",
        "</style>",
        "<!--",
        "-->",
        "```",
        "~~~\n",
        "\n",
        "\n\n",
        "[[essays/x]]",
        "![[y]]",
        "[a](javascript:alert(1))",
        "{{< x >}}",
        "{% raw %}",
        "+++\n",
        "---\n",
        "— Ada Vogt, blog.\n",
        "Ada says\n",
        "> ",
        "- ",
        "1 2 3 |\n",
        "# make a thing def f(): return 1 |",
        "def f(a):\n    return a\n",
        " ^id\n",
        "&lt;script&gt;",
        "$x$",
        "Words that go on for a while. ",
        "\u{0}",
        "\u{202e}\u{7}",
        "@book{a, title={x}}\n",
        "<rss version='2.0'><channel><item><title>x</title>",
    ];

    /// Checks that nothing of a draft runs, or leads to what runs.
    fn is_harmless(text: &str) {
        let file = Files::default().add("a.md", text);
        let body = markdown::parse(text, file, 0, &mut Diagnostics::default());
        markdown::walk(&body, &mut |part| match part {
            Part::Block(block) => assert!(!matches!(block.node, markdown::Node::Html(_)), "{text}"),
            Part::Inline(inline) => assert!(!matches!(inline.node, InlineNode::Html(_)), "{text}"),
        });
        for link in &body.gist.links {
            let good = ["http://", "https://", "mailto:"].iter().any(|scheme| link.address.starts_with(scheme));
            assert!(good, "{} in {text}", link.address);
        }
    }

    #[test]
    fn addresses_of_sources_do_not_say_how_a_reader_came() {
        for (url, wanted) in [
            ("https://a.example/x?utm_source=y&utm_medium=z", "https://a.example/x"),
            ("https://a.example/x?id=1&fbclid=2&b#c", "https://a.example/x?id=1&b#c"),
            ("https://a.example/x?gclid=2#c?utm_a=1", "https://a.example/x#c?utm_a=1"),
            ("https://a.example/x?", "https://a.example/x?"),
            ("https://a.example/?q=utm_source", "https://a.example/?q=utm_source"),
        ] {
            assert_eq!(untracked(url), wanted);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]
        #[test]
        fn no_input_panics_and_nothing_that_runs_is_left(pieces in prop::collection::vec(0..PIECES.len(), 1..40), ending in 0..5_usize) {
            let text: String = pieces.iter().map(|at| PIECES[*at]).collect();
            let name = ["a.html", "a.txt", "a.md", "a", "a.xml"][ending];
            let capture = Capture { name: name.to_owned(), place: None, bytes: text.into_bytes() };
            if let Ok((_, all, _)) = find(&capture) {
                for found in &all {
                    is_harmless(&found.body());
                    found.quotes().for_each(|(_, quote)| is_harmless(&markup::quote_body(quote)));
                }
            }
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            for name in ["a.html", "a.txt", "a.md", "a.bib", "a.json", "a.xml"] {
                let _ = find(&Capture { name: name.to_owned(), place: None, bytes: bytes.clone() });
            }
        }
    }
}
