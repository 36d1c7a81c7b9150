//! The list of what casebook owns in `public/`. It lies in `public/` itself, as `.casebook`.

use std::collections::BTreeMap;
use std::path::Path;

use blake3::Hash;

use crate::fs;

pub const NAME: &str = ".casebook";
const HEAD: &str = "casebook 1";

/// Each owned file, by its path below `public/`, with the hash of its bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manifest(pub BTreeMap<String, Hash>);

impl Manifest {
    /// The manifest of a folder. Where there is none, or one of another version, nothing is owned.
    pub fn read(folder: &Path) -> fs::Result<Self> {
        let bytes = fs::read_if_there(&folder.join(NAME))?.unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let mut lines = text.lines();
        if lines.next() != Some(HEAD) {
            return Ok(Self::default());
        }
        let entry = |line: &str| {
            let (hash, path) = line.split_once(' ')?;
            Some((path.to_owned(), Hash::from_hex(hash).ok()?))
        };
        Ok(Self(lines.filter_map(entry).collect()))
    }

    pub fn text(&self) -> String {
        let lines = self.0.iter().map(|(path, hash)| format!("{} {path}\n", hash.to_hex()));
        format!("{HEAD}\n{}", lines.collect::<String>())
    }
}
