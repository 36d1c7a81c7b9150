//! Where the site lies, and where it must not.

use std::path::{Path, PathBuf};

use crate::fs::{self, EntryKind, Error, Result};

/// The published site, below the archive's root.
const PUBLIC: &str = "public";
/// Derived state.
const INDEX: &str = "index";
/// What an archive is made from: a site among it would publish it, or replace it.
const INPUTS: [&str; 5] = ["content", "captures", "themes", INDEX, "casebook.toml"];

/// The folders of one publication, links followed.
#[derive(Debug)]
pub struct Place {
    pub public: PathBuf,
    /// Where `public` and the stage lie side by side, so that one can take the other's place.
    pub folder: PathBuf,
    pub stage: PathBuf,
}

impl Place {
    /// Finds the place below an archive's root. `public/` and `index/` need not be there; where they are, they must
    /// be folders inside the archive, or links to such.
    pub fn find(root: &Path) -> Result<Self> {
        let root = fs::canonical(root)?;
        resolve(&root, INDEX)?;
        let public = resolve(&root, PUBLIC)?;
        if public == root {
            return Err(refused(&root.join(PUBLIC), "it is a link to the archive itself"));
        }
        for input in INPUTS {
            let Ok(input) = fs::canonical(&root.join(input)) else { continue };
            if input.starts_with(&public) || public.starts_with(&input) {
                let why = format!("it is the same place as `{}`, or one lies in the other", input.display());
                return Err(refused(&root.join(PUBLIC), &why));
            }
        }
        // A path below the root has a name and a parent.
        let name = public.file_name().unwrap_or_default().to_string_lossy();
        let folder = public.parent().unwrap_or(&root).to_owned();
        let stage = folder.join(format!(".{name}.stage"));
        Ok(Self { public, folder, stage })
    }
}

/// A folder of the archive, its link followed.
fn resolve(root: &Path, name: &str) -> Result<PathBuf> {
    let path = root.join(name);
    match fs::entry(&path)? {
        None | Some(EntryKind::Folder) => return Ok(path),
        Some(EntryKind::File) => {
            let error = Error::new("use the folder", &path, "a file stands in its place");
            return Err(error.mend("move it away or delete it"));
        }
        Some(EntryKind::Other) => {}
    }
    let Ok(real) = fs::canonical(&path) else { return Err(refused(&path, "it is a link that leads nowhere")) };
    if !real.starts_with(root) {
        return Err(refused(&path, "it is a link out of the archive"));
    }
    if fs::entry(&real)? != Some(EntryKind::Folder) {
        return Err(refused(&path, "it does not lead to a folder"));
    }
    Ok(real)
}

fn refused(path: &Path, why: &str) -> Error {
    Error::new("use the folder", path, why).mend("remove it: a folder is made in its place")
}
