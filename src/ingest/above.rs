//! Lines above a text that are facts by where they stand: a site's menu, a community's post, a name below the title.

use std::sync::LazyLock;

use regex::Regex;

use super::block::{Dropped, Unsure};
use super::byline::{Head, is_person, is_title};
use super::dropped;
use super::lines::Paragraph;
use crate::read::SourceKind;

static AGO: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)^(?:\d+|an?)\s*\w{1,7}\.?\s+ago$").expect("a constant pattern"));
static COMMUNITY: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^r/\w{2,30}$").expect("a constant pattern"));
impl Head {
    /// The names of a site's parts, one word a line; says where they end.
    pub(super) fn menu(&mut self, zone: &[Paragraph]) -> usize {
        const LEAST: usize = 4;
        let is_part = |p: &Paragraph| p.text.chars().all(|c| c.is_alphabetic() || c == '-') && p.text.len() > 1;
        let mut start = 0;
        while start < zone.len() {
            let length = zone[start..].iter().take_while(|p| is_part(p)).count();
            let known = zone[start..start + length].iter().any(|p| dropped::is_navigation(&p.text));
            if length >= LEAST - usize::from(known) {
                for (at, paragraph) in zone.iter().enumerate().skip(start).take(length) {
                    let text = paragraph.text.clone();
                    if self.used.insert(at) {
                        self.dropped.push(Dropped { lines: paragraph.lines, why: "navigation", text });
                    }
                }
                return start + length;
            }
            start += length + 1;
        }
        0
    }

    /// What stands above a post of a community, a line each: where, when, by whom. The title is below it.
    pub(super) fn community(&mut self, zone: &[Paragraph]) {
        let text = |at: usize| zone.get(at).map_or("", |p| p.text.as_str());
        let is_sign = |at: usize| matches!(text(at), "•" | "·" | "|");
        let Some(place) = (0..zone.len())
            .find(|at| COMMUNITY.is_match(text(*at)) && AGO.is_match(text(at + 1 + usize::from(is_sign(at + 1)))))
        else {
            return;
        };
        let when = place + 1 + usize::from(is_sign(place + 1));
        self.used.extend(0..=when);
        for paragraph in &zone[..place] {
            self.dropped.push(Dropped { lines: paragraph.lines, why: "navigation", text: paragraph.text.clone() });
        }
        self.meta.venue = Some(text(place).to_owned());
        self.meta.kind = Some(SourceKind::Thread);
        let name = text(when + 1);
        if !name.contains(' ') && !name.is_empty() && is_title(text(when + 2)) {
            self.used.insert(when + 1);
            self.meta.authors = vec![name.trim_start_matches("u/").to_owned()];
        }
    }

    /// A name alone right below a line that can be none is who wrote the text.
    pub(super) fn author_below(&mut self, before: &mut Vec<usize>, zone: &[Paragraph]) {
        const FEW: usize = 3;
        let [.., above, last] = before[..] else { return };
        let (title, name) = (zone[above].text.as_str(), zone[last].text.as_str());
        let words: Vec<&str> = name.split_whitespace().collect();
        let capital = |word: &&str| {
            let mut signs = word.chars();
            signs.next().is_some_and(char::is_uppercase)
                && signs.all(|c| {
                    c.is_lowercase() || matches!(c, '.' | '-' | '\'' | '’') || c.is_uppercase() && word.len() > 3
                })
        };
        let is_name = (2..=FEW).contains(&words.len()) && words.iter().all(capital) && is_person(name);
        let is_long = title.split_whitespace().count() > FEW || title.ends_with('?');
        if is_name && is_long && last == above + 1 && self.meta.authors.is_empty() {
            self.meta.authors = vec![name.to_owned()];
            self.used.insert(last);
            self.unsure.push(Unsure::at(zone[last].lines, "a name below the title: taken for the author"));
            before.pop();
        }
    }
}
