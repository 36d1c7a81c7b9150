//! The index of an archive that is being edited, in memory, with the shards that the browser gets of it.

use super::export::{Exporter, Numbered, Sink, unreadable};
use super::kept::Kept;
use super::open::Index;
use super::shard::Shard;
use super::write::Label;
use crate::fs;
use crate::model::Archive;

/// Its shards are made when they are asked for; what is kept of them is where they begin and how they are named.
pub struct Live {
    index: Index,
    numbered: Numbered,
    kept: Kept,
}

/// Takes no shard.
struct Nothing;

impl Sink for Nothing {
    fn keep(&self, _: &str) -> fs::Result<bool> {
        Ok(true)
    }

    fn put(&self, _: Shard) -> fs::Result<()> {
        Ok(())
    }
}

impl Live {
    pub fn new(archive: &Archive) -> fs::Result<Self> {
        let index = Index::in_memory(archive).map_err(unreadable)?;
        let numbered = Numbered::new(&index);
        let made = Exporter { index: &index, numbered: &numbered }.export(None, &Nothing)?;
        let kept = Kept { made, documents: numbered.documents.clone() };
        Ok(Self { index, numbered, kept })
    }

    /// Brings it up to date with another edition of the archive.
    pub fn update(&mut self, archive: &Archive) -> fs::Result<()> {
        let label = Label::new(archive, "");
        if label != self.index.label || !self.index.catch_up(archive, &label).map_err(unreadable)? {
            *self = Self::new(archive)?;
            return Ok(());
        }
        self.numbered = Numbered::new(&self.index);
        let exporter = Exporter { index: &self.index, numbered: &self.numbered };
        let made = exporter.export(Some(&self.kept), &Nothing)?;
        self.kept = Kept { made, documents: self.numbered.documents.clone() };
        Ok(())
    }

    /// The bytes of the shard at a path below the site's root; `None` where there is none in this edition.
    pub fn shard(&self, path: &str) -> fs::Result<Option<Vec<u8>>> {
        Exporter { index: &self.index, numbered: &self.numbered }.shard(&self.kept.made, path)
    }

    /// For searches.
    pub fn index(&self) -> &Index {
        &self.index
    }
}
