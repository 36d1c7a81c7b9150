//! SARIF 2.1.0, the format that code scanning and editors read.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::json::Place;
use super::{Code, Diagnostic, Diagnostics, Fix};
use crate::span::{Files, Span};

/// What stands for itself in a relative address.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The findings as one SARIF log.
pub fn sarif(diagnostics: &Diagnostics, files: &Files) -> String {
    let rules: Vec<_> = Code::ALL.iter().map(|code| rule(*code)).collect();
    let results: Vec<_> = diagnostics.iter().map(|diagnostic| result(diagnostic, files)).collect();
    let log = json!({
        "version": "2.1.0",
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "runs": [{
            "tool": { "driver": { "name": "casebook", "semanticVersion": env!("CARGO_PKG_VERSION"), "rules": rules } },
            // Characters, as in every other output of casebook.
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    log.to_string()
}

fn rule(code: Code) -> Value {
    json!({
        "id": code.as_str(),
        "shortDescription": { "text": code.summary() },
        "help": { "text": code.page(), "markdown": code.page() },
        // The standard has the same words for its levels.
        "defaultConfiguration": { "level": code.severity() },
    })
}

fn result(diagnostic: &Diagnostic, files: &Files) -> Value {
    let mut result = json!({
        "ruleId": diagnostic.code.as_str(),
        "ruleIndex": Code::ALL.iter().position(|code| *code == diagnostic.code),
        "level": diagnostic.severity,
        "message": { "text": diagnostic.told() },
        "locations": [{ "physicalLocation": location(diagnostic.span, files) }],
    });
    if !diagnostic.related.is_empty() {
        let related = diagnostic
            .related
            .iter()
            .map(|(span, label)| json!({ "physicalLocation": location(*span, files), "message": { "text": label } }));
        result["relatedLocations"] = related.collect();
    }
    if let Some(fix) = &diagnostic.fix {
        result["fixes"] = json!([{ "artifactChanges": changes(fix, files) }]);
    }
    result
}

fn location(span: Span, files: &Files) -> Value {
    let place = Place::new(span, files);
    json!({ "artifactLocation": artifact(place.file), "region": region(&place) })
}

fn artifact(path: &str) -> Value {
    json!({ "uri": utf8_percent_encode(path, PATH).to_string() })
}

fn region(place: &Place<'_>) -> Value {
    json!({
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    })
}

/// The changes of one file follow one another in one list.
fn changes(fix: &Fix, files: &Files) -> Vec<Value> {
    let mut changes: Vec<(String, Vec<Value>)> = Vec::new();
    for edit in &fix.edits {
        let (span, text) = edit.resolve(files);
        let place = Place::new(span, files);
        let replacement = json!({ "deletedRegion": region(&place), "insertedContent": { "text": text } });
        match changes.iter_mut().find(|(file, _)| file == place.file) {
            Some((_, replacements)) => replacements.push(replacement),
            None => changes.push((place.file.to_owned(), vec![replacement])),
        }
    }
    let change = |(file, replacements): (String, Vec<Value>)| json!({ "artifactLocation": artifact(&file), "replacements": replacements });
    changes.into_iter().map(change).collect()
}
