//! Where a capture lies: in which folder that was given, and where in it; and what lies there beside it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::fs::{self, Refused};
use crate::model::folded;
use crate::read::{is_picture, picture};

/// A folder that was given, or that of a file that was. Nothing outside it is read.
#[derive(Debug)]
pub struct Folder {
    /// Links followed.
    root: PathBuf,
    /// The pictures in it by their folded names, each with its path; `None` where one file was given: what else lies
    /// beside it was not.
    pictures: Option<BTreeMap<String, Vec<String>>>,
}

#[derive(Debug, Clone)]
pub struct Place {
    pub folder: Arc<Folder>,
    /// Relative to the folder, with `/`.
    pub path: String,
}

impl Folder {
    /// The folder of one file.
    pub fn of_a_file(root: &Path) -> fs::Result<Self> {
        Ok(Self { root: fs::canonical(root)?, pictures: None })
    }

    /// A folder with the paths of the pictures in it.
    pub fn with<'a>(root: &Path, pictures: impl Iterator<Item = &'a str>) -> fs::Result<Self> {
        let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for path in pictures {
            names.entry(folded(last(path))).or_default().push(path.to_owned());
        }
        Ok(Self { root: fs::canonical(root)?, pictures: Some(names) })
    }

    pub fn path_of(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// The bytes of a picture as it may lie beside an entry, and what its name should end with.
    pub fn read(&self, path: &str, pixels: u64) -> Result<(Vec<u8>, &'static str), String> {
        let bytes = fs::read_inside(&self.root, path).map_err(|refused| match refused {
            Refused::Missing => "there is no such file".to_owned(),
            Refused::Outside => "it lies outside the folder that was given".to_owned(),
            Refused::Failed(error) => error.cause().to_owned(),
        })?;
        picture(path, bytes, pixels)
    }

    /// The root with `/`, and without the first one.
    fn rooted(&self) -> String {
        self.root.to_string_lossy().replace('\\', "/").trim_start_matches('/').to_owned()
    }
}

impl Place {
    /// A path that a text names from the folder on.
    pub fn from_root(&self, written: &str) -> Option<String> {
        fs::join_inside(&self.folder.rooted(), written)
    }

    /// A path that a text names from where it stands.
    pub fn beside(&self, written: &str) -> Option<String> {
        fs::join_inside(&format!("{}/{}", self.folder.rooted(), parent(&self.path)), written)
    }

    /// The picture that a text shows, by its path in the folder: as it is written from where the text stands or from the
    /// folder on, or else the only one whose path ends so. `None` where the text shows no picture of its own; the error
    /// says why it can't be told which.
    pub fn picture(&self, written: &str) -> Option<Result<String, String>> {
        let is_own = is_picture(written) && !written.contains("://");
        is_own.then(|| self.own_picture(written).map_err(str::to_owned))
    }

    fn own_picture(&self, written: &str) -> Result<String, &'static str> {
        let rooted = written.trim_start_matches('/');
        let beside = fs::join_inside(parent(&self.path), written);
        let Some(names) = &self.folder.pictures else {
            let beside = beside.ok_or("it lies outside the folder of the text")?;
            let is_hidden = beside.split('/').any(|part| part.starts_with('.'));
            return if is_hidden { Err("a file with such a name is hidden") } else { Ok(beside) };
        };
        let all = names.get(&folded(last(written))).ok_or("there is no such picture in the folder that was given")?;
        let there = |path: String| {
            let same = || all.iter().find(|other| folded(other) == folded(&path));
            all.iter().find(|other| **other == path).or_else(same).cloned()
        };
        let end = folded(&format!("/{rooted}"));
        let mut ends = all.iter().filter(|path| folded(&format!("/{path}")).ends_with(&end));
        let only = || ends.next().filter(|_| ends.next().is_none()).cloned();
        let found = beside.and_then(there).or_else(|| fs::join_inside("", rooted).and_then(there)).or_else(only);
        found.ok_or("there is none, or there are several, in the folder that was given that may be meant")
    }
}

/// The folder of a file.
fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The name of a file, without its folders.
pub fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
