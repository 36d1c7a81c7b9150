//! A stand-in until the stage is merged.

use std::collections::BTreeMap;
use std::fmt;

/// A file of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// Below the site's root, with `/`.
    pub path: String,
    pub bytes: Vec<u8>,
}

#[derive(Debug)]
pub struct Error(pub String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

#[derive(Debug, Default)]
pub struct Site(BTreeMap<String, Vec<u8>>);

impl Site {
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub fn render(&self, path: &str) -> Option<Result<Artifact, Error>> {
        Some(Ok(Artifact { path: path.to_owned(), bytes: self.0.get(path)?.clone() }))
    }
}
