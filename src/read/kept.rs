//! What was read before and has not changed since: it is not read again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::{Asset, CONTENT, DECISIONS, Document, Documents, Front, MODEL, Tagging};
use crate::cache::Pack;
use crate::fs::{self, Found, FoundKind};
use crate::span::FileId;

#[derive(Default)]
pub struct Kept<'a> {
    /// What lies in `content/`, where nothing came or went.
    pub(super) found: Option<&'a [Found]>,
    /// By path.
    pub(super) documents: BTreeMap<&'a str, &'a Arc<Document>>,
    /// By path, and the bound that was set to their pixels.
    pub(super) assets: BTreeMap<&'a str, &'a Asset>,
    pub(super) image_pixels: u64,
    pub(super) tagging: Option<&'a Arc<Tagging>>,
    /// Of texts the gists: one whose gist is known is not parsed before somebody asks for it.
    pub(super) gists: Option<&'a Pack>,
}

impl<'a> Kept<'a> {
    /// `changed` are paths relative to the archive's root, of files or of whole folders.
    ///
    /// What had findings is read again, so that they are found again; and where links lead to files, everything: a
    /// change is told by one of a file's names.
    pub fn new(before: &'a Documents, root: &Path, changed: &BTreeSet<String>) -> Self {
        if before.is_linked() {
            return Self::default();
        }
        let is_there = |inside: &str| {
            let at = before.found.binary_search_by(|found| found.path.as_str().cmp(inside));
            at.is_ok_and(|at| before.found[at].kind == FoundKind::File)
        };
        let same = |path: &String| match path.strip_prefix(CONTENT).map(|inside| inside.strip_prefix('/')) {
            None => true,
            Some(inside) => inside.is_some_and(is_there) && fs::is_plain_file(&root.join(path)),
        };
        let found = changed.iter().all(same).then_some(before.found.as_slice());
        let captures_too = changed.iter().any(|path| may_be_a_capture(path));
        let is_kept = |document: &&Arc<Document>| {
            let sample = matches!(document.front, Front::Sample(_)) && is_above(&document.folder, changed);
            let quote = captures_too && matches!(&document.front, Front::Quote(quote) if quote.capture.is_some());
            document.sound && !is_touched(&document.path, changed) && !sample && !quote
        };
        let documents = before.documents.iter().filter(is_kept).map(|document| (document.path.as_str(), document));
        let assets = before.assets.iter().filter(|asset| !is_touched(&format!("{CONTENT}/{}", asset.path), changed));
        let tagging_too = [MODEL, DECISIONS].iter().any(|path| is_touched(path, changed));
        Self {
            found,
            documents: documents.collect(),
            assets: assets.map(|asset| (asset.path.as_str(), asset)).collect(),
            image_pixels: before.config.limits.image_pixels,
            tagging: Some(&before.tagging).filter(|tagging| tagging.sound && !tagging_too),
            gists: None,
        }
    }

    /// Nothing but the gists of texts.
    pub fn gists(gists: &'a Pack) -> Self {
        Self { gists: Some(gists), ..Self::default() }
    }

    /// The files that what is kept stands in.
    pub fn files(&self) -> impl Iterator<Item = FileId> {
        let tagging = self.tagging.iter().flat_map(|tagging| tagging.files());
        self.documents.values().flat_map(|document| document.files_beside().chain([document.file])).chain(tagging)
    }
}

/// Whether a path, or a folder above it, has changed.
fn is_touched(path: &str, changed: &BTreeSet<String>) -> bool {
    let folders = path.match_indices('/').map(|(at, _)| &path[..at]);
    folders.chain([path]).any(|path| changed.contains(path))
}

/// Whether anything in a folder, or a folder above it, has changed.
fn is_above(folder: &str, changed: &BTreeSet<String>) -> bool {
    let inside = format!("{folder}/");
    is_touched(folder, changed) || changed.range(inside.clone()..).next().is_some_and(|path| path.starts_with(&inside))
}

/// A capture may be any file of the archive, and a link may lead to it.
fn may_be_a_capture(path: &str) -> bool {
    let text = path.starts_with(CONTENT) && Path::new(path).extension().is_some_and(|ending| ending == "md");
    !text && !path.starts_with("themes/") && path != super::SETTINGS
}
