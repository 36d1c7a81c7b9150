//! The machine's printer: the object that `check --format json` promises.

use serde::Serialize;

use super::{Diagnostics, Severity};
use crate::span::{Files, Span};

#[derive(Serialize)]
struct Report<'a> {
    diagnostics: Vec<Finding<'a>>,
    errors: usize,
    warnings: usize,
}

#[derive(Serialize)]
struct Finding<'a> {
    code: &'static str,
    severity: Severity,
    #[serde(flatten)]
    place: Place<'a>,
    message: &'a str,
    help: Option<&'a str>,
    /// No rule can mend a file by itself yet.
    fix: Option<()>,
    related: Vec<Related<'a>>,
}

#[derive(Serialize)]
struct Related<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    message: &'a str,
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

impl<'a> Place<'a> {
    fn new(span: Span, files: &'a Files) -> Self {
        let file = files.get(span.file);
        let (start, end) = (file.position(span.range().start), file.position(span.range().end));
        Self { file: &file.path, line: start.line, column: start.column, end_line: end.line, end_column: end.column }
    }
}

/// The findings as one line of JSON.
pub fn json(diagnostics: &Diagnostics, files: &Files) -> String {
    let report = Report {
        diagnostics: diagnostics
            .iter()
            .map(|d| Finding {
                code: d.code.as_str(),
                severity: d.severity,
                place: Place::new(d.span, files),
                message: &d.message,
                help: d.help.as_deref(),
                fix: None,
                related: d.related.iter().map(|(s, m)| Related { place: Place::new(*s, files), message: m }).collect(),
            })
            .collect(),
        errors: diagnostics.count(Severity::Error),
        warnings: diagnostics.count(Severity::Warning),
    };
    serde_json::to_string(&report).expect("strings and numbers always serialise")
}
