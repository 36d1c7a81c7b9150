//! Files and folders. Every failure names the path and says what to do; nothing else in the crate writes.

#![expect(clippy::disallowed_methods, reason = "this is the one place that writes")]

mod tree;

use tree::stamp_of;
pub use tree::{
    Entry, EntryKind, Lock, Stamp, create_dir_like, device, entry, hard_link, is_newer, is_same_file, lock_folder,
    move_file, remove_any, same_bytes, seen, stamp, tree,
};

use std::fmt;
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

/// The longest text that is read. A larger one is not an essay; spans count in 32 bits.
pub const MAX_TEXT: u64 = 64 << 20;

/// A failure of the environment: which path, what was tried, why it failed and how to mend it.
#[derive(Debug)]
pub struct Error {
    action: &'static str,
    path: PathBuf,
    cause: String,
    mend: Option<String>,
}

pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub fn new(action: &'static str, path: &Path, cause: impl fmt::Display) -> Self {
        Self { action, path: path.to_owned(), cause: cause.to_string(), mend: None }
    }

    #[must_use]
    pub fn mend(mut self, mend: impl Into<String>) -> Self {
        self.mend = Some(mend.into());
        self
    }

    fn io(action: &'static str, path: &Path, error: &io::Error) -> Self {
        let this = Self::new(action, path, error);
        match error.kind() {
            io::ErrorKind::PermissionDenied => this.mend("check who owns it and what its permissions are"),
            io::ErrorKind::StorageFull => this.mend("free some space and run the command again"),
            io::ErrorKind::ReadOnlyFilesystem => this.mend("choose a folder that can be written to"),
            io::ErrorKind::NotADirectory => this.mend("a file stands where a folder is needed: move it away"),
            _ => this,
        }
    }
}

impl Error {
    /// Why it failed, without the path.
    pub fn cause(&self) -> &str {
        &self.cause
    }

    pub fn mend_text(&self) -> Option<&str> {
        self.mend.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {} `{}`: {}", self.action, self.path.display(), self.cause)?;
        self.mend.iter().try_for_each(|mend| write!(f, "\n  help: {mend}"))
    }
}

impl std::error::Error for Error {}

pub fn read(path: &Path) -> Result<Vec<u8>> {
    let length = std::fs::metadata(path).map_err(|e| Error::io("read", path, &e))?.len();
    if length > MAX_TEXT {
        let cause = format!("it is {} MiB long, more than {} MiB", length >> 20, MAX_TEXT >> 20);
        return Err(Error::new("read", path, cause).mend("split it, or move it out of the archive"));
    }
    std::fs::read(path).map_err(|e| Error::io("read", path, &e))
}

/// The hash of a file's bytes, however many; `None` where it can't be read.
pub fn hash(path: &Path) -> Option<blake3::Hash> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(std::fs::File::open(path).ok()?).ok()?;
    Some(hasher.finalize())
}

/// As [`read`], of whatever length: for files that we wrote.
pub fn read_any(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|e| Error::io("read", path, &e))
}

/// As [`read`], but a file that is not there is `None`.
pub fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>> {
    if path.exists() { read(path).map(Some) } else { Ok(None) }
}

pub fn create_dir_all(path: &Path) -> Result<()> {
    std::fs::create_dir_all(path).map_err(|e| Error::io("create the folder", path, &e))
}

/// Writes a file that nobody else sees yet, such as one in a stage. What stands there is replaced, never written
/// into: it may be shared with another folder by a hard link, or be a link that leads elsewhere. Gives its [`stamp`],
/// which costs less while it is open.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<Option<Stamp>> {
    let write = || {
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(path)?;
        file.write_all(bytes)?;
        file.metadata()
    };
    let written = match write() {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
            remove_file(path)?;
            write()
        }
        written => written,
    };
    written.map(|found| stamp_of(&found)).map_err(|e| Error::io("write", path, &e))
}

/// Writes a file where none stands, as a whole: `false` where one does, which stays as it is.
pub fn write_absent(path: &Path, bytes: &[u8]) -> Result<bool> {
    let beside = beside(path);
    write_new(&beside, bytes)?;
    // A link is made only where nothing is, and at once.
    let linked = std::fs::hard_link(&beside, path);
    let done = match linked {
        Ok(()) => Ok(true),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        // Not every file system has links.
        Err(_) if entry(path)?.is_some() => Ok(false),
        Err(_) => return rename(&beside, path).map(|()| true),
    };
    remove_file(&beside)?;
    done
}

/// What the file system takes the time to be: that of a file that is made in a folder for it.
pub fn now(folder: &Path) -> Option<std::time::Duration> {
    let path = folder.join("now");
    write_new(&path, b"").ok()?;
    let now = seen(&path).map(|(_, changed)| changed);
    let _ = std::fs::remove_file(&path);
    now
}

/// What a file is called while it is written beside its place.
pub const BESIDE: &str = ".casebook-new";

/// Writes beside, then renames: a reader sees the old bytes or the new ones.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<()> {
    let beside = beside(path);
    write_new(&beside, bytes)?;
    rename(&beside, path)
}

/// Writes a file anew that somebody else owns: its permissions stay, and a link to it stays a link.
pub fn rewrite(path: &Path, bytes: &[u8]) -> Result<()> {
    let real = canonical(path)?;
    let permissions = std::fs::metadata(&real).map_err(|e| Error::io("read", path, &e))?.permissions();
    let beside = beside(&real);
    write_new(&beside, bytes)?;
    std::fs::set_permissions(&beside, permissions).map_err(|e| Error::io("write", path, &e))?;
    rename(&beside, &real)
}

fn beside(path: &Path) -> PathBuf {
    let mut beside = path.as_os_str().to_owned();
    beside.push(BESIDE);
    PathBuf::from(beside)
}

pub fn rename(from: &Path, to: &Path) -> Result<()> {
    std::fs::rename(from, to).map_err(|e| Error::io("replace", to, &e))
}

pub fn remove_file(path: &Path) -> Result<()> {
    std::fs::remove_file(path).map_err(|e| Error::io("remove", path, &e))
}

/// Whether a file stands there itself, and no link to one.
pub fn is_plain_file(path: &Path) -> bool {
    matches!(entry(path), Ok(Some(EntryKind::File)))
}

/// The names in a folder, as far as it can be listed.
pub fn names(path: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().into_string().ok()).collect()
}

/// Whether nothing is in a folder.
pub fn is_empty_dir(path: &Path) -> Result<bool> {
    let mut entries = std::fs::read_dir(path).map_err(|e| Error::io("list", path, &e))?;
    Ok(entries.next().is_none())
}

/// Removes a folder only if nothing is left in it.
pub fn remove_dir_if_empty(path: &Path) {
    let _ = std::fs::remove_dir(path);
}

/// Removes a folder and what is in it; one that is not there is fine.
pub fn remove_dir_all(path: &Path) -> Result<()> {
    match std::fs::remove_dir_all(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(Error::io("remove", path, &e)),
        _ => Ok(()),
    }
}

/// Exchanges two folders in one step where the system can; `false` where it can't.
pub fn exchange(a: &Path, b: &Path) -> Result<bool> {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        use rustix::io::Errno;
        match renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE) {
            Ok(()) => Ok(true),
            Err(Errno::INVAL | Errno::NOSYS | Errno::XDEV | Errno::BUSY | Errno::NOTSUP) => Ok(false),
            Err(error) => Err(Error::io("exchange", b, &error.into())),
        }
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = (a, b);
        Ok(false)
    }
}

/// One thing in a folder.
#[derive(Debug, Clone)]
pub struct Found {
    /// Relative to the folder that was walked, with `/`.
    pub path: String,
    pub kind: FoundKind,
    /// Whether a link leads to it.
    pub linked: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoundKind {
    File,
    /// A link that leads out of the walked folder, or nowhere.
    Outside,
    /// A name that is not UTF-8; `path` is what can be read of it.
    NotUtf8,
    /// A socket, a pipe, a device.
    Special,
    /// A folder that can't be listed.
    Closed,
}

/// Every file below `root`, in the order of path bytes. Hidden names are passed over. Links are followed where they
/// stay below `bound`; a loop of links ends where it meets itself.
pub fn walk(root: &Path, bound: &Path, hidden: bool) -> Result<Vec<Found>> {
    let bound = canonical(bound)?;
    let mut found = Vec::new();
    let mut folders = vec![(root.to_owned(), String::new(), vec![canonical(root)?], false)];
    while let Some((folder, prefix, above, linked)) = folders.pop() {
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if prefix.is_empty() => return Err(Error::io("list", &folder, &error)),
            Err(_) => {
                found.push(Found { path: prefix.trim_end_matches('/').to_owned(), kind: FoundKind::Closed, linked });
                continue;
            }
        };
        for entry in entries {
            let entry = entry.map_err(|e| Error::io("list", &folder, &e))?;
            let name = entry.file_name();
            let lossy = format!("{prefix}{}", name.to_string_lossy());
            if !hidden && lossy[prefix.len()..].starts_with('.') {
                continue;
            }
            let mut linked = linked;
            if name.to_str().is_none() {
                found.push(Found { path: lossy, kind: FoundKind::NotUtf8, linked });
                continue;
            }
            let path = entry.path();
            let mut kind = entry.file_type().map_err(|e| Error::io("read", &path, &e))?;
            if kind.is_symlink() {
                linked = true;
                match (std::fs::canonicalize(&path), std::fs::metadata(&path)) {
                    (Ok(target), Ok(meta)) if target.starts_with(&bound) => kind = meta.file_type(),
                    _ => {
                        found.push(Found { path: lossy, kind: FoundKind::Outside, linked });
                        continue;
                    }
                }
            }
            if kind.is_dir() {
                let here = match above.last() {
                    Some(folder) if !linked => folder.join(&name),
                    _ => canonical(&path)?,
                };
                if !above.contains(&here) {
                    let mut above = above.clone();
                    above.push(here);
                    folders.push((path, format!("{lossy}/"), above, linked));
                }
            } else {
                let kind = if kind.is_file() { FoundKind::File } else { FoundKind::Special };
                found.push(Found { path: lossy, kind, linked });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// The path without links and `..`, for comparing.
pub fn canonical(path: &Path) -> Result<PathBuf> {
    std::fs::canonicalize(path).map_err(|e| Error::io("find", path, &e))
}

/// Joins a path that an author wrote, with `/`, to `folder`, both relative to the archive's root. `None` where it
/// would leave the root or is absolute.
pub fn join_inside(folder: &str, written: &str) -> Option<String> {
    if written.starts_with('/') || written.contains(['\\', '\0']) {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in written.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Reads a file that an author named, if it lies, links followed, inside `root`. The error says which it was.
pub fn read_inside(root: &Path, relative: &str) -> std::result::Result<Vec<u8>, Refused> {
    let plain = Path::new(relative).components().all(|part| matches!(part, Component::Normal(_)));
    if !plain {
        return Err(Refused::Outside);
    }
    let path = root.join(relative);
    let (Ok(real), Ok(bound)) = (std::fs::canonicalize(&path), std::fs::canonicalize(root)) else {
        return Err(Refused::Missing);
    };
    if !real.starts_with(bound) {
        return Err(Refused::Outside);
    }
    if !real.is_file() {
        return Err(Refused::Missing);
    }
    read(&real).map_err(Refused::Failed)
}

/// Why a file that an author named was not read.
#[derive(Debug)]
pub enum Refused {
    Missing,
    Outside,
    Failed(Error),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joining_never_leaves_the_root() {
        assert_eq!(join_inside("content/essays", "../sources/a.md").as_deref(), Some("content/sources/a.md"));
        assert_eq!(join_inside("content", "./a//b").as_deref(), Some("content/a/b"));
        assert_eq!(join_inside("content", "../../etc/passwd"), None);
        assert_eq!(join_inside("content", "/etc/passwd"), None);
        assert_eq!(join_inside("content", "..\\..\\x"), None);
    }
}
