//! What stands above a text: its title, who wrote it, when and where.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;

use super::block::{Dropped, Lines, Meta, Unsure};
use super::lines::{self, Paragraph, is_title_case};
use super::{attribution, dates, dropped};
use crate::config::is_web;
use crate::read::SourceKind;

static BY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:(?:[Ww]ritten|[Pp]osted|[Pp]ublished|[Cc]reated|A talk|[Tt]alk|[Pp]resented|[Ww]ords|[Tt]ext)\s+)?(?:[Bb]y|BY|[Vv]on|[Pp]ar)\s*:?\s+(\S.*)$")
        .expect("a constant pattern")
});
static DATED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:(?:first\s+)?(?:published|posted|updated|last (?:updated|modified)|written|created|date)\b|on\s|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|tue|wed|thu|fri|sat|sun)\b|\d|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)")
        .expect("a constant pattern")
});
static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(title|authors?|by|speakers?|date|published|url|source|link|address|licen[cs]e|venue|event|site|website|publisher|journal)\s*:\s+(\S.*)$")
        .expect("a constant pattern")
});
static GIVEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:(?:the\s+)?(?:first|second|third|short|long|revised|updated|this|a)\s+)*(?:(?:version|talk|presentation|keynote|slides|lecture)\s+)?(?:was\s+)?(?:given|presented|delivered|held|revised|shown|prepared)\s+(?:at|for)\s+(.{3,80}?)\.?$")
        .expect("a constant pattern")
});
static READING_TIME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:reading time:?\s*)?~?\d+\s*[- ]?min(?:ute)?s?\b(?:\s+read)?\.?$").expect("a constant pattern")
});

/// Sites whose name alone says what is on them.
pub fn kind_of_site(name: &str) -> Option<SourceKind> {
    let name = name.to_lowercase();
    let is = |names: &[&str]| names.iter().any(|known| name.contains(known));
    if is(&["speaker deck", "speakerdeck", "slideshare", "slides.com"]) {
        Some(SourceKind::Talk)
    } else if is(&["youtube", "vimeo"]) {
        Some(SourceKind::Video)
    } else if is(&[
        "hacker news",
        "ycombinator",
        "reddit",
        "lobste.rs",
        "lobsters",
        "stack overflow",
        "stackoverflow",
        "discourse",
        "/issues/",
        "/pull/",
        "/discussions/",
    ]) {
        Some(SourceKind::Thread)
    } else {
        is(&["docs.", "readthedocs", "documentation"]).then_some(SourceKind::Documentation)
    }
}

/// The line below the title of a thread: who posted it.
static POINTS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:r/\w+\s*[·•]?\s*)?(?:\d[\d.,]*k?\s+points?\s+(?:\([^)]*\)\s*)?by|(?:posted|submitted)(?:\s+(?:\d+|an?)\s+\w+\s+ago)?(?:\s*\*)?(?:\s+\([^)]*\))?\s+by|via|authored by)\s+(?:/?u/)?(?P<name>[\w.-]{2,40})(?:\s+(?:to /?r/\w+|on\s.{6,30}|(?:\d+|an?)\s+[a-z]+\.?\s+ago)?\s*(?:[|·•].*)?)?$")
        .expect("a constant pattern")
});
/// The line below the title of an issue: who opened it.
static OPENED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?P<name>[\w.-]{1,40}) (?:opened|started|created) (?:this )?(?:issue|pull request|discussion|topic|conversation|on)\b.{0,80}$")
        .expect("a constant pattern")
});
/// What a page counts below the title of a question, and what it says of an issue.
static COUNTED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:(?:asked|modified|active|viewed)\s+(?:today|yesterday|an?\s|\d).{0,40}|open|closed|merged|draft|solved|answered|ask question)$")
        .expect("a constant pattern")
});
/// The site that a link leads to, behind the title of what was posted.
static POSTED_SITE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\s+\((?:[\w-]+\.)+[\w-]+(?:/[\w./~-]*)?\)$").expect("a constant pattern"));
/// Below the text: who wrote it.
static WRITTEN: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^Written by:?\s+(\S.{1,58})$").expect("a constant pattern"));
static FOLLOWS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:follow(?:ing|ed)?|subscribe|[\d.,]+[km]? (?:followers?|subscribers?))$")
        .expect("a constant pattern")
});

#[derive(Debug, Default)]
pub struct Head {
    pub meta: Meta,
    /// The paragraphs that were facts of the source and are no part of the text.
    pub used: HashSet<usize>,
    pub dropped: Vec<Dropped>,
    pub unsure: Vec<Unsure>,
}

/// So many paragraphs may stand before the text begins.
const ZONE: usize = 14;

/// Reads the head of a text. `code` is the line at which the first code begins.
pub fn head(paragraphs: &[Paragraph], code: usize) -> Head {
    let mut head = Head::default();
    let is_prose = |p: &Paragraph| {
        p.text.chars().count() > 140
            || (p.text.contains(". ") && GIVEN.captures(&p.text).is_none() && p.text.chars().count() > 70)
    };
    let end = paragraphs.iter().take(ZONE).position(|p| {
        is_prose(p)
            || attribution::introduced(&p.text).is_some()
            || p.lines.first > code
            || lines::is_bullet(&p.text)
            || p.text.starts_with('>')
    });
    let zone = &paragraphs[..end.unwrap_or(paragraphs.len().min(ZONE))];
    head.named_again(paragraphs, zone.len());
    head.community(zone);
    let mut first_fact = None;
    for (at, paragraph) in zone.iter().enumerate() {
        if head.used.contains(&at) {
            first_fact.get_or_insert(at);
        } else if head.fact(&paragraph.text, paragraph.lines) {
            head.used.insert(at);
            first_fact.get_or_insert(at);
        } else if READING_TIME.is_match(&paragraph.text)
            || COUNTED.is_match(&paragraph.text)
            || dropped::is_navigation(&paragraph.text)
            || !paragraph.text.chars().any(char::is_alphabetic)
        {
            head.used.insert(at);
            if COUNTED.is_match(&paragraph.text) {
                first_fact.get_or_insert(at);
            }
            head.dropped.push(Dropped { lines: paragraph.lines, why: "navigation", text: paragraph.text.clone() });
        }
    }
    let menu = head.menu(&zone[..first_fact.unwrap_or(zone.len())]);
    head.title(zone, paragraphs.len(), first_fact, menu);
    head.meta.kind = head
        .meta
        .venue
        .as_deref()
        .and_then(kind_of_site)
        .or((!head.meta.events.is_empty()).then_some(SourceKind::Talk))
        .or(head.meta.kind);
    head
}

impl Head {
    /// A name that stands twice, or above a button to follow, or is said below the text to have written it, is that of
    /// the author and no title.
    fn named_again(&mut self, paragraphs: &[Paragraph], zone: usize) {
        let text = |at: usize| paragraphs.get(at).map_or("", |p| p.text.as_str());
        let person = |name: &str| name.contains(' ') && names(name) == [name];
        let written =
            paragraphs.iter().rev().take(ZONE).find_map(|p| Some(WRITTEN.captures(&p.text)?[1].trim().to_owned()));
        let twice = (1..zone).find(|at| {
            let next = text(at + 1);
            let fact = READING_TIME.is_match(next) || FOLLOWS.is_match(next) || dates::stated(next).is_some();
            person(text(*at)) && (text(*at) == text(at - 1) && fact || FOLLOWS.is_match(next))
        });
        let Some(author) = written.filter(|name| person(name)).or_else(|| twice.map(|at| text(at).to_owned())) else {
            return;
        };
        for (at, paragraph) in paragraphs.iter().enumerate() {
            let alone = paragraph.text == author && (at < zone || FOLLOWS.is_match(text(at + 1)));
            let written = WRITTEN.captures(&paragraph.text).is_some_and(|found| found[1].trim() == author);
            if alone || written {
                self.used.insert(at);
                self.dropped.push(Dropped {
                    lines: paragraph.lines,
                    why: "a name of the author",
                    text: paragraph.text.clone(),
                });
            }
        }
        self.meta.authors = vec![author];
    }

    /// Takes a line for a fact of the source; `false` where it is none.
    fn fact(&mut self, text: &str, lines: Lines) -> bool {
        if let Some(found) = LABEL.captures(text) {
            return self.label(&found[1].to_ascii_lowercase(), found[2].trim());
        }
        if let Some(found) = POINTS.captures(text).or_else(|| OPENED.captures(text)) {
            self.meta.kind = Some(SourceKind::Thread);
            self.dropped.push(Dropped { lines, why: "the line below a thread's title", text: text.to_owned() });
            if self.meta.authors.is_empty() {
                self.meta.authors = vec![found["name"].to_owned()];
            }
            self.meta.date = self.meta.date.or_else(|| dates::stated(text));
            return true;
        }
        if let Some(found) = GIVEN.captures(text) {
            self.meta.events.push(found[1].trim().to_owned());
            // It says more than the fact, so it stays in the text.
            return false;
        }
        if text.chars().count() > 110 {
            return false;
        }
        if let Some(found) = BY.captures(text) {
            let names = names(&found[1]);
            if !names.is_empty() && self.meta.authors.is_empty() {
                self.meta.authors = names;
                self.meta.date = self.meta.date.or_else(|| dates::stated(text));
                return true;
            }
        }
        if let Some(date) = dates::stated(text).filter(|_| DATED.is_match(text) && !text.contains(". ")) {
            let by = text.split_once(" by ").map(|(_, rest)| names(rest)).unwrap_or_default();
            if self.meta.authors.is_empty() {
                self.meta.authors = by;
            }
            // What was published comes before what was changed.
            let changed = text.to_lowercase().starts_with("updated") || text.to_lowercase().starts_with("last");
            if !changed || self.meta.date.is_none() {
                self.meta.date = Some(date);
            }
            return true;
        }
        self.signed(text) || self.mailed(text) || self.address(text)
    }

    /// `Name name at site.example`, as archives of mails have it.
    fn mailed(&mut self, text: &str) -> bool {
        static MAILED: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"^(\p{Lu}[\w.’'-]*(?:\s+[\w.’'-]+){0,3}?)\s+[<(]?[\w.+-]+(?:@| at )[\w-]+(?:\.[\w-]+)+[>)]?$")
                .expect("a constant pattern")
        });
        let Some(found) = MAILED.captures(text).filter(|_| self.meta.authors.is_empty()) else { return false };
        self.meta.authors = vec![found[1].to_owned()];
        true
    }

    /// `Name · date · reading time`.
    fn signed(&mut self, text: &str) -> bool {
        let parts: Vec<_> = text.split(['·', '•', '|', '–', '—', ',']).map(str::trim).collect();
        let Some(date) = dates::stated(text) else { return false };
        let by = names(parts[0]);
        if by.len() != 1 || parts.len() < 2 || !self.meta.authors.is_empty() || dates::stated(parts[0]).is_some() {
            return false;
        }
        self.meta.authors = by;
        self.meta.date.get_or_insert(date);
        true
    }

    fn address(&mut self, text: &str) -> bool {
        if is_web(text) && !text.contains(char::is_whitespace) && self.meta.url.is_none() {
            self.meta.url = Some(text.to_owned());
            self.meta.date = self.meta.date.or_else(|| dates::in_address(text));
        }
        is_web(text) && self.meta.url.as_deref() == Some(text)
    }

    fn label(&mut self, label: &str, value: &str) -> bool {
        let meta = &mut self.meta;
        match label {
            "title" => meta.title = Some(value.to_owned()),
            "author" | "authors" | "by" | "speaker" | "speakers" => meta.authors = named(value),
            "date" | "published" => match dates::written(value) {
                Some(date) => meta.date = Some(date),
                None => return false,
            },
            "url" | "link" | "address" | "source" if value.starts_with("http") => meta.url = Some(value.to_owned()),
            "license" | "licence" => meta.licence = Some(value.to_owned()),
            "event" => meta.events.push(value.to_owned()),
            "venue" | "site" | "website" | "publisher" | "journal" | "source" => meta.venue = Some(value.to_owned()),
            _ => return false,
        }
        true
    }

    /// The title: the last line before who wrote it and when; with none of these, the first line of all.
    fn title(&mut self, zone: &[Paragraph], all: usize, first_fact: Option<usize>, menu: usize) {
        let free: Vec<usize> = (0..zone.len())
            .filter(|at| !self.used.contains(at) && is_title(&zone[*at].text) && !GIVEN.is_match(&zone[*at].text))
            .collect();
        let first_free = |range: std::ops::Range<usize>| free.iter().copied().find(|at| range.contains(at));
        if self.meta.title.is_none() {
            // Above a site's menu stands its name.
            let first_fact = first_fact.filter(|fact| *fact >= menu).or((menu > 0).then_some(menu));
            let mut before = free.clone();
            before.retain(|at| *at < first_fact.unwrap_or(0));
            self.author_below(&mut before, zone);
            let last = before.last().filter(|at| **at >= menu);
            let chosen = match (first_fact, last) {
                (Some(_), Some(at)) => Some(*at),
                (Some(fact), None) => {
                    let from = if fact == menu && menu > 0 { fact } else { fact + 1 };
                    first_free(from..zone.len().min(fact + 4 + self.used.len()))
                }
                (None, _) => first_free(0..1).filter(|_| all > 1),
            };
            let Some(at) = chosen else { return };
            if let Some(site) = before.first().filter(|site| **site != at && self.meta.venue.is_none()) {
                self.used.insert(*site);
                let name = site_name(&zone[*site].text);
                if lines::folded(name) != lines::folded(&zone[at].text) {
                    self.meta.venue = Some(name.to_owned());
                }
                if before.len() > 2 {
                    let what = "several lines above the title: the first is taken for the site";
                    self.unsure.push(Unsure::at(zone[*site].lines, what));
                }
            }
            self.used.insert(at);
            let title = zone[at].text.trim_start_matches("# ");
            let posted = if self.meta.kind == Some(SourceKind::Thread) { POSTED_SITE.find(title) } else { None };
            self.meta.title = Some(title[..posted.map_or(title.len(), |site| site.start())].to_owned());
        }
        // A page often has its title twice.
        let title = self.meta.title.as_deref().map(lines::folded).unwrap_or_default();
        let again: Vec<usize> = (0..zone.len()).filter(|at| lines::folded(&zone[*at].text) == title).collect();
        self.used.extend(again);
    }
}

/// The name of a site, without the menu that stands on its line.
fn site_name(line: &str) -> &str {
    if line.matches('|').count() < 2 {
        return line;
    }
    let named = |word: &&str| word.chars().next().is_some_and(char::is_uppercase);
    let end = line.split_whitespace().take_while(named).last().map(|last| {
        let at = last.as_ptr() as usize - line.as_ptr() as usize;
        at + last.len()
    });
    line[..end.unwrap_or(line.len())].trim()
}

pub(super) fn is_title(text: &str) -> bool {
    let length = text.chars().count();
    (2..=150).contains(&length)
        && text.chars().any(char::is_alphabetic)
        && !text.ends_with(['.', ',', ';', ':'])
        && !text.starts_with("http")
        // A count, and an account.
        && !text.trim_end_matches(['K', 'M']).chars().all(|c| c.is_ascii_digit() || ".,".contains(c))
        && (!text.starts_with('@') || text.contains(' '))
        && text.split_whitespace().count() <= 22
}

/// The names in a byline.
fn names(text: &str) -> Vec<String> {
    let text = text.split(['·', '•', '|', '(', '—', '–']).next().unwrap_or_default();
    let end =
        [" on ", " at ", " in ", " for ", ", published", ", updated"].iter().filter_map(|word| text.find(word)).min();
    let text = &text[..end.unwrap_or(text.len())];
    let parts: Vec<String> = parts(text).filter(|name| dates::stated(name).is_none()).collect();
    if parts.iter().all(|name| is_person(name)) { parts } else { Vec::new() }
}

/// The names in what a page gives for its author.
pub fn credited(text: &str) -> Vec<String> {
    let text = text.trim();
    let plain = names(text);
    let by = BY.captures(text).map(|found| names(&found[1])).filter(|names| !names.is_empty());
    by.unwrap_or(if plain.is_empty() && text.chars().count() < 80 { vec![text.to_owned()] } else { plain })
}

/// The names after a label, which says that they are names.
fn named(text: &str) -> Vec<String> {
    parts(text).collect()
}

fn parts(text: &str) -> impl Iterator<Item = String> {
    let text = text.replace(" and ", ",").replace(" & ", ",").replace(" und ", ",");
    let names: Vec<String> =
        text.split([',', ';']).map(|name| name.trim().trim_end_matches('.').trim().to_owned()).collect();
    names.into_iter().filter(|name| !name.is_empty())
}

pub(super) fn is_person(name: &str) -> bool {
    let words: Vec<_> = name.split_whitespace().collect();
    let good = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '\'' | '’' | '.' | '_' | '@');
    (1..=5).contains(&words.len())
        && name.chars().count() < 60
        && name.chars().all(good)
        && (words.len() == 1 || is_title_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::lines::{Line, paragraphs};

    fn of(text: &str) -> Meta {
        let lines: Vec<_> = text.lines().enumerate().map(|(at, text)| Line { number: at + 1, text }).collect();
        head(&paragraphs(&lines), usize::MAX).meta
    }

    const PROSE: &str = "Here the text begins, and it goes on for so long that nobody would take it for a title or for a line that says who wrote it, or when.";

    #[test]
    fn titles_authors_and_dates_are_found() {
        for (text, title, authors, date) in [
            ("The Garden", Some("The Garden"), "", None),
            (
                "Site\n\nThe Garden\n\nBy Ada Vogt and Otto Reh\n\nMay 2, 2020",
                Some("The Garden"),
                "Ada Vogt, Otto Reh",
                Some("2020-05-02"),
            ),
            ("The Garden\nAda Vogt · 3 May 2020 · 4 min read", Some("The Garden"), "Ada Vogt", Some("2020-05-03")),
            ("2020-05-02\nThe Garden", Some("The Garden"), "", Some("2020-05-02")),
            (
                "Title: A Garden\nAuthor: ada\nDate: 2020\nURL: https://a.example/x",
                Some("A Garden"),
                "ada",
                Some("2020"),
            ),
            (
                "Posted on May 2, 2020 by Ada Vogt\n\nWhy a Garden?",
                Some("Why a Garden?"),
                "Ada Vogt",
                Some("2020-05-02"),
            ),
            (
                "Open in app\n\nSign up\n\nReader Logo\n\nThe Long Winter of Roses\n\nAda Vogt\nAda Vogt\n\n4 min read\n·\nMay 2, 2020\n\n240",
                Some("The Long Winter of Roses"),
                "Ada Vogt",
                Some("2020-05-02"),
            ),
            (
                "Are roses worth it?\n\n52 points by oak_7 3 days ago | hide | 9 comments",
                Some("Are roses worth it?"),
                "oak_7",
                None,
            ),
            (
                "Are roses worth it?\nPosted by u/oak_7 on May 2, 2020",
                Some("Are roses worth it?"),
                "oak_7",
                Some("2020-05-02"),
            ),
            (
                "How to Keep a Rose Alive\nAda Vogt\nMay 2, 2020",
                Some("How to Keep a Rose Alive"),
                "Ada Vogt",
                Some("2020-05-02"),
            ),
            (
                "RoseCon\nSchedule\nSpeakers\nSponsors\nTickets\nThe Trouble with Red",
                Some("The Trouble with Red"),
                "",
                None,
            ),
            ("By the river we stood", Some("By the river we stood"), "", None),
            (
                "r/roses icon\nGo to roses\nr/roses\n•\n3 yr. ago\noak_7\n\nAre roses worth it?",
                Some("Are roses worth it?"),
                "oak_7",
                None,
            ),
            (
                "Rose Forum new | past | comments | ask\nAre roses worth it? (roses.example)\n5 points by oak_7 on May 2, 2020 | hide",
                Some("Are roses worth it?"),
                "oak_7",
                Some("2020-05-02"),
            ),
            (
                "Roses wilt #481\nClosed\noak-7 opened this issue on May 2, 2020 · 2 comments",
                Some("Roses wilt #481"),
                "oak-7",
                Some("2020-05-02"),
            ),
            (
                "Why do roses wilt?\nAsked 5 years, 2 months ago\nModified 1 year ago\nViewed 12k times",
                Some("Why do roses wilt?"),
                "",
                None,
            ),
        ] {
            let meta = of(&format!("{text}\n\n{PROSE}"));
            let found = (meta.title.as_deref(), meta.authors.join(", "), meta.date.map(|date| date.to_string()));
            assert_eq!(found, (title, authors.to_owned(), date.map(str::to_owned)), "{text}");
        }
        assert_eq!(of(PROSE).title, None);
        let meta =
            of(&format!("Winter Roses\n\nAda Vogt\n\nMay 2, 2020\n\n{PROSE}\n\nWritten by Ada Vogt\n1.2K Followers"));
        assert_eq!((meta.title.as_deref(), &meta.authors[..]), (Some("Winter Roses"), &["Ada Vogt".to_owned()][..]));
    }
}
