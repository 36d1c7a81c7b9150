//! The folder in which the next site is put together, `.public.stage/` beside `public/`:
//!
//! - `tree/`: the next site while it is made; afterwards what was exchanged for it, kept to be brought up to date;
//! - `state`: what `tree/` may hold, for who finds it after a build was killed;
//! - `saved/`: somebody else's files that lost their place to newer ones while a build ran; never deleted.
//!
//! A tree is trusted in nothing: a file in it counts only if it is one and the same file as in `public/`, or was
//! written by this very build.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use foldhash::{HashMap, HashSet};
use rayon::prelude::*;

use super::manifest::{Manifest, ancestors};
use crate::fs::{self, Entry, EntryKind, Error, Result, Stamp};

/// What a tree may hold besides plain files of casebook's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nothing.
    Own,
    /// Links to somebody else's things, which are in `public/` as well: all of it may go.
    Linking,
    /// It is the old site or the new one, and may hold the only copy of what somebody put there meanwhile.
    Exchanging,
}

const LINKING: &[u8] = b"linking\n";

#[derive(Debug)]
pub struct Stage {
    folder: PathBuf,
    /// What the tree held at first.
    there: Vec<Entry>,
    /// Held by who makes room in an old tree.
    clearing: Mutex<()>,
    /// Folders that were made for files: those of the search's shards hold thousands.
    made: Mutex<HashSet<PathBuf>>,
}

/// What the finished tree holds.
#[derive(Debug)]
pub struct Contents<'a> {
    /// In the tree already.
    pub written: Vec<&'a str>,
    /// To be linked from `public/`, with their inodes there; 0 where it is not known.
    pub linked: Vec<(&'a Path, u64)>,
    /// Folders, an outer one before those in it.
    pub folders: BTreeSet<&'a OsStr>,
}

/// Mends what a killed build left in the stage at `folder`.
pub fn mend(folder: &Path, public: &Path) -> Result<()> {
    if fs::entry(folder)?.is_some_and(|kind| kind != EntryKind::Folder) {
        let error = Error::new("use the folder", folder, "something else stands in its place");
        return Err(error.mend("move it away or delete it: the site is put together there"));
    }
    let stage = Stage::at(folder);
    // As with what is in them, none of them is to lead elsewhere.
    for own in [stage.tree(), stage.saved()] {
        if fs::entry(&own)? != Some(EntryKind::Folder) {
            fs::remove_any(&own)?;
        }
    }
    match stage.state()? {
        State::Own => {}
        State::Linking => fs::remove_any(&stage.tree())?,
        State::Exchanging => stage.carry_over(public, &Manifest::read(&stage.tree())?, &Manifest::read(public)?)?,
    }
    stage.set(State::Own)
}

impl Stage {
    /// Takes up the stage that lies at `folder`, in which nothing is left to [`mend`].
    pub fn open(folder: &Path) -> Result<Self> {
        let stage = Self::at(folder);
        // Whoever sends an archive can send a stage with it, and a link in it would lead writing elsewhere.
        let (others, there): (Vec<_>, Vec<_>) =
            fs::tree(&stage.tree())?.into_iter().partition(|entry| entry.kind == EntryKind::Other);
        others.iter().try_for_each(|entry| fs::remove_any(&stage.tree().join(&entry.path)))?;
        Ok(Self { there, ..stage })
    }

    fn at(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), there: Vec::new(), clearing: Mutex::default(), made: Mutex::default() }
    }

    pub fn tree(&self) -> PathBuf {
        self.folder.join("tree")
    }

    fn state_file(&self) -> PathBuf {
        self.folder.join("state")
    }

    fn state(&self) -> Result<State> {
        match fs::entry(&self.state_file())? {
            None => Ok(State::Own),
            Some(EntryKind::File) if fs::same_bytes(&self.state_file(), LINKING)? => Ok(State::Linking),
            // Whatever else it says, this is the careful way.
            Some(_) => Ok(State::Exchanging),
        }
    }

    pub fn set(&self, state: State) -> Result<()> {
        let text: &[u8] = match state {
            State::Own => return fs::remove_any(&self.state_file()),
            State::Linking => LINKING,
            State::Exchanging => b"exchanging\n",
        };
        fs::create_dir_all(&self.folder)?;
        fs::write_atomic(&self.state_file(), text)
    }

    /// Writes a file of the next site; gives its stamp. Whatever stands in its way in an old tree goes.
    pub fn put(&self, path: &str, bytes: &[u8]) -> Result<Option<Stamp>> {
        let file = self.tree().join(path);
        let folder = file.parent().unwrap_or(&self.folder);
        let is_made = self.made.lock().unwrap_or_else(PoisonError::into_inner).contains(folder);
        let write = |is_made: bool| {
            if !is_made {
                fs::create_dir_all(folder)?;
                self.made.lock().unwrap_or_else(PoisonError::into_inner).insert(folder.to_owned());
            }
            fs::write_new(&file, bytes)
        };
        write(is_made).or_else(|_| {
            let _alone = self.clearing.lock().unwrap_or_else(PoisonError::into_inner);
            for folder in ancestors(path).map(|folder| self.tree().join(folder)) {
                if fs::entry(&folder)?.is_some_and(|kind| kind != EntryKind::Folder) {
                    fs::remove_any(&folder)?;
                }
            }
            fs::remove_any(&file)?;
            write(false)
        })
    }

    /// Makes the tree hold just `contents`. `false` where `public/` can't be linked from: on another file system, on
    /// one without hard links, or where the files belong to somebody else.
    pub fn complete(&self, public: &Path, contents: &Contents<'_>) -> Result<bool> {
        let tree = self.tree();
        let written = contents.written.iter().map(|path| OsStr::new(*path));
        let files: HashSet<&OsStr> = written.chain(contents.linked.iter().map(|(path, _)| path.as_os_str())).collect();
        for Entry { path, kind, .. } in &self.there {
            let wanted = match kind {
                EntryKind::Folder => contents.folders.contains(path.as_os_str()),
                _ => files.contains(path.as_os_str()),
            };
            if !wanted {
                fs::remove_any(&tree.join(path))?;
            }
        }
        fs::create_dir_all(&tree)?;
        fs::create_dir_like(&tree, public)?;
        let mut levels: BTreeMap<usize, Vec<&Path>> = BTreeMap::new();
        for folder in contents.folders.iter().map(Path::new) {
            levels.entry(folder.iter().count()).or_default().push(folder);
        }
        for folders in levels.into_values() {
            let made = folders.par_iter().map(|folder| fs::create_dir_like(&tree.join(folder), &public.join(folder)));
            made.collect::<Result<()>>()?;
        }
        let one_device = fs::device(&tree)? == fs::device(public)?;
        let there: HashMap<&OsStr, u64> =
            self.there.iter().map(|entry| (entry.path.as_os_str(), entry.inode)).collect();
        let linked = contents.linked.par_iter().map(|(path, inode)| {
            if one_device && *inode != 0 && there.get(path.as_os_str()) == Some(inode) {
                return Ok(true);
            }
            let (from, to) = (public.join(path), tree.join(path));
            fs::remove_any(&to)?;
            link(&from, &to)
        });
        linked.try_reduce(|| true, |a, b| Ok(a && b))
    }

    /// After an exchange the tree is the site that was: moves to `public/` what is somebody else's and is not there
    /// yet, so that the tree holds nothing that may not go.
    pub fn carry_over(&self, public: &Path, old: &Manifest, new: &Manifest) -> Result<()> {
        let tree = self.tree();
        if fs::entry(&tree)? == Some(EntryKind::Folder) {
            let folders = old.folders();
            let others = fs::tree(&tree)?.into_par_iter().filter(|entry| !old.holds(entry, &folders));
            let others: Vec<_> = others.collect();
            others.iter().try_for_each(|entry| self.carry(entry, public, new))?;
        }
        self.set(State::Own)
    }

    fn carry(&self, entry: &Entry, public: &Path, manifest: &Manifest) -> Result<()> {
        let (from, to) = (self.tree().join(&entry.path), public.join(&entry.path));
        if fs::is_same_file(&from, &to) {
            return fs::remove_any(&from);
        }
        let open = self.open_way(entry, public)?;
        let there = fs::entry(&to)?;
        match (entry.kind, there) {
            (EntryKind::Folder, None) if open => fs::create_dir_like(&to, &from),
            (EntryKind::Folder, _) => Ok(()),
            (_, None) if open => fs::rename(&from, &to),
            (EntryKind::File, Some(EntryKind::File)) if open && fs::same_bytes(&to, &fs::read(&from)?)? => {
                fs::remove_any(&from)
            }
            // Its owner changed one of the two after they were linked: the later one is meant.
            (_, Some(kind)) if open && kind != EntryKind::Folder && !manifest.owns(&entry.path, kind) => {
                if fs::is_newer(&from, &to) {
                    self.save(&to, &entry.path)?;
                    fs::rename(&from, &to)
                } else {
                    self.save(&from, &entry.path)
                }
            }
            _ => self.save(&from, &entry.path),
        }
    }

    /// Makes the folders that a thing lies in; `false` where something else, such as a link, stands in their place.
    fn open_way(&self, entry: &Entry, public: &Path) -> Result<bool> {
        let mut folders: Vec<_> = entry.path.ancestors().skip(1).collect();
        folders.reverse();
        for folder in folders {
            let (model, folder) = (self.tree().join(folder), public.join(folder));
            match fs::entry(&folder)? {
                Some(EntryKind::Folder) => {}
                Some(_) => return Ok(false),
                None => fs::create_dir_like(&folder, &model)?,
            }
        }
        Ok(true)
    }

    fn saved(&self) -> PathBuf {
        self.folder.join("saved")
    }

    /// Puts a thing that has lost its place where it can be found.
    fn save(&self, from: &Path, path: &Path) -> Result<()> {
        let mut number = 1;
        while fs::entry(&self.saved().join(number.to_string()))?.is_some() {
            number += 1;
        }
        let to = self.saved().join(number.to_string()).join(path);
        to.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::rename(from, &to)
    }

    /// Every file that was ever saved and is still there.
    pub fn all_saved(&self) -> Result<Vec<PathBuf>> {
        let entries = fs::tree(&self.saved())?;
        let files = entries.into_iter().filter(|entry| entry.kind != EntryKind::Folder);
        Ok(files.map(|entry| self.saved().join(entry.path)).collect())
    }

    /// Removes the tree, and the stage itself if nothing is saved in it.
    pub fn discard(&self) -> Result<()> {
        fs::remove_any(&self.tree())?;
        self.set(State::Own)?;
        fs::remove_dir_if_empty(&self.folder);
        Ok(())
    }
}

fn link(from: &Path, to: &Path) -> Result<bool> {
    use std::io::ErrorKind::{CrossesDevices, PermissionDenied, TooManyLinks, Unsupported};
    match fs::hard_link(from, to) {
        Ok(()) => Ok(true),
        Err(e) if matches!(e.kind(), CrossesDevices | PermissionDenied | TooManyLinks | Unsupported) => Ok(false),
        Err(e) => Err(Error::new("take along", from, e).mend("build again: it was changed meanwhile")),
    }
}
