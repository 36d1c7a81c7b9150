//! Where a capture lies: in which folder that was given, and where in it.

use std::path::Path;

use crate::fs;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The folder that was given, links followed, with `/` and without the first one.
    root: String,
    /// Relative to the folder, with `/`.
    pub path: String,
}

impl Place {
    /// The place of a file by its path in a folder.
    pub fn new(folder: &Path, path: &str) -> fs::Result<Self> {
        let root = fs::canonical(folder)?.to_string_lossy().replace('\\', "/");
        Ok(Self { root: root.trim_start_matches('/').to_owned(), path: path.to_owned() })
    }

    /// A path that a text names from the folder on.
    pub fn from_root(&self, written: &str) -> Option<String> {
        fs::join_inside(&self.root, written)
    }

    /// A path that a text names from where it stands.
    pub fn beside(&self, written: &str) -> Option<String> {
        fs::join_inside(&format!("{}/{}", self.root, parent(&self.path)), written)
    }
}

/// The folder of a file.
pub fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
