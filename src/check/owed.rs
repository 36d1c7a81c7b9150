//! What words that are another's owe their source: where they stand in it, and no more of them than it allows.

use super::quotes::quoted;
use super::{is_live, words};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::{Archive, Entry};
use crate::read::{EssayForm, Front, Kind, QuoteForm};
use crate::span::Span;

pub fn check(archive: &Archive, sink: &mut Diagnostics) {
    archive.entries.iter().filter(|entry| is_live(&entry.item)).for_each(|entry| of_entry(archive, entry, sink));
}

pub fn of_entry(archive: &Archive, entry: &Entry, sink: &mut Diagnostics) {
    let document = &entry.item.document;
    let quoted = match &document.front {
        Front::Quote(quote) => matches!(quote.form, QuoteForm::Verbatim | QuoteForm::Translated),
        Front::Essay(essay) => matches!(essay.form, EssayForm::Excerpt | EssayForm::Translated),
        _ => false,
    };
    if !quoted {
        return;
    }
    if let Some(source) = entry.source.map(|at| &archive.sources[at])
        && let Some(most) = &source.front.max_words
    {
        let words = words_of(entry);
        if words > most.value {
            let message = format!("these are {words} words of `{}`, which allows {}", source.item.id, most.value);
            let help = "shorten the excerpt, or say in the source what was granted";
            let diagnostic = Diagnostic::new(Code::ExcerptTooLong, text(entry), message).help(help);
            sink.push(diagnostic.related(most.span, "the limit is set here"));
        }
    }
    if let Front::Quote(quote) = &document.front
        && quote.locator.as_ref().is_none_or(|locator| locator.trim().is_empty())
    {
        let message = "this quote does not say where in its source it stands";
        let help = "add `locator = \"...\"`: a page, a minute, a section, a comment";
        sink.push(Diagnostic::new(Code::MissingLocator, document.start(), message).help(help));
    }
}

/// From the first word of the text to its last.
fn text(entry: &Entry) -> Span {
    let blocks = entry.item.document.body.blocks();
    match (blocks.first(), blocks.last()) {
        (Some(first), Some(last)) => Span { end: last.span.end, ..first.span },
        _ => entry.item.document.start(),
    }
}

fn words_of(entry: &Entry) -> u64 {
    let body = &entry.item.document.body;
    if matches!(entry.kind(), Kind::Quote) {
        // What a curator writes around a block quote is not the source's.
        return quoted(body.blocks()).iter().map(|quoted| words(&quoted.text).count() as u64).sum();
    }
    body.passages().map(|passage| words(&passage.text).count() as u64).sum()
}
