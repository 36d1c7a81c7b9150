//! `casebook check`

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use similar::TextDiff;

use super::{FAILED, Format, Global, Result, USAGE};
use crate::date::Date;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity, did_you_mean, github, human, json, sarif};
use crate::fs;
use crate::pipeline::{self, Fixed, Rewritten, Strictness};
use crate::read::{SETTINGS, Unsaved};
use crate::span::{Files, Span};
use crate::watch::watch;

#[derive(Args)]
pub struct Check {
    /// Makes the mends that can hardly be meant otherwise, and reports what is left
    #[arg(long, conflicts_with = "watch")]
    fix: bool,
    /// With --fix: prints the changes as a patch, and writes nothing
    #[arg(long, requires = "fix")]
    dry_run: bool,
    /// Checks again on every edit, until it is interrupted
    #[arg(long)]
    watch: bool,
    /// Takes warnings for errors, but for samples that were not measured; for CI
    #[arg(long, value_name = "WHAT")]
    deny: Option<Deny>,
    /// Explains a finding, by its code: what, why, an example and the mend
    #[arg(long, value_name = "CODE", conflicts_with_all = ["fix", "watch", "deny"])]
    explain: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Deny {
    Warnings,
}

impl Check {
    pub fn run(&self, global: &Global) -> Result<ExitCode> {
        if let Some(code) = &self.explain {
            return Ok(explain(global, code));
        }
        if self.fix {
            return self.mend(global);
        }
        if self.watch {
            return self.keep_checking(global);
        }
        let (files, diagnostics) = self.check(global);
        report(global, &diagnostics, &files);
        Ok(status(&diagnostics))
    }

    fn strictness(&self) -> Strictness {
        let today = Date::parse(&jiff::Zoned::now().date().to_string());
        Strictness { today, deny_warnings: self.deny.is_some() }
    }

    /// `check` always prints its object, whatever fails.
    fn check(&self, global: &Global) -> (Files, Diagnostics) {
        pipeline::check(&global.root, &Unsaved::new(), self.strictness()).unwrap_or_else(|error| failed(&error))
    }

    fn mend(&self, global: &Global) -> Result<ExitCode> {
        let Fixed { files, diagnostics, mended, rewritten } = match pipeline::fix(&global.root, self.strictness()) {
            Ok(fixed) => fixed,
            Err(error) => {
                let (files, diagnostics) = failed(&error);
                report(global, &diagnostics, &files);
                return Ok(ExitCode::from(FAILED));
            }
        };
        if self.dry_run {
            // A patch and nothing else, so that it can be applied.
            rewritten.iter().for_each(|file| global.print_as_is(&patch(file)));
        } else {
            for file in &rewritten {
                fs::rewrite(&global.root.join(&file.path), file.after.as_bytes())?;
            }
            report(global, &diagnostics, &files);
        }
        if mended > 0 {
            let (verb, count) = (if self.dry_run { "Would mend" } else { "Mended" }, rewritten.len());
            global.tell(format!("{verb} {} in {}", plural(mended, "finding"), plural(count, "file")));
        }
        Ok(status(&diagnostics))
    }

    fn keep_checking(&self, global: &Global) -> Result<ExitCode> {
        // Watching begins before the first reading, so that no edit falls between the two.
        let mut edits = watch(&global.root)?;
        let human = global.format == Format::Human;
        loop {
            if human && std::io::stdout().is_terminal() {
                global.print_as_is("\u{1b}[2J\u{1b}[H");
            }
            if human {
                // Editors go by this line and the last one: see the problem matcher that `init` writes.
                global.print("Checking");
            }
            let (files, diagnostics) = self.check(global);
            report(global, &diagnostics, &files);
            if human {
                global.print("Watching for edits");
            }
            if edits.next().is_none() {
                return Ok(status(&diagnostics));
            }
        }
    }
}

/// A failure of the environment as a finding.
fn failed(error: &fs::Error) -> (Files, Diagnostics) {
    let mut files = Files::default();
    let place = Span::start_of(files.add(SETTINGS, ""));
    let mut diagnostics = Diagnostics::default();
    let help = "this is no mistake in a file: mend the folder, its permissions or the disk";
    diagnostics.push(Diagnostic::new(Code::Unreadable, place, error.to_string()).help(help));
    (files, diagnostics)
}

fn status(diagnostics: &Diagnostics) -> ExitCode {
    if diagnostics.has_errors() { ExitCode::from(FAILED) } else { ExitCode::SUCCESS }
}

fn explain(global: &Global, code: &str) -> ExitCode {
    let Some(code) = Code::parse(code) else {
        let help = did_you_mean(&code.to_uppercase(), Code::ALL.iter().map(|code| code.as_str()));
        let help = help.unwrap_or_else(|| "codes look like E006, W001 and N002".to_owned());
        global.complain(format!("there is no finding `{code}`\n  help: {help}"));
        return ExitCode::from(USAGE);
    };
    if global.json() {
        let summary = code.summary();
        global.print(serde_json::json!({ "code": code.as_str(), "summary": summary, "page": code.page() }));
    } else {
        global.print(code.page().trim_end());
    }
    ExitCode::SUCCESS
}

/// The change of a file as a unified diff, which `git apply` and `patch -p1` take.
pub fn patch(file: &Rewritten) -> String {
    let Rewritten { path, before, after } = file;
    // A line ends with a line feed for those tools, whatever else it holds.
    let (old, new): (Vec<_>, Vec<_>) = (before.split_inclusive('\n').collect(), after.split_inclusive('\n').collect());
    let diff = TextDiff::configure().newline_terminated(true).diff_slices(&old, &new);
    // They take a name with a blank in it to its end only where a tab follows.
    let end = if path.contains(' ') { "\t" } else { "" };
    // A file that does not stand there is nothing, by the name that those tools have for it.
    let old_name = if before.is_empty() { "/dev/null".to_owned() } else { format!("a/{path}{end}") };
    let header = [old_name, format!("b/{path}{end}")];
    diff.unified_diff().context_radius(3).header(&header[0], &header[1]).to_string()
}

/// Prints findings as `--format` asks.
pub fn report(global: &Global, diagnostics: &Diagnostics, files: &Files) {
    match global.format {
        Format::Json => return global.print(json(diagnostics, files)),
        Format::Sarif => return global.print_as_is(&format!("{}\n", sarif(diagnostics, files))),
        Format::Github => return global.print(github(diagnostics, files).trim_end()),
        Format::Human => {}
    }
    let shown = |severity| !global.quiet || severity == Severity::Error;
    let text = human(diagnostics.iter().filter(|d| shown(d.severity)), files, global.colors(), global.verbose);
    if !text.is_empty() {
        global.print(text.trim_end());
        global.print("");
    }
    if global.quiet {
        return;
    }
    let count = |severity, word| plural(diagnostics.count(severity), word);
    let notes = match diagnostics.count(Severity::Note) {
        0 => String::new(),
        notes => format!(", {}", plural(notes, "note")),
    };
    global.print(format!("{}, {}{notes}", count(Severity::Error, "error"), count(Severity::Warning, "warning")));
    let mendable = diagnostics.iter().filter(|d| d.fix.as_ref().is_some_and(|fix| fix.safe)).count();
    if mendable > 0 {
        global.print(format!("`casebook check --fix` mends {mendable} of them"));
    }
    if let Some(worst) = diagnostics.iter().min_by_key(|diagnostic| diagnostic.severity) {
        global.print(format!("`casebook check --explain {}` says more on a code", worst.code.as_str()));
    }
}

fn plural(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}
