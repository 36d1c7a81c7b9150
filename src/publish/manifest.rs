//! The list of what casebook owns in `public/`: a first line with its version, then a line for each file, in the
//! order of path bytes, with the BLAKE3 hash of its bytes, two spaces and its path.
//!
//! The list lies in `public/` itself, so it can't come to belong to another site than the one beside it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use blake3::Hash;

use crate::fs::{self, BESIDE, Entry, EntryKind, Result};

/// Where the list lies, below the site's root.
pub const NAME: &str = ".casebook";
const VERSION: &str = "casebook manifest 1";

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manifest(BTreeMap<String, Hash>);

impl Manifest {
    /// What is owned in `public`. Of a list that another version wrote, or somebody edited, only those lines count
    /// whose file has just the bytes that the line says.
    pub fn read(public: &Path) -> Result<Self> {
        let path = public.join(NAME);
        if fs::entry(&path)? != Some(EntryKind::File) {
            return Ok(Self::default());
        }
        let bytes = fs::read(&path)?;
        let text = String::from_utf8_lossy(&bytes);
        if let Some(listed) = printed(&text) {
            return Ok(listed);
        }
        let listed = Self(text.lines().filter_map(line).collect());
        let mut owned = BTreeMap::new();
        for (path, hash) in listed.0 {
            let file = public.join(&path);
            if fs::entry(&file)? == Some(EntryKind::File) && blake3::hash(&fs::read(&file)?) == hash {
                owned.insert(path, hash);
            }
        }
        Ok(Self(owned))
    }

    pub fn print(&self) -> String {
        let mut text = format!("{VERSION}\n");
        for (path, hash) in &self.0 {
            let _ = writeln!(text, "{hash}  {path}");
        }
        text
    }

    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &Hash)> {
        self.0.iter().map(|(path, hash)| (path.as_str(), hash))
    }

    /// Whether what lies at `path` is casebook's: the list, a file on it, or what a killed build left beside one.
    /// Only plain files are owned: who put a folder or a link in a page's place may have put more in it.
    pub fn owns(&self, path: &Path, kind: EntryKind) -> bool {
        let Some(path) = path.to_str() else { return false };
        let path = path.strip_suffix(BESIDE).unwrap_or(path);
        kind == EntryKind::File && (path == NAME || self.0.contains_key(path))
    }

    /// Whether a thing is part of the site: what is owned, or one of `folders`, which are its own.
    pub fn holds(&self, entry: &Entry, folders: &BTreeSet<&str>) -> bool {
        match entry.kind {
            EntryKind::Folder => entry.path.to_str().is_some_and(|path| folders.contains(path)),
            kind => self.owns(&entry.path, kind),
        }
    }

    /// Every folder that a listed file lies in.
    pub fn folders(&self) -> BTreeSet<&str> {
        let mut folders = BTreeSet::new();
        for path in self.paths() {
            // Where a folder is known, so are those that it lies in.
            let _ = ancestors(path).find(|folder| !folders.insert(*folder));
        }
        folders
    }

    /// Both lists in one; where both list a path, `newer` says its hash.
    pub fn union(&self, newer: &Self) -> Self {
        let mut all = self.0.clone();
        all.extend(newer.0.iter().map(|(path, hash)| (path.clone(), *hash)));
        Self(all)
    }

    pub fn hash(&self, path: &str) -> Option<Hash> {
        self.0.get(path).copied()
    }

    pub fn contains(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }
}

impl FromIterator<(String, Hash)> for Manifest {
    fn from_iter<I: IntoIterator<Item = (String, Hash)>>(files: I) -> Self {
        Self(files.into_iter().collect())
    }
}

/// A list that is as [`print`](Manifest::print) writes it, to the byte.
fn printed(text: &str) -> Option<Manifest> {
    let rest = text.strip_prefix(VERSION)?.strip_prefix('\n')?;
    let lines = rest.split_inclusive('\n').map(|whole| line(whole.strip_suffix('\n')?).filter(|_| is_lower(whole)));
    let lines = lines.collect::<Option<Vec<_>>>()?;
    lines.is_sorted_by(|a, b| a.0 < b.0).then(|| Manifest(lines.into_iter().collect()))
}

fn is_lower(line: &str) -> bool {
    !line.bytes().take_while(|b| *b != b' ').any(|b| b.is_ascii_uppercase())
}

/// The list comes with the archive, from anybody: a path in it that leaves `public/` is no line at all.
fn line(line: &str) -> Option<(String, Hash)> {
    let (hash, path) = line.split_once("  ")?;
    well_formed(path).ok()?;
    Some((path.to_owned(), Hash::from_hex(hash).ok()?))
}

/// The folders that a path goes through, the innermost first.
pub fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(path.rsplit_once('/'), |(folder, _)| folder.rsplit_once('/')).map(|(folder, _)| folder)
}

/// Whether a path names a file below the site's root and nothing else; the error says why not.
pub fn well_formed(path: &str) -> std::result::Result<(), &'static str> {
    if path.starts_with('/') {
        return Err("the path is not relative");
    }
    if path.contains('\\') || path.contains(char::is_control) {
        return Err("the path has a backslash or a control character in it");
    }
    if path.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return Err("the path has an empty part, `.` or `..` in it");
    }
    if path == NAME || path.ends_with(BESIDE) {
        return Err("the path is one that publishing needs itself");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_reads_back() {
        let files = ["b/index.html", "a", "b"].map(|path| (path.to_owned(), blake3::hash(path.as_bytes())));
        let manifest: Manifest = files.into_iter().collect();
        let text = manifest.print();
        let paths: Vec<_> = text.lines().skip(1).map(|line| &line[66..]).collect();
        assert_eq!(paths, ["a", "b", "b/index.html"]);
        assert_eq!(text.lines().filter_map(line).collect::<Manifest>(), manifest);
        assert_eq!(manifest.folders().into_iter().collect::<Vec<_>>(), ["b"]);
    }

    #[test]
    fn a_list_owns_nothing_outside_its_folder() {
        let hash = blake3::hash(b"");
        for path in ["/etc/passwd", "../x", "a/../../x", "a\\b", "", "a//b", NAME] {
            assert_eq!(line(&format!("{hash}  {path}")), None, "{path}");
        }
        assert!(line(&format!("{hash}  a/b")).is_some());
    }

    #[test]
    fn ancestors_go_outwards() {
        assert_eq!(ancestors("a/b/c").collect::<Vec<_>>(), ["a/b", "a"]);
        assert_eq!(ancestors("a").count(), 0);
    }
}
