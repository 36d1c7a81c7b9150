//! Markdown of other tools: Obsidian, Hugo, Zola, Jekyll. Their front matter is mapped to ours, their extensions are
//! turned into what the archive reads or left out and told, and what would not resolve here becomes words.

mod extensions;
mod front;
mod quotation;

use std::ops::Range;

use percent_encoding::percent_decode_str;
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd};
use url::Url;

use self::extensions::prepared;
use super::block::{Block, Dropped, Lines, Node, Text, Unsure};
use super::html::{self, web_link};
use super::links::{self, By, Link, Words};
use super::{Found, Refusal, attribution, code, dates, lines, markup, settle};

pub fn read(text: &str) -> Result<Found, Refusal> {
    let front = front::read(text)?;
    let mut found =
        Found { meta: front.meta, dropped: front.dropped, verifiable: true, text: text.to_owned(), ..Found::default() };
    let body = &text[front.body_at..];
    let first = text[..front.body_at].matches('\n').count() + 1;
    let body = prepared(body, first, &mut found.dropped);
    let base = found.meta.url.as_deref().and_then(|url| Url::parse(url).ok());
    let starts = starts(&body.text);
    let mut reader =
        Reader { source: &body.text, numbers: &body.lines, base, starts, found: &mut found, in_table: false };
    reader.blocks();
    title(&mut found);
    attribution::gather(&mut found.blocks, &mut found.unsure);
    attribution::resolve(&mut found.blocks, &mut found.unsure);
    settle::conclude(&mut found);
    Ok(found)
}

/// What a note's file is called says what it has no key for: Obsidian has no other title, and Jekyll no other date.
pub fn named(found: &mut Found, name: &str) {
    let mut parts = name.rsplit(['/', '\\']);
    let file = parts.next().unwrap_or_default();
    let Some((stem, _)) = file.rsplit_once('.') else { return };
    let dated = stem.get(..10).and_then(crate::date::Date::parse).filter(|_| stem.as_bytes().get(4) == Some(&b'-'));
    let words = match dated {
        Some(_) => stem[10..].trim_start_matches(['-', '_', ' ']),
        None => stem,
    };
    found.meta.date = found.meta.date.or(dated).or_else(|| dates::in_address(found.meta.aliases.first()?));
    let words = if matches!(words, "index" | "_index" | "README" | "readme") { parts.next() } else { Some(words) };
    let Some(words) = words.filter(|words| words.chars().any(char::is_alphabetic) && found.meta.title.is_none()) else {
        return;
    };
    found.meta.title = Some(words.to_owned());
    found.unsure.retain(|unsure| unsure.what != NO_TITLE);
    found.unsure.push(Unsure::whole("no title stands in it: it goes by the name of its file"));
}

const NO_TITLE: &str = "no title was found";

/// What is read besides CommonMark.
fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_MATH
        | Options::ENABLE_WIKILINKS
}

/// The byte at which each line begins.
fn starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect()
}

/// The first heading is the title where there is no other; where it says the same, it goes.
fn title(found: &mut Found) {
    let first = found.blocks.iter().position(|block| matches!(block.node, Node::Heading { level: 1, .. }));
    if let Some(Node::Heading { text, .. }) = first.map(|at| &found.blocks[at].node) {
        let is_title =
            found.meta.title.as_deref().is_none_or(|title| lines::folded(title) == lines::folded(&text.plain));
        if is_title {
            found.meta.title.get_or_insert(text.plain.clone());
            found.blocks.remove(first.unwrap_or(0));
        }
    }
    if found.meta.title.is_none() {
        found.unsure.push(Unsure::whole(NO_TITLE));
    }
}

struct Reader<'a> {
    source: &'a str,
    /// The line of the capture that each line came from.
    numbers: &'a [usize],
    base: Option<Url>,
    starts: Vec<usize>,
    found: &'a mut Found,
    /// Whether the block at hand is a table.
    in_table: bool,
}

/// A change of the source.
type Edit = (Range<usize>, String);

impl Reader<'_> {
    fn lines(&self, range: &Range<usize>) -> Lines {
        let line = |at: usize| {
            let line = self.starts.partition_point(|start| *start <= at).saturating_sub(1);
            self.numbers.get(line).or(self.numbers.last()).copied().unwrap_or(1)
        };
        let end = range.start + self.source[range.clone()].trim_end().len();
        Lines::new(line(range.start), line(end.saturating_sub(1).max(range.start)))
    }

    fn blocks(&mut self) {
        let mut events = Vec::new();
        let mut depth = 0_usize;
        let source = self.source;
        let mut all = Parser::new_ext(source, options()).into_offset_iter().peekable();
        while let Some((event, range)) = all.next() {
            match &event {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth -= 1,
                _ => {}
            }
            events.push((event, range));
            if depth == 0 {
                let next = all.peek().map_or(source.len(), |(_, range)| range.start);
                self.block(&std::mem::take(&mut events), next);
            }
        }
    }

    /// Takes in a block. `next` is where the one behind it begins: the parser says of some that they reach into it.
    fn block(&mut self, events: &[(Event<'_>, Range<usize>)], next: usize) {
        let Some((first, range)) = events.first() else { return };
        let range = &(range.start..range.end.min(next.max(range.start)));
        let lines = self.lines(range);
        let node = match first {
            Event::Rule => Node::Rule,
            Event::Start(Tag::Heading { level, .. }) => {
                Node::Heading { level: heading_level(*level), text: Self::heading(events) }
            }
            Event::Start(Tag::CodeBlock(kind)) if is_query(kind) => {
                let text = self.source[range.clone()].trim().to_owned();
                self.found.dropped.push(Dropped { lines, why: "a query of the tool's", text });
                return;
            }
            Event::Start(Tag::CodeBlock(kind)) => Node::Code(code_of(kind, events)),
            Event::Start(Tag::HtmlBlock) | Event::Html(_) => return self.html(range, lines),
            Event::Start(Tag::BlockQuote(None)) if let Some(quote) = quotation::read(events) => {
                self.leave_out(events);
                Node::Quote(quote)
            }
            _ => {
                let markdown = self.edited(range.clone(), events);
                let plain = plain(events);
                let is_paragraph = matches!(first, Event::Start(Tag::Paragraph));
                let text = Text { plain, markdown };
                if text.markdown.trim().is_empty() {
                    return;
                }
                if is_paragraph { Node::Paragraph(text) } else { Node::Markdown(text) }
            }
        };
        self.found.blocks.push(Block { lines, node });
    }

    /// Lists what a quotation shows beside words.
    fn leave_out(&mut self, events: &[(Event<'_>, Range<usize>)]) {
        for (event, range) in events {
            if let Event::Start(Tag::CodeBlock(_) | Tag::Table(_)) = event {
                let text = self.source[range.clone()].trim().to_owned();
                let lines = self.lines(range);
                self.found.dropped.push(Dropped { lines, why: "code or a table in a quotation", text });
            }
        }
    }

    fn heading(events: &[(Event<'_>, Range<usize>)]) -> Text {
        let plain = plain(events);
        // Attributes and marks of a heading are its tool's.
        Text { markdown: markup::escape(&plain), plain }
    }

    /// HTML in Markdown is read as a page's is.
    fn html(&mut self, range: &Range<usize>, lines: Lines) {
        let raw = &self.source[range.clone()];
        match html::read_part(raw, self.base.as_ref().map(Url::as_str)) {
            Ok(part) => {
                for mut block in part.blocks {
                    block.lines = lines;
                    self.found.blocks.push(block);
                }
                self.found.dropped.extend(part.dropped.into_iter().map(|dropped| Dropped { lines, ..dropped }));
            }
            Err(refusal) => {
                self.found.unsure.push(Unsure::at(lines, format!("HTML that was left out: {}", refusal.why)));
            }
        }
    }

    /// The source of a block with what would not resolve here changed.
    fn edited(&mut self, range: Range<usize>, events: &[(Event<'_>, Range<usize>)]) -> String {
        let edits = self.edits(events);
        let mut out = String::new();
        let mut from = range.start;
        for (place, new) in edits {
            if place.start < from || place.end > range.end {
                continue;
            }
            out.push_str(&self.source[from..place.start]);
            out.push_str(&new);
            from = place.end;
        }
        out.push_str(&self.source[from.min(range.end)..range.end]);
        out.trim_end().to_owned()
    }

    fn edits(&mut self, events: &[(Event<'_>, Range<usize>)]) -> Vec<Edit> {
        let mut edits: Vec<Edit> = Vec::new();
        let mut at = 0;
        while at < events.len() {
            let (event, range) = &events[at];
            let end = match event {
                Event::Start(Tag::Link { .. } | Tag::Image { .. }) => closing(events, at),
                _ => at,
            };
            match event {
                Event::Start(Tag::Table(_)) => self.in_table = true,
                Event::End(TagEnd::Table) => self.in_table = false,
                // A picture that leads elsewhere is shown, and leads nowhere.
                Event::Start(Tag::Link { .. }) if pictured(&events[at + 1..end]) => {
                    if let (Event::Start(Tag::Image { link_type, dest_url, .. }), _) = &events[at + 1] {
                        edits.push(self.image(*link_type, dest_url, range, &events[at + 1..end]));
                    }
                }
                Event::Start(Tag::Link { link_type, dest_url, .. }) => {
                    edits.extend(self.link(*link_type, dest_url, range, &events[at..=end]));
                }
                Event::Start(Tag::Image { link_type, dest_url, .. }) => {
                    edits.push(self.image(*link_type, dest_url, range, &events[at..=end]));
                }
                Event::InlineHtml(raw) | Event::Html(raw) => {
                    self.found.dropped.push(Dropped {
                        lines: self.lines(range),
                        why: "a tag of HTML",
                        text: raw.trim().to_owned(),
                    });
                    edits.push((range.clone(), String::new()));
                }
                _ => {}
            }
            at = end + 1;
        }
        edits.sort_by_key(|(range, _)| range.start);
        edits
    }

    fn link(
        &mut self,
        kind: LinkType,
        address: &str,
        range: &Range<usize>,
        events: &[(Event<'_>, Range<usize>)],
    ) -> Option<Edit> {
        let words = markup::escape(&plain(events));
        if let LinkType::WikiLink { has_pothole } = kind {
            // A heading of a note stands behind a sign; a block's id is no word.
            let words = if has_pothole { &words } else { words.split("#^").next().unwrap_or_default() };
            let shown =
                if has_pothole { words.to_owned() } else { words.trim_start_matches('#').replacen('#', " > ", 1) };
            return Some(self.held(range, end_of(kind, address), false, Words::of(shown)));
        }
        match self.resolved(address) {
            Some(_) if matches!(kind, LinkType::Autolink | LinkType::Email) => None,
            Some(address) => Some((range.clone(), format!("[{words}]({address})"))),
            None => Some(self.held(range, end_of(kind, address), false, Words::of(words))),
        }
    }

    /// A link whose end is not known yet.
    fn held(&mut self, range: &Range<usize>, (by, to, heading): End, embeds: bool, words: Words) -> Edit {
        let mark = links::mark(self.found.links.len());
        let (lines, in_table) = (self.lines(range), self.in_table);
        self.found.links.push(Link { lines, by, to, heading, embeds, in_table, words });
        (range.clone(), mark)
    }

    /// An address of the web. What is relative to a file says nothing of where the text was published.
    fn resolved(&self, address: &str) -> Option<String> {
        web_link(address, self.base.as_ref().filter(|_| address.starts_with('/')))
    }

    /// A note or a picture that is shown in the text.
    fn image(
        &mut self,
        kind: LinkType,
        address: &str,
        range: &Range<usize>,
        events: &[(Event<'_>, Range<usize>)],
    ) -> Edit {
        let words = plain(events);
        // A width stands behind the words, or in their place.
        let is_width =
            |text: &str| text.split('x').all(|part| part.bytes().all(|b| b.is_ascii_digit()) && !part.is_empty());
        let words = match words.rsplit_once('|') {
            Some((before, width)) if is_width(width.trim()) => before.trim().to_owned(),
            _ if is_width(words.trim()) => String::new(),
            _ => words,
        };
        let is_named = matches!(kind, LinkType::WikiLink { has_pothole: false });
        let alt = if is_named { String::new() } else { markup::escape(&words) };
        let shown = if words.is_empty() { address.rsplit('/').next().unwrap_or_default() } else { &words };
        let shown = markup::escape(shown);
        let is_wiki = matches!(kind, LinkType::WikiLink { .. });
        let plain = match self.resolved(address).filter(|_| !is_wiki) {
            Some(address) if !shown.is_empty() => format!("[{shown}]({address})"),
            _ => shown.clone(),
        };
        self.held(range, end_of(kind, address), true, Words { linked: shown, alt, plain })
    }
}

/// What a link leads to: how it is named, the name, and the heading in it.
type End = (By, String, Option<String>);

/// The end of a link as it is written. A heading below a heading is the one that is meant.
fn end_of(kind: LinkType, address: &str) -> End {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().trim().to_owned();
    let (to, heading) = address.split_once('#').unwrap_or((address, ""));
    let heading = heading.rsplit('#').next().map(decoded).filter(|heading| !heading.is_empty());
    if matches!(kind, LinkType::WikiLink { .. }) {
        // The bar of a wikilink in a table has a sign before it.
        return (By::Name, to.trim().trim_end_matches('\\').to_owned(), heading);
    }
    let to = to.split('?').next().unwrap_or_default();
    match to.strip_prefix('@') {
        // Zola's own references, and those that `extensions` makes of other tools'.
        Some(name) => (By::Name, decoded(name), heading),
        None => (By::Path, decoded(to), heading),
    }
}

/// Whether a block of code asks the tool for something, and shows nothing here.
fn is_query(kind: &CodeBlockKind<'_>) -> bool {
    let CodeBlockKind::Fenced(info) = kind else { return false };
    matches!(info.split_whitespace().next(), Some("dataview" | "dataviewjs" | "query" | "tasks" | "base" | "bases"))
}

/// Whether events are a picture, and nothing else.
fn pictured(events: &[(Event<'_>, Range<usize>)]) -> bool {
    matches!(events, [(Event::Start(Tag::Image { .. }), _), ..]) && closing(events, 0) + 1 == events.len()
}

/// The event that closes what one opens.
fn closing(events: &[(Event<'_>, Range<usize>)], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, (event, _)) in events.iter().enumerate().skip(open) {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    events.len() - 1
}

/// The words of events, on one line.
fn plain(events: &[(Event<'_>, Range<usize>)]) -> String {
    soft_lines(events).join(" ")
}

/// The words of events, line by line.
fn soft_lines(events: &[(Event<'_>, Range<usize>)]) -> Vec<String> {
    let mut all = String::new();
    let mut breaks = 0;
    for (event, _) in events {
        match event {
            Event::Text(text) | Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                all.push_str(text);
            }
            Event::FootnoteReference(label) => all.push_str(&format!("[{label}]")),
            Event::SoftBreak => all.push('\n'),
            Event::HardBreak
            | Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::TableCell | TagEnd::Heading(_)) => {
                all.push('\n');
                breaks += 1;
            }
            _ => {}
        }
    }
    // A soft line that names who is quoted stands by itself.
    let mut out: Vec<String> = Vec::new();
    for line in all.split('\n').map(str::trim).filter(|line| !line.is_empty()) {
        match out.last_mut().filter(|_| attribution::parse(line).is_none()) {
            Some(open) if breaks < 2 => {
                open.push(' ');
                open.push_str(line);
            }
            _ => out.push(line.to_owned()),
        }
    }
    out
}

fn heading_level(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

fn code_of(kind: &CodeBlockKind<'_>, events: &[(Event<'_>, Range<usize>)]) -> super::Code {
    let text: String = events
        .iter()
        .filter_map(|(event, _)| match event {
            Event::Text(text) => Some(text.as_ref()),
            _ => None,
        })
        .collect();
    let named = match kind {
        CodeBlockKind::Fenced(info) => {
            info.split([' ', ',', '{', '}', '=']).find(|word| !word.is_empty()).map(str::to_owned)
        }
        CodeBlockKind::Indented => None,
    };
    code::made(&text, named.as_deref())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text: &str) -> (String, Found) {
        let found = read(text).unwrap_or_else(|refusal| panic!("{text}: {refusal}"));
        (found.body(), found)
    }

    #[test]
    fn front_matter_of_other_tools_is_mapped() {
        for text in [
            "---\ntitle: A Garden\ndate: 2020-03-04T05:06:07Z\nauthor: Ada Vogt\ntags: [a, b]\naliases:\n  - /old/\ndraft: false\nlayout: post\n---\nText.",
            "+++\ntitle = \"A Garden\"\ndate = 2020-03-04\naliases = [\"old\"]\n[taxonomies]\ntags = [\"a\", \"b\"]\n[extra]\nauthor = \"Ada Vogt\"\nlayout = 1\n+++\nText.",
            "{\n \"title\": \"A Garden\", \"date\": \"2020-03-04\", \"authors\": [{\"name\": \"Ada Vogt\"}], \"tags\": \"a, b\", \"redirect_from\": \"/old\", \"layout\": 1\n}\nText.",
        ] {
            let (body, found) = body(text);
            assert_eq!(body, "Text.");
            let meta = &found.meta;
            assert_eq!(meta.title.as_deref(), Some("A Garden"), "{text}");
            assert_eq!(meta.authors, ["Ada Vogt"], "{text}");
            assert_eq!(meta.date.map(|date| date.to_string()).as_deref(), Some("2020-03-04"), "{text}");
            assert_eq!(
                (&meta.tags[..], &meta.aliases[..]),
                (&["a".to_owned(), "b".to_owned()][..], &["/old/".to_owned()][..]),
                "{text}"
            );
            assert!(found.dropped.iter().any(|dropped| dropped.text.contains("layout")), "{text}");
        }
    }

    #[test]
    fn extensions_become_what_the_archive_reads() {
        let (body, found) = body(
            "# Title\n\n> [!faq]- Why is it so?\n> Because.\n\n![[pic.png]] and ![[note|a note]] and [[Other#part|words]].\n\n{{< figure src=\"x\" >}}\n\n{{% note %}}Inside.{{% /note %}}\n\n\
             <!--more-->\n\n%% hidden %%\n\n{% highlight python %}\nimport a\nb = a.c()\n{% endhighlight %}\n\n```js\n{{< not a shortcode >}}\n```\n\n[rel](../x.md) [bad](javascript:alert(1)) [ok](https://a.example/)\n\n<script>alert(1)</script>\n\na <b onclick=x>bold</b> word\n\n> Quoted words that\n> go on. ^q-1\n> — Ada Vogt, forum\n\n![alt](a.png) ^b2f3\n\n^alone\n\nNot 2 ^10\n",
        );
        for wanted in [
            "> [!IMPORTANT]\n> **Why is it so?**",
            "Because.",
            "pic.png and a note and words.",
            "Inside.",
            "```python\nimport a\nb = a.c()\n```",
            "```javascript\n{{< not a shortcode >}}\n```",
            "rel bad [ok](https://a.example/)",
            "a bold word",
            "> Quoted words that go on.",
            "alt",
            "Not 2",
            "10",
        ] {
            assert!(body.contains(wanted), "{wanted}\n{body}");
        }
        for gone in ["{{<", "{{%", "{%", "<!--", "%%", "script", "onclick", "[[", "javascript:", "q-1", "b2f3", "alone"]
        {
            assert!(
                !body.replace("{{< not a shortcode >}}", "").replace("```javascript", "").contains(gone),
                "{gone}\n{body}"
            );
        }
        assert_eq!(found.meta.title.as_deref(), Some("Title"));
        let who: Vec<_> =
            found.quotes().map(|(_, quote)| (quote.speaker.as_deref(), quote.locator.as_deref())).collect();
        assert_eq!(who, [(Some("Ada Vogt"), Some("forum"))]);
        let shortcodes = found.dropped.iter().filter(|dropped| dropped.why == "a shortcode").count();
        assert_eq!(shortcodes, 2, "{:?}", found.dropped);
        assert_eq!(found.dropped.iter().filter(|dropped| dropped.why == "a block's id").count(), 3);
        assert_eq!(found.samples().count(), 2);
    }

    #[test]
    fn code_and_mathematics_stay_as_they_are() {
        for text in [
            "Words.\n\n    {{< x >}} {#a} %% b %% ^id\n    > [!note] c\n    ```\n\n    d {.e}\n\nWords.",
            "$$\n{#a} x^{.5} {{b}} ^c\n$$\n\nWords.",
            "In $x_{.5}$ and $$ {#a} $$ and `{{ b }} %%`.",
            "A `span {{ b }}\nover {.c} lines` ends.",
            "- An item\n\n      {{ indented }} ^c\n\n  goes on.",
        ] {
            let (body, found) = body(text);
            assert!(found.dropped.is_empty(), "{text}: {:?}", found.dropped);
            for kept in [
                "{{< x >}}",
                "^id",
                "[!note] c",
                "d {.e}",
                "x^{.5} {{b}} ^c",
                "x_{.5}",
                "$$ {#a} $$",
                "{{ b }}",
                "{{ indented }} ^c",
            ] {
                assert!(!text.contains(kept) || body.contains(kept), "{kept}: {body}");
            }
        }
        // A paragraph of an item is no code, however deep it stands.
        let (plain, found) =
            body("1. One\n\n    Two. {.x} ^y\n\n\tThree {#z}.\n\n$$ a $$ {#b} ^c\n\nWords %% `d` %% end.");
        assert_eq!(found.dropped.len(), 6, "{:?}", found.dropped);
        assert!(plain.contains("$$ a $$") && plain.contains("Words  end."), "{plain}");
    }

    #[test]
    fn nothing_is_lost_or_doubled_beside_words() {
        let (text, found) =
            body("> ```sh\n> ls\n> ```\n\n> Words. — Ada Vogt\n>\n> | a | b |\n> |---|---|\n> | c | d |\n");
        assert!(text.contains("> ```sh\n> ls"), "{text}");
        assert_eq!(found.quotes().count(), 1);
        assert!(found.dropped.iter().any(|dropped| dropped.text.contains("| c | d |")), "{:?}", found.dropped);
        let (text, _) = body("Term\n: Meaning\n\nLast.\n");
        assert_eq!(text.matches("Last.").count(), 1, "{text}");
        let (text, _) = body("Before.\n\n    {{% quote %}}\n    code\n    {{% /quote %}}\n");
        assert!(text.contains("{{% quote %}}\ncode\n{{% /quote %}}"), "{text}");
        let (text, _) =
            body("[a`b ](nope.md)\n\n<p><code>&#xFDD0;0&#xFDD1; [[x]] ![y](https://z.example/)</code></p>\n");
        assert!(text.contains("[[x]] ![y](https://z.example/)`"), "{text}");
        assert!(!text.contains("`a\\`b"), "{text}");
    }

    #[test]
    fn tags_in_one_text_are_parted() {
        let tags = |text: &str| read(text).map(|found| found.meta.tags).unwrap_or_default();
        assert_eq!(tags("---\ncategories: roses weeds\n---\nx"), ["roses", "weeds"]);
        assert_eq!(tags("---\ntags: #roses, garden tools\ncategories: [garden tools]\n---\nx").len(), 1);
        assert_eq!(tags("---\ntags: roses, garden tools\n---\nx"), ["roses", "garden tools"]);
        assert_eq!(tags("---\ncategory: garden tools\n---\nx"), ["garden tools"]);
    }

    #[test]
    fn broken_front_matter_is_refused_with_its_line() {
        let why = |text| read(text).err().map(|refusal| refusal.why).unwrap_or_default();
        assert!(why("---\ntitle: a\nb: [\n---\nx").contains("line"), "{}", why("---\ntitle: a\nb: [\n---\nx"));
        assert!(why("+++\ntitle = \n+++\nx").contains("line 2"));
    }
}
