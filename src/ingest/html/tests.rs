use super::*;
use crate::ingest::{Voice, markup};

fn page(head: &str, body: &str) -> Found {
    read(&format!("<!doctype html><html><head>{head}</head><body>{body}</body></html>"))
        .unwrap_or_else(|refusal| panic!("{refusal}"))
}

const PROSE: &str = "<p>Gardens are a matter on which people differ, and they have differed on it for as long as there were gardens, which is long.</p>\
    <p>Whoever has one will tell you that it takes time, money and patience, in this order, and that they would do it all again, if asked.</p>\
    <p>Whoever has none will tell you that the market is near, that the vegetables there are clean, and that rain is for those who like rain.</p>";

#[test]
fn facts_come_from_the_head() {
    let found = page(
        "<title>On Gardens | The Shed</title><meta property='og:site_name' content='The Shed'><link rel=canonical href='https://a.example/2020/x'>\
         <script type='application/ld+json'>{\"@context\":\"https://schema.org\",\"@graph\":[{\"@type\":\"WebSite\",\"name\":\"The Shed\"},\
         {\"@type\":\"BlogPosting\",\"headline\":\"On Gardens\",\"author\":[{\"name\":\"Ada Vogt\"},{\"name\":\"Otto Reh\"}],\"datePublished\":\"2020-03-04T05:06:07Z\",\"license\":\"CC BY 4.0\"}]}</script>",
        &format!("<nav><a href=/>Home</a> <a href=/b>Blog</a></nav><main><h1>On Gardens</h1>{PROSE}</main>"),
    );
    let meta = &found.meta;
    assert_eq!((meta.title.as_deref(), meta.venue.as_deref()), (Some("On Gardens"), Some("The Shed")));
    assert_eq!(meta.authors, ["Ada Vogt", "Otto Reh"]);
    assert_eq!(meta.date.map(|date| date.to_string()).as_deref(), Some("2020-03-04"));
    assert_eq!((meta.url.as_deref(), meta.licence.as_deref()), (Some("https://a.example/2020/x"), Some("CC BY 4.0")));
    assert_eq!(found.headings().count(), 0);
    assert!(found.dropped.iter().any(|dropped| dropped.text.contains("Home")), "{:?}", found.dropped);

    let found = page(
        "<title>The Shed - On Gardens</title>",
        &format!("<article><h1>On Gardens</h1><p class=byline>By Ada Vogt on March 4, 2020</p>{PROSE}</article>"),
    );
    assert_eq!(
        (found.meta.title.as_deref(), &found.meta.authors[..]),
        (Some("On Gardens"), &["Ada Vogt".to_owned()][..])
    );
    assert_eq!(found.meta.date.map(|date| date.to_string()).as_deref(), Some("2020-03-04"));
}

#[test]
fn headings_code_quotes_and_comments_survive() {
    let found = page(
        "<title>On Gardens</title>",
        &format!(
            "<div class=sidebar><p>Something beside it</p></div><article><h1>On Gardens</h1>{PROSE}<h2>The first part</h2>{PROSE}\
             <pre><code class='language-python'>import shed\n\ndef open_it(gate):\n    return shed.open(gate)\n</code></pre>\
             <h2>The second part</h2><ul><li>One <b>thing</b><ul><li>inside</li></ul></li><li>Another</li></ul>{PROSE}\
             <blockquote cite='https://b.example/q'><p>Weeds are flowers too.</p><footer>— <cite>Petra Mohn</cite>, On Weeds</footer></blockquote>\
             <figure><blockquote>A gate is no wall.</blockquote><figcaption>Otto Reh, forum comment</figcaption></figure>\
             <aside class=pullquote>They would do it all again.</aside>\
             <p>As Ines Vogt wrote:</p><blockquote><p>Rain is for those who like rain.</p></blockquote>\
             <div class=share-buttons><a href=x>Tweet</a></div></article>\
             <ol class=comment-list><li class='comment even' id=comment-1><article class=comment-body><footer class=comment-meta><b class=fn>Ada</b> <span class=says>says:</span>\
             <time datetime='2021-02-03T04:05'>February 3</time></footer><div class=comment-content><p>I have one.</p><p>It is small.</p></div><div class=reply><a>Reply</a></div></article>\
             <ol class=children><li class='comment odd' id=comment-2><article class=comment-body><footer class=comment-meta><b class=fn>Ben</b> says:</footer><div class=comment-content><p>So do I.</p></div></article></li></ol></li></ol>\
             <footer>© 2020 The Shed</footer>"
        ),
    );
    assert_eq!(found.headings().collect::<Vec<_>>(), ["The first part", "The second part"]);
    let samples: Vec<_> =
        found.samples().map(|(_, _, code)| (code.language.as_deref(), code.text.as_str(), code.parses)).collect();
    assert_eq!(
        samples,
        [(Some("python"), "import shed\n\ndef open_it(gate):\n    return shed.open(gate)", Some(true))]
    );
    let quotes: Vec<_> = found
        .quotes()
        .map(|(_, q)| (q.speaker.as_deref().unwrap_or("-"), q.locator.as_deref().unwrap_or("-"), q.plain()))
        .collect();
    let wanted = [
        ("Petra Mohn", "On Weeds", "Weeds are flowers too."),
        ("Otto Reh", "forum comment", "A gate is no wall."),
        ("-", "-", "They would do it all again."),
        ("Ines Vogt", "-", "Rain is for those who like rain."),
        ("Ada", "comment 1", "I have one.\n\nIt is small."),
        ("Ben", "comment 2", "So do I."),
    ];
    assert_eq!(quotes, wanted.map(|(who, place, words)| (who, place, words.to_owned())));
    let comments: Vec<_> =
        found.quotes().filter(|(_, q)| q.voice == Voice::Comment).map(|(_, q)| q.date.map(|d| d.to_string())).collect();
    assert_eq!(comments, [Some("2021-02-03".to_owned()), None]);
    let body = markup::body(&found.blocks);
    assert!(body.contains("- One **thing**\n   - inside\n- Another"), "{body}");
    assert!(!body.contains("I have one.") && !body.contains("Tweet") && !body.contains("beside"), "{body}");
}

#[test]
fn code_of_highlighters_is_whole() {
    for (html, wanted) in [
        (
            "<div class=highlight><table><tr><td class=gutter><pre>1\n2</pre></td><td class=code><pre>let a = 1;\nconsole.log(a);</pre></td></tr></table></div>",
            "let a = 1;\nconsole.log(a);",
        ),
        (
            "<pre><span class=line>let a = 1;</span>\n<span class=line>console.log(a);</span></pre>",
            "let a = 1;\nconsole.log(a);",
        ),
        ("<pre>let a = 1;<br>console.log(a);</pre>", "let a = 1;\nconsole.log(a);"),
        (
            "<div class='crayon-syntax'><table><tr><td class=crayon-nums><div>1</div><div>2</div></td><td class=crayon-code><div class=crayon-line>let a = 1;</div><div class=crayon-line>console.log(a);</div></td></tr></table></div>",
            "let a = 1;\nconsole.log(a);",
        ),
        (
            "<pre class='brush: js'><ol><li>let a = 1;</li><li>console.log(a);</li></ol></pre>",
            "let a = 1;\nconsole.log(a);",
        ),
    ] {
        let found = page("<title>T</title>", &format!("<article>{PROSE}{html}{PROSE}</article>"));
        let samples: Vec<_> =
            found.samples().map(|(_, _, code)| (code.language.as_deref(), code.text.as_str())).collect();
        assert_eq!(samples, [(Some("javascript"), wanted)], "{html}");
    }
}

#[test]
fn threads_are_comments() {
    let comment = |id: u32, user: &str, words: &str| {
        format!(
            "<tr class='athing comtr' id={id}><td><table><tr><td class=ind></td><td class=default><div><span class=comhead><a class=hnuser>{user}</a> <span class=age>3 hours ago</span></span></div><div class=comment><div class='commtext c00'>{words}<p>More of it.</div></div></td></tr></table></td></tr>"
        )
    };
    let found = page(
        "<title>Ask: gardens? | Hacker News</title>",
        &format!(
            "<table class=comment-tree>{}{}</table>",
            comment(1, "oak", "I like them."),
            comment(2, "elm", "I do not.")
        ),
    );
    let quotes: Vec<_> = found.quotes().map(|(_, q)| (q.speaker.as_deref().unwrap_or("-"), q.plain())).collect();
    assert_eq!(
        quotes,
        [("oak", "I like them.\n\nMore of it.".to_owned()), ("elm", "I do not.\n\nMore of it.".to_owned())]
    );
    assert_eq!(found.meta.kind, Some(crate::read::SourceKind::Thread));
}

#[test]
fn tables_of_data_and_of_layout() {
    let found = page(
        "<title>T</title>",
        &format!(
            "<article>{PROSE}<table><tr><th>a</th><th>b</th></tr><tr><td>1|2</td><td><i>3</i></td></tr></table>{PROSE}<table><tr><td><p>Left words.</p></td></tr></table></article>"
        ),
    );
    let body = markup::body(&found.blocks);
    assert!(body.contains("| a | b |\n| --- | --- |\n| 1\\|2 | *3* |"), "{body}");
}

#[test]
fn a_page_of_navigation_has_no_text() {
    for body in [
        "<nav><ul><li><a href=a>One</a></li><li><a href=b>Two</a></li></ul></nav>",
        "<ul><li><a href=a>One page</a><li><a href=b>Another page</a><li><a href=c>And one more</a></ul><footer>Foot</footer>",
        "<script>x()</script>",
        "",
    ] {
        let found = page("<title>T</title>", body);
        assert!(!found.has_text(), "{body}: {:?}", found.blocks);
    }
}

#[test]
fn old_pages_part_paragraphs_by_breaks_and_comments_by_lines() {
    let found = page(
        "<title>T</title>",
        &format!(
            "<div class=post><h1>T</h1>{PROSE}<div>One run of words.<br><br>Another run of words.<br>A line of it.</div></div>\
             <dl><dt class=comment-author>Zed said...</dt><dd>Nice words.</dd><dt class=comment-author>Yan said...</dt><dd>I disagree.</dd></dl>"
        ),
    );
    let body = markup::body(&found.blocks);
    assert!(body.contains("One run of words.\n\nAnother run of words.\\\nA line of it."), "{body}");
    let quotes: Vec<_> = found.quotes().map(|(_, q)| (q.speaker.as_deref().unwrap_or("-"), q.plain())).collect();
    assert_eq!(quotes, [("Zed", "Nice words.".to_owned()), ("Yan", "I disagree.".to_owned())]);
}
