//! GitHub's printer: workflow commands, which its runners show beside the lines of a pull request.

use super::json::Place;
use super::{Diagnostics, Severity};
use crate::span::Files;

/// The findings as workflow commands, one a line.
pub fn github(diagnostics: &Diagnostics, files: &Files) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics.iter() {
        let command = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let Place { file, line, column, end_line, end_column } = Place::new(diagnostic.span, files);
        // Columns are shown on one line only, and the last one is part of what is marked.
        let columns = if end_line == line {
            format!(",col={column},endColumn={}", end_column.saturating_sub(1).max(column))
        } else {
            String::new()
        };
        let (file, code) = (property(file), diagnostic.code.as_str());
        let message = data(&diagnostic.told());
        out.push_str(&format!(
            "::{command} file={file},line={line},endLine={end_line}{columns},title={code}::{message}\n"
        ));
    }
    out
}

/// A message as GitHub's runner reads it.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property, in which what parts properties is escaped too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
