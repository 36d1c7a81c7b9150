//! The machine's printer: the object that `check --format json` promises.

use std::borrow::Cow;

use serde::Serialize;

use super::{Diagnostic, Diagnostics, Fix, Severity};
use crate::span::{Files, Span};

#[derive(Serialize)]
struct Report<'a> {
    diagnostics: Vec<Finding<'a>>,
    errors: usize,
    warnings: usize,
    notes: usize,
}

#[derive(Serialize)]
struct Finding<'a> {
    code: &'static str,
    severity: Severity,
    #[serde(flatten)]
    place: Place<'a>,
    message: &'a str,
    help: Option<&'a str>,
    fix: Option<FixReport<'a>>,
    related: Vec<Related<'a>>,
}

#[derive(Serialize)]
struct FixReport<'a> {
    /// Whether `check --fix` makes it.
    safe: bool,
    edits: Vec<EditReport<'a>>,
}

/// What stands at the place is replaced by the text.
#[derive(Serialize)]
struct EditReport<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    text: Cow<'a, str>,
}

#[derive(Serialize)]
struct Related<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    message: &'a str,
}

/// Lines and columns count from 1; the end is the first column after it.
#[derive(Serialize)]
pub(super) struct Place<'a> {
    pub file: &'a str,
    pub line: usize,
    pub column: usize,
    pub end_line: usize,
    pub end_column: usize,
}

impl<'a> Place<'a> {
    pub fn new(span: Span, files: &'a Files) -> Self {
        let file = files.get(span.file);
        let (start, end) = (file.position(span.range().start), file.position(span.range().end));
        Self { file: &file.path, line: start.line, column: start.column, end_line: end.line, end_column: end.column }
    }
}

fn finding<'a>(diagnostic: &'a Diagnostic, files: &'a Files) -> Finding<'a> {
    let related = |(span, message): &'a (Span, String)| Related { place: Place::new(*span, files), message };
    Finding {
        code: diagnostic.code.as_str(),
        severity: diagnostic.severity,
        place: Place::new(diagnostic.span, files),
        message: &diagnostic.message,
        help: diagnostic.help.as_deref(),
        fix: diagnostic.fix.as_ref().map(|fix| fix_report(fix, files)),
        related: diagnostic.related.iter().map(related).collect(),
    }
}

fn fix_report<'a>(fix: &'a Fix, files: &'a Files) -> FixReport<'a> {
    let edits = fix.edits.iter().map(|edit| {
        let (span, text) = edit.resolve(files);
        EditReport { place: Place::new(span, files), text }
    });
    FixReport { safe: fix.safe, edits: edits.collect() }
}

/// The findings as one line of JSON.
pub fn json(diagnostics: &Diagnostics, files: &Files) -> String {
    let report = Report {
        diagnostics: diagnostics.iter().map(|diagnostic| finding(diagnostic, files)).collect(),
        errors: diagnostics.count(Severity::Error),
        warnings: diagnostics.count(Severity::Warning),
        notes: diagnostics.count(Severity::Note),
    };
    serde_json::to_string(&report).expect("strings and numbers always serialise")
}
