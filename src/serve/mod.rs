//! The site as it is being written, on this machine alone.
//!
//! In: a loader that reads the archive and gives its [`Pages`]. Out: answers over HTTP. What the archive is made from
//! is watched (`watch.rs`); after a change it is loaded anew, and if it loads, it takes the place of the last good site
//! in one step. Pages are rendered when they are asked for; nothing is written, least of all to `public/`.
//!
//! A browser hears of a change by a request that is answered when there is one. A stream of events would need the
//! same connection and could do no more.

mod answer;
mod live;
mod page;
#[cfg(test)]
mod tests;
mod watch;

use std::fmt;
use std::future::Future;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::spawn_blocking;

use self::live::Live;
use self::watch::Watcher;
use crate::render::{Artifact, Site};

/// A site whose files are made when they are asked for.
pub trait Pages: Send + Sync + 'static {
    fn has(&self, path: &str) -> bool;
    /// `None` where the site has no such file.
    fn render(&self, path: &str) -> Option<Result<Artifact, Problem>>;
}

impl Pages for Site {
    fn has(&self, path: &str) -> bool {
        self.paths().any(|other| other == path)
    }

    fn render(&self, path: &str) -> Option<Result<Artifact, Problem>> {
        Some(Site::render(self, path)?.map_err(|error| Problem { text: error.to_string(), json: None }))
    }
}

/// Why there is no new site, as it is shown in the terminal and in the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Plain, without colours.
    pub text: String,
    /// The object that `check --format json` prints, where the archive has errors.
    pub json: Option<String>,
}

/// What the server tells while it runs.
#[derive(Debug, Clone, Copy)]
pub enum News<'a> {
    /// There is a new good site; the first one too.
    Loaded,
    /// The last good site, if there is one, is still served.
    Failed(&'a Problem),
}

/// The server can't start, or can't go on.
#[derive(Debug)]
pub struct Error {
    message: String,
    help: &'static str,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n  help: {}", self.message, self.help)
    }
}

impl std::error::Error for Error {}

/// A server that has its port and answers nothing yet.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    root: PathBuf,
}

impl Server {
    /// Takes a port of the loopback interface; port 0 is any that is free.
    pub fn bind(root: &Path, port: u16) -> Result<Self, Error> {
        let bound = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).and_then(|listener| {
            listener.set_nonblocking(true)?;
            let address = listener.local_addr()?;
            Ok((listener, address))
        });
        let (listener, address) = bound.map_err(|error| Error {
            message: match error.kind() {
                ErrorKind::AddrInUse => format!("port {port} is taken by another program"),
                _ => format!("cannot listen on port {port}: {error}"),
            },
            help: "choose another with `--port N`, or any that is free with `--port 0`",
        })?;
        Ok(Self { listener, address, root: root.to_owned() })
    }

    /// Where the site is to be seen.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Answers until `until` is ready. `load` runs once at the start and once after each burst of changes, never
    /// twice at a time.
    pub fn run<P: Pages>(
        self,
        load: impl Fn() -> Result<P, Problem> + Send + Sync + 'static,
        report: impl Fn(News<'_>) + Send + Sync + 'static,
        until: impl Future<Output = ()>,
    ) -> Result<(), Error> {
        let failed = |error: std::io::Error| Error {
            message: format!("cannot serve: {error}"),
            help: "close programs that hold many files open, or restart",
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(failed)?;
        let done = runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(self.listener).map_err(failed)?;
            let live = Live::default();
            let follow = follow(self.root, live.clone(), Arc::new(load), report);
            tokio::select! {
                done = axum::serve(listener, answer::router(live)).into_future() => done.map_err(failed),
                done = follow => done,
                () = until => Ok(()),
            }
        });
        // Nothing that still runs has anything to finish: a load only reads.
        runtime.shutdown_background();
        done
    }
}

/// Ready when the terminal, or whoever started the program, asks it to end.
pub async fn interrupted() {
    let asked = tokio::signal::ctrl_c();
    #[cfg(unix)]
    if let Ok(mut ended) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! { _ = asked => {}, _ = ended.recv() => {} }
        return;
    }
    let _ = asked.await;
}

/// Loads now and after every change. Ends only by an error: what can't be watched can't be followed.
async fn follow<P: Pages, L: Fn() -> Result<P, Problem> + Send + Sync + 'static>(
    root: PathBuf,
    live: Live<P>,
    load: Arc<L>,
    report: impl Fn(News<'_>) + Send + Sync,
) -> Result<(), Error> {
    let (wake, mut changes) = tokio::sync::mpsc::unbounded_channel();
    // Watching starts before reading, so that no change falls between the two.
    let opened = spawn_blocking(move || Watcher::open(&root, wake)).await;
    let watcher = Arc::new(Mutex::new(opened.map_err(|_| Error {
        message: "watching the archive ended unexpectedly".to_owned(),
        help: "run the command again; this is a mistake in casebook itself",
    })??));
    let mut folders_changed = false;
    loop {
        let (watcher, load) = (Arc::clone(&watcher), Arc::clone(&load));
        let loaded = spawn_blocking(move || {
            if folders_changed {
                let rearmed = watcher.lock().unwrap_or_else(PoisonError::into_inner).rearm();
                rearmed.map_err(|error| Problem { text: error.to_string(), json: None })?;
            }
            load()
        });
        let loaded = loaded.await.unwrap_or_else(|_| {
            let text = "casebook failed while it read the archive: this is a mistake in casebook itself".to_owned();
            Err(Problem { text, json: None })
        });
        match loaded {
            Ok(pages) => {
                live.succeed(pages);
                report(News::Loaded);
            }
            Err(problem) => {
                report(News::Failed(&problem));
                live.fail(problem);
            }
        }
        // The sender lives as long as the watcher, so there is always a next one.
        folders_changed = changes.recv().await.unwrap_or(false);
        while let Ok(another) = changes.try_recv() {
            folders_changed |= another;
        }
    }
}
