//! What was dear to make, kept from build to build: bytes, by the hash of everything that decides them.
//!
//! A cache is derived state: without it a build takes longer and gives the same bytes. So nothing about it is an error:
//! where its folder can't be written to, nothing is kept. An entry says which key it is for and what its bytes hash to;
//! one that is torn or damaged counts as not there, and is written anew. What a build did not use goes at its end, so
//! that a cache never holds more than one build makes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use foldhash::{HashMap, HashMapExt};
use serde::{Serialize, Serializer};

use crate::fs::{self, EntryKind};

/// Stands for all that decides some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key([u8; HASH]);

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // As an array of numbers it would take several times as long.
        serializer.serialize_bytes(&self.0)
    }
}

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

    /// Of all that a value says, however deep. Not for people: what makes its dear parts may stand for them.
    pub fn of(maker: &str, value: &impl Serialize) -> Self {
        let mut bytes = Vec::with_capacity(1 << 10);
        ciborium::into_writer(value, &mut bytes).expect("memory takes every byte");
        Self::new(maker, &[&bytes])
    }

    pub const LENGTH: usize = HASH;

    pub fn to_bytes(self) -> [u8; HASH] {
        self.0
    }

    /// Whether these are its bytes.
    pub fn is(self, bytes: &[u8; HASH]) -> bool {
        self.0 == *bytes
    }

    fn name(self) -> String {
        hex::encode(self.0)
    }

    /// What stands before the bytes of an entry.
    fn seal(self, bytes: &[u8]) -> [u8; HASH] {
        *blake3::keyed_hash(&self.0, bytes).as_bytes()
    }
}

/// Many small things that are kept together in one file: what this build puts in is what the next one finds.
#[derive(Debug)]
pub struct Pack {
    path: PathBuf,
    kept: HashMap<Key, Vec<u8>>,
    new: Mutex<HashMap<Key, Vec<u8>>>,
}

/// A pack of another program may mean other things by the same keys.
const HEADER: &[u8] = concat!("casebook pack 1 ", env!("CASEBOOK_SOURCES"), "\n").as_bytes();

impl Pack {
    /// What the last build kept; nothing, where it is missing, damaged, or another program's.
    pub fn open(path: PathBuf) -> Self {
        let bytes = fs::is_plain_file(&path).then(|| fs::read_any(&path).ok()).flatten();
        let kept = bytes.and_then(|bytes| unpack(&bytes)).unwrap_or_default();
        Self { path, kept, new: Mutex::default() }
    }

    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    pub fn get(&self, key: Key) -> Option<&[u8]> {
        self.kept.get(&key).map(Vec::as_slice)
    }

    pub fn put(&self, key: Key, bytes: Vec<u8>) {
        self.new.lock().unwrap_or_else(PoisonError::into_inner).insert(key, bytes);
    }

    /// As [`get`](Self::get), and keeps it for the next build.
    pub fn keep(&self, key: Key) -> Option<&[u8]> {
        let bytes = self.get(key)?;
        self.put(key, bytes.to_vec());
        Some(bytes)
    }

    /// Whether anything was put in that it had not.
    pub fn has_new(&self) -> bool {
        let new = self.new.lock().unwrap_or_else(PoisonError::into_inner);
        new.iter().any(|(key, bytes)| self.kept.get(key) != Some(bytes))
    }

    /// Keeps what was put in, if it can; writes nothing where that is what is there.
    pub fn save(&self) {
        let new = std::mem::take(&mut *self.new.lock().unwrap_or_else(PoisonError::into_inner));
        if new == self.kept {
            return;
        }
        if let Err(error) = fs::write_atomic(&self.path, &pack(new)) {
            tracing::info!("not kept: {error}");
        }
    }
}

fn pack(entries: HashMap<Key, Vec<u8>>) -> Vec<u8> {
    let entries: BTreeMap<_, _> = entries.into_iter().collect();
    let mut out = HEADER.to_vec();
    for (key, bytes) in entries {
        out.extend(key.0);
        out.extend((bytes.len() as u64).to_le_bytes());
        out.extend(bytes);
    }
    let seal = blake3::hash(&out);
    out.extend(seal.as_bytes());
    out
}

fn unpack(bytes: &[u8]) -> Option<HashMap<Key, Vec<u8>>> {
    let (sealed, seal) = bytes.split_last_chunk::<HASH>()?;
    let mut rest = sealed.strip_prefix(HEADER)?;
    if blake3::hash(sealed) != *seal {
        return None;
    }
    let mut entries = HashMap::new();
    while !rest.is_empty() {
        let (key, after) = rest.split_first_chunk::<HASH>()?;
        let (length, after) = after.split_first_chunk()?;
        let (bytes, after) = after.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
        entries.insert(Key(*key), bytes.to_vec());
        rest = after;
    }
    Some(entries)
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
        let mut bytes = fs::is_plain_file(&path).then(|| fs::read(&path).ok()).flatten()?;
        let seal = bytes.drain(..HASH.min(bytes.len())).collect::<Vec<_>>();
        (seal == key.seal(&bytes)).then_some(bytes)
    }

    /// Leaves an entry, if there is one, for the next build.
    pub fn spare(&self, key: Key) {
        self.entry(key);
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

    #[test]
    fn a_pack_keeps_what_was_put_in_last() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pack");
        let keys = ["one", "two", "three"].map(|name| Key::new("test", &[name.as_bytes()]));
        let pack = Pack::open(path.clone());
        pack.put(keys[0], b"1".to_vec());
        pack.put(keys[1], Vec::new());
        pack.save();
        let pack = Pack::open(path.clone());
        assert_eq!((pack.keep(keys[0]), pack.get(keys[1]), pack.get(keys[2])), (Some(&b"1"[..]), Some(&b""[..]), None));
        pack.save();
        let whole = std::fs::read(&path).unwrap();
        assert_eq!(Pack::open(path.clone()).get(keys[1]), None, "it was not put in again");
        for length in 0..whole.len() {
            std::fs::write(&path, &whole[..length]).unwrap();
            assert!(Pack::open(path.clone()).kept.is_empty(), "{length}");
        }
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            assert_eq!(unpack(&damaged), None, "{at}");
        }
    }

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
