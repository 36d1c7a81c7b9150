//! The site of an archive that is being edited: always what [`load`](crate::pipeline::load) would make of the archive
//! as it is now, at the cost of what was edited.
//!
//! An edit of texts, or of what an entry says of itself, touches the site where that is shown (`text.rs`).
//! After any other edit the archive is resolved and checked anew; but only what was edited is read, and what checks
//! found out about a text is remembered. Where the archive has errors, the last good site stays.

mod text;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};

use crate::config::{Config, FORMAT, Level};
use crate::diagnostic::{Diagnostics, Severity, human, json};
use crate::fs;
use crate::model::{Archive, Id, Item, Scope, resolve};
use crate::pipeline::conclude;
use crate::read::{Documents, Kept, SETTINGS, Tree, Unsaved, read_again};
use crate::render::{self, Options, Site, Theme};
use crate::span::Files;
use crate::watch::Changes;
use crate::{check, tag};

pub struct Live {
    root: PathBuf,
    /// The last good one; written to for moments only.
    site: RwLock<Option<Site>>,
    state: Mutex<State>,
}

/// What the next edit is compared with.
#[derive(Default)]
struct State {
    files: Files,
    /// `None` before the first reading, and where the latest failed.
    documents: Option<Documents>,
    /// `None` where it had findings: then it is loaded again.
    theme: Option<Theme>,
    suggestions: tag::Suggestions,
    checked: check::Memory,
    tagged: tag::Memory,
    /// Whether the site is that of these documents.
    is_shown: bool,
    /// Files that came since then and change nothing that is shown.
    idle: BTreeSet<String>,
}

/// What an update did to the site.
#[derive(Debug, PartialEq, Eq)]
pub enum Edited {
    /// These have another text, or nothing has.
    Texts(Vec<Id>),
    /// Templates and static files of the theme; no text.
    Theme,
    Anything,
}

/// What is wrong with the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// As people read it.
    pub text: String,
    /// As `check --format json` prints it, where it is the author's to mend.
    pub json: Option<String>,
}

impl Problem {
    fn found(diagnostics: &Diagnostics, files: &Files) -> Self {
        Self { text: human(diagnostics.iter(), files, false, false), json: Some(json(diagnostics, files)) }
    }
}

impl From<fs::Error> for Problem {
    fn from(error: fs::Error) -> Self {
        Self { text: format!("error: {error}"), json: None }
    }
}

impl Live {
    /// Nothing is read before the first update.
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_owned(), site: RwLock::default(), state: Mutex::default() }
    }

    /// The last good site, which can't be changed meanwhile: hold it as briefly as can be.
    pub fn site(&self) -> RwLockReadGuard<'_, Option<Site>> {
        self.site.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in edits.
    pub fn update(&self, changes: &Changes) -> Result<Edited, Problem> {
        let mut slot = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        // Where this panics, the next update reads everything.
        let mut state = std::mem::take(&mut *slot);
        let changes = match changes {
            Changes::All => Changes::All,
            Changes::Paths(paths) => Changes::Paths(state.of_concern(&self.root, paths)),
        };
        let edited = match &changes {
            Changes::Paths(paths) if !paths.is_empty() && paths.iter().all(|path| path.starts_with("themes/")) => {
                self.retheme(&mut state)
            }
            Changes::Paths(paths) => self.retext(&mut state, paths).map(Edited::Texts),
            Changes::All => None,
        };
        let done = edited.map_or_else(|| self.load(&mut state, changes), Ok);
        *slot = state;
        done
    }

    /// Takes in edits of the theme. `None` where there is more to do; then the site is what it was.
    fn retheme(&self, state: &mut State) -> Option<Edited> {
        let documents = state.documents.as_ref().filter(|_| state.is_shown)?;
        let mut found = Diagnostics::default();
        let theme = render::load(&self.root, &documents.config, &mut state.files, &mut found).ok()??;
        if found.iter().next().is_some() {
            return None;
        }
        let kept = documents.documents.iter().flat_map(|document| document.files_beside().chain([document.file]));
        let kept = kept.chain(documents.tagging.files());
        state.files.keep_only(kept.chain(theme.files()));
        let done = self.site.write().unwrap_or_else(PoisonError::into_inner).as_mut()?.retheme(&theme);
        state.theme = Some(theme);
        done.then_some(Edited::Theme)
    }

    fn load(&self, state: &mut State, mut changes: Changes) -> Result<Edited, Problem> {
        state.is_shown = false;
        let before = state.documents.take();
        let kept = match (&before, &mut changes) {
            (Some(before), Changes::Paths(paths)) => {
                state.theme.take_if(|_| paths.iter().any(|path| is_of_theme(path)));
                paths.append(&mut state.idle);
                Kept::new(before, &self.root, paths)
            }
            _ => {
                state.theme = None;
                Kept::default()
            }
        };
        let files = &mut state.files;
        files.keep_only(kept.files().chain(state.theme.iter().flat_map(Theme::files)));
        let mut found = Diagnostics::default();
        let unsaved = Unsaved::new();
        let tree = Tree { root: Some(&self.root), unsaved: &unsaved };
        let documents = read_again(tree, &kept, files, &mut found)?;
        drop(kept);
        let archive = resolve(&documents, Scope::All, &mut found);
        check::check(&archive, &documents.assets, None, &mut state.checked, &mut found);
        let mut theme = state.theme.clone();
        if theme.is_none() && documents.config.format == FORMAT {
            let mut found_in_theme = Diagnostics::default();
            theme = render::load(&self.root, &documents.config, files, &mut found_in_theme)?;
            state.theme = theme.clone().filter(|_| found_in_theme.iter().next().is_none());
            found.extend(found_in_theme);
        }
        conclude(&mut found, &documents, files);
        state.documents = Some(documents);
        let Some(theme) = theme.filter(|_| !found.has_errors()) else {
            return Err(Problem::found(&found, files));
        };
        self.show(state, archive, theme);
        Ok(Edited::Anything)
    }

    fn show(&self, state: &mut State, archive: Archive, theme: Theme) {
        let assets = state.documents.as_ref().map(|documents| documents.assets.clone()).unwrap_or_default();
        state.suggestions = tag::suggest_again(&archive, &mut state.tagged);
        let mut site = Site::new(archive, &state.suggestions, assets, theme, &shown());
        self.site().iter().for_each(|shown| site.carry_over(shown));
        let before = self.site.write().unwrap_or_else(PoisonError::into_inner).replace(site);
        // A large archive takes its time to be let go of.
        std::thread::spawn(move || drop(before));
        state.is_shown = true;
    }

    /// The archive that is searched: that of the site, without drafts.
    pub fn searched(&self) -> Option<Arc<Archive>> {
        let (archive, assets) = match &*self.site() {
            Some(site) => (site.shared_archive(), site.assets().to_vec()),
            None => return None,
        };
        let items = || archive.nodes().filter_map(|node| archive.item(node));
        if !items().any(Item::is_draft) {
            return Some(archive);
        }
        let documents = items().map(|item| Arc::clone(&item.document)).collect();
        let documents = Documents::new(archive.config.clone(), documents, assets);
        Some(Arc::new(resolve(&documents, Scope::Published, &mut Diagnostics::default())))
    }
}

impl State {
    /// The paths that may bear on the archive. Editors make files beside those that they save, and remove them again.
    fn of_concern(&self, root: &Path, paths: &BTreeSet<String>) -> BTreeSet<String> {
        let Some(documents) = &self.documents else { return paths.clone() };
        let quoted = |path: &str| documents.documents.iter().any(|document| document.names_capture(path));
        let concerns = |path: &&String| {
            let Some((folder, inside)) = path.split_once('/').filter(|(folder, _)| *folder != "captures") else {
                return true;
            };
            if inside.split('/').any(|name| name.starts_with('.')) {
                return quoted(path);
            }
            folder != "content" || documents.found(inside) || root.join(path).exists() || quoted(path)
        };
        paths.iter().filter(concerns).cloned().collect()
    }
}

fn is_of_theme(path: &str) -> bool {
    path == SETTINGS || path.split('/').next() == Some("themes")
}

/// How the site of an archive that is being edited differs from a published one: it is its curator who looks at it.
pub fn shown() -> Options {
    Options { guesses: true, ..Options::default() }
}

/// Whether findings that are no errors elsewhere count as errors here.
fn is_strict(config: &Config) -> bool {
    config.severity.iter().any(|(code, level)| *level == Level::Error && code.severity() != Severity::Error)
}
