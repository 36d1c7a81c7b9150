//! `casebook serve`

use std::path::Path;
use std::process::{ExitCode, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Args;

use super::{Global, Result};
use crate::diagnostic::{human, json};
use crate::pipeline;
use crate::render::Site;
use crate::serve::{News, Problem, Server, interrupted};

#[derive(Args)]
pub struct Serve {
    /// The port to listen on; 0 takes any that is free
    #[arg(long, value_name = "PORT", default_value_t = 4400)]
    port: u16,
    /// Opens the site in the browser
    #[arg(long)]
    open: bool,
}

impl Serve {
    pub fn run(&self, global: &Global) -> Result<ExitCode> {
        let server = Server::bind(&global.root, self.port)?;
        let url = server.url();
        if global.json() {
            global.print(serde_json::json!({ "url": url }));
        }
        global.tell(format!("Serving {url}"));
        if self.open && !open(&url) {
            global.tell("no browser could be started: open the address yourself");
        }
        let (root, teller) = (global.root.clone(), global.clone());
        let again = AtomicBool::new(false);
        let report = move |news: News<'_>| match news {
            News::Loaded if again.swap(true, Ordering::Relaxed) => teller.tell("Loaded again"),
            News::Loaded => {}
            News::Failed(problem) => {
                again.store(true, Ordering::Relaxed);
                teller.complain(problem.text.trim_end());
            }
        };
        server.run(move || load(&root), report, interrupted())?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The archive with its drafts, as a site; or why it can't be one.
fn load(root: &Path) -> std::result::Result<Site, Problem> {
    let failed = |error: crate::fs::Error| Problem { text: error.to_string(), json: None };
    let loaded = pipeline::load(root, None).map_err(failed)?;
    if loaded.diagnostics.has_errors() {
        let text = human(&loaded.diagnostics, &loaded.files, false);
        return Err(Problem { text, json: Some(json(&loaded.diagnostics, &loaded.files)) });
    }
    // MERGE: the stages from `loaded` to a site go here.
    Ok(Site::default())
}

/// Asks the system for a browser; `false` where it can't be asked.
fn open(url: &str) -> bool {
    let (program, arguments): (&str, &[&str]) = match std::env::consts::OS {
        "macos" => ("open", &[]),
        "windows" => ("cmd", &["/C", "start", ""]),
        _ => ("xdg-open", &[]),
    };
    #[expect(clippy::disallowed_methods, reason = "the user asked for a browser, which is a program")]
    let mut command = std::process::Command::new(program);
    command.args(arguments).arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().is_ok()
}
