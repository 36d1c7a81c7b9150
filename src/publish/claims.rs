//! What one publication is made of, gathered as it comes.

use std::path::Path;

use blake3::Hash;
use foldhash::{HashMap, HashSet};

use super::manifest::{Manifest, NAME, ancestors, well_formed};
use crate::fs::{Error, Result};

#[derive(Debug, Clone, Copy)]
struct Claim {
    hash: Hash,
    /// `public/` has these bytes already.
    unchanged: bool,
}

/// The paths that artifacts have taken.
#[derive(Debug, Default)]
pub struct Claims {
    files: HashMap<String, Claim>,
    folders: HashSet<String>,
}

impl Claims {
    /// Takes a path for a file. The error is the program's, not an author's: no two things may share an address.
    pub fn take(&mut self, public: &Path, path: &str, hash: Hash, unchanged: bool) -> Result<()> {
        let refused = |why: &str| Error::new("publish", &public.join(path), why);
        well_formed(path).map_err(refused)?;
        if self.files.contains_key(path) {
            return Err(refused("two artifacts have this path"));
        }
        if self.folders.contains(path)
            || ancestors(path).any(|folder| folder == NAME || self.files.contains_key(folder))
        {
            return Err(refused("one artifact would have to be both a file and a folder"));
        }
        self.files.insert(path.to_owned(), Claim { hash, unchanged });
        for folder in ancestors(path) {
            if self.folders.contains(folder) {
                break;
            }
            self.folders.insert(folder.to_owned());
        }
        Ok(())
    }

    /// Whether the file with this path is unchanged; `None` where no artifact has it.
    pub fn file(&self, path: &str) -> Option<bool> {
        self.files.get(path).map(|claim| claim.unchanged)
    }

    pub fn is_folder(&self, path: &str) -> bool {
        self.folders.contains(path)
    }

    pub fn folders(&self) -> impl Iterator<Item = &str> {
        self.folders.iter().map(String::as_str)
    }

    /// The files that `public/` has already, or those that it has not, in no order.
    pub fn files(&self, unchanged: bool) -> impl Iterator<Item = &str> {
        self.files.iter().filter(move |(_, claim)| claim.unchanged == unchanged).map(|(path, _)| path.as_str())
    }

    pub fn manifest(&self) -> Manifest {
        self.files.iter().map(|(path, claim)| (path.clone(), claim.hash)).collect()
    }
}
