//! `casebook build`

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use super::check::report;
use super::{FAILED, Global, Result};
use crate::config::parse_base_url;
use crate::pipeline::{Built, Failure, build};
use crate::render::Options;

#[derive(Args)]
pub struct Build {
    /// Where the site will stand, in place of casebook.toml's `base_url`
    #[arg(long, value_name = "URL", value_parser = parse_base_url)]
    base_url: Option<String>,
    /// Publishes drafts as well
    #[arg(long)]
    drafts: bool,
    /// Says how long stages, pages and templates took
    #[arg(long)]
    timings: bool,
}

/// From so many pages on memory counts for more than a twelfth of the time.
const LARGE: usize = 50_000;

impl Build {
    pub fn run(&self, global: &Global, hold_memory: fn()) -> Result<ExitCode> {
        let bar = bar(global);
        let options = Options { base_url: self.base_url.clone(), guesses: false };
        let progress = |done: usize, total: usize| {
            if done == 1 && total < LARGE {
                hold_memory();
            }
            // Work that ends within half a second needs no bar.
            if bar.elapsed() > Duration::from_millis(500) {
                bar.set_length(total as u64);
                bar.set_position(done as u64);
            }
        };
        let built = build(&global.root, self.drafts, &options, &progress);
        bar.finish_and_clear();
        match built {
            Ok(built) => {
                self.print(global, &built);
                Ok(ExitCode::SUCCESS)
            }
            Err(Failure::Findings(diagnostics, files)) => {
                report(global, &diagnostics, &files);
                if !global.json() {
                    global.complain("nothing was published: `public/` is as it was");
                }
                Ok(ExitCode::from(FAILED))
            }
            Err(Failure::Environment(error)) => Err(error.into()),
        }
    }

    /// Stages, the slowest pages, the templates that took most, and what was not made at all.
    fn print_timings(global: &Global, built: &Built) {
        let line = |time: Duration, text: &str| {
            global.tell(format!("  {:>9.1} ms  {text}", time.as_secs_f64() * 1000.0));
        };
        let timings = &built.timings;
        built.stages.iter().for_each(|(name, time)| line(*time, name));
        if !timings.slowest.is_empty() {
            global.tell("The slowest pages and files:");
            timings.slowest.iter().for_each(|(time, path)| line(*time, path));
            global.tell("Templates, on all threads together:");
            let mut templates: Vec<_> = timings.templates.iter().collect();
            templates.sort_by_key(|(_, (_, time))| std::cmp::Reverse(*time));
            for (name, (pages, time)) in templates {
                line(*time, &format!("{name}, {pages} {}", if *pages == 1 { "page" } else { "pages" }));
            }
        }
        global.tell(format!("{} pages and files were made, {} were as they had been", timings.made, timings.kept));
    }

    fn print(&self, global: &Global, built: &Built) {
        let ms = |time: Duration| (time.as_secs_f64() * 10_000.0).round() / 10.0;
        if global.json() {
            let stages: BTreeMap<_, _> = built.stages.iter().map(|(name, time)| (*name, ms(*time))).collect();
            global.print(json!({
                "entries": built.entries,
                "pages": built.pages,
                "written": built.published.written,
                "unchanged": built.published.unchanged,
                "removed": built.published.removed,
                "warnings": built.warnings,
                "took_ms": ms(built.took),
                "stages": stages,
            }));
            return;
        }
        let public = global.root.join("public");
        let published = &built.published;
        global.tell(format!(
            "Published {} {} on {} pages in {:.2} s: {} files written, {} unchanged, {} removed",
            built.entries,
            if built.entries == 1 { "entry" } else { "entries" },
            built.pages,
            built.took.as_secs_f64(),
            published.written,
            published.unchanged,
            published.removed
        ));
        for path in &published.saved {
            global.tell(format!("An older version of a file in public/ that is not casebook's: {}", path.display()));
        }
        if self.timings {
            Self::print_timings(global, built);
        }
        if built.warnings > 0 {
            global.tell(format!("There are {} warnings: `casebook check` shows them", built.warnings));
        }
        let index = public.join("index.html");
        global.tell(format!("The site is in {}: open {}, or run `casebook serve`", public.display(), index.display()));
    }
}

fn bar(global: &Global) -> ProgressBar {
    let shown = !global.quiet && !global.json() && std::io::stderr().is_terminal();
    let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let style =
        ProgressStyle::with_template("{bar:40} {pos}/{len} pages").unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::with_draw_target(None, target).with_style(style)
}
