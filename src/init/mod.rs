//! A small archive of every kind of entry: what `casebook init` writes.

use std::path::Path;

use rust_embed::RustEmbed;

use crate::fs;

#[derive(RustEmbed)]
#[folder = "src/init/archive/"]
struct Archive;

/// Every file of the archive, by its path; in order.
pub fn files() -> impl Iterator<Item = (String, Vec<u8>)> {
    let mut paths: Vec<_> = Archive::iter().collect();
    paths.sort();
    paths.into_iter().filter_map(|path| {
        // Hidden files go by another name here: one of them says what git ignores, and would be heard in this folder.
        let name = path.strip_prefix("dot-").map_or_else(|| path.to_string(), |name| format!(".{name}"));
        Some((name, Archive::get(&path)?.data.into_owned()))
    })
}

/// Writes the archive into `folder`, which must be empty or not there. Returns how many files were written.
pub fn write(folder: &Path) -> fs::Result<usize> {
    if folder.exists() && !fs::is_empty_dir(folder)? {
        return Err(
            fs::Error::new("make an archive in", folder, "it is not empty").mend("name a folder that is not there yet")
        );
    }
    let mut written = 0;
    for (path, bytes) in files() {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write_new(&path, &bytes)?;
        written += 1;
    }
    Ok(written)
}
