//! Blocks as Markdown. Words are escaped, so that none of a capture's text is markup here: no tag, no wikilink, no
//! formula, no footnote, no block id.

use super::block::{Block, Code, Item, Node, Quote, Text};

/// Keeps apart what would be read as one sign, and is seen by nobody: texts that are compared leave it out.
const JOINER: char = '\u{2060}';

/// Words as Markdown that says just them, on one line.
pub fn escape(words: &str) -> String {
    let mut out = String::with_capacity(words.len() + words.len() / 16);
    let has_address = words.contains('%') && (words.contains("://") || words.contains("www.") || words.contains('@'));
    let mut before = ' ';
    let mut signs = words.chars().peekable();
    while let Some(c) = signs.next() {
        // JSON can write any sign, also such as mark our links.
        if super::links::is_mark(c) {
            continue;
        }
        let next = signs.peek().copied().unwrap_or(' ');
        let escaped = match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '$' | '~' | '|' => true,
            '_' => !(before.is_alphanumeric() && next.is_alphanumeric()),
            '&' => next.is_ascii_alphanumeric() || next == '#',
            _ => false,
        };
        if escaped {
            out.push('\\');
        }
        out.push(if matches!(c, '\n' | '\r') { ' ' } else { c });
        // What follows it at the end of a paragraph would be a block id; and an address that hides control characters
        // is no link.
        if c == '^' || c == '%' && has_address && matches!(next, '0' | '1' | '7' | 'c' | 'C') {
            out.push(JOINER);
        }
        before = c;
    }
    out
}

/// The kind of alert that a box is by what it calls itself; the archive knows five.
pub fn alert(name: &str) -> Option<&'static str> {
    Some(match name {
        "tip" | "hint" | "success" => "TIP",
        "important" | "question" | "faq" => "IMPORTANT",
        "warning" | "attention" => "WARNING",
        "caution" | "danger" | "error" | "failure" | "bug" => "CAUTION",
        "note" | "info" | "seealso" | "abstract" | "example" | "todo" | "details" => "NOTE",
        _ => return None,
    })
}

/// A paragraph's line, whose first sign could be taken for a heading, a list or a rule.
pub fn line(markdown: &str) -> String {
    let text = markdown.trim();
    let marks = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let after = &text[marks..];
    if (1..=9).contains(&marks) && after.starts_with(['.', ')']) && after[1..].starts_with([' ', '\t']) {
        return format!("{}\\{after}", &text[..marks]);
    }
    match text.chars().next() {
        Some('#' | '>' | '+' | '-' | '=' | ':') => format!("\\{text}"),
        _ => text.to_owned(),
    }
}

/// A text as the lines of a paragraph: a hard break parts them.
fn paragraph(text: &Text) -> String {
    if text.markdown.starts_with("```") {
        return text.markdown.clone();
    }
    text.markdown.trim().split("\\\n").map(line).collect::<Vec<_>>().join("\\\n")
}

fn heading(level: u8, text: &Text) -> String {
    let mut words = text.markdown.replace("\\\n", " ").trim().to_owned();
    // A brace at the end would be read as attributes, and number signs as decoration.
    if words.ends_with(['}', '#']) {
        words.push(JOINER);
    }
    format!("{} {words}", "#".repeat(usize::from(level.clamp(2, 6))))
}

/// Code between fences longer than any in it.
pub fn fenced(code: &Code) -> String {
    let longest = code.text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat((longest + 1).max(3));
    let language = code.language.as_deref().unwrap_or("text");
    format!("{fence}{language}\n{}\n{fence}", code.text.trim_end_matches('\n'))
}

fn list(items: &[Item]) -> String {
    let mut lines = Vec::new();
    for item in items {
        let mark = item.number.map_or_else(|| "- ".to_owned(), |number| format!("{number}. "));
        // Three columns hold the mark of an ordered list above.
        let indent = "   ".repeat(item.depth.min(8));
        let inside = format!("\n{indent}{}", " ".repeat(mark.len()));
        lines.push(format!("{indent}{mark}{}", paragraph(&item.text).replace('\n', &inside)));
    }
    lines.join("\n")
}

fn quote(quote: &Quote) -> String {
    let mut parts: Vec<String> = quote.paragraphs.iter().map(paragraph).collect();
    parts.extend(quote.attribution.as_deref().map(|by| line(&escape(by))));
    parts
        .join("\n\n")
        .lines()
        .map(|line| if line.is_empty() { ">".to_owned() } else { format!("> {line}") })
        .collect::<Vec<_>>()
        .join("\n")
}

fn table(rows: &[Vec<Text>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let row = |cells: &[Text]| {
        let cell = |at: usize| {
            cells.get(at).map_or_else(String::new, |cell| cell.markdown.replace("\\\n", " ").replace('\n', " "))
        };
        format!("| {} |", (0..columns).map(cell).collect::<Vec<_>>().join(" | "))
    };
    let mut lines: Vec<String> = rows.iter().map(|cells| row(cells)).collect();
    lines.insert(1.min(lines.len()), format!("|{}", " --- |".repeat(columns)));
    lines.join("\n")
}

/// The words of a quote as the body of its draft.
pub fn quote_body(quote: &Quote) -> String {
    quote.paragraphs.iter().map(paragraph).collect::<Vec<_>>().join("\n\n")
}

/// The blocks of a text, comments left out: they are entries of their own.
pub fn body(blocks: &[Block]) -> String {
    let mut parts = Vec::new();
    for block in blocks {
        let part = match &block.node {
            Node::Heading { level, text } => heading(*level, text),
            Node::Paragraph(text) => paragraph(text),
            Node::List(items) => list(items),
            Node::Quote(quote) if quote.voice == super::Voice::Comment => continue,
            Node::Quote(quoted) => quote(quoted),
            Node::Code(code) => fenced(code),
            Node::Table(rows) => table(rows),
            Node::Rule => "---".to_owned(),
            Node::Markdown(text) => text.markdown.trim_end().to_owned(),
        };
        if !part.trim().is_empty() {
            parts.push(part);
        }
    }
    parts.join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Diagnostics;
    use crate::read::markdown::{self, Part};
    use crate::span::Files;

    /// The plain text of Markdown as the archive reads it, and what besides text was found in it.
    fn read(markdown: &str) -> (String, Vec<String>) {
        let file = Files::default().add("a.md", markdown);
        let mut sink = Diagnostics::default();
        let body = markdown::parse(markdown, file, 0, &mut sink);
        let mut odd = Vec::new();
        markdown::walk(&body, &mut |part| match part {
            Part::Block(block) if !matches!(block.node, markdown::Node::Paragraph { .. }) => {
                odd.push(format!("{:?}", block.node));
            }
            Part::Inline(inline) if !matches!(inline.node, markdown::InlineNode::Text(_)) => {
                odd.push(format!("{:?}", inline.node));
            }
            _ => {}
        });
        odd.extend(sink.iter().map(|d| d.message.clone()));
        odd.extend(body.gist.anchors.keys().cloned());
        let words =
            markdown::passages(body.blocks()).into_iter().map(|passage| passage.text).collect::<Vec<_>>().join("\n");
        (words.replace(JOINER, ""), odd)
    }

    #[test]
    fn words_stay_words() {
        for words in [
            "<script>alert(1)</script>",
            "a &lt;b&gt; &amp; &#60;",
            "[[essays/x]] ![[y]] [a](javascript:b) ![c](d)",
            "*a* _b_ **c** __d__ ~~e~~ `f` ``g``",
            "$x$ and $$y$$",
            "see [^1]",
            "[^1]: a note",
            "the end ^here",
            "^all",
            "# a",
            "> b",
            "- c",
            "+ d",
            "1. e",
            "12) f",
            "---",
            "===",
            "***",
            "```",
            "~~~",
            ": meaning",
            "| a | b |",
            "{{< figure >}} {% raw %}",
            "+++",
            "a\\b \\",
            "snake_case_name and _private",
            "[!NOTE]",
            "[x]: http://a.b",
            "    indented",
            "<!-- c -->",
            "a <b onclick=x>",
            "http<://a",
            "- [ ] task",
            "C:\\x\\*",
            "5 < 6 && 7 > 2",
            "see //x and x://y",
        ] {
            let made = line(&escape(words));
            let (plain, odd) = read(&made);
            assert_eq!((plain.as_str(), &odd), (words.trim(), &Vec::new()), "{words} -> {made}");
        }
    }

    #[test]
    fn headings_and_cells_hold_their_words() {
        let text = Text::plain("a {#b} #");
        let (plain, odd) = read(&heading(1, &text));
        assert_eq!(plain, "a {#b} #");
        assert_eq!(odd.len(), 2, "{odd:?}");
        let rows = vec![vec![Text::plain("a|b"), Text::plain("c")], vec![Text::plain("<i>")]];
        let (plain, _) = read(&table(&rows));
        assert!(plain.contains("a|b") && plain.contains("<i>"), "{plain}");
    }

    #[test]
    fn fences_outgrow_what_they_hold() {
        let code = Code { language: None, text: "````\nx\n".into(), flattened: false, parses: None };
        assert_eq!(fenced(&code), "`````text\n````\nx\n`````");
    }
}
