//! The texts as an archive.

use super::draw::{Argument, Corpus, Entry, Kind, Link, Source, source_slug};
use super::essay::essay;
use super::{ARGUMENTS, File};

/// All but the entries.
pub fn frame(corpus: &Corpus) -> Vec<File> {
    let settings = "title = \"A synthetic archive\"\nquestion = \"Should all of a company's code live in one \
                    repository?\"\nbase_url = \"https://example.org/\"\nlanguage = \"en\"\n";
    let arguments = (0..ARGUMENTS.len()).map(|at| argument(&corpus.argument(at)));
    let sources = (0..corpus.sources()).map(|at| source(&corpus.source(at)));
    std::iter::once(("casebook.toml".to_owned(), settings.to_owned())).chain(arguments).chain(sources).collect()
}

fn argument(argument: &Argument) -> File {
    let Argument { slug, title, question, cues, claims, sections } = argument;
    let order = ARGUMENTS.iter().position(|other| other == slug).unwrap_or_default() + 1;
    let mut out = format!("+++\ntitle = \"{title}\"\nquestion = \"{question}?\"\norder = {order}\ncues = {cues:?}\n");
    for claim in claims {
        let (id, text, standing) = (&claim.id, &claim.text, claim.standing);
        out.push_str(&format!("\n[[claims]]\nid = \"{id}\"\ntext = \"{text}.\"\nstanding = \"{standing}\"\n"));
    }
    out.push_str("+++\n");
    for (heading, text, claim) in sections {
        out.push_str(&format!("\n## {heading}\n\n{text} See [[claims/{claim}|this claim]].\n"));
    }
    (format!("content/arguments/{slug}.md"), out)
}

fn source(source: &Source) -> File {
    let Source { slug, title, kind, author, date, venue, text } = source;
    let front = format!(
        "title = \"{title}\"\nkind = \"{kind}\"\nauthors = [\"{author}\"]\ndate = {date}\nvenue = \"{venue}\"\n\
         url = \"https://example.org/{slug}\"\nrights = \"CC BY 4.0\"\n"
    );
    (format!("content/sources/{slug}.md"), format!("+++\n{front}+++\n\n{text}\n"))
}

/// An entry and the files beside it.
pub fn entry(corpus: &Corpus, at: usize) -> Vec<File> {
    let entry = corpus.entry(at);
    let (id, capture) = (&entry.head.id, entry.capture.as_ref().map(|_| format!("captures/{at}.html")));
    let body = match entry.head.kind {
        Kind::Essay => essay(corpus, at, link),
        Kind::Quote | Kind::Sample => entry.paragraphs.join("\n\n"),
    };
    let (front, tables) = (front(&entry, capture.as_deref()), tables(&entry));
    let path =
        if entry.head.kind == Kind::Sample { format!("content/{id}/index.md") } else { format!("content/{id}.md") };
    let mut files = vec![(path, format!("+++\n{front}{tables}+++\n\n{body}\n"))];
    files.extend(entry.variants.into_iter().map(|variant| (format!("content/{id}/{}", variant.file), variant.code)));
    files.extend(capture.zip(entry.capture));
    files
}

fn front(entry: &Entry<'_>, capture: Option<&str>) -> String {
    let Entry { head, person, form, locator, .. } = entry;
    let mut out = format!(
        "title = \"{}\"\nsource = \"{}\"\ntags = {:?}\n",
        head.title,
        source_slug(entry.source),
        Vec::from_iter(&entry.tags)
    );
    if let Some(basis) = entry.basis {
        out.push_str(&format!("basis = \"{basis}\"\n"));
    }
    if let Some(answers) = entry.answers {
        out.push_str(&format!("replies_to = [\"{}\"]\n", answers.id));
    }
    out.push_str(&match head.kind {
        Kind::Quote => format!("speaker = \"{person}\"\nlocator = \"{locator}\"\nform = \"{form}\"\n"),
        Kind::Essay => format!("date = {}\nauthors = [\"{person}\"]\nform = \"{form}\"\n", entry.date),
        Kind::Sample => format!("date = {}\nauthors = [\"{person}\"]\n", entry.date),
    });
    if let Some(capture) = capture {
        out.push_str(&format!("capture = \"{capture}\"\n"));
    }
    out
}

fn tables(entry: &Entry<'_>) -> String {
    let mut out = String::new();
    if !entry.stances.is_empty() {
        out.push_str("\n[arguments]\n");
    }
    for (argument, stance) in &entry.stances {
        out.push_str(&format!("{argument} = \"{stance}\"\n"));
    }
    if let Some((id, stance, passage)) = &entry.claim {
        let at = if *passage { ", at = \"^core\"" } else { "" };
        out.push_str(&format!("\n[claims]\n{id} = {{ stance = \"{stance}\"{at} }}\n"));
    }
    for variant in &entry.variants {
        let (title, file, language) = (&variant.title, &variant.file, variant.language);
        out.push_str(&format!("\n[[variants]]\nname = \"{title}\"\nfile = \"{file}\"\nlanguage = \"{language}\"\n"));
    }
    out
}

fn link(link: &Link<'_>) -> String {
    let id = &link.there.id;
    let anchor = if link.passage { "#^core" } else { "" };
    let up = if link.here.kind == Kind::Sample { "../../" } else { "../" };
    let ending = if link.there.kind == Kind::Sample { "/index.md" } else { ".md" };
    match &link.label {
        None => format!("[[{id}{anchor}]]"),
        Some(label) if link.by_name => format!("[[{id}{anchor}|{label}]]"),
        Some(label) => format!("[{label}]({up}{id}{ending}{anchor})"),
    }
}
