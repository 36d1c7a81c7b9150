//! What a text links to and shows, by the names that it has for them, until it is known what stands there: notes that
//! are taken in together link to each other, whichever is read first.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

use super::block::{Dropped, Lines, Unsure};
use super::place::last;
use super::{Found, Place};
use crate::model::folded;

/// What stands around the number of a link in Markdown. Unicode keeps them out of texts, and so does [`unmarked`].
const OPENS: char = '\u{fdd0}';
const CLOSES: char = '\u{fdd1}';

/// How a link names what it leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// By a name, as a wikilink does: wherever the note lies.
    Name,
    /// By a path, from where it stands.
    Path,
}

/// A link to another note, or to a file that is shown.
#[derive(Debug, Clone)]
pub struct Link {
    pub lines: Lines,
    pub by: By,
    /// As it is written, without the heading.
    pub to: String,
    /// The heading that it leads to.
    pub heading: Option<String>,
    /// Whether what it leads to is shown in its place.
    pub embeds: bool,
    /// Whether a bar would end the cell that it stands in.
    pub in_table: bool,
    pub words: Words,
}

/// The words of a link, as Markdown.
#[derive(Debug, Clone, Default)]
pub struct Words {
    /// Where it leads to a note.
    pub linked: String,
    /// What a picture shows, as far as it is said.
    pub alt: String,
    /// Where it leads nowhere.
    pub plain: String,
}

impl Words {
    /// Words that are the same wherever it leads.
    pub fn of(words: String) -> Self {
        Self { linked: words.clone(), alt: String::new(), plain: words }
    }
}

/// What becomes of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Became {
    Words,
    /// Words too: a picture that can't be shown, and why.
    Lost(String),
    /// A reference, such as a wikilink has it.
    Entry(String),
    Picture(Picture),
}

/// A picture that is copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Its path in the folder that was given.
    pub file: String,
    /// What it is called beside the essay.
    pub name: String,
}

impl Link {
    /// As it is written.
    pub fn written(&self) -> String {
        self.heading.as_ref().map_or_else(|| self.to.clone(), |heading| format!("{}#{heading}", self.to))
    }

    fn markdown(&self, became: &Became) -> String {
        match became {
            Became::Words | Became::Lost(_) => super::markup::line(&self.words.plain),
            Became::Picture(picture) => format!("![{}]({})", self.words.alt, picture.name),
            // Without words of its own it shows the title of what it leads to.
            Became::Entry(reference) if self.words.linked.trim().is_empty() => format!("[[{reference}]]"),
            Became::Entry(reference) => {
                let bar = if self.in_table { "\\|" } else { "|" };
                format!("[[{reference}{bar}{}]]", self.words.linked)
            }
        }
    }
}

/// Where a link stands in Markdown.
pub fn mark(number: usize) -> String {
    format!("{OPENS}{number}{CLOSES}")
}

/// A text without what marks links, and without references that stand for it in HTML. Something else takes their place:
/// what stands on both sides may come to another together.
pub fn unmarked(text: &str) -> Cow<'_, str> {
    static MARKS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)[\u{fdd0}\u{fdd1}]|&#(?:x0*fdd[01]|0*6497[67])").expect("a constant pattern")
    });
    MARKS.replace_all(text, "\u{fffd}")
}

pub fn is_mark(c: char) -> bool {
    matches!(c, OPENS | CLOSES)
}

/// Markdown with what became of its links.
pub fn filled(markdown: &str, links: &[Link], became: &[Became]) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut parts = markdown.split(OPENS);
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (number, rest) = part.split_once(CLOSES).unwrap_or(("", part));
        if let Some((link, became)) = number.parse().ok().and_then(|at: usize| links.get(at).zip(became.get(at))) {
            out.push_str(&link.markdown(became));
        }
        out.push_str(rest);
    }
    out
}

/// What of a document's links and pictures became words, and what is to be done about the others.
pub fn lost(found: &Found, became: &[Became]) -> (Vec<Dropped>, Vec<Unsure>) {
    const NAMED: usize = 5;
    let (mut dropped, mut unsure, mut links) = (Vec::new(), Vec::new(), Vec::new());
    for (link, became) in found.links.iter().zip(became) {
        let text = match became {
            Became::Words if !link.embeds => {
                links.push(link);
                continue;
            }
            Became::Picture(picture) if link.words.alt.is_empty() => {
                let what = format!("the picture `{}` has no alternative text: say what it shows", picture.name);
                unsure.push(Unsure::at(link.lines, what));
                continue;
            }
            Became::Picture(_) | Became::Entry(_) => continue,
            Became::Words => link.written(),
            Became::Lost(why) => format!("{}: {why}", link.written()),
        };
        dropped.push(Dropped { lines: link.lines, why: "a picture or another file that was embedded", text });
    }
    let mut names: Vec<String> = Vec::new();
    for name in links.iter().map(|link| format!("`{}`", link.written())) {
        if names.len() < NAMED && !names.contains(&name) {
            names.push(name);
        }
    }
    let such = names.join(", ");
    let words = match links.len() {
        0 => None,
        1 => Some(format!("a link to another note, file or section became words: {such}")),
        count => Some(format!("{count} links to other notes, files or sections became words, such as {such}")),
    };
    unsure.extend(words.map(|what| Unsure::whole(format!("{what}: link again what is in the archive"))));
    (dropped, unsure)
}

/// The notes that are taken in together, by their names.
#[derive(Default)]
pub struct Notes {
    /// By their paths, without endings.
    paths: BTreeMap<String, BTreeSet<usize>>,
    /// By the last parts of these: each with its path.
    names: BTreeMap<String, BTreeSet<(String, usize)>>,
    /// By the names that they give themselves.
    others: BTreeMap<String, BTreeSet<usize>>,
}

impl Notes {
    pub fn add(&mut self, number: usize, place: &Place, others: &[String]) {
        let Some(path) = place.from_root(&place.path) else { return };
        let path = key(&path);
        self.names.entry(last(&path).to_owned()).or_default().insert((path.clone(), number));
        self.paths.entry(path).or_default().insert(number);
        for name in others {
            self.others.entry(folded(name.trim())).or_default().insert(number);
        }
    }

    /// The one note that a link from a place leads to; `None` where there is none, or more than one that it may be.
    pub fn find(&self, from: &Place, link: &Link) -> Option<usize> {
        let at = |path: Option<String>| only(self.paths.get(&key(&path?))?);
        let rooted = link.to.trim_start_matches('/');
        let beside = || at(from.beside(&link.to));
        let from_root = || at(from.from_root(rooted));
        // Where a page was published, its file does not say.
        if link.by == By::Path && !last(&link.to).trim_start_matches('.').contains('.') {
            return None;
        }
        if link.to.starts_with("./") || link.to.starts_with("../") {
            return beside();
        }
        let first = match link.by {
            _ if link.to.starts_with('/') => from_root(),
            By::Path => beside().or_else(from_root),
            By::Name => from_root(),
        };
        let other = || only(self.others.get(&folded(rooted.trim()))?);
        first.or_else(|| self.named(&key(rooted))).or_else(beside).or_else(other)
    }

    /// The only note whose path ends with these parts.
    fn named(&self, wanted: &str) -> Option<usize> {
        let end = format!("/{wanted}");
        let all = self.names.get(last(wanted))?.iter();
        only(&all.filter(|(path, _)| path == wanted || path.ends_with(&end)).map(|(_, number)| *number).collect())
    }
}

fn only(all: &BTreeSet<usize>) -> Option<usize> {
    all.first().filter(|_| all.len() == 1).copied()
}

/// A path as it is compared: a note's ending says nothing, and the page of a folder goes by the folder's name.
fn key(path: &str) -> String {
    const NOTES: [&str; 5] = [".md", ".markdown", ".mdown", ".mdx", ".qmd"];
    let path = folded(path);
    let path = NOTES.iter().find_map(|ending| path.strip_suffix(ending)).unwrap_or(&path);
    ["/index", "/_index"].iter().find_map(|page| path.strip_suffix(page)).unwrap_or(path).to_owned()
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::*;
    use crate::ingest::Folder;

    #[test]
    fn a_link_leads_to_the_one_note_that_it_can_mean() {
        let folder = Arc::new(Folder::of_a_file(Path::new("/")).unwrap());
        let place = |path: &str| Place { folder: Arc::clone(&folder), path: path.to_owned() };
        let all = ["v/Home.md", "v/a/Note.md", "v/b/Note.md", "v/a/Größe.md", "v/c/index.md", "v/d.txt", "x/One.md"];
        let mut notes = Notes::default();
        for (number, path) in all.iter().enumerate() {
            notes.add(number, &place(path), &["Name of ".to_owned() + &number.to_string(), "of all".to_owned()]);
        }
        let find = |from: &str, by: By, to: &str| {
            let (to, words) = (to.to_owned(), Words::default());
            let link = Link { lines: Lines::one(1), by, to, heading: None, embeds: false, in_table: false, words };
            notes.find(&place(from), &link).map(|number| all[number])
        };
        for (from, by, to, wanted) in [
            ("v/Home.md", By::Name, "note", None),
            ("v/Home.md", By::Name, "B/Note", Some("v/b/Note.md")),
            ("v/Home.md", By::Name, "Note.md", None),
            ("v/b/Note.md", By::Name, "Note", Some("v/b/Note.md")),
            ("v/b/Note.md", By::Name, "gro\u{308}ße", Some("v/a/Größe.md")),
            ("v/b/Note.md", By::Name, "c", Some("v/c/index.md")),
            ("v/b/Note.md", By::Name, "name of 6", Some("x/One.md")),
            ("v/b/Note.md", By::Name, "of all", None),
            ("v/b/Note.md", By::Name, "te", None),
            ("v/b/Note.md", By::Path, "../a/note.md", Some("v/a/Note.md")),
            ("v/b/Note.md", By::Path, "../a/note", None),
            ("v/b/Note.md", By::Path, "../../x/One.md", Some("x/One.md")),
            ("v/b/Note.md", By::Path, "../../../One.md", None),
            ("v/b/Note.md", By::Path, "../c/", None),
            ("v/b/Note.md", By::Path, "d.txt", Some("v/d.txt")),
            ("v/b/Note.md", By::Path, "/v/a/Note.md", Some("v/a/Note.md")),
            ("v/b/Note.md", By::Path, "/a/Note.md", Some("v/a/Note.md")),
        ] {
            assert_eq!(find(from, by, to), wanted, "{to} from {from}");
        }
    }

    #[test]
    fn what_looks_like_a_mark_is_none() {
        let text = format!("a{}b{OPENS}9{CLOSES}c{OPENS}d", mark(0));
        let link = Link {
            lines: Lines::one(1),
            by: By::Name,
            to: "x".to_owned(),
            heading: None,
            embeds: false,
            in_table: true,
            words: Words::of("- w".to_owned()),
        };
        assert_eq!(filled(&text, std::slice::from_ref(&link), &[Became::Words]), "a\\- wbcd");
        let entry = Became::Entry("essays/x".to_owned());
        assert_eq!(filled(&mark(0), std::slice::from_ref(&link), std::slice::from_ref(&entry)), "[[essays/x\\|- w]]");
        let wordless = Link { words: Words::default(), ..link };
        assert_eq!(filled(&mark(0), &[wordless], &[entry]), "[[essays/x]]");
        let marked = |text: &str| text.contains([OPENS, CLOSES]) || text.to_ascii_lowercase().contains("fdd");
        for text in [text.as_str(), "&#xFDD0;0&#xfdd1;", "&#x00fDd0", "&#xFD&#xFDD0;D0;", "&#xFD\u{fdd0}D0;"] {
            assert!(!marked(&unmarked(text)), "{text}");
        }
        assert_eq!(unmarked("&#64976;&#064977;x"), "\u{fffd};\u{fffd};x");
    }
}
