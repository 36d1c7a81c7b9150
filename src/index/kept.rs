//! What an export leaves behind for the next one: what it was made of, and the names of its shards.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::cut::{Cut, Hash};
use super::document::Key;
use super::number::Numbering;
use super::shard::{character_table, remember_characters};
use super::write::Label;
use crate::cache::{self, Pack};

/// Its file in the index's folder.
const FILE: &str = "export";

/// What a later export need not make again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub(super) made: Made,
    /// Every document by its number, with what stood for it, sorted.
    pub(super) documents: Vec<(u32, Key)>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Made {
    pub label: Label,
    pub numbering: Numbering,
    /// How large a shard was to be.
    pub fair: usize,
    pub groups: Vec<[u8; 4]>,
    pub order: Hash,
    pub terms: Vec<Cut>,
    pub forms: Vec<Cut>,
}

/// How many bytes a document takes in the file.
const DOCUMENT: usize = 20;

fn key(what: &str) -> cache::Key {
    cache::Key::new(what, &[])
}

impl Kept {
    /// Reads it from the index's folder; `None` where there is none that is whole, and this program's: another one may
    /// pack the same otherwise.
    pub fn read(folder: &Path) -> Option<Self> {
        let pack = Pack::open(folder.join(FILE));
        let made = serde_json::from_slice(pack.get(key("made"))?).ok()?;
        remember_characters(pack.get(key("characters"))?);
        let documents = pack.get(key("documents"))?.chunks_exact(DOCUMENT).map(|bytes| {
            let half = |at: usize| u64::from_le_bytes(std::array::from_fn(|byte| bytes[at + byte]));
            (u32::from_le_bytes(std::array::from_fn(|byte| bytes[byte])), [half(4), half(12)])
        });
        Some(Self { made, documents: documents.collect() })
    }

    /// Writes it into the index's folder, if it can.
    pub fn write(&self, folder: &Path) {
        let pack = Pack::open(folder.join(FILE));
        pack.put(key("made"), serde_json::to_vec(&self.made).expect("strings and numbers always serialise"));
        let mut bytes = Vec::with_capacity(self.documents.len() * DOCUMENT);
        for (number, [first, second]) in &self.documents {
            bytes.extend(number.to_le_bytes());
            bytes.extend(first.to_le_bytes());
            bytes.extend(second.to_le_bytes());
        }
        pack.put(key("documents"), bytes);
        pack.put(key("characters"), character_table().to_vec());
        pack.save();
    }
}
