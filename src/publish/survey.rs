//! What lies in `public/` before a publication: what casebook may replace, and what belongs to somebody else.

use std::path::{Path, PathBuf};

use foldhash::HashMap;
use rayon::prelude::*;

use super::claims::Claims;
use super::manifest::{Manifest, NAME};
use crate::fs::{self, Entry, EntryKind, Error, Result};

#[derive(Debug, Default)]
pub struct Survey {
    /// Listed files that are there, with their inodes.
    pub owned: HashMap<String, u64>,
    /// Left beside their place by a killed build.
    pub scraps: Vec<PathBuf>,
    /// Everything else, but for the folders that listed files lie in.
    pub unowned: Vec<Entry>,
    /// Whether a folder lies on another file system, so that it can't move along.
    pub mounts: bool,
}

impl Survey {
    pub fn of(public: &Path, manifest: &Manifest) -> Result<Self> {
        let device = fs::device(public)?;
        let folders = manifest.folders();
        let mut survey = Self::default();
        let entries = fs::tree(public)?;
        let mounted = entries.par_iter().filter(|entry| entry.kind == EntryKind::Folder);
        let mounted = mounted.map(|entry| Ok(fs::device(&public.join(&entry.path))? != device));
        survey.mounts = mounted.try_reduce(|| false, |a, b| Ok(a || b))?;
        let (ours, unowned): (Vec<_>, Vec<_>) =
            entries.into_par_iter().partition(|entry| manifest.holds(entry, &folders));
        survey.unowned = unowned;
        for entry in ours.into_iter().filter(|entry| entry.kind != EntryKind::Folder) {
            match entry.path.to_str() {
                Some(NAME) => {}
                Some(path) if manifest.contains(path) => drop(survey.owned.insert(path.to_owned(), entry.inode)),
                _ => survey.scraps.push(entry.path),
            }
        }
        Ok(survey)
    }

    /// An unowned thing is never replaced. Where one stands in the way, publishing ends before it began.
    pub fn refuse_conflicts(&self, public: &Path, claims: &Claims) -> Result<()> {
        for Entry { path, kind, .. } in &self.unowned {
            let Some(path) = path.to_str() else { continue };
            let in_place = path == NAME || claims.file(path).is_some_and(|unchanged| !unchanged);
            let in_the_way = claims.is_folder(path) && *kind != EntryKind::Folder;
            let below = super::manifest::ancestors(path).any(|folder| folder == NAME || claims.file(folder).is_some());
            if in_place || in_the_way || below {
                let error = Error::new("publish over", &public.join(path), "casebook did not put it there");
                return Err(error.mend("move it away or delete it, then build again"));
            }
        }
        Ok(())
    }
}
