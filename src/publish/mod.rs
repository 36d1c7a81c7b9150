//! From artifacts to `public/`: the whole site changes in one step, or not at all.
//!
//! In: [`Artifact`]s, in any order and from any thread; each is compared with what lies in `public/`, written to a
//! stage beside if it differs, and forgotten. Out: the new `public/`.
//!
//! A file that is unchanged is shared with the old site by a hard link, so nothing is ever written into a file that
//! is there: it is replaced. What casebook did not put into `public/` (`.git`, `CNAME`, anything that is not on its
//! list, `public/.casebook`) is linked into the stage too; then the two folders are exchanged, and what somebody put
//! into the old one in that moment is moved over. Killed at any point, either the old site or the new one is there,
//! whole, and the next build finds in the stage's `state` what is left to do. The folder that was exchanged out is
//! kept, as to bring it up to date costs less than to make it anew. Where folders can't be exchanged, files are
//! replaced one by one: `in_place.rs` says in which order.
//!
//! A crash of the machine, unlike one of the program, may leave a new file empty: nothing waits for the disk. The
//! next build compares bytes and mends it.

mod claims;
mod in_place;
mod manifest;
mod place;
mod stage;
mod survey;
#[cfg(test)]
mod tests;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use blake3::Hash;
use rayon::prelude::*;

use self::claims::Claims;
use self::in_place::Change;
use self::manifest::{Manifest, NAME};
use self::place::Place;
use self::stage::{Contents, Stage, State};
use self::survey::Survey;
use crate::cache::{Key, Pack};
use crate::fs::{self, Lock, Result};
use crate::render::Artifact;

/// A publication under way. Dropped unfinished, it leaves `public/` as it was.
#[derive(Debug)]
pub struct Publisher {
    place: Place,
    /// Whether there was a `public/`: if not, nothing lies in it, and nobody need be asked file by file.
    found: bool,
    stage: Stage,
    /// What `public/` holds of ours.
    owned: Manifest,
    /// Of each file of ours its stamp and its hash, so that an unchanged one need not be read to be known.
    stamps: Pack,
    claims: Mutex<Claims>,
    /// Two builds of one archive wait for each other.
    _lock: Lock,
}

/// How a publication changed the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    pub written: usize,
    pub unchanged: usize,
    pub removed: usize,
    /// Somebody else's files that had changed both in `public/` and in a killed build's stage: the later one is in
    /// `public/`, the earlier one here.
    pub saved: Vec<PathBuf>,
}

impl Publisher {
    /// Opens `public/` below an archive's root, and first mends what a killed build left. It need not be there yet.
    /// Waits for another build that is under way. `stamps` says where is kept what an unchanged file is known by.
    pub fn open(root: &Path, stamps: PathBuf) -> Result<Self> {
        let place = Place::find(root)?;
        let lock = fs::lock_folder(&place.folder)?;
        stage::mend(&place.stage, &place.public)?;
        let known = || rayon::join(|| Manifest::read(&place.public), || Pack::open(stamps));
        let (stage, (owned, stamps)) = rayon::join(|| Stage::open(&place.stage), known);
        let (stage, owned) = (stage?, owned?);
        let found = fs::entry(&place.public)?.is_some();
        Ok(Self { place, found, stage, owned, stamps, claims: Mutex::default(), _lock: lock })
    }

    /// Takes a file of the new site; gives the hash of its bytes.
    pub fn add(&self, artifact: Artifact) -> Result<Hash> {
        let Artifact { path, bytes } = artifact;
        let hash = blake3::hash(&bytes);
        if self.keep(&path, hash)? {
            return Ok(hash);
        }
        let there = self.place.public.join(&path);
        // Checked before anybody is asked for what lies there.
        let unchanged = self.found && manifest::well_formed(&path).is_ok() && fs::same_bytes(&there, &bytes)?;
        self.take(&path, hash, unchanged)?;
        let stamp = if unchanged { fs::stamp(&there) } else { self.stage.put(&path, &bytes)? };
        if let Some(stamp) = stamp {
            self.stamps.put(name(&path), record(stamp, hash));
        }
        Ok(hash)
    }

    /// Takes a file as it is in `public/`, if it is there and known to have these bytes.
    pub fn keep(&self, path: &str, hash: Hash) -> Result<bool> {
        let name = name(path);
        let known = self.owned.contains(path) && self.is_known(path, name, hash);
        if known {
            self.take(path, hash, true)?;
            self.stamps.keep(name);
        }
        Ok(known)
    }

    /// Whether what lies at a path in `public/` is known to have these bytes, though nobody read it.
    fn is_known(&self, path: &str, name: Key, hash: Hash) -> bool {
        self.stamps.get(name).is_some_and(|known| {
            fs::stamp(&self.place.public.join(path)).is_some_and(|stamp| record(stamp, hash) == known)
        })
    }

    /// As [`keep`](Self::keep), for a file whose name says what it holds.
    pub fn keep_named(&self, path: &str) -> Result<bool> {
        self.owned.hash(path).map_or(Ok(false), |hash| self.keep(path, hash))
    }

    /// How many files of ours lie in `public/`, if all of them are just as the last publication left them.
    pub fn untouched(&self) -> Option<usize> {
        let files: Vec<_> = self.owned.iter().collect();
        let as_left = files.par_iter().all(|(path, hash)| self.is_known(path, name(path), **hash));
        (as_left && !files.is_empty()).then_some(files.len())
    }

    /// Every file of somebody else's that lost its place while a build ran, and is still kept.
    pub fn saved(&self) -> Result<Vec<PathBuf>> {
        self.stage.all_saved()
    }

    fn take(&self, path: &str, hash: Hash, unchanged: bool) -> Result<()> {
        self.claims.lock().unwrap_or_else(PoisonError::into_inner).take(&self.place.public, path, hash, unchanged)
    }

    /// Makes the files that were added the site, and removes those of the old one that were not.
    pub fn finish(self) -> Result<Published> {
        self.finish_by(fs::exchange)
    }

    /// `exchange` gives `false` where it can't be done.
    fn finish_by(mut self, exchange: impl FnOnce(&Path, &Path) -> Result<bool> + Send) -> Result<Published> {
        let claims = std::mem::take(self.claims.get_mut().unwrap_or_else(PoisonError::into_inner));
        let public = self.place.public.as_path();
        let new = claims.manifest();
        let mut survey = Survey::of(public, &self.owned)?;
        survey.refuse_conflicts(public, &claims)?;
        // What is left has bytes that we would have written: from now on it is ours.
        survey.unowned.retain(|entry| entry.path.to_str().is_none_or(|path| claims.file(path).is_none()));
        let mut written: Vec<&str> = claims.files(false).collect();
        written.sort_unstable();
        let mut removed: Vec<&str> =
            survey.owned.keys().map(String::as_str).filter(|path| claims.file(path).is_none()).collect();
        removed.sort_unstable();
        let publish = || {
            if fs::entry(public)?.is_none() {
                self.first(&new)?;
            } else if written.is_empty() && removed.is_empty() {
                self.tidy(&new, &survey)?;
            } else {
                let change = Change {
                    public,
                    tree: &self.stage.tree(),
                    old: &self.owned,
                    new: &new,
                    written: &written,
                    removed: &removed,
                };
                if survey.mounts || !self.exchange(&claims, &survey, &new, exchange)? {
                    self.stage.set(State::Linking)?;
                    in_place::publish(&change)?;
                    self.tidy(&new, &survey)?;
                    self.stage.discard()?;
                }
            }
            Ok(())
        };
        // A stamp says what a file holds, wherever it lies and whatever becomes of it.
        let (published, ()) = rayon::join(publish, || self.stamps.save());
        published?;
        let (written, removed) = (written.len(), removed.len());
        Ok(Published { written, unchanged: claims.files(true).count(), removed, saved: self.stage.all_saved()? })
    }

    /// There is no site yet: what was written is all of it.
    fn first(&self, new: &Manifest) -> Result<()> {
        let written = new.paths().chain([NAME]).collect();
        let contents =
            Contents { written, linked: Vec::new(), folders: new.folders().into_iter().map(OsStr::new).collect() };
        self.stage.put(NAME, new.print().as_bytes())?;
        self.stage.complete(&self.place.public, &contents)?;
        fs::rename(&self.stage.tree(), &self.place.public)?;
        self.stage.discard()
    }

    /// No file of the site changes; its list may, and what a killed build left beside its files goes.
    fn tidy(&self, new: &Manifest, survey: &Survey) -> Result<()> {
        survey.scraps.iter().try_for_each(|path| fs::remove_any(&self.place.public.join(path)))?;
        in_place::remove_empty_folders(&self.place.public, &self.owned, new);
        in_place::write_list(&self.place.public, new)
    }

    /// Completes the stage and exchanges it for `public/`. `false` where that can't be done.
    fn exchange(
        &self,
        claims: &Claims,
        survey: &Survey,
        new: &Manifest,
        exchange: impl FnOnce(&Path, &Path) -> Result<bool>,
    ) -> Result<bool> {
        let (stage, public) = (&self.stage, self.place.public.as_path());
        stage.put(NAME, new.print().as_bytes())?;
        stage.set(State::Linking)?;
        if !stage.complete(public, &contents(claims, survey))? {
            return Ok(false);
        }
        stage.set(State::Exchanging)?;
        if !exchange(&stage.tree(), public)? {
            return Ok(false);
        }
        stage.carry_over(public, &self.owned, new)?;
        Ok(true)
    }
}

/// What a file's stamp is kept by.
fn name(path: &str) -> Key {
    Key::new("stamp", &[path.as_bytes()])
}

fn record(stamp: fs::Stamp, hash: Hash) -> Vec<u8> {
    [&stamp.to_bytes()[..], hash.as_bytes()].concat()
}

/// The new site together with what moves along.
fn contents<'a>(claims: &'a Claims, survey: &'a Survey) -> Contents<'a> {
    let (kept_folders, kept): (Vec<_>, Vec<_>) =
        survey.unowned.iter().partition(|entry| entry.kind == fs::EntryKind::Folder);
    let kept = kept.into_iter().map(|entry| (entry.path.as_path(), entry.inode));
    let unchanged = claims.files(true).map(|path| (Path::new(path), survey.owned.get(path).copied().unwrap_or(0)));
    let around = survey.unowned.iter().flat_map(|entry| entry.path.ancestors().skip(1));
    Contents {
        written: claims.files(false).chain([NAME]).collect(),
        linked: unchanged.chain(kept).collect(),
        folders: (claims.folders().map(OsStr::new))
            .chain(kept_folders.into_iter().map(|entry| entry.path.as_os_str()))
            .chain(around.map(Path::as_os_str).filter(|folder| !folder.is_empty()))
            .collect(),
    }
}
