//! The stage beside `public/`: filled, completed, exchanged, cleared.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::manifest::{Manifest, NAME};
use crate::fs;

/// Lies in a stage that is being filled. Everything in such a stage is made, or is in `public/` as well.
const UNFINISHED: &str = ".casebook-unfinished";

pub fn write(stage: &Path, path: &str, bytes: &[u8]) -> fs::Result<()> {
    if !stage.join(UNFINISHED).exists() {
        fs::create_dir_all(stage)?;
        fs::write_new(&stage.join(UNFINISHED), b"")?;
    }
    let file = stage.join(path);
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write_new(&file, bytes)
}

/// Adds to the changed files what else the new site has: unchanged files, and what casebook does not own.
pub fn complete(stage: &Path, public: &Path, new: &Manifest, changed: &[String], old: &Manifest) -> fs::Result<()> {
    fs::create_dir_all(stage)?;
    fs::write_new(&stage.join(UNFINISHED), b"")?;
    let changed: BTreeSet<&String> = changed.iter().collect();
    for path in new.0.keys().filter(|path| !changed.contains(path)) {
        link(&public.join(path), &stage.join(path))?;
    }
    if public.exists() {
        for (path, is_folder) in tree(public)? {
            let Some(name) = path.to_str() else {
                unowned(public, stage, &path, is_folder)?;
                continue;
            };
            if name != NAME && !old.0.contains_key(name) && !new.0.contains_key(name) {
                // A folder that held only pages goes with them; one that was empty before is somebody's.
                if !is_folder || is_empty(&public.join(&path)) {
                    unowned(public, stage, &path, is_folder)?;
                }
            }
        }
    }
    fs::write_new(&stage.join(NAME), new.text().as_bytes())?;
    fs::remove_file(&stage.join(UNFINISHED))
}

fn unowned(public: &Path, stage: &Path, path: &Path, is_folder: bool) -> fs::Result<()> {
    let (from, to) = (public.join(path), stage.join(path));
    let folder = if is_folder { Some(to.as_path()) } else { to.parent() };
    let clash = to.symlink_metadata().is_ok() || folder.is_some_and(|folder| folder.exists() && !folder.is_dir());
    if clash || to.ancestors().skip(1).take_while(|above| *above != stage).any(Path::is_file) {
        return Err(fs::Error::new("publish beside", &from, "casebook did not write it, and a page needs its place")
            .mend("move it away, or delete it, and build again"));
    }
    if is_folder { fs::create_dir_all(&to) } else { link(&from, &to) }
}

fn link(from: &Path, to: &Path) -> fs::Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::link_or_copy(from, to)
}

/// Removes a stage, or the old tree after an exchange. A file that is neither owned nor in `public/` came while the
/// site was being built, and moves there.
pub fn clear(stage: &Path, public: &Path) -> fs::Result<()> {
    if stage.symlink_metadata().is_err() {
        return Ok(());
    }
    if !stage.join(UNFINISHED).exists() {
        let owned = Manifest::read(stage)?;
        for (path, is_folder) in tree(stage)? {
            let known = path.to_str().is_some_and(|name| name == NAME || owned.0.contains_key(name));
            let to = public.join(&path);
            if !is_folder && !known && to.symlink_metadata().is_err() {
                if let Some(folder) = to.parent() {
                    fs::create_dir_all(folder)?;
                }
                fs::rename(&stage.join(&path), &to)?;
            }
        }
    }
    fs::remove_dir_all(stage)
}

/// Where the folders can't be exchanged: each file in one step, pages last, then what is gone.
pub fn one_by_one(
    stage: &Path,
    public: &Path,
    new: &Manifest,
    changed: &[String],
    removed: &[&String],
) -> fs::Result<()> {
    // First the list of both: whatever happens next, every file that was written is known as owned.
    let mut both = new.clone();
    let gone = removed.iter().filter_map(|path| Some(((*path).clone(), *new.0.values().next()?)));
    both.0.extend(gone);
    fs::write_atomic(&public.join(NAME), both.text().as_bytes())?;
    let (pages, parts): (Vec<_>, Vec<_>) =
        changed.iter().partition(|path| Path::new(path).extension().is_some_and(|e| e == "html"));
    for path in parts.into_iter().chain(pages) {
        let to = public.join(path);
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
        }
        let bytes = fs::read(&stage.join(path))?;
        fs::write_atomic(&to, &bytes)?;
    }
    for path in removed {
        let file = public.join(path);
        if file.symlink_metadata().is_ok() {
            fs::remove_file(&file)?;
        }
        file.ancestors().skip(1).take_while(|folder| *folder != public).for_each(fs::remove_dir_if_empty);
    }
    fs::write_atomic(&public.join(NAME), new.text().as_bytes())?;
    fs::remove_dir_all(stage)
}

fn is_empty(folder: &Path) -> bool {
    fs::is_empty_dir(folder).unwrap_or(false)
}

/// Everything below a folder, links as they are; whether each is a folder.
fn tree(root: &Path) -> fs::Result<Vec<(PathBuf, bool)>> {
    let failed = |path: &Path, error: &dyn std::fmt::Display| fs::Error::new("list", path, error);
    let (mut found, mut folders) = (Vec::new(), vec![PathBuf::new()]);
    while let Some(folder) = folders.pop() {
        let here = root.join(&folder);
        for entry in std::fs::read_dir(&here).map_err(|error| failed(&here, &error))? {
            let entry = entry.map_err(|error| failed(&here, &error))?;
            let path = folder.join(entry.file_name());
            let is_folder = entry.file_type().map_err(|error| failed(&here, &error))?.is_dir();
            if is_folder {
                folders.push(path.clone());
            }
            found.push((path, is_folder));
        }
    }
    found.sort();
    Ok(found)
}
