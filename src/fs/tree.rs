//! What lies in a folder, as it lies there: links are things of their own and are never followed.

#![expect(clippy::disallowed_methods, reason = "a part of the one place that writes")]

use std::fs::{File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rayon::prelude::*;

use super::{Error, Result, remove_dir_all, write_atomic};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    Folder,
    File,
    /// A link, a socket, a pipe, a device.
    Other,
}

impl EntryKind {
    fn of(kind: std::fs::FileType) -> Self {
        match () {
            () if kind.is_dir() => Self::Folder,
            () if kind.is_file() => Self::File,
            () => Self::Other,
        }
    }
}

/// One thing below a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Relative to the folder; its name may be anything that the system allows.
    pub path: PathBuf,
    pub kind: EntryKind,
    /// Plain files on one file system that have the same are one file; 0 where the system does not tell.
    pub inode: u64,
}

/// Everything below `root`, hidden names and empty folders too, a folder before what is in it. A root that is not
/// there has nothing in it.
pub fn tree(root: &Path) -> Result<Vec<Entry>> {
    let mut found = Vec::new();
    // A site has as many folders as pages: they are listed a level at a time, on all threads.
    let mut level = vec![PathBuf::new()];
    while !level.is_empty() {
        let listed = level.par_iter().map(|folder| list(root, folder)).collect::<Result<Vec<_>>>()?;
        let from = found.len();
        found.extend(listed.into_iter().flatten());
        let folders = found[from..].iter().filter(|entry: &&Entry| entry.kind == EntryKind::Folder);
        level = folders.map(|entry| entry.path.clone()).collect();
    }
    // By bytes: to compare paths part by part takes several times as long.
    found.par_sort_unstable_by(|a, b| a.path.as_os_str().cmp(b.path.as_os_str()));
    Ok(found)
}

fn list(root: &Path, folder: &Path) -> Result<Vec<Entry>> {
    let here = root.join(folder);
    let entries = match std::fs::read_dir(&here) {
        Err(e) if e.kind() == io::ErrorKind::NotFound && folder.as_os_str().is_empty() => return Ok(Vec::new()),
        entries => entries.map_err(|e| Error::io("list", &here, &e))?,
    };
    let entries = entries.map(|entry| {
        let entry = entry.map_err(|e| Error::io("list", &here, &e))?;
        let kind = EntryKind::of(entry.file_type().map_err(|e| Error::io("read", &entry.path(), &e))?);
        Ok(Entry { path: folder.join(entry.file_name()), kind, inode: inode(&entry) })
    });
    entries.collect()
}

fn inode(entry: &std::fs::DirEntry) -> u64 {
    #[cfg(unix)]
    {
        std::os::unix::fs::DirEntryExt::ino(entry)
    }
    #[cfg(not(unix))]
    {
        let _ = entry;
        0
    }
}

fn metadata(path: &Path) -> Result<Option<Metadata>> {
    match std::fs::symlink_metadata(path) {
        Ok(found) => Ok(Some(found)),
        // A file where a folder would have to be: below it there is nothing.
        Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
        Err(e) => Err(Error::io("read", path, &e)),
    }
}

/// What stands at a path.
pub fn entry(path: &Path) -> Result<Option<EntryKind>> {
    Ok(metadata(path)?.map(|found| EntryKind::of(found.file_type())))
}

/// Whether a plain file with these bytes stands there.
pub fn same_bytes(path: &Path, bytes: &[u8]) -> Result<bool> {
    let Some(found) = metadata(path)? else { return Ok(false) };
    if !found.is_file() || found.len() != bytes.len() as u64 {
        return Ok(false);
    }
    Ok(std::fs::read(path).map_err(|e| Error::io("read", path, &e))? == bytes)
}

/// What a system says of a plain file without reading it. A file that has the stamp that it had is taken to hold what it
/// held; who writes into it gives it another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp([u64; 5]);

impl Stamp {
    pub const LENGTH: usize = 40;

    pub fn to_bytes(self) -> [u8; Self::LENGTH] {
        let mut bytes = [0; Self::LENGTH];
        bytes.chunks_mut(8).zip(self.0).for_each(|(to, part)| to.copy_from_slice(&part.to_le_bytes()));
        bytes
    }
}

/// The stamp of a plain file of ours; `None` where there is none, or the system tells too little. When its state was
/// changed last does not count: to link a file changes that.
pub fn stamp(path: &Path) -> Option<Stamp> {
    stamp_of(&std::fs::symlink_metadata(path).ok().filter(Metadata::is_file)?)
}

pub(super) fn stamp_of(found: &Metadata) -> Option<Stamp> {
    seen_of(found).map(|(Stamp([length, seconds, nanos, inode, _]), _)| Stamp([length, seconds, nanos, inode, 0]))
}

/// The stamp of a file, links followed, and when its state was changed last, from the epoch on. That time can't be set
/// back by who writes a file and sets back its time.
pub fn seen(path: &Path) -> Option<(Stamp, Duration)> {
    seen_of(&std::fs::metadata(path).ok().filter(Metadata::is_file)?)
}

fn seen_of(found: &Metadata) -> Option<(Stamp, Duration)> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let changed = Duration::new(found.ctime().try_into().ok()?, found.ctime_nsec().try_into().ok()?);
        let nanos = u64::try_from(changed.as_nanos()).ok()?;
        let [seconds, rest] = [found.mtime(), found.mtime_nsec()].map(i64::cast_unsigned);
        Some((Stamp([found.len(), seconds, rest, found.ino(), nanos]), changed))
    }
    #[cfg(not(unix))]
    {
        let _ = found;
        None
    }
}

/// Whether two paths name one file, so that neither holds anything that the other lacks.
pub fn is_same_file(a: &Path, b: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let id = |path| std::fs::symlink_metadata(path).ok().map(|found| (found.dev(), found.ino()));
        id(a).is_some_and(|found| id(b) == Some(found))
    }
    #[cfg(not(unix))]
    {
        let _ = (a, b);
        false
    }
}

/// Whether `a` was written to after `b`.
pub fn is_newer(a: &Path, b: &Path) -> bool {
    let time = |path| std::fs::symlink_metadata(path).and_then(|found| found.modified()).ok();
    time(a) > time(b)
}

/// The file system that a path lies on, where the system tells.
pub fn device(path: &Path) -> Result<Option<u64>> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        Ok(metadata(path)?.map(|found| found.dev()))
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        Ok(None)
    }
}

/// Makes one folder, with the permissions and, where we may, the owner of `model`. One that is there gets them.
pub fn create_dir_like(path: &Path, model: &Path) -> Result<()> {
    let found = match std::fs::metadata(path) {
        Ok(found) => Ok(found),
        Err(_) => match std::fs::create_dir(path) {
            Err(e) if e.kind() != io::ErrorKind::AlreadyExists => return Err(Error::io("create the folder", path, &e)),
            _ => std::fs::metadata(path),
        },
    };
    let (Ok(found), Ok(wanted)) = (found, std::fs::metadata(model)) else { return Ok(()) };
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if (found.uid(), found.gid()) != (wanted.uid(), wanted.gid()) {
            let _ = std::os::unix::fs::chown(path, Some(wanted.uid()), Some(wanted.gid()));
        }
    }
    if found.permissions() == wanted.permissions() {
        return Ok(());
    }
    std::fs::set_permissions(path, wanted.permissions()).map_err(|e| Error::io("set up the folder", path, &e))
}

/// Removes whatever stands there; nothing is fine. Links are removed, never what they lead to.
pub fn remove_any(path: &Path) -> Result<()> {
    match entry(path)? {
        None => Ok(()),
        Some(EntryKind::Folder) => remove_dir_all(path),
        Some(_) => match std::fs::remove_file(path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(Error::io("remove", path, &e)),
            _ => Ok(()),
        },
    }
}

/// Puts a file, or a link as it is, at a second place. Who asks must know what to do where there can be none.
pub fn hard_link(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::hard_link(from, to)
}

/// Moves a plain file over another, or to where none is, in one step also from another file system.
pub fn move_file(from: &Path, to: &Path) -> Result<()> {
    match std::fs::rename(from, to) {
        Err(e) if e.kind() == io::ErrorKind::CrossesDevices => {
            write_atomic(to, &std::fs::read(from).map_err(|e| Error::io("read", from, &e))?)
        }
        moved => moved.map_err(|e| Error::io("replace", to, &e)),
    }
}

/// Held until it is dropped, or its process ends.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "closing it is what lets go")] Option<File>);

/// Waits until nobody else holds a lock on `folder`, then holds it. Where folders can't be locked, nobody waits.
pub fn lock_folder(folder: &Path) -> Result<Lock> {
    // Windows opens no folder as a file, and network file systems may refuse to lock one.
    if !cfg!(unix) {
        return Ok(Lock(None));
    }
    let file = File::open(folder).map_err(|e| Error::io("lock", folder, &e))?;
    match file.lock() {
        Ok(()) => Ok(Lock(Some(file))),
        Err(_) => Ok(Lock(None)),
    }
}
