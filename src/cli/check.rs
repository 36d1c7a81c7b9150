//! `casebook check`

use std::process::ExitCode;

use clap::Args;

use super::{FAILED, Global, Result};
use crate::date::Date;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity, human, json};
use crate::pipeline;
use crate::read::SETTINGS;
use crate::span::{Files, Span};

#[derive(Args)]
pub struct Check {}

impl Check {
    #[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "every command is run alike")]
    pub fn run(&self, global: &Global) -> Result<ExitCode> {
        let today = Date::parse(&jiff::Zoned::now().date().to_string());
        let (files, diagnostics) = match pipeline::check(&global.root, today) {
            Ok(found) => found,
            // `check` always prints its object, whatever fails.
            Err(error) => {
                let mut files = Files::default();
                let place = Span::start_of(files.add(SETTINGS, ""));
                let mut diagnostics = Diagnostics::default();
                diagnostics.push(Diagnostic::new(Code::Unreadable, place, error.to_string()));
                (files, diagnostics)
            }
        };
        report(global, &diagnostics, &files);
        Ok(if diagnostics.has_errors() { ExitCode::from(FAILED) } else { ExitCode::SUCCESS })
    }
}

/// Prints findings as `--format` asks.
pub fn report(global: &Global, diagnostics: &Diagnostics, files: &Files) {
    if global.json() {
        global.print(json(diagnostics, files));
        return;
    }
    let (errors, warnings) = (diagnostics.count(Severity::Error), diagnostics.count(Severity::Warning));
    if errors + warnings > 0 {
        global.print(human(diagnostics, files, global.colors(), global.verbose).trim_end());
        global.print("");
    }
    let plural = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    global.print(format!("{}, {}", plural(errors, "error"), plural(warnings, "warning")));
}
