//! What an export leaves behind for the next one: what it was made of, and the names of its shards.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::cut::{Cut, Hash};
use super::document::Key;
use super::number::Numbering;
use super::write::Label;
use crate::fs;

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
    /// Another program may pack the same otherwise.
    pub program: String,
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
const SUM: usize = 32;

impl Kept {
    /// Reads it from the index's folder; `None` where there is none that is whole.
    pub fn read(folder: &Path) -> Option<Self> {
        let bytes = fs::read_if_there(&folder.join(FILE)).ok()??;
        let (sum, bytes) = bytes.split_at_checked(SUM)?;
        if *blake3::hash(bytes).as_bytes() != *sum {
            return None;
        }
        let (length, bytes) = bytes.split_at_checked(8)?;
        let length = usize::try_from(u64::from_le_bytes(length.try_into().ok()?)).ok()?;
        let (made, documents) = bytes.split_at_checked(length)?;
        let documents = documents.chunks_exact(DOCUMENT).map(|bytes| {
            let half = |at: usize| u64::from_le_bytes(std::array::from_fn(|byte| bytes[at + byte]));
            (u32::from_le_bytes(std::array::from_fn(|byte| bytes[byte])), [half(4), half(12)])
        });
        Some(Self { made: serde_json::from_slice(made).ok()?, documents: documents.collect() })
    }

    /// Writes it into the index's folder.
    pub fn write(&self, folder: &Path) -> fs::Result<()> {
        let made = serde_json::to_vec(&self.made).expect("strings and numbers always serialise");
        let mut bytes = (made.len() as u64).to_le_bytes().to_vec();
        bytes.extend(made);
        for (number, [key, rest]) in &self.documents {
            bytes.extend(number.to_le_bytes());
            bytes.extend(key.to_le_bytes());
            bytes.extend(rest.to_le_bytes());
        }
        let sum = blake3::hash(&bytes);
        fs::write_atomic(&folder.join(FILE), &[sum.as_bytes().as_slice(), &bytes].concat())
    }
}
