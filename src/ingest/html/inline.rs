//! A run of inline elements as words and as Markdown.

use dom_query::NodeRef;
use url::Url;

use super::part;
use crate::ingest::block::Text;
use crate::ingest::markup::escape;
use crate::span::one_line;

/// The words of a node's children, white space collapsed.
pub fn of_children(node: &NodeRef<'_>, base: Option<&Url>) -> Text {
    let mut run = Run::new(base);
    node.children_it(false).for_each(|child| run.push(&child));
    run.finish()
}

/// Inline nodes while they are brought together.
pub struct Run<'a> {
    text: Text,
    base: Option<&'a Url>,
    /// How many letters of it are in links.
    linked: usize,
    in_link: bool,
}

impl<'a> Run<'a> {
    pub fn new(base: Option<&'a Url>) -> Self {
        Self { text: Text::default(), base, linked: 0, in_link: false }
    }

    pub fn is_empty(&self) -> bool {
        self.text.plain.trim().is_empty()
    }

    /// Whether most of it is links.
    pub fn is_links(&self) -> bool {
        let all = self.text.plain.chars().filter(|c| !c.is_whitespace()).count();
        all > 0 && self.linked * 5 >= all * 4
    }

    pub fn finish(self) -> Text {
        Text { plain: collapse(&self.text.plain), markdown: collapse(&self.text.markdown) }
    }

    fn words(&mut self, words: &str) {
        if self.in_link {
            self.linked += words.chars().filter(|c| !c.is_whitespace()).count();
        }
        self.text.plain.push_str(words);
        let escaped = escape(words);
        self.text.markdown.push_str(&escaped);
    }

    /// Recursion is bounded: pages that nest deep are refused.
    pub fn push(&mut self, node: &NodeRef<'_>) {
        if node.is_text() {
            return self.words(&node.text());
        }
        let name = part::name(node);
        if name.is_empty() || part::is_silent(&name) || part::furniture(node, &name) == Some("hidden") {
            return;
        }
        match name.as_str() {
            "br" => {
                self.text.plain.push(' ');
                self.text.markdown.push('\u{85}');
            }
            "img" | "picture" | "button" => {}
            "em" | "i" | "cite" | "dfn" | "var" => self.wrapped(node, "*"),
            "strong" | "b" => self.wrapped(node, "**"),
            "del" | "s" | "strike" => self.wrapped(node, "~~"),
            "code" | "kbd" | "samp" | "tt" => self.code(node),
            "a" => self.link(node),
            "q" => {
                self.words("“");
                node.children_it(false).for_each(|child| self.push(&child));
                self.words("”");
            }
            _ => {
                if part::is_block(&name) {
                    self.words(" ");
                }
                node.children_it(false).for_each(|child| self.push(&child));
                if part::is_block(&name) {
                    self.words(" ");
                }
            }
        }
    }

    /// What is in a node, by itself.
    fn inner(&mut self, node: &NodeRef<'_>) -> Text {
        let outer = std::mem::take(&mut self.text);
        node.children_it(false).for_each(|child| self.push(&child));
        std::mem::replace(&mut self.text, outer)
    }

    /// Between marks, which stand next to words and not next to blanks.
    fn wrapped(&mut self, node: &NodeRef<'_>, mark: &str) {
        let inner = self.inner(node);
        let (before, words, after) = trimmed(&inner.markdown);
        // A mark next to another, or in a word, would be read otherwise.
        let inside = self.text.markdown.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '*' | '~' | '`'));
        let odd = words.starts_with(|c: char| !c.is_alphanumeric() && c != '`' && c != '\\')
            || words.ends_with(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | '!' | '?' | '`'));
        if words.is_empty() || words.contains(['\u{85}', '*']) || inside || odd {
            self.text.markdown.push_str(&inner.markdown);
        } else {
            self.text.markdown.push_str(&format!("{before}{mark}{words}{mark}{after}"));
        }
        self.text.plain.push_str(&inner.plain);
    }

    fn code(&mut self, node: &NodeRef<'_>) {
        let words = one_line(&node.text());
        if words.is_empty() {
            return;
        }
        let longest = words.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(longest + 1);
        let pad = if words.starts_with('`') || words.ends_with('`') { " " } else { "" };
        self.text.plain.push_str(&words);
        self.text.markdown.push_str(&format!("{fence}{pad}{words}{pad}{fence}"));
        if self.in_link {
            self.linked += words.chars().count();
        }
    }

    fn link(&mut self, node: &NodeRef<'_>) {
        let tokens = part::tokens(node);
        if tokens.contains("footnote") && node.attr("href").is_some_and(|href| href.contains('#')) {
            // Its sign stays, so that the note can be told from the text; the way back goes.
            let sign = one_line(&node.text());
            let sign = sign.trim_matches(['[', ']', '(', ')', '^']);
            if !sign.is_empty()
                && sign.chars().count() < 5
                && sign.chars().all(|c| c.is_alphanumeric() || "*†‡§".contains(c))
            {
                return self.words(&format!("[{sign}]"));
            }
            if sign.chars().all(|c| !c.is_alphanumeric()) {
                return;
            }
        }
        // A sign beside a heading that links to it.
        if ["headerlink", "anchor", "permalink", "heading-link", "header-anchor"]
            .iter()
            .any(|sign| tokens.contains(sign))
            && node.text().chars().count() < 3
        {
            return;
        }
        let address = node.attr("href").and_then(|href| address(&href, self.base));
        let was = std::mem::replace(&mut self.in_link, true);
        let inner = self.inner(node);
        self.in_link = was;
        let (before, words, after) = trimmed(&inner.markdown);
        match address {
            Some(address) if !words.is_empty() && !words.contains("](") => {
                let words = words.replace('\u{85}', " ");
                self.text.markdown.push_str(&format!("{before}[{words}]({address}){after}"));
            }
            _ => self.text.markdown.push_str(&inner.markdown),
        }
        self.text.plain.push_str(&inner.plain);
    }
}

/// A text's blanks before, its words, and its blanks after.
fn trimmed(text: &str) -> (&'static str, &str, &'static str) {
    let words = text.trim();
    let blank = |is: bool| if is { " " } else { "" };
    (blank(text.starts_with(char::is_whitespace)), words, blank(text.ends_with(char::is_whitespace)))
}

/// White space to single blanks; a line end that was asked for stays one.
fn collapse(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut space = false;
    let mut breaks = false;
    for c in text.chars() {
        if c == '\u{85}' {
            breaks = true;
        } else if c.is_whitespace() {
            space = true;
        } else {
            if breaks && !out.is_empty() {
                out.push_str("\\\n");
            } else if space && !out.is_empty() {
                out.push(' ');
            }
            (space, breaks) = (false, false);
            out.push(c);
        }
    }
    out
}

/// An address that may be published: of the web or of mail, and nothing that could run. Relative ones are made whole.
pub fn address(href: &str, base: Option<&Url>) -> Option<String> {
    let href = href.trim();
    if href.is_empty() || href.starts_with('#') || href.len() > 2000 {
        return None;
    }
    let url = match Url::parse(href) {
        Ok(url) => url,
        Err(_) => base?.join(href).ok()?,
    };
    let good = matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| !host.is_empty())
        || url.scheme() == "mailto";
    let written = url.to_string();
    let written = written.replace('(', "%28").replace(')', "%29").replace('<', "%3C").replace('>', "%3E");
    let plain = written
        .chars()
        .all(|c| !c.is_whitespace() && !c.is_control() && !matches!(c, '\\' | '`' | '|' | '"' | '*' | '[' | ']'));
    let hidden = percent_encoding::percent_decode_str(&written).decode_utf8_lossy().contains(|c: char| c.is_control());
    (good && plain && !hidden).then_some(written)
}

#[cfg(test)]
mod tests {
    use dom_query::Document;

    use super::*;

    fn markdown(html: &str) -> String {
        let document = Document::from(format!("<p>{html}</p>"));
        let base = Url::parse("https://a.example/x/").ok();
        of_children(document.select("p").nodes().first().expect("a paragraph"), base.as_ref()).markdown
    }

    #[test]
    fn inline_markup_becomes_markdown() {
        for (html, wanted) in [
            ("a  <em> b </em>c <strong>d</strong>.", "a *b* c **d**."),
            ("x<code>a`b</code>", "x``a`b``"),
            ("<a href='../y?a=(1)'>z <b>w</b></a>", "[z **w**](https://a.example/y?a=%281%29)"),
            ("a<br>b<br>", "a\\\nb"),
            ("f<em>o</em>o", "foo"),
            ("<b>*</b> <i></i>1", "\\* 1"),
            ("<q>hm</q>", "“hm”"),
            ("Head <a class=headerlink href=#x>¶</a>", "Head"),
        ] {
            assert_eq!(markdown(html), wanted, "{html}");
        }
    }

    #[test]
    fn addresses_that_could_run_are_left_out() {
        for href in [
            "javascript:alert(1)",
            "JaVa\nscript:x",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "//",
            "#x",
            "http://",
            " ",
            "blob:https://a/b",
            "https://a.example/%00",
        ] {
            assert_eq!(address(href, None), None, "{href}");
        }
        assert_eq!(markdown("<a href='javascript:alert(1)'>x</a>"), "x");
        assert_eq!(address("mailto:a@b.example", None).as_deref(), Some("mailto:a@b.example"));
    }
}
