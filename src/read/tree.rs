//! The files of an archive: those on disk and, over them, such as were not written yet.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::CONTENT;
use crate::diagnostic::nearest;
use crate::fs::{self, Found, FoundKind, Refused};

/// Files as they would be, by their path relative to the archive's root: edits that were not written, or an archive
/// that never lay on a disk.
pub type Unsaved = BTreeMap<String, Vec<u8>>;

#[derive(Clone, Copy)]
pub struct Tree<'a> {
    /// `None` where all of it is unsaved.
    pub root: Option<&'a Path>,
    pub unsaved: &'a Unsaved,
}

impl Tree<'_> {
    /// The settings, if there are any.
    pub fn settings(&self) -> fs::Result<Option<Vec<u8>>> {
        match (self.unsaved.get(super::SETTINGS), self.root) {
            (Some(bytes), _) => Ok(Some(bytes.clone())),
            (None, Some(root)) => fs::read_if_there(&root.join(super::SETTINGS)),
            (None, None) => Ok(None),
        }
    }

    /// What lies in `content/`, by its path in it, in order.
    pub fn content(&self) -> fs::Result<Vec<Found>> {
        let mut found = match self.root {
            Some(root) => fs::walk(&root.join(CONTENT), root, false)?,
            None => Vec::new(),
        };
        if self.unsaved.is_empty() {
            return Ok(found);
        }
        let known: BTreeSet<_> = found.iter().map(|found| found.path.clone()).collect();
        let unsaved = self.unsaved.keys().filter_map(|path| path.strip_prefix(CONTENT)?.strip_prefix('/'));
        let new = unsaved.filter(|path| !known.contains(*path));
        found.extend(new.map(|path| Found { path: path.to_owned(), kind: FoundKind::File, linked: false }));
        found.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(found)
    }

    /// Reads a file that was found in the archive.
    pub fn read(&self, path: &str) -> fs::Result<Vec<u8>> {
        match (self.unsaved.get(path), self.root) {
            (Some(bytes), _) => Ok(bytes.clone()),
            (None, root) => fs::read(&root.unwrap_or(Path::new("")).join(path)),
        }
    }

    /// The name of a file in the same folder that is like that of a file that is not there.
    pub fn near(&self, path: &str) -> Option<String> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let on_disk = self.root.map(|root| fs::names(&root.join(folder))).unwrap_or_default();
        let unsaved =
            self.unsaved.keys().filter_map(|path| path.rsplit_once('/').filter(|(other, _)| *other == folder));
        let names: BTreeSet<&str> = on_disk
            .iter()
            .map(String::as_str)
            .chain(unsaved.map(|(_, name)| name))
            .filter(|other| *other != name)
            .collect();
        nearest(name, names).map(str::to_owned)
    }

    /// Reads a file that an author named, if it lies in the archive.
    pub fn read_named(&self, path: &str) -> Result<Vec<u8>, Refused> {
        match (self.unsaved.get(path), self.root) {
            (Some(bytes), _) => Ok(bytes.clone()),
            (None, Some(root)) => fs::read_inside(root, path),
            (None, None) => Err(Refused::Missing),
        }
    }
}
