//! Publishing where folders can't be exchanged: `public/` is a mount point, or the system has no such call.
//!
//! Each file is replaced in one step, but not all of them together: for a moment, readers may see some pages of the
//! old site and some of the new one. The order keeps that harmless and lets the next build mend a killed one:
//!
//! 1. the list, of what is there together with what comes, so that nothing ever lies there unowned;
//! 2. files that pages refer to, then pages;
//! 3. files that are no longer part of the site, and the folders that they leave empty;
//! 4. the list of what is there now.

use std::path::Path;

use super::manifest::{Manifest, NAME, ancestors};
use crate::fs::{self, Result};

/// What has to change in `public/`.
#[derive(Debug)]
pub struct Change<'a> {
    pub public: &'a Path,
    /// Where the written files lie.
    pub tree: &'a Path,
    pub old: &'a Manifest,
    pub new: &'a Manifest,
    pub written: &'a [&'a str],
    pub removed: &'a [&'a str],
}

pub fn publish(change: &Change<'_>) -> Result<()> {
    let Change { public, tree, old, new, written, removed } = change;
    write_list(public, &old.union(new))?;
    let folders = new.folders();
    for path in removed.iter().filter(|path| folders.contains(**path)) {
        fs::remove_any(&public.join(path))?;
    }
    let is_page = |path: &str| Path::new(path).extension().is_some_and(|extension| extension == "html");
    let (pages, others): (Vec<&str>, Vec<&str>) = written.iter().partition(|path| is_page(path));
    for path in others.into_iter().chain(pages) {
        let to = public.join(path);
        if to.is_dir() {
            // A folder of removed pages; anything else in it was refused before.
            let mut below = removed.iter().filter(|other| ancestors(other).any(|folder| folder == path));
            below.try_for_each(|other| fs::remove_any(&public.join(other)))?;
            remove_empty_folders(public, old, new);
        }
        to.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::move_file(&tree.join(path), &to)?;
    }
    for path in removed.iter().filter(|path| !folders.contains(**path)) {
        fs::remove_any(&public.join(path))?;
    }
    remove_empty_folders(public, old, new);
    write_list(public, new)
}

/// Writes the list, unless it is what lies there.
pub fn write_list(public: &Path, manifest: &Manifest) -> Result<()> {
    let text = manifest.print();
    if fs::same_bytes(&public.join(NAME), text.as_bytes())? {
        return Ok(());
    }
    fs::write_atomic(&public.join(NAME), text.as_bytes())
}

/// Removes the folders that the old site needed and the new one doesn't, if nobody else put anything in them.
pub fn remove_empty_folders(public: &Path, old: &Manifest, new: &Manifest) {
    let needed = new.folders();
    // Sorted backwards, what is in a folder comes before it.
    for folder in old.folders().into_iter().rev().filter(|folder| !needed.contains(folder)) {
        fs::remove_dir_if_empty(&public.join(folder));
    }
}
