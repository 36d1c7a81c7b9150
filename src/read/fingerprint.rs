//! What stands for the files of an archive, so that whoever made something of them knows whether it is out of date.
//!
//! A file is hashed, unless the system says that nobody has written to it since it was. That is trusted only of a file
//! that had been at rest when it was hashed: what is written twice within one tick of a file system's clock has one time.

use std::path::Path;
use std::time::Duration;

use blake3::{Hash, Hasher};
use rayon::prelude::*;

use super::{CONTENT, DECISIONS, MODEL, SETTINGS, is_document};
use crate::cache::{Key, Pack};
use crate::fs::{self, FoundKind};

/// The hashes of an archive's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint {
    /// Of the settings and the content: what is searched.
    pub content: Hash,
    /// Of those, the theme, the captures, and the model and decisions of tags: what a site is made of.
    pub all: Hash,
    /// Of all of it but the documents.
    pub beside: Hash,
}

impl Fingerprint {
    /// What stands for files that were read between two looks at them: the same, if nobody wrote to them meanwhile. Else
    /// nobody knows what was read, and it is that of no archive.
    #[must_use]
    pub fn settled(self, after: Self) -> Self {
        let either = |of: fn(Self) -> Hash| if of(self) == of(after) { of(self) } else { both(of(self), of(after)) };
        Self { content: either(|it| it.content), all: either(|it| it.all), beside: either(|it| it.beside) }
    }
}

/// How long a file is written to before it is at rest: longer than a tick of any file system that counts parts of a
/// second, or of one that counts every other second.
const TICK: Duration = Duration::from_millis(50);
const COARSE_TICK: Duration = Duration::from_secs(2);

/// Hashes the archive, with what is known from the last time. `known` is the folder where that is kept.
pub fn fingerprint(root: &Path, known: &Path) -> fs::Result<Fingerprint> {
    let known = Known { hashes: Pack::open(known.join("inputs")), now: fs::now(known) };
    let settings = known.hash(root, SETTINGS);
    let [content, themes, captures] = [CONTENT, "themes", "captures"].map(|folder| known.folder(root, folder));
    let tagging = both(known.hash(root, MODEL), known.hash(root, DECISIONS));
    known.hashes.save();
    let ([content, assets], [themes, _], [captures, _]) = (content?, themes?, captures?);
    let content = both(settings, content);
    let others = both(both(themes, captures), tagging);
    Ok(Fingerprint { content, all: both(content, others), beside: both(both(settings, assets), others) })
}

fn both(a: Hash, b: Hash) -> Hash {
    Hasher::new().update(a.as_bytes()).update(b.as_bytes()).finalize()
}

struct Known {
    /// For each path the stamp of its file, and the hash.
    hashes: Pack,
    /// As the file system tells the time; `None` where it can't be asked.
    now: Option<Duration>,
}

impl Known {
    /// The hash of all that lies in a folder, and that of what is no document.
    fn folder(&self, root: &Path, folder: &str) -> fs::Result<[Hash; 2]> {
        let path = root.join(folder);
        let found = if path.is_dir() { fs::walk(&path, root, false)? } else { Vec::new() };
        let hashes = found.par_iter().map(|found| match found.kind {
            FoundKind::File => self.hash(root, &format!("{folder}/{}", found.path)),
            kind => blake3::hash(&[kind as u8]),
        });
        let hashes: Vec<_> = hashes.collect();
        let (mut all, mut assets) = (Hasher::new(), Hasher::new());
        for (found, hash) in found.iter().zip(hashes) {
            let path = blake3::hash(found.path.as_bytes());
            all.update(path.as_bytes()).update(hash.as_bytes());
            if found.kind != FoundKind::File || !is_document(&found.path) {
                assets.update(path.as_bytes()).update(hash.as_bytes());
            }
        }
        Ok([all.finalize(), assets.finalize()])
    }

    /// The hash of a file's bytes; that of none where it can't be read, which whoever needs them reports.
    fn hash(&self, root: &Path, path: &str) -> Hash {
        let file = root.join(path);
        let key = Key::new("input", &[path.as_bytes()]);
        // Asked before the file is read: what is written meanwhile is found out the next time.
        let seen = fs::seen(&file);
        if let (Some((stamp, _)), Some(known)) = (seen, self.hashes.get(key))
            && let Some(hash) = known.strip_prefix(&stamp.to_bytes())
            && let Ok(hash) = Hash::from_slice(hash)
        {
            self.hashes.keep(key);
            return hash;
        }
        let read = fs::hash(&file);
        let hash = read.unwrap_or_else(|| blake3::hash(&[]));
        // That a file can't be read is not its own doing, and may end without a trace in it.
        if let Some((stamp, changed)) = seen
            && read.is_some()
            && self.is_at_rest(changed)
        {
            self.hashes.put(key, [&stamp.to_bytes()[..], hash.as_bytes()].concat());
        }
        hash
    }

    fn is_at_rest(&self, changed: Duration) -> bool {
        let tick = if changed.subsec_nanos() == 0 { COARSE_TICK } else { TICK };
        self.now.is_some_and(|now| changed + tick < now)
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test writes an archive")]
mod tests {
    use super::*;

    #[test]
    fn every_file_that_counts_changes_it() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for name in ["content/essays", "themes/default", "captures", "known"] {
            std::fs::create_dir_all(root.join(name)).unwrap();
        }
        let mut seen = Vec::new();
        let mut look = || {
            let found = fingerprint(root, &root.join("known")).unwrap();
            assert_eq!(fingerprint(root, &root.join("nowhere")).unwrap(), found, "what is known changes nothing");
            assert!(!seen.contains(&found.all));
            seen.push(found.all);
            found
        };
        let before = look();
        std::fs::write(root.join("casebook.toml"), "title").unwrap();
        let after = look();
        assert_ne!(before.content, after.content);
        assert_ne!(before.beside, after.beside);
        for text in ["one", "two", "one more"] {
            // At once, and of one length: their times may be the same.
            std::fs::write(root.join("content/essays/a.md"), text).unwrap();
            assert_eq!(look().beside, after.beside);
        }
        std::fs::rename(root.join("content/essays/a.md"), root.join("content/essays/b.md")).unwrap();
        let renamed = look();
        std::fs::write(root.join("content/essays/b.png"), "one").unwrap();
        let Fingerprint { content, beside, .. } = look();
        assert_ne!(renamed.beside, beside);
        std::fs::write(root.join("themes/default/theme.toml"), "").unwrap();
        look();
        std::fs::write(root.join("captures/a.html"), "").unwrap();
        assert_eq!(look().content, content, "what is searched is the same");
        let large = std::fs::File::create(root.join("captures/large")).unwrap();
        large.set_len(fs::MAX_TEXT + 1).unwrap();
        assert_eq!(look().content, content, "nobody need read it");
    }

    #[test]
    fn what_changed_while_it_was_read_is_no_archive() {
        let [one, two] = [b"1", b"2"].map(|text| {
            let hash = blake3::hash(text);
            Fingerprint { content: hash, all: hash, beside: hash }
        });
        assert_eq!(one.settled(one), one);
        let between = one.settled(two);
        assert!(![one.content, two.content].contains(&between.content) && ![one.all, two.all].contains(&between.all));
    }

    #[test]
    fn a_file_at_rest_is_not_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        std::fs::create_dir(root.join("known")).unwrap();
        std::fs::write(root.join("casebook.toml"), "title").unwrap();
        let known = |now| Known { hashes: Pack::open(root.join("known/inputs")), now };
        let changed = fs::seen(&root.join("casebook.toml")).map(|(_, changed)| changed);
        if let Some(changed) = changed {
            for (now, kept) in [(changed, false), (changed + COARSE_TICK * 2, true)] {
                let first = known(Some(now));
                let hash = first.hash(root, SETTINGS);
                first.hashes.save();
                let key = Key::new("input", &[SETTINGS.as_bytes()]);
                assert_eq!(known(None).hashes.get(key).is_some(), kept);
                assert_eq!(known(None).hash(root, SETTINGS), hash);
            }
        }
    }
}
