//! From the archive to findings: what is well formed and resolved, and still wrong. One file per family of rules.
//!
//! What can't be resolved was reported by the [model](crate::model), what can't be read by [read](crate::read).

mod arguments;
mod balance;
mod captured;
mod code;
mod dates;
mod duplicates;
mod files;
mod languages;
mod names;
mod owed;
mod quotes;
mod replies;
mod results;
mod sources;

use crate::date::Date;
use crate::diagnostic::Diagnostics;
use crate::model::{Archive, Item};
use crate::read::Asset;

/// Runs every rule. `today` turns on the rule on dates in the future.
pub fn check(archive: &Archive, assets: &[Asset], today: Option<Date>, sink: &mut Diagnostics) {
    names::check(archive, assets, sink);
    files::check(archive, assets, sink);
    arguments::check(archive, sink);
    balance::check(archive, sink);
    replies::check(archive, sink);
    quotes::check(archive, sink);
    owed::check(archive, sink);
    duplicates::check(archive, sink);
    languages::check(archive, sink);
    code::check(archive, sink);
    results::check(archive, sink);
    sources::check(archive, sink);
    dates::check(archive, today, sink);
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
