//! `casebook ingest`: what a person or a program gets of captured files, and what never happens.

mod common;

use common::{Archive, tree};
use serde_json::Value;

const PAGE: &str = "Gardens are strongly disliked, perhaps feared, by many careful readers.
In this guide, you will discover why readers fear gardens.
Readers Fear Gardens
Some remarks that I have picked from the forum follow here.
After two years of gardens I advise against them, if you can.
— oakleaf, forum comment.
They are slow, and the weeds hide what goes wrong in them.
— Petra Mohn, blog.
Grow faster today, download your FREE book to learn how.
What is a Garden
A garden is a place that is tended by somebody who has the time.
It takes 12.5 minutes a day. For example:
1 2 3 |
# open the gate async def open_gate(): # ... |
That is how it is opened, and it is closed in the same way.
Ada says
I wanted to love gardens, but they were always more trouble than worth.
– the first thing is the weeds
– the second thing is the slugs
Ines Vogt says
Thank you for sharing Ada.
";

fn json(archive: &Archive, name: &str) -> Vec<Value> {
    let run = archive.run(["ingest", "--format", "json", name]);
    assert_eq!(run.status, 0, "{}{}", run.stdout, run.stderr);
    run.stdout.lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect()
}

#[test]
fn the_contract_s_object_is_printed_and_nothing_is_written() {
    let archive = Archive::bare();
    archive.put("page.txt", PAGE);
    let before = tree(archive.root());
    let [object] = &json(&archive, "page.txt")[..] else { panic!("one object a file") };
    assert_eq!(tree(archive.root()), before);
    assert_eq!(object["essay"]["headings"], serde_json::json!(["Readers Fear Gardens", "What is a Garden"]));
    let quotes: Vec<_> =
        object["quotes"].as_array().unwrap().iter().map(|q| (q["speaker"].as_str(), q["locator"].as_str())).collect();
    let wanted =
        [("oakleaf", "forum comment"), ("Petra Mohn", "blog"), ("Ada", "comment 1"), ("Ines Vogt", "comment 2")];
    assert_eq!(quotes, wanted.map(|(who, place)| (Some(who), Some(place))));
    let sample = &object["samples"][0];
    assert_eq!(
        (sample["language"].as_str(), sample["flattened"].as_bool(), sample["parses"].as_bool()),
        (Some("python"), Some(true), Some(true))
    );
    assert_eq!(object["measured"][0]["value"], "12.5 minutes");
    assert!(object["dropped"][0].as_str().unwrap().contains("FREE book"), "{object}");
}

#[test]
fn drafts_are_written_checked_and_never_published() {
    let archive = Archive::new();
    archive.put("page.txt", PAGE);
    let run = archive.run(["ingest", "--keep-capture", "page.txt"]);
    assert_eq!(run.status, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(archive.findings(), ["W001 content/sources/readers-fear-gardens.md:1:1 the source `readers-fear-gardens` says that its rights are unknown"]
        .map(|line| line.replace("readers-fear-gardens", "untitled-page")));
    let quote = archive.read("content/quotes/ada-i-wanted-to-love-gardens.md");
    for wanted in [
        "speaker = \"Ada\"",
        "draft = true",
        "form = \"verbatim\"",
        "lines = \"16-19\"",
        "prefix = ",
        "exact = \"I wanted to love gardens",
        "capture = \"captures/page-",
        "– the first thing",
    ] {
        assert!(quote.contains(wanted), "{wanted}: {quote}");
    }
    let source = archive.read("content/sources/untitled-page.md");
    assert!(source.contains("rights = \"unknown\"") && source.contains("hash = \"sha256:"), "{source}");
    archive.essay("one", "Text.");
    archive.build();
    let site = tree(&archive.path("public"));
    assert!(
        !site
            .iter()
            .any(|(path, bytes)| path.contains("untitled-page") || String::from_utf8_lossy(bytes).contains("oakleaf"))
    );
    // A quote that is no longer what the capture says is found out.
    archive.put("content/quotes/ada-i-wanted-to-love-gardens.md", quote.replace("wanted to love", "hoped to love"));
    assert!(archive.findings().iter().any(|finding| finding.starts_with("E018")));
}

#[test]
fn what_stands_is_never_overwritten() {
    let archive = Archive::new();
    archive.put("a/page.txt", PAGE).put("b/other.txt", format!("{PAGE}One line more stands here, at the end of it.\n"));
    archive.run(["ingest", "a/page.txt"]);
    archive.put(
        "content/quotes/oakleaf-after-two-years-of-gardens.md",
        "+++\nspeaker = \"mine\"\nsource = \"book\"\n+++\nMine.\n",
    );
    let before = tree(archive.root());
    let again = archive.run(["ingest", "a"]);
    assert_eq!((again.status, tree(archive.root())), (0, before.clone()), "{}", again.stdout);
    assert!(again.stdout.contains("already in the archive as sources/untitled-page"), "{}", again.stdout);
    let dry = archive.run(["ingest", "--dry-run", "b"]);
    assert!(dry.stdout.contains("would write content/sources/untitled-other.md"), "{}", dry.stdout);
    let update = archive.run(["ingest", "--update", "a/page.txt"]);
    assert_eq!((update.status, tree(archive.root())), (0, before), "{}", update.stderr);
    assert!(!update.stdout.contains("content/essays/"), "{}", update.stdout);
}

#[test]
fn update_prints_a_patch() {
    let archive = Archive::new();
    let page = |words: &str| {
        format!(
            "Title: A Garden\nURL: https://a.example/g\n\n{words} It is a long paragraph, as such paragraphs are, and it ends here.\n"
        )
    };
    archive.put("page.txt", page("Old words stand here."));
    archive.run(["ingest", "page.txt"]);
    archive.put("page.txt", page("New words stand here."));
    let run = archive.run(["ingest", "page.txt"]);
    assert!(run.stdout.contains("already in the archive as sources/a-garden"), "{}", run.stdout);
    let patch = archive.run(["ingest", "--update", "page.txt"]).stdout;
    for line in ["--- a/content/essays/a-garden.md", "+++ b/content/essays/a-garden.md", "-Old words", "+New words"] {
        assert!(patch.contains(line), "{line}: {patch}");
    }
    assert!(archive.read("content/essays/a-garden.md").contains("Old words"));
}

#[test]
fn bad_input_is_told_and_the_rest_is_done() {
    let archive = Archive::new();
    archive.put("in/a.txt", "").put("in/b", b"\x89PNG\r\n\x1a\n\0\0").put("in/left.png", picture()).put("in/d.html", "<nav><a href=x>Home</a></nav><ul><li><a href=1>A page</a><li><a href=2>B page</a><li><a href=3>C page</a></ul>");
    archive
        .put("in/e.html", b"<meta charset=utf-8><p>caf\xe9 and more words than that</p>")
        .put("in/f.html", "<div>".repeat(5000))
        .put("in/g.html", "<<<>><p class=></<<");
    archive
        .put("in/h.bib", "@book{a, title={x")
        .put("in/z.txt", "A Title\n\nWords that are fine and stand in a file which is fine as well, as all can see.\n");
    archive.put("in/c.html", "<p>");
    let huge = std::fs::OpenOptions::new().write(true).open(archive.path("in/c.html")).expect("a file");
    huge.set_len(200 << 20).expect("a long file");
    let run = archive.run(["ingest", "in"]);
    assert_eq!(run.status, 1, "{}", run.stdout);
    for (name, why) in [
        ("a.txt", "empty"),
        ("b", "picture"),
        ("c.html", "200 MiB long"),
        ("d.html", "no text"),
        ("e.html", "UTF-8"),
        ("f.html", "nested"),
        ("g.html", "no text"),
        ("h.bib", "BibTeX"),
    ] {
        let told = run.stderr.lines().any(|line| line.contains(&format!("in/{name}`")) && line.contains(why));
        assert!(told, "{name}: {}", run.stderr);
    }
    assert_eq!(run.stderr.matches("help:").count(), 8, "{}", run.stderr);
    assert!(run.stdout.ends_with("left, as no new draft shows it: in/left.png\n"), "{}", run.stdout);
    let written = tree(&archive.path("content"));
    let new: Vec<_> = written.keys().filter(|path| !path.contains("cost") && !path.contains("book")).cloned().collect();
    assert_eq!(new, ["essays/a-title.md", "sources/a-title.md"]);
    assert_eq!(archive.run(["ingest", "in/nothing.txt"]).status, 1);
    assert_eq!(archive.run(["ingest"]).status, 2);
    assert_eq!(Archive::bare().run(["ingest", "-"]).status, 1);
}

#[test]
fn exports_of_other_tools_come_in() {
    let archive = Archive::new();
    archive.put("refs.bib", "@article{a, title={On Gates}, author={Vogt, Ada}, year={2019}, doi={10.1/x}}\n@book{b, title={The Book}, author={A. Writer}, year=2001}\n");
    archive.put("note.md", "---\ntitle: \"+++\"\naliases: [/old/gate/]\n---\n\n> [!tip]\n> Oil it.\n\n[[Hinge|The hinge]] squeaks. {{< figure >}}\n");
    archive.put("feed.xml", "<feed xmlns='http://www.w3.org/2005/Atom'><title>F</title><id>x</id><updated>2020-01-01T00:00:00Z</updated><entry><id>y</id><title>Item</title><updated>2020-01-02T00:00:00Z</updated><link href='https://a.example/i'/><content type='html'>&lt;p&gt;Words.&lt;script&gt;x()&lt;/script&gt;&lt;/p&gt;</content></entry></feed>");
    let run = archive.run(["ingest", "refs.bib", "note.md", "feed.xml"]);
    assert_eq!(run.status, 0, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("already in the archive as sources/book"), "{}", run.stdout);
    assert!(archive.read("content/sources/on-gates.md").contains("url = \"https://doi.org/10.1/x\""));
    let note = archive.read("content/essays/capture-note.md");
    assert!(
        note.contains("title = \"+++\"")
            && note.contains("aliases = [\"/old/gate/\"]")
            && note.contains("> [!TIP]")
            && note.contains("The hinge squeaks."),
        "{note}"
    );
    assert!(archive.read("content/essays/item.md").ends_with("+++\n\nWords.\n"));
    assert!(archive.findings().iter().all(|finding| finding.starts_with("W001")), "{:?}", archive.findings());
}

#[test]
fn standard_input_is_read() {
    let archive = Archive::new();
    let run = archive.run_with(
        ["ingest", "-"],
        "A Title\n\nWords that stand in a paragraph which is long enough to be one, as all can see.\n",
    );
    assert_eq!(run.status, 0, "{}{}", run.stdout, run.stderr);
    assert!(archive.read("content/essays/a-title.md").contains("Words that stand"));
}

fn quotes(object: &Value) -> Vec<(String, String)> {
    let text = |quote: &Value, key: &str| quote[key].as_str().unwrap_or("-").to_owned();
    object["quotes"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|quote| (text(quote, "speaker"), text(quote, "text")))
        .collect()
}

fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(who, words)| ((*who).to_owned(), (*words).to_owned())).collect()
}

/// A community's thread as a browser copies it: a name, its part in the thread and its time on a line each.
#[test]
fn a_pasted_thread_gives_each_comment_to_who_wrote_it() {
    let archive = Archive::bare();
    archive.put(
        "thread.txt",
        "r/roses icon\nGo to roses\nr/roses\n•\n3 yr. ago\nthorn_bush\n\nAre climbing roses worth the trouble?\nDiscussion\n\
         I have grown roses for twelve years, and never one that climbs. My neighbours all have them, and they like them.\n\n\
         Upvote\n412\n\nDownvote\n\n187\nGo to comments\n\nShare\nu/PotsDirect avatar\nu/PotsDirect\n•\nPromoted\n\n\
         Pots to your door.\nShop Now\nAdd a comment\nSort by:\n\nBest\n\nSearch Comments\nComments Section\n\
         u/wet_feet avatar\nwet_feet\n•\n3y ago\nThey are, where the wall is warm.\n\nMine faces south.\n\n\nUpvote\n233\n\nDownvote\n\n\
         Reply\n\nAward\n\nShare\n\nthorn_bush\nOP\n•\n3y ago\n•\nEdited 3y ago\n> Mine faces south.\n\nMine faces a road.\n\n\
         Upvote\n41\n\nReply\n\n4 more replies\nView more comments\nCommunity Info Section\nr/roses\nJoin\n",
    );
    archive.put(
        "old.txt",
        "Climbing roses are slower than bushes (self.roses)\n\nsubmitted 4 years ago * by thorn_bush\n\n\
         I counted the blossoms of forty plants over one summer, and I wrote all of it down.\n\n65 comments\nshare\nsave\nhide\nreport\n\n\
         all 65 comments\nsorted by: best\n\n[–]wet_feet 120 points 4 years ago \n\nOne summer is no measure.\n\npermalink\nembed\nsave\n\
         report\nreply\n\n[–]thorn_bush[S] 5 points 4 years ago * \n\nTrue enough.\n\npermalink\nembed\nsave\nparent\nreply\n",
    );
    let [object] = &json(&archive, "thread.txt")[..] else { panic!("one object") };
    assert_eq!(
        quotes(object),
        pairs(&[
            ("wet_feet", "They are, where the wall is warm.\n\nMine faces south."),
            ("thorn_bush", "Mine faces a road.")
        ])
    );
    let source = &object["source"];
    assert_eq!(
        (source["title"].as_str(), source["venue"].as_str(), source["authors"][0].as_str()),
        (Some("Are climbing roses worth the trouble?"), Some("r/roses"), Some("thorn_bush"))
    );
    let body = object["essay"]["body"].as_str().unwrap();
    assert!(body.contains("never one that climbs") && !body.contains("Pots") && !body.contains("Upvote"), "{body}");
    let [object] = &json(&archive, "old.txt")[..] else { panic!("one object") };
    assert_eq!(quotes(object), pairs(&[("wet_feet", "One summer is no measure."), ("thorn_bush", "True enough.")]));
    assert_eq!(object["source"]["authors"][0], "thorn_bush");
    assert!(!object["essay"]["body"].as_str().unwrap().contains("sorted by"), "{object}");
}

/// Pages of forums, trackers and archives of mails, by their markup.
#[test]
fn pages_of_threads_keep_who_said_what() {
    let archive = Archive::bare();
    archive.put(
        "nested.html",
        "<title>Roses | Rose News</title><table id=main><tr><td>Rose News <a href=new>new</a> | <a href=past>past</a></td></tr>\
         <tr><td><table class=fatitem><tr class=athing><td class=title><a href='https://roses.example/x'>Roses</a></td></tr>\
         <tr><td class=subtext><span>9 points</span> by <a class=hnuser href='user?id=oak'>oak</a> <span class=age title='2022-01-28T09:15:31'>on Jan 28, 2022</span></td></tr></table>\
         <table class=comment-tree><tr class='athing comtr' id=1><td><table><tr><td class=default><span class=comhead><a class=hnuser>elm</a> <span class=age title='2022-01-28T10:01:02'>on Jan 28, 2022</span></span>\
         <div class=comment><div class='commtext c00'>They dry out faster than one would think.<p>Water them.</div><div class=reply><u>reply</u></div></div></td></tr></table></td></tr>\
         <tr class='athing comtr' id=2><td><table><tr><td class=default><span class=comhead><a class=hnuser>oak</a> <span class=age title='2022-01-29T10:01:02'>on Jan 29, 2022</span></span>\
         <div class=comment><div class='commtext c00'>&gt; Water them.<p>With what?</div></div></td></tr></table></td></tr></table></td></tr></table>",
    );
    let [object] = &json(&archive, "nested.html")[..] else { panic!("one object") };
    assert_eq!(
        quotes(object),
        pairs(&[("elm", "They dry out faster than one would think.\n\nWater them."), ("oak", "With what?")])
    );
    assert_eq!((&object["source"]["authors"][0], &object["source"]["date"]), (&"oak".into(), &"2022-01-28".into()));
    assert_eq!(object["quotes"][1]["date"], "2022-01-29");

    archive.put(
        "question.html",
        "<title>Why does it wilt?</title><h1>Why does it wilt?</h1><div class=question><div class='s-prose js-post-body'><p>I water it, and it wilts all the same, day after day.</p></div>\
         <div class=post-signature>asked <span title='2018-05-27'>May 27, 2018</span><div itemprop=author><a href=/users/7/wet>wet</a><span class=d-none itemprop=name>wet</span><span class=score>1,204</span></div></div>\
         <ul><li class='comment js-comment' id=comment-8><div class=comment-text><div class=comment-body><span class=comment-copy>Every day?</span> &ndash; <a class=comment-user href=/users/8/dry>dry</a> <span class=comment-date><span class=relativetime-clean title='2018-05-28'>May 28, 2018</span></span></div></div></li></ul></div>\
         <div id=answer-9 class=answer><div class='s-prose js-post-body'><p>It drowns, so stop it.</p></div><div itemprop=author><a href=/users/9/ida>Ida G</a><span class=d-none itemprop=name>Ida G</span></div></div>",
    );
    let [object] = &json(&archive, "question.html")[..] else { panic!("one object") };
    assert_eq!(quotes(object), pairs(&[("dry", "Every day?"), ("Ida G", "It drowns, so stop it.")]));
    assert_eq!(object["source"]["authors"], serde_json::json!(["wet"]));

    archive.put(
        "letter.html",
        "<title>A garden that waits</title><article><h1>A garden that waits</h1><p>Each spring I promise to wait, and each spring I plant too soon, as the log shows.</p><p>It is what it is, and it was so for nine years now.</p></article>\
         <div class=comment><table><tr><td class=comment-rest><div class=comment-meta><span><a href='https://letters.example/profile/1'>Jonas Reef</a></span> <a href=/comment/1>May 15, 2023</a></div><div class=comment-body><p>Ask <a href='/profile/2'>Mia Kern</a> about peas.</p></div></td></tr></table></div>\
         <ol><li class='pingback' id=comment-7>Pingback: <a href='https://o.example'>Links of the week</a></li></ol>",
    );
    let [object] = &json(&archive, "letter.html")[..] else { panic!("one object") };
    assert_eq!(quotes(object), pairs(&[("Jonas Reef", "Ask Mia Kern about peas.")]));
    assert_eq!(object["quotes"][0]["date"], "2023-05-15");

    archive.put(
        "mail.html",
        "<HTML><HEAD><TITLE> [roses] Red?</TITLE></HEAD><BODY><H1>[roses] Red?</H1><B>Hella Storm</B> <A HREF='mailto:x'>hella at roses.example</A><BR><I>Tue Mar 14 09:21:33 CET 2017</I><HR>\n<!--beginarticle-->\n<PRE>On Mon, Mar 13, 2017 at 10:02 PM, Bruno Till &lt;<A HREF='x'>bruno at roses.example</A>&gt; wrote:\n&gt;<i> That was tried, and it cost us the whole of a summer.\n</I>\nI agree with him here, since the cost is not in the colour, it is in\nevery hand that paints.\n</PRE><!--endarticle--></BODY></HTML>",
    );
    let [object] = &json(&archive, "mail.html")[..] else { panic!("one object") };
    assert_eq!(quotes(object), pairs(&[("Bruno Till", "That was tried, and it cost us the whole of a summer.")]));
    assert_eq!(
        (&object["source"]["authors"][0], &object["source"]["date"]),
        (&"Hella Storm".into(), &"2017-03-14".into())
    );
    let body = object["essay"]["body"].as_str().unwrap();
    assert!(body.contains("it is in every hand that paints."), "{body}");
    assert_eq!(object["samples"], serde_json::json!([]));
}

/// Boxes, tabs and captions of documentation, and what a page embeds from elsewhere.
#[test]
fn documentation_keeps_its_boxes_and_all_of_its_code() {
    let archive = Archive::bare();
    archive.put(
        "docs.html",
        "<title>Sheds</title><main><h1>Sheds</h1><p>A shed holds what you put in it, and it gives it back when asked for it.</p>\
         <div class='admonition warning'><p class=admonition-title>Warning</p><p>Never open <em>two</em> sheds.</p><ul><li>They share a door.</li></ul></div>\
         <div class='admonition tip'><p class=admonition-title>Knock first</p><p>Somebody may be in.</p></div>\
         <div class='literal-block-wrapper'><div class=code-block-caption><span>rake.py</span><a class=headerlink href='#x'>¶</a></div><div class=highlight><pre>def rake(a):\n&nbsp;&nbsp;&nbsp;&nbsp;return a</pre></div></div>\
         <div class='sphinx-tabs container'><div role=tablist><button role=tab>Linux</button></div><div class=sphinx-tabs-panel role=tabpanel><pre>$ pip install shed</pre></div>\
         <div class=sphinx-tabs-panel role=tabpanel hidden=true><pre>py -m pip install shed</pre></div></div>\
         <blockquote>Sheds are boxes.<br>— Mia Kern, letter</blockquote><blockquote><p>“A shed is no house, whatever they say.” — Otto Lenz, The Plain Yard</p></blockquote>\
         <iframe src='https://m.example/1' title='rake.py'></iframe></main>",
    );
    let [object] = &json(&archive, "docs.html")[..] else { panic!("one object") };
    let body = object["essay"]["body"].as_str().unwrap();
    assert!(body.contains("> [!WARNING]\n> Never open *two* sheds.\n>\n> - They share a door."), "{body}");
    assert!(body.contains("> [!TIP]\n> **Knock first**\n>\n> Somebody may be in."), "{body}");
    let code: Vec<_> =
        object["samples"].as_array().unwrap().iter().map(|sample| sample["code"].as_str().unwrap()).collect();
    assert_eq!(code, ["def rake(a):\n    return a", "$ pip install shed", "py -m pip install shed"]);
    assert_eq!(
        quotes(object),
        pairs(&[("Mia Kern", "Sheds are boxes."), ("Otto Lenz", "A shed is no house, whatever they say.")])
    );
    assert!(object["dropped"].to_string().contains("https://m.example/1"), "{object}");
}

/// Who is quoted stays who is quoted, whatever the tool writes it with; and no address is made up.
#[test]
fn markdown_of_tools_keeps_who_is_quoted() {
    let archive = Archive::bare();
    archive.put(
        "notes/Raised beds.md",
        "---\nsource: https://roses.example/a/b\n---\nSee [[Frost dates#Spring]] and ![[bed.png]] and [next](../next/).\n\n> [!quote] Mia Kern, *Yard talks*\n> Wood rots.\n\n\
         > Plain is enough.\n> <cite>Jule Park[^1]</cite>\n\n```dataview\nTABLE cost\n```\n\n[^1]: By phone.\n",
    );
    archive.put(
        "2018-07-09-why.md",
        "---\nauthor: kim\n---\nUse {% raw %}{{ braces }}{% endraw %} here.\n\n{% quote(author=\"Vin Hale\") %}\nBeds are for sleeping.\n{% end %}\n\nMore.\n\n\
         {{< blockquote author=\"Ida G\" source='Letters' >}}\nDig first.\n{{< /blockquote >}}\n",
    );
    let [object] = &json(&archive, "notes/Raised beds.md")[..] else { panic!("one object") };
    assert_eq!(quotes(object), pairs(&[("Mia Kern", "Wood rots."), ("Jule Park", "Plain is enough.")]));
    assert_eq!(object["source"]["title"], "Raised beds");
    let body = object["essay"]["body"].as_str().unwrap();
    assert!(body.starts_with("See Frost dates > Spring and bed.png and next."), "{body}");
    assert_eq!(object["samples"], serde_json::json!([]));
    let [object] = &json(&archive, "2018-07-09-why.md")[..] else { panic!("one object") };
    assert_eq!(quotes(object), pairs(&[("Vin Hale", "Beds are for sleeping."), ("Ida G", "Dig first.")]));
    assert_eq!((&object["source"]["title"], &object["source"]["date"]), (&"why".into(), &"2018-07-09".into()));
    assert!(object["essay"]["body"].as_str().unwrap().contains("Use {{ braces }} here."), "{object}");
}

/// The text of a draft, without its front matter.
fn body(archive: &Archive, path: &str) -> String {
    archive.read(path).splitn(3, "+++\n").nth(2).expect("front matter and a text").trim().to_owned()
}

/// Every finding but that rights are unknown.
fn odd(archive: &Archive) -> Vec<String> {
    archive.findings().into_iter().filter(|finding| !finding.starts_with("W001")).collect()
}

#[test]
fn notes_that_are_taken_in_together_link_to_each_other() {
    let archive = Archive::new();
    archive
        .put(
            "vault/Home.md",
            "---\naliases: [Start]\n---\nSee [[beds]], [[Yard/Pots|my *pots*]], [[Beds#What it costs|costs]], [[Beds#^b1]], [[Beds#None]], ![[Beds]].\n\
             Not [[Missing]], [[Twice]], [[Empty]], [[Refused]], [up](../x.md), [[#None]]; here [[#Tasks]].\n\n\
             | a | b |\n|---|---|\n| [[Beds\\|a \\| b]] | [rel](Beds.md) |\n\n> [!note]\n> In a [[Beds|box]].\n\n- [[Beds|1. x]]\n\n```text\n[[Beds]]\n```\n\n## Tasks\n\nWords.\n",
        )
        .put("vault/Beds.md", "Back to [[Home]], [[start]] and [home](Home.md#tasks), by [[Home|a [b] ]].\n\n## What it costs\n\nMuch. ^b1\n")
        .put("vault/Yard/Pots.md", "# Pots and pans\n\nTo [beds](../Beds.md), [two](Two%20words.md) and [[Pots]].\n")
        .put("vault/Yard/Two words.md", "To [[Home]].\n")
        .put("vault/Yard/Twice.md", "One.\n")
        .put("vault/A.md", "---\naliases: [/taken/]\n---\nOne.\n")
        .put("vault/Empty.md", "")
        .put("vault/Refused.md", "---\naliases: [/taken/]\n---\nTo [[Home]].\n")
        .put("vault/Other/Twice.md", "Two, of [[Twice]].\n");
    let run = archive.run(["ingest", "vault"]);
    assert_eq!(run.status, 1, "{}", run.stdout);
    assert_eq!(run.stderr.lines().filter(|line| line.starts_with("error:")).count(), 2, "{}", run.stderr);
    let home = body(&archive, "content/essays/home.md");
    for wanted in [
        "See [[essays/beds|beds]], [[essays/pots-and-pans|my pots]], [[essays/beds#what-it-costs|costs]], \
         [[essays/beds|Beds]], [[essays/beds|Beds > None]], [[essays/beds|Beds]].",
        "Not Missing, Twice, Empty, Refused, up, None; here [[#tasks|Tasks]].",
        "| [[essays/beds\\|a \\| b]] | [[essays/beds\\|rel]] |",
        "In a [[essays/beds|box]].",
        "- [[essays/beds|1. x]]",
        "```text\n[[Beds]]\n```",
    ] {
        assert!(home.contains(wanted), "{wanted}\n{home}");
    }
    let beds = body(&archive, "content/essays/beds.md");
    assert!(
        beds.starts_with("Back to [[essays/home|Home]], [[essays/home|start]] and [[essays/home#tasks|home]], by [[essays/home|a \\[b\\]]]."),
        "{beds}"
    );
    assert_eq!(
        body(&archive, "content/essays/pots-and-pans.md"),
        "To [[essays/beds|beds]], [[essays/two-words|two]] and [[essays/pots-and-pans|Pots]]."
    );
    assert_eq!(body(&archive, "content/essays/twice.md"), "Two, of [[essays/twice|Twice]].");
    assert!(run.stdout.contains("linked, line 4: Beds#What it costs: to essays/beds#what-it-costs"), "{}", run.stdout);
    assert!(
        run.stdout.contains("6 links to other notes, files or sections became words, such as `Missing`"),
        "{}",
        run.stdout
    );
    assert_eq!(odd(&archive), [""; 0]);
    archive.build();
    // A note that comes later links to what stands, by the capture that it was taken in from.
    archive.put("vault/Late.md", "To [[Beds#What it costs]].\n");
    let run = archive.run(["ingest", "vault"]);
    assert_eq!(
        body(&archive, "content/essays/late.md"),
        "To [[essays/beds#what-it-costs|Beds > What it costs]].",
        "{}",
        run.stderr
    );
    let [object] = &json(&archive, "vault/Late.md")[..] else { panic!("one object") };
    assert_eq!(object["essay"]["body"], "To Beds > What it costs.");
}

/// A small PNG.
fn picture() -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(20, 10).write_to(&mut out, image::ImageFormat::Png).expect("a picture");
    out.into_inner()
}

#[test]
fn pictures_are_copied_beside_the_essay_that_shows_them() {
    let archive = Archive::new();
    archive
        .put(
            "vault/notes/Note.md",
            "# A note\n\n![[Pic one.png]] ![Alt *text*|100](../img/Pic%20one.png) ![[Pic one.png|Alt|20x10]] ![[same.png]] ![[b/same.png|b]] ![n](named.jpg) ![d](draw.svg)\n\n\
             | a |\n|---|\n| ![[pic one.PNG\\|cell]] |\n\n[![in](../img/Pic%20one.png)](https://a.example/) {{< figure src=\"named.jpg\" alt=\"Fig ]\" >}}\n\n\
             ![w](https://a.example/y.png) ![bad](bad.svg) ![fake](fake.png) ![cut](cut.png) ![huge](huge.png)\n",
        )
        .put("vault/notes/Bare.md", "Words, and ![an old one](gone.png).\n")
        .put("vault/img/Pic one.png", picture())
        .put("vault/a/same.png", picture())
        .put("vault/b/same.png", picture())
        .put("vault/notes/named.jpg", picture())
        .put("vault/notes/draw.svg", "<svg xmlns='http://www.w3.org/2000/svg' onload='x()'><script>x()</script><circle r='4'/></svg>")
        .put("vault/notes/bad.svg", "<html><script>x()</script></html>")
        .put("vault/notes/fake.png", "<!DOCTYPE html><script>x()</script>")
        .put("vault/notes/cut.png", &picture()[..40])
        .put("vault/notes/huge.png", picture());
    let huge = std::fs::OpenOptions::new().write(true).open(archive.path("vault/notes/huge.png")).expect("a file");
    huge.set_len(100 << 20).expect("a long file");
    let dry = archive.run(["ingest", "--dry-run", "vault"]);
    assert!(dry.stdout.contains("would write content/essays/a-note/pic-one.png"), "{}", dry.stdout);
    let run = archive.run(["ingest", "vault"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert_eq!(
        body(&archive, "content/essays/a-note/index.md"),
        "![](pic-one.png) ![Alt text](pic-one.png) ![Alt](pic-one.png) same.png ![b](same.png) ![n](named.png) ![d](draw.svg)\n\n\
         | a |\n|---|\n| ![cell](pic-one.png) |\n\n![in](pic-one.png) ![Fig \\]](named.png)\n\n\
         [w](https://a.example/y.png) bad fake cut huge"
    );
    assert_eq!(body(&archive, "content/essays/bare.md"), "Words, and an old one.");
    let beside: Vec<_> = tree(&archive.path("content/essays/a-note")).into_keys().collect();
    assert_eq!(beside, ["draw.svg", "index.md", "named.png", "pic-one.png", "same.png"]);
    let drawing = archive.read("content/essays/a-note/draw.svg");
    assert!(drawing.contains("circle") && !drawing.contains("script") && !drawing.contains("onload"), "{drawing}");
    for wanted in [
        "picture, line 3: img/Pic one.png: as pic-one.png",
        "embedded: huge.png: it is 100 MiB long",
        "unsure, line 3: the picture `pic-one.png` has no alternative text",
        "left, as no new draft shows it: vault/a/same.png",
    ] {
        assert!(run.stdout.contains(wanted), "{wanted}: {}", run.stdout);
    }
    let odd = odd(&archive);
    assert!(odd.len() == 1 && odd[0].starts_with("W013"), "{odd:?}");
    archive.build();
    // What stands is told apart from what a patch can't bring.
    let before = tree(&archive.path("content"));
    assert!(!archive.run(["ingest", "--update", "vault"]).stdout.contains("---"));
    archive.put("vault/notes/gone.png", picture());
    let run = archive.run(["ingest", "--update", "vault"]);
    assert!(
        run.stderr.contains("copy it to `content/essays/bare/gone.png`") && run.stdout.is_empty(),
        "{}",
        run.stderr
    );
    assert_eq!(tree(&archive.path("content")), before);
}

#[test]
#[cfg(unix)]
fn no_note_reaches_outside_its_folder() {
    use std::os::unix::fs::symlink;
    let note = "Words.\n![1](../../secret.png) ![[../../secret.png]] ![2](link.png) ![3](/secret.png) ![4](..%2F..%2Fsecret.png) \
                ![5](folder/secret.png) ![[secret.png]] ![[/etc/passwd]]\n";
    for name in ["vault", "vault/a/Note.md"] {
        let archive = Archive::new();
        archive.put("secret.png", picture()).put("vault/a/Note.md", note);
        symlink(archive.path("secret.png"), archive.path("vault/a/link.png")).expect("a link");
        symlink(archive.root(), archive.path("vault/a/folder")).expect("a link");
        archive.run(["ingest", name]);
        let text = archive.read("content/essays/note.md");
        assert!(text.contains("Words.") && !text.contains("]("), "{text}");
        assert!(!archive.path("content/essays/note").exists());
    }
    // A path in the archive that is a link out of it is not written through.
    let (archive, other) = (Archive::new(), Archive::bare());
    archive
        .put("vault/a/Note.md", "![6](in.png)\n")
        .put("vault/a/in.png", picture())
        .put("content/essays/x.md", "+++\ntitle = \"X\"\narguments = []\n+++\n");
    symlink(other.root(), archive.path("content/essays/note")).expect("a link");
    let run = archive.run(["ingest", "vault"]);
    assert!(run.status == 1 && tree(other.root()).is_empty(), "{}{}", run.stdout, run.stderr);
    assert!(!archive.path("content/sources/note.md").exists(), "{}", run.stderr);
}

#[test]
fn a_folder_that_stands_there_is_left_alone_and_a_note_named_twice_is_taken_in_once() {
    let archive = Archive::new();
    archive
        .put("notes/A.md", "# A\n\nSee [[Five]].\n")
        .put("notes/Five.md", "# Five\n\n![p](p.png) ![gone](gone.png) ![hidden](.hid.png)\n")
        .put("notes/p.png", picture())
        .put("content/essays/five/p.png", "somebody's");
    let run = archive.run(["ingest", "notes/A.md", "notes", "notes/Five.md"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert_eq!(archive.read("content/essays/five/p.png"), "somebody's");
    assert!(body(&archive, "content/essays/a.md").contains("[[essays/five-2|Five]]"));
    assert!(run.stdout.contains("gone.png: there is no such picture"), "{}", run.stdout);
    assert_eq!(run.stdout.matches("wrote content/essays/").count(), 3, "{}", run.stdout);
    assert_eq!(archive.run(["ingest", "notes"]).status, 0);
}

#[test]
fn references_of_other_generators_become_links() {
    let archive = Archive::new();
    archive
        .put(
            "hugo/content/posts/first.md",
            "+++\ntitle = \"First\"\n+++\n[a]({{< ref \"second.md\" >}}), [b]({{< relref \"/posts/second#the-cost\" >}}), [c]({{% ref \"bundle\" %}}), [d](../second/), [e].\n\
             `[x]({{< ref \"second.md\" >}})` {{< ref \"second.md\" >}}\n\n[e]: {{< ref \"second.md\" >}}\n",
        )
        .put("hugo/content/posts/second.md", "+++\ntitle = \"Second\"\n+++\n## The cost\n\n[first](@/posts/first.md)\n")
        .put("hugo/content/posts/bundle/index.md", "+++\ntitle = \"Third\"\n+++\n[first](../first.md)\n")
        .put("blog/_posts/2020-01-01-one.md", "---\ntitle: One post\n---\n[a]({% post_url 2021-02-03-two %}) and [b]({{ site.baseurl }}{% link pages/guide.md %})\n")
        .put("blog/_posts/2021-02-03-two.md", "---\ntitle: Two posts\n---\n[a]({%- post_url 2020-01-01-one -%})\n")
        .put("blog/pages/guide.md", "---\ntitle: Guide\n---\nWords.\n");
    let run = archive.run(["ingest", "hugo", "blog"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    for (slug, wanted) in [
        (
            "first",
            "[[essays/second|a]], [[essays/second#the-cost|b]], [[essays/third|c]], d, [[essays/second|e]].\n\
             `[x]({{< ref \"second.md\" >}})`",
        ),
        ("second", "## The cost\n\n[[essays/first|first]]"),
        ("third", "[[essays/first|first]]"),
        ("one-post", "[[essays/two-posts|a]] and [[essays/guide|b]]"),
        ("two-posts", "[[essays/one-post|a]]"),
    ] {
        assert_eq!(body(&archive, &format!("content/essays/{slug}.md")), wanted);
    }
    assert_eq!(odd(&archive), [""; 0]);
}

#[test]
fn records_are_read_without_the_marks_of_their_format() {
    let archive = Archive::bare();
    archive.put(
        "a.bib",
        "@article{a, author = {Vogt, Ada and Ida~Gruen and others}, title = {On \\emph{red} Roses}, year = 2019}\n@misc{b, title={Notes}, howpublished={\\url{https://notes.example/n}}}\n",
    );
    archive.put("a.json", r#"[{"id":"a","type":"webpage","title":"Beds &amp; <i>Paint</i>"}]"#);
    archive.put(
        "a.xml",
        "<rss version='2.0'><channel><title>Yard</title><item><title>One</title><link>https://y.example/1</link><author>tova@y.example (Tova Lind)</author><description>Words.</description></item></channel></rss>",
    );
    let [first, second] = &json(&archive, "a.bib")[..] else { panic!("two objects") };
    assert_eq!(first["source"]["authors"], serde_json::json!(["Ada Vogt", "Ida Gruen"]));
    assert_eq!(first["source"]["title"], "On red Roses");
    assert_eq!(second["source"]["url"], "https://notes.example/n");
    assert_eq!(json(&archive, "a.json")[0]["source"]["title"], "Beds & Paint");
    assert_eq!(json(&archive, "a.xml")[0]["source"]["authors"], serde_json::json!(["Tova Lind"]));
}
