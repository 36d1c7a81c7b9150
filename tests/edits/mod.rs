//! Edits as authors make them, good and bad, of an archive that has something of every kind.

use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::common::Archive;

/// One edit of one file; `None` removes it.
pub type Edit = (&'static str, Option<String>);

const TEXTS: &[&str] = &[
    "One price, and expensive.",
    "Nothing of that kind.",
    "# Part\n\nSome [link](e1.md#part).",
    "# Other\n\nSee [[essays/e2]] and [[cost]].",
    "A passage. ^p\n\nA price that is expensive, and dear.",
    "[e1](/essays/e1/) [map](/arguments/cost/map/) [tag](/tags/x/) [year](/years/2001/)",
    "[broken](gone.md)",
    "[anchor](#nowhere)",
    "![A picture](p.svg) ![](p.svg)",
    "[[essays/e1#part]] and [[essays/e1#^p]]",
    "> Words that were said.\n\nAnd [the book](../sources/book.md).",
    "```python\nprint(1)\n```\n\n```nolang\nx\n```",
    "[^1] note\n\n[^1]: A note with [[quotes/q1]].",
    "Words that were said, and more of them than the source allows, in one breath and then another.",
    "",
];

pub const FRONTS: &[&str] = &[
    "title = \"One\"\narguments = []\n",
    "title = \"Two\"\n",
    "title = \"Two\"\ntags = [\"x\"]\ndate = \"2001\"\n",
    "title = \"Draft\"\ndraft = true\n",
    "title = \"Gone\"\nwithdrawn = \"a mistake\"\n",
    "title = \"For\"\nsource = \"book\"\n[arguments]\ncost = \"for\"\n[claims]\ndear = \"supports\"\n",
    "title = \"Against\"\n[arguments]\ncost = \"against\"\n[claims]\ncheap = { stance = \"disputes\", at = \"^p\" }\n",
    "title = \"Reply\"\nreplies_to = [\"essays/e1#^p\"]\n",
    "title = \"Old\"\naliases = [\"/old/\"]\nadded = 2020-01-01\nupdated = 2021-01-01\n",
    "titel = \"Misspelt\"\n",
    "title = \"Two\"\ntags = [\"x\"\n",
];

const QUOTES: &[&str] = &[
    "speaker = \"S\"\nsource = \"book\"\nlocator = \"p. 1\"\n",
    "speaker = \"S\"\nsource = \"book\"\ncapture = \"captures/book.txt\"\nlocator = \"p. 1\"\n",
    "title = \"Named\"\nspeaker = \"T\"\nsource = \"book\"\nform = \"paraphrase\"\n",
    "speaker = \"S\"\nsource = \"book\"\ncapture = \"captures/none.txt\"\n",
];

pub fn document(front: &str, text: &str) -> String {
    format!("+++\n{front}+++\n{text}\n")
}

fn sample_front(language: &str) -> String {
    format!("title = \"S\"\n[[variants]]\nname = \"a\"\nfile = \"a.py\"\nlanguage = \"{language}\"\n")
}

/// Files that are no essay and no quote, each in a few states.
fn others() -> Vec<Edit> {
    let book =
        |more: &str| format!("+++\ntitle = \"The Book\"\nrights = \"r\"\nauthors = [\"A\"]\n{more}+++\nOf [[e1]].\n");
    let cost = |more: &str| {
        format!(
            "+++\ntitle = \"Cost\"\ncues = [\"price\", \"expensive\"]\n{more}\n[[claims]]\nid = \"dear\"\ntext = \"It is dear.\"\n\n[[claims]]\nid = \"cheap\"\ntext = \"It is cheap.\"\n+++\nOverview of [[e2]].\n"
        )
    };
    let settings = |more: &str| Some(format!("title = \"Test\"\nquestion = \"Is it?\"\n{more}"));
    vec![
        ("content/sources/book.md", Some(book("date = \"2001\"\n"))),
        ("content/sources/book.md", Some(book("date = \"1999\"\nmax_words = 5\n"))),
        ("content/arguments/cost.md", Some(cost("order = 1\n"))),
        ("content/arguments/cost.md", Some(cost("question = \"What does it cost?\"\n"))),
        ("content/arguments/cost.md", Some(cost("").replace("expensive", "passage"))),
        (
            "content/arguments/more.md",
            Some(document("title = \"More\"\ncues = [\"dear\", \"words\", \"said\"]\n", "See [[cost]].")),
        ),
        ("content/arguments/more.md", None),
        ("content/pages/about.md", Some(document("title = \"About\"\n", "[e1](../essays/e1.md) ![P](p.svg)"))),
        ("content/pages/about.md", None),
        ("content/essays/p.svg", Some("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>".into())),
        ("content/essays/p.svg", Some("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"8\" height=\"8\"/>".into())),
        ("content/essays/p.svg", None),
        ("content/essays/e1.md~", Some("left by an editor".into())),
        ("content/essays/e1.md~", None),
        ("content/essays/.e1.md.swp", Some("left by an editor".into())),
        ("content/samples/s/index.md", Some(document(&sample_front("python"), "Code of [[e1]]."))),
        ("content/samples/s/index.md", Some(document(&sample_front("python"), "Other words."))),
        ("content/samples/s/index.md", None),
        ("content/samples/s/a.py", Some("print(1)\n".into())),
        ("content/samples/s/a.py", Some("print(\n".into())),
        ("content/samples/s/results.json", Some("{}".into())),
        ("content/samples/s/results.json", None),
        ("content/samples", None),
        ("content/quotes", None),
        ("captures/book.txt", Some("First. Words that were said. Last.".into())),
        ("captures/book.txt", Some("Other words.".into())),
        ("captures", None),
        ("casebook.toml", settings("base_url = \"https://example.org/sub/\"\n")),
        ("casebook.toml", settings("[severity]\nW008 = \"error\"\nW013 = \"error\"\n")),
        ("casebook.toml", settings("language = \"de\"\n")),
        ("themes/default/static/site.css", Some("body { color: red }".into())),
        ("themes/default/templates/404.html", Some("{% if".into())),
        ("themes/default/templates/404.html", None),
        ("themes", None),
    ]
}

fn edit() -> impl Strategy<Value = Edit> {
    let essay = select(&["content/essays/e1.md", "content/essays/e2.md", "content/essays/e3.md"][..]);
    let quote = select(&["content/quotes/q1.md", "content/quotes/q2.md"][..]);
    let others = others();
    prop_oneof![
        6 => (essay.clone(), select(FRONTS), select(TEXTS)).prop_map(|(path, front, text)| (path, Some(document(front, text)))),
        3 => (quote, select(QUOTES), select(TEXTS)).prop_map(|(path, front, text)| (path, Some(document(front, text)))),
        1 => essay.prop_map(|path| (path, None)),
        7 => any::<Index>().prop_map(move |at| at.get(&others).clone()),
    ]
}

/// What happens next: an edit, or another text below the front matter that a file has.
#[derive(Debug, Clone)]
pub enum Step {
    Edit(Edit),
    Text(&'static str, &'static str),
}

pub fn step() -> impl Strategy<Value = Step> {
    let files = [
        "content/essays/e1.md",
        "content/essays/e2.md",
        "content/essays/e3.md",
        "content/quotes/q1.md",
        "content/arguments/cost.md",
        "content/samples/s/index.md",
        "content/sources/book.md",
        "content/pages/about.md",
    ];
    // The first texts are good: from an archive with errors, all edits go one way.
    let text = prop_oneof![4 => select(&TEXTS[..6]), 1 => select(TEXTS)];
    prop_oneof![
        2 => edit().prop_map(Step::Edit),
        3 => (select(files.to_vec()), text).prop_map(|(path, text)| Step::Text(path, text)),
    ]
}

/// Makes an edit; says which path it was.
pub fn make(archive: &Archive, step: &Step) -> Option<&'static str> {
    match step {
        Step::Edit((path, Some(text))) => drop(archive.put(path, text)),
        Step::Edit((path, None)) => {
            let place = archive.path(path);
            if place.is_dir() {
                std::fs::remove_dir_all(place).expect("a folder can be removed");
            } else if std::fs::remove_file(place).is_err() {
                return None;
            }
        }
        Step::Text(path, text) => {
            let before = std::fs::read_to_string(archive.path(path)).ok()?;
            let front = before.find("\n+++\n").map(|at| &before[..at + 5])?;
            archive.put(path, format!("{front}{text}\n"));
        }
    }
    Some(match step {
        Step::Edit((path, _)) | Step::Text(path, _) => path,
    })
}

pub fn start() -> Archive {
    let archive = Archive::new();
    archive.put("content/essays/p.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>");
    for name in ["e1", "e2", "e3"] {
        archive.put(&format!("content/essays/{name}.md"), document(FRONTS[1], "# Part\n\nA passage. ^p"));
    }
    archive.put("content/quotes/q1.md", document(QUOTES[0], "Words that were said."));
    archive
}
