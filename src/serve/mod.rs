//! Shows the site while somebody writes: reads, watches, and renders a page when it is asked for.
//!
//! The last good site is kept in memory. An edit makes a new one, or, where it holds a mistake, a problem that is shown
//! over the pages of the last good site until it is mended. `public/` is never touched. The server listens on the
//! loopback address alone and answers only requests that name it, so that no web page can reach it by another name.

mod answer;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use serde::Serialize;
use tokio::sync::watch::{Receiver, Sender, channel};

use crate::diagnostic::{human, json};
use crate::index::SHARDS;
use crate::model::Archive;
use crate::pipeline::{Failure, load, shards};
use crate::render::{Options, Site};
use crate::watch::watch;

/// What is shown.
pub struct Stage {
    root: PathBuf,
    /// `None` until the archive is read without a mistake for the first time.
    site: RwLock<Option<Arc<Shown>>>,
    state: Sender<State>,
}

/// The last good site.
pub struct Shown {
    pub site: Site,
    /// What is searched, where that is not the site's own archive: drafts are shown, never indexed.
    published: Option<Archive>,
    /// Made when the first is asked for.
    shards: OnceLock<BTreeMap<String, Vec<u8>>>,
}

impl Shown {
    /// A file of the browser's index.
    pub fn shard(&self, path: &str) -> Option<&[u8]> {
        if !path.starts_with(SHARDS) {
            return None;
        }
        let made = self.shards.get_or_init(|| {
            let made = shards(self.published.as_ref().unwrap_or(self.site.archive()));
            made.inspect_err(|error| tracing::error!("the search index: {error}")).unwrap_or_default()
        });
        made.get(path).map(Vec::as_slice)
    }
}

/// What a browser is told.
#[derive(Debug, Clone, Default, Serialize)]
pub struct State {
    /// Counts the sites that were made.
    pub version: u64,
    /// What is wrong with the archive now, as people read it.
    pub problem: Option<String>,
    /// The same as `check --format json` prints it.
    #[serde(skip)]
    pub json: Option<String>,
}

impl Stage {
    pub fn new(root: &Path) -> Self {
        // Counted from another number in each run, so that a page of an earlier one is reloaded.
        let first = State { version: u64::from(std::process::id()) << 20, ..State::default() };
        Self { root: root.to_owned(), site: RwLock::new(None), state: channel(first).0 }
    }

    /// Reads the archive anew. What went wrong is returned as well as shown.
    pub fn refresh(&self) -> Option<String> {
        let made = load(&self.root).map_err(Failure::from).and_then(|loaded| {
            let published = loaded.without_drafts();
            let (mut site, _) = loaded.into_site(true, &Options::default())?;
            self.shown().iter().for_each(|shown| site.carry_over(&shown.site));
            Ok(Shown { site, published, shards: OnceLock::new() })
        });
        let (problem, json) = match made {
            Ok(shown) => {
                *self.site.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(shown));
                (None, None)
            }
            Err(Failure::Findings(diagnostics, files)) => {
                (Some(human(diagnostics.iter(), &files, false, false)), Some(json(&diagnostics, &files)))
            }
            Err(Failure::Environment(error)) => (Some(format!("error: {error}")), None),
        };
        self.state.send_modify(|state| {
            // A problem leaves the site as it is: the version stays, and mending it needs no reload of its own.
            state.version += u64::from(problem.is_none());
            state.problem.clone_from(&problem);
            state.json = json;
        });
        problem
    }

    pub fn shown(&self) -> Option<Arc<Shown>> {
        self.site.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn state(&self) -> State {
        self.state.borrow().clone()
    }

    pub fn subscribe(&self) -> Receiver<State> {
        self.state.subscribe()
    }
}

/// Serves the archive at `root` until it is interrupted. `told` gets the address once it listens, and then each problem
/// (`Some`) or mended site (`None`).
pub fn serve(
    root: &Path,
    port: u16,
    listening: impl FnOnce(SocketAddr),
    told: impl Fn(Option<&str>) + Send + 'static,
) -> Result<(), Box<dyn std::error::Error>> {
    let stage = Arc::new(Stage::new(root));
    // Watching begins before the first reading, so that no edit falls between the two.
    let edits = watch(root)?;
    if let Some(problem) = stage.refresh() {
        told(Some(&problem));
    }
    let watched = Arc::clone(&stage);
    std::thread::spawn(move || {
        while edits.next() {
            // A panic is our bug; the next edit may well pass, and this one must not go unheard.
            match catch_unwind(AssertUnwindSafe(|| watched.refresh())) {
                Ok(problem) => told(problem.as_deref()),
                Err(_) => told(Some("casebook failed on this edit: please report it with the edited file")),
            }
        }
    });
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let listener = tokio::net::TcpListener::bind(address).await.map_err(|error| {
            format!(
                "cannot listen on port {port}: {error}\n  help: choose another with `--port`, or 0 for any that is free"
            )
        })?;
        listening(listener.local_addr()?);
        tokio::select! {
            served = axum::serve(listener, answer::router(stage)) => served?,
            interrupted = tokio::signal::ctrl_c() => interrupted?,
        }
        Ok(())
    })
}
