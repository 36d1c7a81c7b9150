//! How a page is cited: as a line of text, as BibTeX, and as the credit that goes with words copied from it.

use super::site::Site;
use super::view::PageView;
use crate::fields::Choice;
use crate::model::Entry;
use crate::read::{EssayForm, Front, QuoteForm};

impl Site {
    /// Who, what, from where, when, in which archive, at which address.
    pub(super) fn citation(&self, entry: &Entry, page: &PageView) -> String {
        let form = self.form(entry).map(|form| format!(" [{form}]")).unwrap_or_default();
        let mut parts = vec![entry.people().join(", "), format!("{}{form}", entry.item.title)];
        parts.extend(self.origin(entry));
        parts.extend(entry.date.map(|date| date.to_string()));
        self.cite(parts, page)
    }

    /// Ends what is cited with the archive and the address.
    pub(super) fn cite(&self, mut parts: Vec<String>, page: &PageView) -> String {
        parts.push(self.archive.config.title.clone());
        let stop = self.theme.words.top("cite_stop");
        let parts: Vec<_> = parts.iter().map(|part| stopped(part, &stop)).filter(|part| !part.is_empty()).collect();
        // Nothing follows an address that might be taken for a part of it.
        parts.into_iter().chain(page.canonical.clone()).collect::<Vec<_>>().join(" ")
    }

    /// What goes with words that a reader copies. Of a quote it names whoever said it, and its form unless it is verbatim.
    pub(super) fn credit(&self, entry: &Entry) -> String {
        let mut parts = vec![entry.people().join(", ")];
        if entry.quote_form().is_none() {
            parts.push(entry.item.title.clone());
        }
        parts.extend(self.origin(entry));
        parts.extend(entry.date.map(|date| date.to_string()));
        if entry.quote_form().is_none() {
            parts.push(self.archive.config.title.clone());
        }
        parts.retain(|part| !part.trim().is_empty());
        let form = self.form(entry).map(|form| format!(" [{form}]")).unwrap_or_default();
        parts.join(", ") + &form
    }

    /// A form that a reader must know of: the words are not the author's, or not as they were said.
    fn form(&self, entry: &Entry) -> Option<String> {
        match (entry.quote_form(), entry.essay_form()) {
            (Some(form), _) if form != QuoteForm::Verbatim => Some(self.theme.words.get("form_quote", form.word())),
            (_, Some(form)) if form != EssayForm::Original => Some(self.theme.words.get("form_essay", form.word())),
            _ => None,
        }
    }

    /// The source, and where in it.
    fn origin(&self, entry: &Entry) -> Vec<String> {
        let source = entry.source.map(|at| self.archive.sources[at].item.title.clone());
        let locator = match &entry.item.document.front {
            Front::Quote(quote) => quote.locator.clone(),
            _ => None,
        };
        source.into_iter().chain(locator).collect()
    }

    /// An entry for a bibliography. Names stand in braces: nobody can tell a family name from a nickname or an office.
    pub(super) fn bibtex(&self, entry: &Entry, page: &PageView) -> String {
        let id = &entry.item.id;
        let slug: String = id.slug.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        // Words that may not be theirs have no author.
        let theirs = !matches!(entry.quote_form(), Some(QuoteForm::Disputed | QuoteForm::Misattributed));
        let people = entry.people().into_iter().filter(|_| theirs);
        let people: Vec<_> = people.map(|name| format!("{{{}}}", tex(name))).collect();
        let date = entry.date.map(|date| (date.year().to_string(), date.month_and_day().0));
        let (year, month) = date.map_or((None, 0), |(year, month)| (Some(year), month));
        let fields = [
            ("author", Some(people.join(" and ")).filter(|names| !names.is_empty())),
            // The braces keep the capitals as they are written.
            ("title", Some(format!("{{{}}}", tex(&entry.item.title)))),
            ("year", year),
            ("month", (month > 0).then(|| month.to_string())),
            ("howpublished", Some(tex(&self.archive.config.title))),
            ("url", page.canonical.as_deref().map(address)),
            ("note", self.note(entry)),
        ];
        let lines: Vec<_> = fields
            .into_iter()
            .filter_map(|(name, value)| value.filter(|value| !value.is_empty()).map(|v| format!("  {name} = {{{v}}}")))
            .collect();
        format!("@misc{{{}-{slug},\n{}\n}}", id.kind.word(), lines.join(",\n"))
    }

    /// What a bibliography should add: the form, and where the words or the thought come from.
    fn note(&self, entry: &Entry) -> Option<String> {
        let mut origin = self.origin(entry);
        if let Some(source) = entry.source.map(|at| &self.archive.sources[at])
            && source.item.withdrawn().is_none()
            && !source.front.authors.is_empty()
        {
            origin.insert(0, source.front.authors.join(", "));
        }
        let origin = origin.join(", ");
        let parts = [self.form(entry), Some(origin)].into_iter().flatten().filter(|part| !part.is_empty());
        Some(parts.collect::<Vec<_>>().join(": ")).filter(|note| !note.is_empty()).map(|note| tex(&note))
    }
}

/// A part of a citation with the stop of the archive's language, but for one that ends a sentence by itself, in
/// whatever script, also before closing quotation marks and brackets.
fn stopped(part: &str, stop: &str) -> String {
    let part = part.trim();
    let last = part
        .trim_end_matches(['"', '\'', '”', '’', '“', '»', '«', '›', '」', '』', ')', '）', ']'])
        .chars()
        .next_back();
    let ends = last.is_some_and(|c| ".?!…‽。．？！؟۔।॥՞։።".contains(c));
    if part.is_empty() || ends { part.to_owned() } else { format!("{part}{stop}") }
}

/// Text for TeX, on one line.
fn tex(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\textbackslash{}"),
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            // An escaped brace would still be counted by BibTeX.
            '{' => out.push_str("\\textbraceleft{}"),
            '}' => out.push_str("\\textbraceright{}"),
            '&' | '%' | '$' | '#' | '_' => out.extend(['\\', c]),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// An address for a field that styles set as it stands.
fn address(url: &str) -> String {
    url.replace('{', "%7B").replace('}', "%7D").replace('\\', "%5C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tex_specials_are_letters() {
        assert_eq!(
            tex("50% of C# & _x_ {y} $1"),
            "50\\% of C\\# \\& \\_x\\_ \\textbraceleft{}y\\textbraceright{} \\$1"
        );
        assert_eq!(tex("\\~^\n"), "\\textbackslash{}\\textasciitilde{}\\textasciicircum{} ");
        assert_eq!(address("https://x/a%20{b}"), "https://x/a%20%7Bb%7D");
    }

    #[test]
    fn a_part_of_a_citation_has_one_stop() {
        for (part, cited) in [
            ("Title", "Title."),
            ("Is it?", "Is it?"),
            ("\u{201c}Is it?\u{201d}", "\u{201c}Is it?\u{201d}"),
            ("A. Writer Jr.", "A. Writer Jr."),
            ("Wait...", "Wait..."),
            ("C (2nd ed.)", "C (2nd ed.)"),
            ("C (second)", "C (second)."),
            ("何？", "何？"),
            (" 2016 ", "2016."),
            (" ", ""),
        ] {
            assert_eq!(stopped(part, "."), cited);
        }
        assert_eq!(stopped("題", "。"), "題。");
    }
}
