//! Brings the site into `public/` in one step.
//!
//! Files are handed over one by one, in any order and from any thread. Those that differ from what lies in `public/`
//! are written into a stage beside it. At the end the stage gets hard links to the unchanged files and to whatever
//! casebook does not own there (`.git`, `CNAME`), and is exchanged with `public/`: a reader sees the old site or the
//! new one, and a build that fails or is killed leaves the old one whole. Where nothing differs, nothing is exchanged.
//!
//! What casebook owns is listed in `public/.casebook`; it removes nothing else. What it does not own is in `public/`
//! at every moment, since it is linked before the exchange and only then taken out of the old tree.
//!
//! Where folders can't be exchanged, as on a mount point, files are replaced one by one, each in one step: first those
//! that pages need, then pages, then what is gone is removed. There a reader may see pages of both sites for a moment.

mod manifest;
mod stage;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use self::manifest::{Manifest, NAME};
use crate::fs;
use crate::render::Artifact;

/// What was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Published {
    pub written: usize,
    pub unchanged: usize,
    pub removed: usize,
}

/// Takes the files of a site. Dropped before [`finish`](Self::finish), it leaves `public/` as it was.
pub struct Publisher {
    public: PathBuf,
    stage: PathBuf,
    /// What casebook owned before.
    old: Manifest,
    new: Mutex<New>,
    /// Held to the end: a second build waits.
    _lock: std::fs::File,
}

/// What was handed over.
#[derive(Default)]
struct New {
    files: Manifest,
    /// Those that lie in the stage.
    changed: Vec<String>,
}

impl Publisher {
    /// Prepares to publish the archive at `root`.
    pub fn open(root: &Path) -> fs::Result<Self> {
        let public = place(root)?;
        let index = root.join("index");
        fs::create_dir_all(&index)?;
        let lock = fs::lock(&index.join("publish.lock"))?;
        let name = public.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let stage = public.with_file_name(format!(".{name}.stage"));
        stage::clear(&stage, &public)?;
        let old = Manifest::read(&public)?;
        Ok(Self { public, stage, old, new: Mutex::default(), _lock: lock })
    }

    /// Takes a file. One that is not in `public/` as it is here is written into the stage and forgotten.
    pub fn add(&self, artifact: Artifact) -> fs::Result<()> {
        let Artifact { path, bytes } = artifact;
        let plain = |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains(['\\', '\0']);
        if !path.split('/').all(plain) || path == NAME {
            return Err(fs::Error::new("publish", Path::new(&path), "it is no path below `public/`"));
        }
        let there = self.public.join(&path);
        let same = std::fs::symlink_metadata(&there)
            .is_ok_and(|meta| meta.is_file() && meta.len() == bytes.len() as u64)
            && std::fs::read(&there).is_ok_and(|old| old == bytes);
        if !same && there.is_file() && !self.old.0.contains_key(&path) {
            return Err(fs::Error::new("write", &there, "a file that casebook did not write is in its place")
                .mend("move the file away, or delete it, and build again"));
        }
        if !same {
            stage::write(&self.stage, &path, &bytes)?;
        }
        let mut new = self.new.lock().unwrap_or_else(PoisonError::into_inner);
        if new.files.0.insert(path.clone(), blake3::hash(&bytes)).is_some() {
            return Err(fs::Error::new("publish", Path::new(&path), "two pages of the site have this address")
                .mend("rename one of the entries, tags or files that it is made of"));
        }
        if !same {
            new.changed.push(path);
        }
        Ok(())
    }

    /// Puts the files in place.
    pub fn finish(self) -> fs::Result<Published> {
        let New { files, mut changed } = std::mem::take(&mut *self.new.lock().unwrap_or_else(PoisonError::into_inner));
        changed.sort();
        let removed: Vec<&String> = self.old.0.keys().filter(|path| !files.0.contains_key(*path)).collect();
        let written = changed.len();
        let published = Published { written, unchanged: files.0.len() - written, removed: removed.len() };
        if changed.is_empty() && removed.is_empty() && self.old == files {
            fs::remove_dir_all(&self.stage)?;
            return Ok(published);
        }
        collisions(&files.0)?;
        stage::complete(&self.stage, &self.public, &files, &changed, &self.old)?;
        if !self.public.exists() {
            fs::rename(&self.stage, &self.public)?;
        } else if fs::exchange(&self.stage, &self.public)? {
            stage::clear(&self.stage, &self.public)?;
        } else {
            stage::one_by_one(&self.stage, &self.public, &files, &changed, &removed)?;
        }
        Ok(published)
    }
}

/// Where the site goes: `public/`, links followed as far as they stay in the archive.
fn place(root: &Path) -> fs::Result<PathBuf> {
    let root = fs::canonical(root)?;
    for name in ["public", "index"] {
        let path = root.join(name);
        let refuse = |why: &str, mend: &str| Err(fs::Error::new("write to", &path, why).mend(mend));
        if path.is_symlink() {
            match std::fs::canonicalize(&path) {
                Ok(real) if real.starts_with(&root) && real != root => {}
                Ok(_) => return refuse("it is a link out of the archive", "remove the link"),
                Err(_) => return refuse("it is a link that leads nowhere", "remove the link"),
            }
        }
        if path.exists() && !path.is_dir() {
            return refuse("it is a file, and a folder is needed", "move it away");
        }
    }
    let public = root.join("public");
    if public.exists() { fs::canonical(&public) } else { Ok(public) }
}

/// A file can't be where a folder is: `a` and `a/b`.
fn collisions(files: &BTreeMap<String, blake3::Hash>) -> fs::Result<()> {
    for path in files.keys() {
        let mut folders = path.match_indices('/').map(|(at, _)| &path[..at]);
        if let Some(folder) = folders.find(|folder| files.contains_key(*folder)) {
            return Err(fs::Error::new("publish", Path::new(path), format!("`{folder}` is a file of the site"))
                .mend("rename the file or the entry"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
