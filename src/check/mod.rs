//! From the archive to findings: what is well formed and resolved, and still wrong. One file per family of rules.
//!
//! What can't be resolved was reported by the [model](crate::model), what can't be read by [read](crate::read).

mod arguments;
mod captured;
mod dates;
mod languages;
mod quotes;
mod replies;
mod results;
mod sources;

use crate::date::Date;
use crate::diagnostic::Diagnostics;
use crate::model::{Archive, Item};

/// Runs every rule. `today` turns on the rule on dates in the future.
pub fn check(archive: &Archive, today: Option<Date>, sink: &mut Diagnostics) {
    arguments::check(archive, sink);
    replies::check(archive, sink);
    quotes::check(archive, sink);
    languages::check(archive, sink);
    results::check(archive, sink);
    sources::check(archive, sink);
    if let Some(today) = today {
        dates::check(archive, today, sink);
    }
}

/// Whether anybody should still mend a thing.
fn is_live(item: &Item) -> bool {
    item.withdrawn().is_none()
}

/// Everything that was written as a file.
fn items(archive: &Archive) -> impl Iterator<Item = &Item> {
    let arguments = archive.arguments.iter().map(|argument| &argument.item);
    let sources = archive.sources.iter().map(|source| &source.item);
    let entries = archive.entries.iter().map(|entry| &entry.item);
    arguments.chain(sources).chain(entries).chain(archive.pages.iter().map(|page| &page.item))
}
