//! The browser's index of the site that is shown.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::index::{self, SHARDS};
use crate::live::{Edited, Live};

/// Brought up to date when the first of its files is asked for after an edit: no edit waits for it.
#[derive(Default)]
pub struct Search {
    /// Counts the edits.
    edition: AtomicU64,
    made: Mutex<Option<(u64, index::Live)>>,
}

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
        // Read before the archive: what is edited meanwhile brings it up to date at the next request.
        let edition = self.edition.load(Ordering::Acquire);
        let found = match made.take() {
            Some((of, index)) if of == edition => Ok(index),
            Some((_, mut index)) => index.update(&*live.searched()?).map(|()| index),
            None => index::Live::new(&*live.searched()?),
        };
        let (_, index) = made.insert((edition, found.inspect_err(told).ok()?));
        index.shard(path).inspect_err(told).ok()?
    }
}

fn told(error: &crate::fs::Error) {
    tracing::error!("the search index: {error}");
}
