//! The texts as the content of a Hugo site. What Hugo has no notion of (claims, passages, captures) is left out, so that
//! it has less to do, not more.

use super::draw::{Argument, Corpus, Kind, Link, Source};
use super::essay::{essay, fence};
use super::{ARGUMENTS, File};

/// All but the entries.
pub fn frame(corpus: &Corpus) -> Vec<File> {
    let arguments = (0..ARGUMENTS.len()).map(|at| argument(&corpus.argument(at)));
    let sources = (0..corpus.sources()).map(|at| source(&corpus.source(at)));
    arguments.chain(sources).collect()
}

fn argument(argument: &Argument) -> File {
    let Argument { slug, title, question, claims, sections, .. } = argument;
    let claims: Vec<_> = claims.iter().map(|claim| format!("- {}.", claim.text)).collect();
    let sections: Vec<_> = sections.iter().map(|(heading, text, _)| format!("\n\n## {heading}\n\n{text}")).collect();
    let text = format!("{question}?\n\n{}{}", claims.join("\n"), sections.concat());
    (format!("content/arguments/{slug}/_index.md"), format!("+++\ntitle = \"{title}\"\n+++\n\n{text}\n"))
}

fn source(source: &Source) -> File {
    let Source { slug, title, kind, author, date, venue, text } = source;
    let front = format!("title = \"{title}\"\ndate = {date}\npeople = [\"{author}\"]\n");
    let params = format!("[params]\nkind = \"{kind}\"\nvenue = \"{venue}\"\n");
    (format!("content/sources/{slug}.md"), format!("+++\n{front}\n{params}+++\n\n{text}\n"))
}

pub fn entry(corpus: &Corpus, at: usize) -> File {
    let entry = corpus.entry(at);
    let body = match entry.head.kind {
        // The name of a passage would be read as text.
        Kind::Essay => essay(corpus, at, link).replace(" ^core\n", "\n"),
        Kind::Quote => format!("> {}", entry.paragraphs.join("\n>\n> ")),
        Kind::Sample => {
            let code = entry.variants.iter().map(|variant| fence(variant.language, &variant.code));
            let mut blocks = entry.paragraphs.clone();
            blocks.splice(1..1, code);
            blocks.join("\n\n")
        }
    };
    let arguments: Vec<_> = entry.stances.iter().map(|(argument, _)| argument).collect();
    let front = format!(
        "title = \"{}\"\ndate = {}\nyears = [\"{}\"]\npeople = [\"{}\"]\narguments = {arguments:?}\ntags = {:?}\n",
        entry.head.title,
        entry.date,
        &entry.date[..4],
        entry.person,
        Vec::from_iter(&entry.tags),
    );
    let source = corpus.source(entry.source);
    let params = format!("[params]\nsource = \"{}\"\nsource_title = \"{}\"\n", source.slug, source.title);
    (format!("content/{}.md", entry.head.id), format!("+++\n{front}\n{params}+++\n\n{body}\n"))
}

fn link(link: &Link<'_>) -> String {
    let label = link.label.as_ref().unwrap_or(&link.there.title);
    format!("[{label}]({{{{< relref \"/{}.md\" >}}}})", link.there.id)
}
