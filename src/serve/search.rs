//! The browser's index of the site that is shown.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::index::SHARDS;
use crate::live::{Edited, Live};
use crate::pipeline::shards;

/// Made when the first of its files is asked for after an edit: no edit waits for it.
#[derive(Default)]
pub struct Search {
    /// Counts the edits.
    edition: AtomicU64,
    made: Mutex<Option<Made>>,
}

/// The files of an index by path, and the edition that they are of.
type Made = (u64, BTreeMap<String, Vec<u8>>);

impl Search {
    /// Told of every edit once it is shown.
    pub fn edited(&self, edited: &Edited) {
        if !matches!(edited, Edited::Theme) && *edited != Edited::Texts(Vec::new()) {
            self.edition.fetch_add(1, Ordering::Release);
        }
    }

    /// A file of the index, as it is for the site that is shown now.
    pub fn shard(&self, live: &Live, path: &str) -> Option<Vec<u8>> {
        if !path.starts_with(SHARDS) {
            return None;
        }
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        // Read before the archive: what is edited meanwhile makes it anew at the next request.
        let edition = self.edition.load(Ordering::Acquire);
        if made.as_ref().is_none_or(|(of, _)| *of != edition) {
            // Two indexes at once would take twice the memory.
            *made = None;
            let new = shards(&*live.searched()?);
            *made = Some((edition, new.inspect_err(|error| tracing::error!("the search index: {error}")).ok()?));
        }
        made.as_ref()?.1.get(path).cloned()
    }
}
