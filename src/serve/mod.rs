//! Shows the site while somebody writes: watches, keeps the site up to date, and renders a page when it is asked for.
//!
//! Where an edit holds a mistake, it is shown over the pages of the last good site until it is mended. `public/` is never
//! touched. The server listens on the loopback address alone and answers only requests that name it, so that no web page
//! can reach it by another name.

mod answer;
mod search;

use std::net::{Ipv4Addr, SocketAddr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use tokio::sync::watch::{Receiver, Sender, channel};

use self::search::Search;
use crate::live::{Edited, Live, Problem};
use crate::watch::{Changes, watch};

/// What is shown.
pub struct Stage {
    live: Live,
    search: Search,
    /// What is wrong with the archive now. Whoever waits for it is woken by every edit.
    problem: Sender<Option<Problem>>,
}

/// What became of an edit.
pub enum News {
    Problem(String),
    UpToDate,
    Nothing,
}

impl Stage {
    pub fn new(root: &Path) -> Self {
        Self { live: Live::new(root), search: Search::default(), problem: channel(None).0 }
    }

    /// Takes in an edit. What went wrong is returned as well as shown.
    pub fn take(&self, changes: &Changes) -> News {
        let updated = self.live.update(changes);
        if let Ok(edited) = &updated {
            self.search.edited(edited);
            if *edited == Edited::Texts(Vec::new()) {
                return News::Nothing;
            }
        }
        let problem = updated.err();
        self.problem.send_replace(problem.clone());
        problem.map_or(News::UpToDate, |problem| News::Problem(problem.text))
    }

    pub fn problem(&self) -> Option<Problem> {
        self.problem.borrow().clone()
    }

    pub fn subscribe(&self) -> Receiver<Option<Problem>> {
        self.problem.subscribe()
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
    if let News::Problem(problem) = stage.take(&Changes::All) {
        told(Some(&problem));
    }
    let watched = Arc::clone(&stage);
    std::thread::spawn(move || {
        for changes in edits {
            // A panic is our bug; the next edit may well pass, and this one must not go unheard.
            match catch_unwind(AssertUnwindSafe(|| watched.take(&changes))) {
                Ok(News::Problem(problem)) => told(Some(&problem)),
                Ok(News::UpToDate) => told(None),
                Ok(News::Nothing) => {}
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
