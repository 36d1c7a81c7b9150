//! What was dear to make, kept from build to build: bytes, by the hash of everything that decides them.
//!
//! A cache is derived state: without it a build takes longer and gives the same bytes. So nothing about it is an error:
//! where its folder can't be written to, nothing is kept. An entry says which key it is for and what its bytes hash to;
//! one that is torn or damaged counts as not there, and is written anew. What a build did not use goes at its end, so
//! that a cache never holds more than one build makes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::fs::{self, EntryKind};

/// Stands for all that decides some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key([u8; HASH]);

const HASH: usize = 32;

impl Key {
    /// `maker` names what makes the bytes, with its version: it changes whenever the same parts give other bytes.
    pub fn new(maker: &str, parts: &[&[u8]]) -> Self {
        let mut hasher = blake3::Hasher::new();
        for part in [maker.as_bytes()].iter().chain(parts) {
            // Where a part ends must count, or two lists would be alike that are not.
            hasher.update(&(part.len() as u64).to_le_bytes()).update(part);
        }
        Self(*hasher.finalize().as_bytes())
    }

    fn name(self) -> String {
        hex::encode(self.0)
    }

    /// What stands before the bytes of an entry.
    fn seal(self, bytes: &[u8]) -> [u8; HASH] {
        *blake3::keyed_hash(&self.0, bytes).as_bytes()
    }
}

#[derive(Debug)]
pub struct Cache {
    /// `None`: nothing is kept.
    folder: Option<PathBuf>,
    used: Mutex<BTreeSet<String>>,
}

impl Cache {
    /// The cache in a folder, which is made if it can be.
    pub fn open(folder: &Path) -> Self {
        let made = fs::create_dir_all(folder).and_then(|()| fs::entry(folder));
        // A link would lead writing and removing elsewhere.
        let usable = matches!(made, Ok(Some(EntryKind::Folder)));
        if !usable {
            tracing::info!("nothing is kept in {}: {made:?}", folder.display());
        }
        Self { folder: usable.then(|| folder.to_owned()), used: Mutex::default() }
    }

    /// The bytes that are kept for a key.
    pub fn get(&self, key: Key) -> Option<Vec<u8>> {
        let path = self.entry(key)?;
        let mut bytes = match fs::entry(&path) {
            Ok(Some(EntryKind::File)) => fs::read(&path).ok()?,
            _ => return None,
        };
        let seal = bytes.drain(..HASH.min(bytes.len())).collect::<Vec<_>>();
        (seal == key.seal(&bytes)).then_some(bytes)
    }

    /// Keeps bytes, if it can.
    pub fn put(&self, key: Key, bytes: &[u8]) {
        let Some(path) = self.entry(key) else { return };
        let entry = [&key.seal(bytes), bytes].concat();
        if let Err(error) = fs::write_atomic(&path, &entry) {
            tracing::info!("not kept: {error}");
        }
    }

    /// Removes what was not asked for since the cache was opened, and what a killed build left half written. What
    /// another build put there meanwhile may go too: it is made again when it is needed.
    pub fn sweep(&self) {
        let Some(folder) = &self.folder else { return };
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let ours = |name: &str| {
            let name = name.strip_suffix(fs::BESIDE).unwrap_or(name);
            name.len() == 2 * HASH && name.bytes().all(|b| b.is_ascii_hexdigit())
        };
        for name in fs::names(folder).into_iter().filter(|name| ours(name) && !used.contains(name)) {
            let _ = fs::remove_any(&folder.join(name));
        }
    }

    fn entry(&self, key: Key) -> Option<PathBuf> {
        let folder = self.folder.as_ref()?;
        let name = key.name();
        let path = folder.join(&name);
        self.used.lock().unwrap_or_else(PoisonError::into_inner).insert(name);
        Some(path)
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test damages what was kept")]
mod tests {
    use super::*;

    fn files(folder: &Path) -> Vec<PathBuf> {
        let mut files: Vec<_> = fs::names(folder).into_iter().map(|name| folder.join(name)).collect();
        files.sort();
        files
    }

    #[test]
    fn bytes_are_kept_until_a_build_does_not_ask_for_them() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("cache");
        let (one, two) = (Key::new("test 1", &[b"one"]), Key::new("test 1", &[b"two"]));
        let cache = Cache::open(&folder);
        assert_eq!(cache.get(one), None);
        cache.put(one, b"1");
        cache.put(two, b"");
        assert_eq!((cache.get(one), cache.get(two)), (Some(b"1".to_vec()), Some(Vec::new())));
        std::fs::write(folder.join("somebody's"), "else's").unwrap();
        std::fs::write(folder.join(format!("{}{}", two.name(), fs::BESIDE)), "half").unwrap();
        let next = Cache::open(&folder);
        assert_eq!(next.get(one), Some(b"1".to_vec()));
        next.sweep();
        assert_eq!(files(&folder), [folder.join(one.name()), folder.join("somebody's")]);
    }

    #[test]
    fn what_is_damaged_counts_as_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let key = Key::new("test 1", &[b"a", b"b"]);
        let cache = Cache::open(folder.path());
        let path = folder.path().join(key.name());
        for damage in [&b""[..], b"short", &[0; HASH], &[0; 200]] {
            std::fs::write(&path, damage).unwrap();
            assert_eq!(cache.get(key), None);
        }
        cache.put(key, b"bytes");
        let other = Key::new("test 1", &[b"ab", b""]);
        std::fs::copy(&path, folder.path().join(other.name())).unwrap();
        assert_eq!(cache.get(other), None, "an entry counts for its own key alone");
        assert_eq!(cache.get(key), Some(b"bytes".to_vec()));
        std::fs::remove_file(&path).unwrap();
        std::fs::create_dir(&path).unwrap();
        cache.put(key, b"bytes");
        assert_eq!(cache.get(key), None, "a folder stands in its place");
    }

    #[test]
    fn where_nothing_can_be_kept_nothing_fails() {
        let folder = tempfile::tempdir().unwrap();
        let taken = folder.path().join("cache");
        std::fs::write(&taken, "a file").unwrap();
        let key = Key::new("test 1", &[]);
        let cache = Cache::open(&taken);
        cache.put(key, b"bytes");
        assert_eq!(cache.get(key), None);
        cache.sweep();
        assert_eq!(std::fs::read(&taken).unwrap(), b"a file");
        #[cfg(unix)]
        {
            let (real, link) = (folder.path().join("real"), folder.path().join("link"));
            std::fs::create_dir(&real).unwrap();
            std::os::unix::fs::symlink(&real, &link).unwrap();
            Cache::open(&link).put(key, b"bytes");
            assert!(files(&real).is_empty(), "a link is not followed");
        }
    }

    #[test]
    fn builds_at_once_leave_whole_entries() {
        let folder = tempfile::tempdir().unwrap();
        let key = Key::new("test 1", &[b"at once"]);
        let bytes = vec![7; 100_000];
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let cache = Cache::open(folder.path());
                    for _ in 0..20 {
                        cache.put(key, &bytes);
                        assert!(cache.get(key).is_none_or(|kept| kept == bytes));
                    }
                });
            }
        });
        let cache = Cache::open(folder.path());
        cache.put(key, &bytes);
        assert_eq!(cache.get(key), Some(bytes));
    }
}
