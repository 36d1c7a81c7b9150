//! What lies beside a sample: the code of its variants, and the results that were recorded.

use std::sync::{Arc, OnceLock};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{Document, Front, Tree, report_refused, unreadable};
use crate::date::Date;
use crate::diagnostic::{Code as Finding, Diagnostic, Diagnostics};
use crate::fs;
use crate::parsers::{Study, json_stumble, study};
use crate::span::{FileId, Files, Span, Spanned};

pub const RESULTS: &str = "results.json";

/// The code of a variant.
#[derive(Debug)]
pub struct Code {
    /// Relative to the archive's root.
    pub path: String,
    pub file: FileId,
    pub text: Arc<str>,
    /// `sha256:` and the digest of the text with LF, as results record it.
    pub hash: String,
    studied: OnceLock<Study>,
}

impl Code {
    /// What there is to find out about it, as the language that its variant names; it is parsed once.
    pub fn study(&self, language: &str) -> &Study {
        self.studied.get_or_init(|| study(language, &self.text))
    }
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

/// The bytes of what belongs to a sample.
pub struct Beside {
    code: Vec<Result<(String, Vec<u8>), fs::Refused>>,
    results: Result<Vec<u8>, fs::Refused>,
}

/// Reads what belongs to a sample; other kinds have nothing.
pub fn read_beside(document: &Document, tree: Tree<'_>) -> Option<Beside> {
    let Front::Sample(front) = &document.front else { return None };
    let folder = &document.folder;
    let code = front.variants.iter().map(|variant| match inside(folder, &variant.file.value) {
        Some(path) => tree.read_named(&path).map(|bytes| (path, bytes)),
        None => Err(fs::Refused::Outside),
    });
    Some(Beside { code: code.collect(), results: tree.read_named(&format!("{folder}/{RESULTS}")) })
}

/// The path of a variant's file, if it lies in the sample's own folder.
fn inside(folder: &str, file: &str) -> Option<String> {
    fs::join_inside(folder, file).filter(|path| path.starts_with(&format!("{folder}/")))
}

/// Takes in what was read for a sample.
pub fn attach(
    document: &mut Document,
    beside: Option<Beside>,
    tree: Tree<'_>,
    files: &mut Files,
    sink: &mut Diagnostics,
) {
    let (Front::Sample(front), Some(beside)) = (&document.front, beside) else { return };
    let code = front.variants.iter().zip(beside.code);
    let code = code.map(|(variant, read)| take_code(&document.folder, &variant.file, read, tree, files, sink));
    document.code = code.collect();
    let recorded = take_results(&document.folder, beside.results, files, sink);
    document.has_results = recorded.is_some();
    let mut digest = blake3::Hasher::new();
    digest.update(document.digest.as_bytes());
    for code in &document.code {
        let text = code.as_ref().map(|code| blake3::hash(code.text.as_bytes()));
        digest.update(text.map_or([0; blake3::OUT_LEN], Into::into).as_slice());
    }
    if let Some((file, results)) = recorded {
        digest.update(files.get(file).text.as_bytes());
        document.results = results;
    }
    document.digest = digest.finalize();
}

fn take_code(
    folder: &str,
    written: &Spanned<String>,
    read: Result<(String, Vec<u8>), fs::Refused>,
    tree: Tree<'_>,
    files: &mut Files,
    sink: &mut Diagnostics,
) -> Option<Code> {
    const RULE: &str = "a variant's file lies in the sample's own folder";
    let (file, span) = (written.value.as_str(), written.span);
    let (path, bytes) = match read {
        Ok(read) => read,
        Err(refused) => {
            let near = inside(folder, file).and_then(|path| tree.near(&path));
            report_refused(refused, file, near, span, RULE, sink);
            return None;
        }
    };
    let Ok(text) = String::from_utf8(bytes) else {
        let message = format!("`{file}` is not UTF-8");
        sink.push(Diagnostic::new(Finding::NotUtf8, span, message).help("save it as UTF-8"));
        return None;
    };
    let file = files.add(path.clone(), &text);
    let text = Arc::clone(&files.get(file).text);
    let hash = format!("sha256:{}", hex::encode(Sha256::digest(&*text)));
    Some(Code { path, file, text, hash, studied: OnceLock::new() })
}

/// The recorded results, if there are any, and what they say if they parse.
fn take_results(
    folder: &str,
    read: Result<Vec<u8>, fs::Refused>,
    files: &mut Files,
    sink: &mut Diagnostics,
) -> Option<(FileId, Option<Results>)> {
    let path = format!("{folder}/{RESULTS}");
    let bytes = match read {
        Ok(bytes) => bytes,
        Err(fs::Refused::Failed(error)) => {
            let file = files.add(path, "");
            sink.push(unreadable(&error, Span::start_of(file)));
            return Some((file, None));
        }
        // A link out of the archive was reported when the folder was walked.
        Err(_) => return None,
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
                return Some((file, None));
            }
            results.place = Some(Span::start_of(file));
            Some((file, Some(results)))
        }
        Err(error) => {
            let stumble = json_stumble(text, &error);
            report(stumble.range.start, &stumble.why);
            Some((file, None))
        }
    }
}
