//! Tries every template of a theme, whatever the archive holds: on an archive in which each kind says all that it can,
//! and on one in which each says no more than it must. What a template gets wrong is then found before a contributor's
//! first entry of that kind is published.

use super::site::{Options, Site};
use super::theme::Theme;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::fs;
use crate::model::{Scope, resolve};
use crate::read::{Tree, Unsaved, read};
use crate::span::Files;
use crate::tag;

/// What the templates get wrong, each finding once.
pub fn trial(theme: &Theme, language: &str) -> fs::Result<Vec<Diagnostic>> {
    let mut found = Vec::new();
    for texts in [FULL, BARE] {
        let site = site(texts, theme.clone(), language)?;
        let cheap = site.paths().filter(|path| !site.file(path).is_some_and(|file| file.is_picture()));
        found.extend(cheap.filter_map(|path| site.render(path)).filter_map(Result::err));
    }
    Ok(found)
}

pub(super) fn site(texts: &[(&str, &str)], theme: Theme, language: &str) -> fs::Result<Site> {
    let unsaved: Unsaved = texts.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
    let (mut files, mut sink) = (Files::default(), Diagnostics::default());
    let mut documents = read(Tree { root: None, unsaved: &unsaved }, &mut files, &mut sink)?;
    language.clone_into(&mut documents.config.language);
    let archive = resolve(&documents, Scope::All, &mut sink);
    debug_assert!(!sink.has_errors(), "the archives of the trial are right: {sink:?}");
    let suggestions = tag::suggest(&archive);
    Ok(Site::new(archive, &suggestions, documents.assets, theme, &Options::default()))
}

/// Each kind says no more than it must.
const BARE: &[(&str, &str)] = &[
    ("casebook.toml", "title = \"T\"\nquestion = \"Q?\"\n"),
    ("content/arguments/a.md", "+++\ntitle = \"A\"\n[[claims]]\nid = \"c\"\ntext = \"C.\"\n+++\n"),
    ("content/arguments/empty.md", "+++\ntitle = \"E\"\n+++\n"),
    ("content/sources/s.md", "+++\ntitle = \"S\"\n+++\n"),
    ("content/essays/e.md", "+++\ntitle = \"E\"\n+++\n"),
    ("content/quotes/q.md", "+++\nspeaker = \"P\"\nsource = \"s\"\n+++\n"),
    (
        "content/samples/x/index.md",
        "+++\ntitle = \"X\"\n[[variants]]\nname = \"v\"\nfile = \"v.txt\"\nlanguage = \"text\"\n+++\n",
    ),
    ("content/samples/x/v.txt", "v\n"),
    ("content/pages/p.md", "+++\ntitle = \"P\"\n+++\n"),
];

/// Each kind says all that it can.
const FULL: &[(&str, &str)] = &[
    (
        "casebook.toml",
        r#"format = 1
title = "T"
question = "Q?"
answer = "A."
base_url = "https://example.org/sub/"
edit_url = "https://example.org/edit/{path}"
contribute_url = "https://example.org/add/{path}"
license = "CC-BY-4.0"
edition = "2"
sides = { for = "yes", against = "no" }
"#,
    ),
    (
        "content/arguments/a.md",
        r#"+++
title = "A"
question = "Is it?"
order = 1
cues = ["slow", "dear"]
added = 2001-01-01
updated = 2002-01-01
aliases = ["/old/"]
[[claims]]
id = "open"
text = "Open."
none_found = "disputes"
[[claims]]
id = "contested"
text = "Contested."
standing = "contested"
answer = "It depends."
as_of = "2024"
[[claims]]
id = "settled"
text = "Settled."
standing = "settled"
answer = "Yes."
as_of = "1.0"
[[claims]]
id = "outdated"
text = "Outdated."
standing = "outdated"
none_found = "supports"
+++
## Head

See [[claims/open]] and [[essays/whole#^here]].
"#,
    ),
    ("content/arguments/b.md", "+++\ntitle = \"B\"\norder = 2\nwithdrawn = \"Why.\"\n+++\n"),
    (
        "content/sources/s.md",
        r#"+++
title = "S"
kind = "talk"
authors = ["P", "R"]
date = "2001-02"
venue = "V"
events = ["E"]
url = "https://example.org/s"
archived = "https://example.org/old/s"
rights = "CC0-1.0"
max_words = 500
+++
Body.
"#,
    ),
    ("content/sources/w.md", "+++\ntitle = \"W\"\nwithdrawn = \"Why.\"\n+++\n"),
    (
        "content/essays/whole/index.md",
        r#"+++
title = "Whole"
form = "digest"
source = "s"
authors = ["P"]
checked = 2003-01-01
date = 2001-02-03
added = 2001-01-01
updated = 2002-01-01
tags = ["C++", "x"]
basis = "measured"
replies_to = ["quotes/verbatim", "essays/original#^there"]
aliases = ["/older/"]
[arguments]
a = "against"
[claims]
open = { stance = "supports", at = "^here" }
contested = "disputes"
+++
## One

Words[^n] with `code`, $x$ and **more**. ^here

### Two

## Three

![A picture](pic.svg) [[quotes/verbatim|label]] <https://example.org/>

> [!NOTE]
> Noted.

- [ ] do
- [x] done

| a | b |
| - | - |
| 1 | 2 |

```python
x = 1
```

Term
: Meaning

<b>raw</b>

[^n]: A note.
"#,
    ),
    (
        "content/essays/whole/pic.svg",
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><circle r="1"/></svg>"#,
    ),
    (
        "content/essays/original.md",
        "+++\ntitle = \"O\"\narguments = [\"a\"]\nclaims = { contested = \"supports\" }\n+++\nThere. ^there\n",
    ),
    ("content/essays/translated.md", "+++\ntitle = \"T\"\nform = \"translated\"\narguments = { a = \"mixed\" }\n+++\n"),
    ("content/essays/excerpt.md", "+++\ntitle = \"X\"\nform = \"excerpt\"\narguments = []\n+++\n"),
    ("content/essays/draft.md", "+++\ntitle = \"D\"\ndraft = true\n+++\nSlow and dear.\n"),
    ("content/essays/gone.md", "+++\ntitle = \"G\"\nwithdrawn = \"Why.\"\n+++\n"),
    (
        "content/quotes/verbatim.md",
        r#"+++
title = "V"
speaker = "P"
source = "s"
locator = "page 1"
capture = "captures/c.txt"
date = "2001"
basis = "experience"
tags = ["x"]
replies_to = ["essays/original"]
[arguments]
a = "for"
[claims]
open = "disputes"
+++
Said so.
"#,
    ),
    ("captures/c.txt", "He said so. Said so.\n"),
    (
        "content/quotes/paraphrase.md",
        "+++\nspeaker = \"R\"\nsource = \"s\"\nform = \"paraphrase\"\narguments = { a = \"for\" }\nbasis = \"reasoning\"\n+++\nP.\n",
    ),
    (
        "content/quotes/translated.md",
        "+++\nspeaker = \"R\"\nsource = \"s\"\nform = \"translated\"\nbasis = \"authority\"\n+++\nT.\n",
    ),
    ("content/quotes/disputed.md", "+++\nspeaker = \"R\"\nsource = \"s\"\nform = \"disputed\"\n+++\nD.\n"),
    ("content/quotes/misattributed.md", "+++\nspeaker = \"R\"\nsource = \"s\"\nform = \"misattributed\"\n+++\nM.\n"),
    (
        "content/samples/x/index.md",
        r#"+++
title = "X"
authors = ["P"]
source = "s"
date = 2001-01-01
tags = ["x"]
[arguments]
a = "for"
[claims]
settled = "supports"
[[variants]]
name = "v"
file = "v.py"
language = "python"
run = ["python3", "{file}"]
runs = 3
expect = "1"
needs = ["python3"]
limits = { seconds = 1 }
params = { n = [1, 2] }
[[variants]]
name = "w"
file = "w.txt"
language = "text"
run = ["cat", "{file}"]
[[variants]]
name = "u"
file = "u.py"
language = "python"
run = ["python3", "{file}"]
+++
Body.
"#,
    ),
    ("content/samples/x/v.py", "async def f():\n    await g()\nprint(1)\n"),
    ("content/samples/x/u.py", "async def f():\n    await h()\nprint(1)\n"),
    ("content/samples/x/w.txt", "w\n"),
    (
        "content/samples/x/results.json",
        r#"{"sample":"x","variants":[
{"name":"v","parameters":{"n":1},"ok":true,"median_ms":1.5,"spread_ms":[1.0,2.0],"runs":3,"output":"1","hash":"sha256:0"},
{"name":"v","parameters":{"n":2},"ok":false,"median_ms":0.0,"spread_ms":[0.0,0.0],"runs":3,"output":"no","hash":"sha256:0"},
{"name":"w","parameters":{},"ok":true,"median_ms":2000.0,"spread_ms":[1.0,3000.0],"runs":1,"output":"w","hash":"sha256:0"}],
"toolchain":"Python 3","recorded":"2001-01-01"}"#,
    ),
    ("content/pages/p.md", "+++\ntitle = \"P\"\naliases = [\"/oldest/\"]\n+++\n## Head\n\nText.\n"),
    ("content/pages/gone.md", "+++\ntitle = \"G\"\nwithdrawn = \"Why.\"\n+++\n"),
];
