//! Edits of the archive, as they happen.
//!
//! An edit is told of as soon as its writer is done: a file was closed, or moved into its place. What may not be whole
//! yet (a file that was just made, one that is gone and may come back, a system that does not tell when a file is
//! closed) is given a moment.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, ModifyKind, RenameMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::fs;

/// How long what may not be whole must rest.
const PAUSE: Duration = Duration::from_millis(10);
/// After so long an edit is told of even if there is no rest.
const PATIENCE: Duration = Duration::from_millis(100);

/// What the archive is made of. Other files at its root, such as the published site, are no edit.
const FOLDERS: [&str; 3] = ["content", "captures", "themes"];
const SETTINGS: &str = "casebook.toml";

/// What was edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changes {
    /// Nobody knows.
    All,
    /// Files, and folders with all that is in them, relative to the archive's root, with `/`.
    Paths(BTreeSet<String>),
}

/// The edits of an archive.
pub struct Edits {
    root: PathBuf,
    events: Receiver<notify::Result<Event>>,
    watcher: RecommendedWatcher,
    gathered: Gathered,
}

/// What was told and not yet passed on.
#[derive(Default)]
struct Gathered {
    all: bool,
    whole: BTreeSet<String>,
    /// What may not be whole yet.
    open: BTreeSet<String>,
    /// When the first and the latest of these were told of.
    since: Option<(Instant, Instant)>,
}

pub fn watch(root: &Path) -> fs::Result<Edits> {
    let root = fs::canonical(root)?;
    let failed = |error: notify::Error| {
        fs::Error::new("watch", &root, error)
            .mend("a system lets a user watch so many folders: end what watches others")
    };
    let (send, events) = channel();
    let mut watcher = notify::recommended_watcher(send).map_err(failed)?;
    // The root alone tells of its own files, and of folders that come and go.
    watcher.watch(&root, RecursiveMode::NonRecursive).map_err(failed)?;
    for folder in FOLDERS.map(|name| root.join(name)).into_iter().filter(|folder| folder.is_dir()) {
        watcher.watch(&folder, RecursiveMode::Recursive).map_err(failed)?;
    }
    Ok(Edits { root, events, watcher, gathered: Gathered::default() })
}

/// Each edit, once there is one; ends where nobody watches any more.
impl Iterator for Edits {
    type Item = Changes;

    fn next(&mut self) -> Option<Changes> {
        loop {
            // What came meanwhile is passed on in one go.
            while let Ok(event) = self.events.try_recv() {
                self.take(event);
            }
            let event = match self.gathered.rest() {
                None => self.events.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(rest) if rest.is_zero() => return Some(self.gathered.pass_on()),
                Some(rest) => self.events.recv_timeout(rest),
            };
            match event {
                Ok(event) => self.take(event),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
    }
}

impl Edits {
    fn take(&mut self, event: notify::Result<Event>) {
        // Lost events are an edit: better one reading too many.
        let Ok(event) = event else {
            self.gathered.all = true;
            return;
        };
        self.gathered.all |= event.need_rescan();
        let last = event.paths.len().saturating_sub(1);
        for (at, path) in event.paths.iter().enumerate() {
            let Some(inside) = self.inside(path) else { continue };
            let whole = match event.kind {
                EventKind::Access(AccessKind::Close(AccessMode::Write))
                | EventKind::Modify(ModifyKind::Name(RenameMode::To) | ModifyKind::Metadata(_)) => true,
                // Where a file was moved from, its editor may be about to write another.
                EventKind::Modify(ModifyKind::Name(RenameMode::Both)) => at == last,
                EventKind::Access(_) => continue,
                _ => false,
            };
            let comes = matches!(event.kind, EventKind::Create(_) | EventKind::Modify(ModifyKind::Name(_)));
            if comes && path.is_dir() {
                // What was made in it before it was watched is seen by whoever reads it from now on.
                let _ = self.watcher.watch(path, RecursiveMode::Recursive);
            }
            self.gathered.add(inside, whole);
        }
    }

    /// The path relative to the archive's root, if it is a part of the archive.
    fn inside(&self, path: &Path) -> Option<String> {
        let parts = path.strip_prefix(&self.root).ok()?.components();
        let parts: Vec<_> = parts.map(|part| part.as_os_str().to_string_lossy()).collect();
        let first = parts.first()?.as_ref();
        (first == SETTINGS || FOLDERS.contains(&first)).then(|| parts.join("/"))
    }
}

impl Gathered {
    fn add(&mut self, path: String, whole: bool) {
        if whole {
            self.open.remove(&path);
            self.whole.insert(path);
        } else {
            let now = Instant::now();
            self.since = Some((self.since.map_or(now, |(first, _)| first), now));
            self.open.insert(path);
        }
        if self.open.is_empty() {
            self.since = None;
        }
    }

    /// How long to wait before all is passed on; `None` where there is nothing.
    fn rest(&self) -> Option<Duration> {
        match self.since {
            Some((first, latest)) => {
                let end = (latest + PAUSE).min(first + PATIENCE);
                Some(end.saturating_duration_since(Instant::now()))
            }
            None => (self.all || !self.whole.is_empty()).then_some(Duration::ZERO),
        }
    }

    fn pass_on(&mut self) -> Changes {
        let Self { all, mut whole, mut open, .. } = std::mem::take(self);
        whole.append(&mut open);
        if all { Changes::All } else { Changes::Paths(whole) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_whole_is_passed_on_at_once_and_the_rest_after_a_moment() {
        let mut gathered = Gathered::default();
        assert_eq!(gathered.rest(), None);
        gathered.add("a".into(), false);
        assert!(gathered.rest().is_some());
        gathered.add("b".into(), true);
        gathered.add("a".into(), true);
        assert_eq!(gathered.rest(), Some(Duration::ZERO));
        assert_eq!(gathered.pass_on(), Changes::Paths(["a".to_owned(), "b".to_owned()].into()));
        assert_eq!(gathered.rest(), None);
        gathered.all = true;
        assert_eq!((gathered.rest(), gathered.pass_on()), (Some(Duration::ZERO), Changes::All));
    }
}
