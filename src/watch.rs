//! Edits of the archive, as they happen.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use notify_debouncer_full::notify::{self, EventKind, RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, Debouncer, RecommendedCache, new_debouncer};

use crate::fs;

/// How long a burst of saves may pause and still be one edit.
const PAUSE: Duration = Duration::from_millis(30);

/// What the archive is made of. Other files at its root, such as the published site, are no edit.
const FOLDERS: [&str; 3] = ["content", "captures", "themes"];
const SETTINGS: &str = "casebook.toml";

/// The edits of an archive.
pub struct Edits {
    root: PathBuf,
    events: Mutex<Receiver<DebounceEventResult>>,
    watcher: Mutex<Debouncer<RecommendedWatcher, RecommendedCache>>,
}

pub fn watch(root: &Path) -> fs::Result<Edits> {
    let root = fs::canonical(root)?;
    let failed = |error: notify::Error| {
        fs::Error::new("watch", &root, error)
            .mend("a system lets a user watch so many folders: end what watches others")
    };
    let (send, events) = channel();
    let mut watcher = new_debouncer(PAUSE, None, send).map_err(failed)?;
    // The root alone tells of its own files, and of folders that come and go.
    watcher.watch(&root, RecursiveMode::NonRecursive).map_err(failed)?;
    for folder in FOLDERS.map(|name| root.join(name)).into_iter().filter(|folder| folder.is_dir()) {
        watcher.watch(&folder, RecursiveMode::Recursive).map_err(failed)?;
    }
    Ok(Edits { root, events: Mutex::new(events), watcher: Mutex::new(watcher) })
}

impl Edits {
    /// Waits for an edit. `false` once nobody watches any more.
    pub fn next(&self) -> bool {
        let (Ok(events), Ok(mut watcher)) = (self.events.lock(), self.watcher.lock()) else { return false };
        loop {
            let Ok(first) = events.recv() else { return false };
            // What came meanwhile is read in one go with it.
            let batch: Vec<_> = std::iter::once(first).chain(events.try_iter()).collect();
            let mut edited = false;
            for event in batch {
                // Lost events are an edit: better one reading too many.
                let Ok(event) = event else {
                    edited = true;
                    continue;
                };
                let touched = event.iter().filter(|event| !matches!(event.kind, EventKind::Access(_)));
                for path in touched.flat_map(|event| &event.paths) {
                    let Ok(inside) = path.strip_prefix(&self.root) else { continue };
                    let name = inside.components().next().map(|part| part.as_os_str().to_string_lossy().into_owned());
                    let name = name.unwrap_or_default();
                    if FOLDERS.contains(&name.as_str()) && inside.components().count() == 1 && path.is_dir() {
                        // A folder that was made anew, as a checkout does, is watched anew.
                        let _ = watcher.unwatch(path);
                        let _ = watcher.watch(path, RecursiveMode::Recursive);
                    }
                    edited |= name == SETTINGS || FOLDERS.contains(&name.as_str());
                }
            }
            if edited {
                return true;
            }
        }
    }
}
