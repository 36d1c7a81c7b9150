//! `casebook serve`

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::{Global, Result};
use crate::serve::serve;

#[derive(Args)]
pub struct Serve {
    /// The port on 127.0.0.1; 0 takes any that is free
    #[arg(long, default_value_t = 4400)]
    port: u16,
    /// Opens the site in the browser
    #[arg(long)]
    open: bool,
}

impl Serve {
    pub fn run(&self, global: &Global) -> Result<ExitCode> {
        let listening = |address| {
            let url = format!("http://{address}/");
            if global.json() {
                global.print(json!({"url": url}));
            }
            global.tell(format!("Serving {url}, drafts included; Ctrl-C ends it"));
            if self.open
                && let Err(error) = open::that_detached(&url)
            {
                global.complain(format!("cannot open the browser: {error}"));
            }
        };
        let news = global.clone();
        serve(&global.root, self.port, listening, move |problem| match problem {
            Some(problem) => news.tell(problem.trim_end()),
            None => news.tell("The archive has changed: the site is up to date"),
        })?;
        Ok(ExitCode::SUCCESS)
    }
}
