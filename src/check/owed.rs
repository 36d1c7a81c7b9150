//! What words that are another's owe their source: where they stand in it, and no more of them than it allows.

use super::is_live;
use super::quotes::quoted;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::{Archive, Entry};
use crate::read::markdown::passages;
use crate::read::{EssayForm, Front, Kind, QuoteForm};
use crate::span::Span;

pub fn check(archive: &Archive, sink: &mut Diagnostics) {
    for entry in archive.entries.iter().filter(|entry| is_live(&entry.item)) {
        let document = &entry.item.document;
        let quoted = match &document.front {
            Front::Quote(quote) => matches!(quote.form, QuoteForm::Verbatim | QuoteForm::Translated),
            Front::Essay(essay) => matches!(essay.form, EssayForm::Excerpt | EssayForm::Translated),
            _ => false,
        };
        if !quoted {
            continue;
        }
        if let Some(source) = entry.source.map(|at| &archive.sources[at])
            && let Some(most) = &source.front.max_words
        {
            let words = words(entry);
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
}

/// From the first word of the text to its last.
fn text(entry: &Entry) -> Span {
    let blocks = &entry.item.document.body.blocks;
    match (blocks.first(), blocks.last()) {
        (Some(first), Some(last)) => Span { end: last.span.end, ..first.span },
        _ => entry.item.document.start(),
    }
}

/// Words as an editor counts them; where they stand without spaces between, as in Chinese, each character.
fn words(entry: &Entry) -> u64 {
    let unspaced = |c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}');
    let count = |text: &str| {
        let words = text.split(|c: char| c.is_whitespace() || unspaced(c));
        words.filter(|word| word.chars().any(char::is_alphanumeric)).count()
            + text.chars().filter(|c| unspaced(*c)).count()
    };
    let body = &entry.item.document.body;
    if matches!(entry.kind(), Kind::Quote) {
        // What a curator writes around a block quote is not the source's.
        return quoted(&body.blocks).iter().map(|words| count(&words.text) as u64).sum();
    }
    let notes = body.notes.iter().flat_map(|note| passages(&note.blocks));
    passages(&body.blocks).into_iter().chain(notes).map(|passage| count(&passage.text) as u64).sum()
}
