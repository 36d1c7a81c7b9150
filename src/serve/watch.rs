//! Notices changes to what an archive is made from.
//!
//! The root is watched for its own entries, so that a folder that comes, goes or is replaced is noticed; the folders
//! are watched with all that is in them. `public/`, `index/` and whatever else lies in the root are nobody's change.

use std::path::{Path, PathBuf};
use std::time::Duration;

use notify::event::{AccessKind, AccessMode, CreateKind, RemoveKind};
use notify::{EventKind, RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, DebouncedEvent, Debouncer, RecommendedCache, new_debouncer};
use tokio::sync::mpsc::UnboundedSender;

use super::Error;
use crate::read::{CONTENT, SETTINGS};

const FOLDERS: [&str; 3] = [CONTENT, "captures", "themes"];
/// A save is several events: what an editor does within this time is one change.
const PAUSE: Duration = Duration::from_millis(30);

pub struct Watcher {
    root: PathBuf,
    debouncer: Debouncer<RecommendedWatcher, RecommendedCache>,
}

impl Watcher {
    /// Sends for every change whether folders came or went, so that watching must be [set up anew](Self::rearm).
    pub fn open(root: &Path, changes: UnboundedSender<bool>) -> Result<Self, Error> {
        let root = root.canonicalize().map_err(|error| failed(root, &error))?;
        let below = root.clone();
        let debouncer = new_debouncer(PAUSE, None, move |events: DebounceEventResult| {
            let change = match &events {
                Ok(events) => events.iter().filter_map(|event| change(event, &below)).reduce(|a, b| a || b),
                // Events were lost, so anything may have changed.
                Err(_) => Some(true),
            };
            if let Some(folders_changed) = change {
                // Nobody listens any more: the server is about to end.
                let _ = changes.send(folders_changed);
            }
        });
        let mut watcher = Self { debouncer: debouncer.map_err(|error| failed(&root, &error))?, root };
        let watched = watcher.debouncer.watch(&watcher.root, RecursiveMode::NonRecursive);
        watched.map_err(|error| failed(&watcher.root, &error))?;
        watcher.rearm()?;
        Ok(watcher)
    }

    /// Watches the folders that are there now. One that was replaced has lost its watch without a word.
    pub fn rearm(&mut self) -> Result<(), Error> {
        for folder in FOLDERS.map(|name| self.root.join(name)) {
            // It may never have been watched.
            let _ = self.debouncer.unwatch(&folder);
            if !folder.is_dir() {
                continue;
            }
            match self.debouncer.watch(&folder, RecursiveMode::Recursive) {
                Err(error) if folder.is_dir() => return Err(failed(&folder, &error)),
                // It went while we looked; the root tells when it comes back.
                _ => {}
            }
        }
        Ok(())
    }
}

fn failed(path: &Path, error: &dyn std::fmt::Display) -> Error {
    Error {
        message: format!("cannot watch `{}`: {error}", path.display()),
        help: "check that it is a folder that can be read; on Linux, raise fs.inotify.max_user_watches",
    }
}

/// Whether an event changes the archive, and if so, whether it is about folders.
fn change(event: &DebouncedEvent, root: &Path) -> Option<bool> {
    if event.need_rescan() {
        return Some(true);
    }
    match event.kind {
        // Loading reads every file: to load because one was read would never end.
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => {}
        EventKind::Access(_) => return None,
        _ => {}
    }
    let mut paths = event.paths.iter().filter_map(|path| path.strip_prefix(root).ok()).filter(|path| is_input(path));
    let first = paths.next()?;
    let about_folders = matches!(
        event.kind,
        EventKind::Create(CreateKind::Folder) | EventKind::Remove(RemoveKind::Folder | RemoveKind::Other)
    );
    let is_top = |path: &Path| path.components().count() == 1;
    Some(about_folders || is_top(first) || paths.any(is_top))
}

/// Whether the archive is made from what lies at a path. Editors keep their own files beside, under hidden names.
fn is_input(path: &Path) -> bool {
    let mut names = path.iter().map(|name| name.to_string_lossy());
    let Some(top) = names.next() else { return false };
    (top == SETTINGS || FOLDERS.contains(&&*top)) && !names.any(|name| name.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use notify::Event;
    use notify::event::{DataChange, ModifyKind};

    use super::*;

    fn seen(kind: EventKind, path: &str) -> Option<bool> {
        let event = Event::new(kind).add_path(Path::new("/archive").join(path));
        change(&DebouncedEvent { event, time: std::time::Instant::now() }, Path::new("/archive"))
    }

    #[test]
    fn only_changes_to_the_archive_count() {
        let data = EventKind::Modify(ModifyKind::Data(DataChange::Any));
        assert_eq!(seen(data, "content/essays/a.md"), Some(false));
        assert_eq!(seen(data, "casebook.toml"), Some(true));
        assert_eq!(seen(data, "public/index.html"), None);
        assert_eq!(seen(data, "content/essays/.a.md.swp"), None);
        assert_eq!(seen(data, ""), None);
        assert_eq!(seen(EventKind::Access(AccessKind::Read), "content/essays/a.md"), None);
        assert_eq!(seen(EventKind::Create(CreateKind::Folder), "content/essays"), Some(true));
    }
}
