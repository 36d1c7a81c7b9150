//! Captures as text: what a reader of the kept copy sees, with white space collapsed.
//!
//! A capture is whatever a browser or a script saved, so this reads HTML as the living standard's tokenizer does
//! where that bears on text: it never fails, and takes time in proportion to the length.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;

/// Tags that part words. Any other, known or not, stands in the line, as in a browser.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "br",
    "button",
    "caption",
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "frame",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hgroup",
    "hr",
    "html",
    "iframe",
    "input",
    "legend",
    "li",
    "main",
    "menu",
    "nav",
    "noscript",
    "ol",
    "optgroup",
    "option",
    "p",
    "pre",
    "search",
    "section",
    "select",
    "summary",
    "table",
    "tbody",
    "td",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "title",
    "tr",
    "ul",
    "video",
];

/// Elements whose content is not text.
const SILENT: &[&str] = &["script", "style", "template"];

/// White space collapsed and Unicode composed, so that texts which look alike are alike; case and punctuation count.
pub fn collapse(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut space = false;
    for c in text.nfc() {
        match c {
            // Marks where a line may break; no reader sees them.
            '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}' => {}
            c if c.is_whitespace() => space = true,
            c => {
                if space && !out.is_empty() {
                    out.push(' ');
                }
                space = false;
                out.push(c);
            }
        }
    }
    out
}

/// Whether a capture is HTML: by its name, or by how it begins.
pub fn is_html(path: &str, text: &str) -> bool {
    let extension = path.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    match extension.as_deref() {
        Some("html" | "htm" | "xhtml" | "xml") => true,
        Some("txt" | "md" | "text") => false,
        _ => {
            let start = text.trim_start().get(..5).unwrap_or_default().to_ascii_lowercase();
            start == "<html" || start == "<!doc"
        }
    }
}

/// The text of HTML: tags removed, character references decoded.
pub fn html_text(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut references = References::default();
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = if rest.starts_with('&') { references.decode(rest, &mut out) } else { skip_tag(rest, &mut out) };
    }
    out.push_str(rest);
    out
}

/// Passes over the tag or comment that `rest` begins with, or takes its `<` as text.
fn skip_tag<'a>(rest: &'a str, out: &mut String) -> &'a str {
    let after = |text: &'a str, end: &str| text.find(end).map_or("", |at| &text[at + end.len()..]);
    if let Some(comment) = rest.strip_prefix("<!--") {
        // `<!-->` is a whole comment.
        return comment
            .strip_prefix('>')
            .or_else(|| comment.strip_prefix("->"))
            .unwrap_or_else(|| after(comment, "-->"));
    }
    if rest.starts_with("<!") || rest.starts_with("<?") {
        return after(rest, ">");
    }
    let closes = rest.starts_with("</");
    let named = &rest[if closes { 2 } else { 1 }..];
    if !named.starts_with(|c: char| c.is_ascii_alphabetic()) {
        out.push('<');
        return &rest[1..];
    }
    let length = named.find(|c: char| c.is_whitespace() || c == '/' || c == '>').unwrap_or(named.len());
    let name = named[..length].to_ascii_lowercase();
    let rest = after_attributes(&named[length..]);
    if BLOCKS.contains(&name.as_str()) {
        out.push(' ');
    }
    if !closes && SILENT.contains(&name.as_str()) { after_content(rest, &name) } else { rest }
}

/// What follows the tag's `>`; one inside a quoted value does not count.
fn after_attributes(rest: &str) -> &str {
    let mut quote = None;
    // A quotation mark opens a value only after `=`.
    let mut value = false;
    for (at, c) in rest.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '>' => return &rest[at + 1..],
            None if value && (c == '"' || c == '\'') => quote = Some(c),
            _ => {}
        }
        value = c == '=' || value && c.is_whitespace();
    }
    ""
}

/// What follows the end tag of an element whose content is not text.
fn after_content<'a>(rest: &'a str, name: &str) -> &'a str {
    let mut from = 0;
    while let Some(at) = rest[from..].find("</") {
        from += at + 2;
        if rest.as_bytes()[from..].get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes())) {
            return after_attributes(&rest[from + name.len()..]);
        }
    }
    ""
}

/// Decodes character references. Markdown knows the same names as HTML, so its parser's table serves; what a name
/// means is asked once.
#[derive(Default)]
struct References(HashMap<String, Option<String>>);

/// The longest name is `CounterClockwiseContourIntegral`.
const LONGEST_NAME: usize = 32;

impl References {
    /// Decodes the reference that `rest` begins with, or takes its `&` as text.
    fn decode<'a>(&mut self, rest: &'a str, out: &mut String) -> &'a str {
        if let Some(number) = rest.strip_prefix("&#") {
            if let Some((c, after)) = numeric(number) {
                out.push(c);
                return after;
            }
        } else if let Some((text, after)) = self.named(&rest[1..]) {
            out.push_str(text);
            return after;
        }
        out.push('&');
        &rest[1..]
    }

    fn named<'a>(&mut self, rest: &'a str) -> Option<(&str, &'a str)> {
        let end = rest.bytes().take(LONGEST_NAME).take_while(u8::is_ascii_alphanumeric).count();
        let name = &rest[..end];
        if let Some(after) = rest[end..].strip_prefix(';') {
            let meant = self.0.entry(name.to_owned()).or_insert_with(|| meaning(name));
            return meant.as_deref().map(|text| (text, after));
        }
        // Old pages leave out the semicolon; these few names are read all the same.
        let old = [("amp", "&"), ("lt", "<"), ("gt", ">"), ("quot", "\""), ("nbsp", " ")];
        old.into_iter().find(|(old, _)| *old == name).map(|(_, text)| (text, &rest[end..]))
    }
}

fn meaning(name: &str) -> Option<String> {
    let reference = format!("&{name};");
    let text: String = pulldown_cmark::Parser::new(&reference)
        .filter_map(|event| match event {
            pulldown_cmark::Event::Text(text) => Some(text.into_string()),
            _ => None,
        })
        .collect();
    // A reference to white space makes an empty paragraph or a text that is trimmed away.
    if text.is_empty() { Some(" ".to_owned()) } else { (text != reference).then_some(text) }
}

/// A number and what follows its semicolon, which may be missing.
fn numeric(rest: &str) -> Option<(char, &str)> {
    let (radix, digits) = match rest.strip_prefix(['x', 'X']) {
        Some(digits) => (16, digits),
        None => (10, rest),
    };
    let end = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
    if end == 0 {
        return None;
    }
    let number = u32::from_str_radix(&digits[..end], radix).unwrap_or(u32::MAX);
    let after = digits[end..].strip_prefix(';').unwrap_or(&digits[end..]);
    Some((windows(number).or_else(|| char::from_u32(number)).unwrap_or('\u{fffd}'), after))
}

/// Numbers 128 to 159 mean Windows' characters, as the standard demands: old pages wrote their dashes so.
fn windows(number: u32) -> Option<char> {
    const TABLE: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";
    let at = usize::try_from(number.checked_sub(128)?).ok()?;
    TABLE.chars().nth(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(html: &str) -> String {
        collapse(&html_text(html))
    }

    #[test]
    fn tags_go_and_words_stay_apart() {
        assert_eq!(text("<p>One<p>two <em>thr</em>ee<br>four</p>"), "One two three four");
        assert_eq!(text("<td>a</td><td>b</td><x-y>c</x-y>d"), "a b cd");
        assert_eq!(text("a<script>if (1 < 2) '</p>'</script >b<style>c</STYLE>d"), "abd");
        assert_eq!(text("a <!-- <b> -- > --> b <!--> c <![CDATA[x]]> d"), "a b c d");
        assert_eq!(text(r#"<a title="x > y" data-q='"' href=a'b>z</a>"#), "z");
        assert_eq!(text("1 < 2 <3 a<b"), "1 < 2 <3 a");
        assert_eq!(text("a<script>never ends"), "a");
    }

    #[test]
    fn references_are_decoded_once() {
        assert_eq!(text("&lt;b&gt; &amp;amp; &eacute;&#233;&#xE9; &#8217;&#146; a&nbsp;b"), "<b> &amp; ééé ’’ a b");
        assert_eq!(text("R&D &unknown; &#; &#x110000; AT&amp T &; &"), "R&D &unknown; &#; \u{fffd} AT& T &; &");
        assert_eq!(text("so&shy;me&ensp;thing&hellip; &NotEqualTilde;"), "some thing… ≂̸");
    }

    #[test]
    fn html_is_known_by_name_or_start() {
        assert!(is_html("captures/a.HTML", "") && is_html("captures/a", " <!DOCTYPE html>"));
        assert!(!is_html("captures/a.txt", "<html>") && !is_html("captures/a", "é<"));
    }
}
