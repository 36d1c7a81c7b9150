//! What lies beside a sample: the code of its variants, and the results that were recorded.

use std::path::Path;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{Document, Front, report_refused};
use crate::date::Date;
use crate::diagnostic::{Code as Finding, Diagnostic, Diagnostics};
use crate::fs;
use crate::span::{Files, Span};

pub const RESULTS: &str = "results.json";

/// The code of a variant.
#[derive(Debug)]
pub struct Code {
    /// Relative to the archive's root.
    pub path: String,
    pub text: String,
    /// `sha256:` and the digest of the text with LF, as results record it.
    pub hash: String,
}

/// What `casebook run` recorded.
#[derive(Debug, Deserialize)]
pub struct Results {
    pub sample: String,
    pub variants: Vec<Measured>,
    pub toolchain: String,
    pub recorded: String,
    #[serde(skip)]
    pub place: Option<Span>,
}

/// One variant, measured with one set of parameters. Times are in milliseconds.
#[derive(Debug, Deserialize)]
pub struct Measured {
    pub name: String,
    pub parameters: serde_json::Map<String, serde_json::Value>,
    pub ok: bool,
    pub median_ms: f64,
    pub spread_ms: [f64; 2],
    pub runs: u64,
    pub output: String,
    pub hash: String,
}

/// Reads what belongs to a sample; other kinds have nothing.
pub fn attach(document: &mut Document, root: &Path, files: &mut Files, sink: &mut Diagnostics) -> fs::Result<()> {
    let Front::Sample { variants, .. } = &document.front else { return Ok(()) };
    let mut code = Vec::new();
    for variant in variants {
        code.push(read_code(&document.folder, &variant.file.value, variant.file.span, root, sink)?);
    }
    document.code = code;
    (document.has_results, document.results) = read_results(&document.folder, root, files, sink)?;
    Ok(())
}

fn read_code(folder: &str, file: &str, span: Span, root: &Path, sink: &mut Diagnostics) -> fs::Result<Option<Code>> {
    const RULE: &str = "a variant's file lies in the sample's own folder";
    let inside = fs::join_inside(folder, file).filter(|path| path.starts_with(&format!("{folder}/")));
    let read = match inside {
        Some(path) => fs::read_inside(root, &path).map(|bytes| (path, bytes)),
        None => Err(fs::Refused::Outside),
    };
    let (path, bytes) = match read {
        Ok(read) => read,
        Err(refused) => return report_refused(refused, file, span, RULE, sink).map(|()| None),
    };
    let Ok(text) = String::from_utf8(bytes) else {
        let message = format!("`{file}` is not UTF-8");
        sink.push(Diagnostic::new(Finding::NotUtf8, span, message).help("save it as UTF-8"));
        return Ok(None);
    };
    let text = crate::span::normalise(&text).to_string();
    let hash = format!("sha256:{}", hex::encode(Sha256::digest(&text)));
    Ok(Some(Code { path, text, hash }))
}

/// Whether there are results, and what they say if they parse.
fn read_results(
    folder: &str,
    root: &Path,
    files: &mut Files,
    sink: &mut Diagnostics,
) -> fs::Result<(bool, Option<Results>)> {
    let path = format!("{folder}/{RESULTS}");
    let bytes = match fs::read_inside(root, &path) {
        Ok(bytes) => bytes,
        Err(fs::Refused::Failed(error)) => return Err(error),
        // A link out of the archive was reported when the folder was walked.
        Err(_) => return Ok((false, None)),
    };
    let file = super::add_text(&path, &bytes, files, sink);
    let text = &files.get(file).text;
    let mut report = |at: usize, why: &str| {
        let message = format!("these results are not as `casebook run` writes them: {why}");
        let help = "delete the file and measure the sample again";
        sink.push(Diagnostic::new(Finding::MalformedResults, Span::new(file, at..at), message).help(help));
    };
    match serde_json::from_str::<Results>(text) {
        Ok(mut results) => {
            if Date::parse(&results.recorded).is_none() {
                report(text.find("recorded").unwrap_or(0), "`recorded` is not a date");
                return Ok((true, None));
            }
            results.place = Some(Span::start_of(file));
            Ok((true, Some(results)))
        }
        Err(error) => {
            let at = files.get(file).offset(error.line(), error.column());
            // The parser counts lines itself; the finding's place says it already.
            let why = error.to_string();
            report(at, why.rsplit_once(" at line ").map_or(why.as_str(), |(why, _)| why));
            Ok((true, None))
        }
    }
}
