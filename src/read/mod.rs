//! From bytes to documents: what stands in the archive's folders, each file parsed on its own.
//!
//! In: the archive's root. Out: [`Documents`], with every mistake of form reported. Nothing is looked up across
//! files here; that is the [model](crate::model)'s work.

mod asset;
mod front_matter;
mod kind;
pub mod markdown;
mod place;
mod sample;

pub use asset::Asset;
pub use front_matter::{
    Basis, ClaimDefinition, ClaimFront, Common, EntryFront, EssayForm, Front, QuoteForm, Side, SourceFront, SourceKind,
    Stance, Standing, VariantFront,
};
pub use kind::Kind;
pub use sample::{Code, Measured, Results};

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use self::markdown::Body;
pub use self::place::unservable;
use self::place::{Place, place};
use crate::config::Config;
use crate::diagnostic::{Code as Finding, Diagnostic, Diagnostics};
use crate::fs::{self, FoundKind, Refused};
use crate::span::{FileId, Files, Span, Spanned, normalise};

pub const SETTINGS: &str = "casebook.toml";
pub const CONTENT: &str = "content";

/// An archive as it was read.
#[derive(Debug)]
pub struct Documents {
    pub root: PathBuf,
    pub config: Config,
    pub settings: FileId,
    pub documents: Vec<Arc<Document>>,
    pub assets: Vec<Asset>,
}

/// One Markdown file with what belongs to it.
#[derive(Debug)]
pub struct Document {
    pub file: FileId,
    /// Relative to the archive's root.
    pub path: String,
    pub kind: Kind,
    pub slug: String,
    /// The folder that relative links start from, relative to the archive's root.
    pub folder: String,
    pub common: Common,
    pub front: Front,
    pub body: Body,
    /// The byte of the file at which the text begins.
    pub body_at: usize,
    /// The code of each variant of a sample; `None` where it could not be read.
    pub code: Vec<Option<Code>>,
    pub results: Option<Results>,
    /// Whether results lie there, even such as do not parse.
    pub has_results: bool,
    /// The text that a quote is verified against.
    pub capture: Option<Arc<str>>,
}

impl Document {
    /// Where a finding about the whole file is shown.
    pub fn start(&self) -> Span {
        Span::start_of(self.file)
    }

    /// The variants of a sample; other kinds have none.
    pub fn variants(&self) -> &[VariantFront] {
        match &self.front {
            Front::Sample { variants, .. } => variants,
            _ => &[],
        }
    }

    pub fn entry(&self) -> Option<&EntryFront> {
        match &self.front {
            Front::Essay { entry, .. } | Front::Quote { entry, .. } | Front::Sample { entry, .. } => Some(entry),
            _ => None,
        }
    }
}

/// Reads the archive below `root`. The error is one of the environment: a folder that is missing or can't be read.
pub fn read(root: &Path, files: &mut Files, sink: &mut Diagnostics) -> fs::Result<Documents> {
    let mut no_archive = |files: &mut Files, message: &str, help: &str| {
        let settings = files.add(SETTINGS, "");
        sink.push(Diagnostic::new(Finding::NoArchive, Span::start_of(settings), message).help(help));
        let config = Config::read("title = '-'\nquestion = '-'", settings, &mut Diagnostics::default());
        Documents { root: root.to_owned(), config, settings, documents: Vec::new(), assets: Vec::new() }
    };
    let Some(bytes) = fs::read_if_there(&root.join(SETTINGS))? else {
        let message = format!("`{}` is not a casebook archive: it has no casebook.toml", root.display());
        let help = "name the archive's folder with `-C DIR`, or make an archive with `casebook init DIR`";
        return Ok(no_archive(files, &message, help));
    };
    let content = root.join(CONTENT);
    if !content.is_dir() {
        let help = "make it, with a file such as `content/arguments/cost.md` in it";
        return Ok(no_archive(files, "the archive has no folder `content/`", help));
    }
    if !fs::canonical(&content)?.starts_with(fs::canonical(root)?) {
        let help = "move the folder itself into the archive";
        return Ok(no_archive(files, "`content/` is a link out of the archive", help));
    }
    let settings = add_text(SETTINGS, &bytes, files, sink);
    let text = Arc::clone(&files.get(settings).text);
    let config = Config::read(&text, settings, sink);
    let (sources, mut assets) = sort_out(root, &content, files, sink)?;
    let documents = read_documents(root, sources, files, sink)?;
    if documents.is_empty() {
        let message = "the archive is empty: there is no Markdown file in `content/`";
        let help = "add one such as `content/arguments/cost.md`, or make an archive with `casebook init DIR`";
        sink.push(Diagnostic::new(Finding::NoArchive, Span::start_of(settings), message).help(help));
    }
    let code = documents.iter().flat_map(|document| {
        // Code that can't be read is code all the same.
        let names = document.variants().iter().filter_map(|v| fs::join_inside(&document.folder, &v.file.value));
        names.chain([format!("{}/{}", document.folder, sample::RESULTS)])
    });
    asset::settle(&mut assets, &code.collect(), sink);
    Ok(Documents { root: root.to_owned(), config, settings, documents, assets })
}

/// Takes in a text; what is not UTF-8 is reported where it begins, and read as well as it can be.
fn add_text(path: &str, bytes: &[u8], files: &mut Files, sink: &mut Diagnostics) -> FileId {
    match std::str::from_utf8(bytes) {
        Ok(text) => files.add(path, text),
        Err(error) => {
            let id = files.add(path, &String::from_utf8_lossy(bytes));
            let at = normalise(&String::from_utf8_lossy(&bytes[..error.valid_up_to()])).len();
            let message = "this is not UTF-8";
            sink.push(Diagnostic::new(Finding::NotUtf8, Span::new(id, at..at), message).help("save the file as UTF-8"));
            id
        }
    }
}

/// A Markdown file that has a place in the archive.
struct Source {
    path: String,
    place: Place,
}

/// Parts what lies in `content/` into documents and assets.
fn sort_out(
    root: &Path,
    content: &Path,
    files: &mut Files,
    sink: &mut Diagnostics,
) -> fs::Result<(Vec<Source>, Vec<Asset>)> {
    let (mut sources, mut assets) = (Vec::new(), Vec::new());
    for found in fs::walk(content, root, false)? {
        let path = format!("{CONTENT}/{}", found.path);
        let mut report = |code, message: &str, help: &str| {
            let span = Span::start_of(files.add(path.clone(), ""));
            sink.push(Diagnostic::new(code, span, message).help(help));
        };
        match found.kind {
            FoundKind::File => {}
            FoundKind::Outside => {
                report(Finding::OutsideArchive, "this link leaves the archive", "put the file itself here");
                continue;
            }
            FoundKind::NotUtf8 => {
                report(Finding::LeftOut, "a name that is not UTF-8 is left out", "rename the file");
                continue;
            }
            FoundKind::Special => {
                report(Finding::LeftOut, "this is no file: it is left out", "remove it");
                continue;
            }
        }
        if let Some(why) = unservable(&found.path) {
            report(Finding::FileName, &format!("no host can serve this name: {why}"), "rename the file");
            continue;
        }
        if !Path::new(&found.path).extension().is_some_and(|e| e.eq_ignore_ascii_case("md")) {
            assets.push(Asset::new(found.path, content, files));
            continue;
        }
        match place(&found.path) {
            Ok(place) => sources.push(Source { path, place }),
            Err((message, help)) => report(Finding::Misplaced, &message, &help),
        }
    }
    Ok((sources, assets))
}

fn read_documents(
    root: &Path,
    sources: Vec<Source>,
    files: &mut Files,
    sink: &mut Diagnostics,
) -> fs::Result<Vec<Arc<Document>>> {
    let bytes: Vec<_> = sources.par_iter().map(|source| fs::read(&root.join(&source.path))).collect();
    let mut ids = Vec::with_capacity(sources.len());
    for (source, bytes) in sources.iter().zip(bytes) {
        ids.push(add_text(&source.path, &bytes?, files, sink));
    }
    let all: &Files = files;
    let parsed: Vec<_> = sources
        .into_par_iter()
        .zip(&ids)
        .map(|(source, &file)| {
            let mut found = Diagnostics::default();
            (parse(source, file, &all.get(file).text, &mut found), found)
        })
        .collect();
    let mut documents = Vec::with_capacity(parsed.len());
    let mut captures = BTreeMap::new();
    for (mut document, found) in parsed {
        sink.extend(found);
        sample::attach(&mut document, root, files, sink)?;
        attach_capture(&mut document, root, &mut captures, sink)?;
        documents.push(Arc::new(document));
    }
    Ok(documents)
}

fn parse(source: Source, file: FileId, text: &str, sink: &mut Diagnostics) -> Document {
    let Source { path, place } = source;
    let split = front_matter::split(text, file, sink);
    let body_at = split.body_at;
    let (common, front) = front_matter::read(place.kind, split, file, sink);
    let body = markdown::parse(&text[body_at..], file, body_at, sink);
    let Place { kind, slug, folder } = place;
    Document {
        file,
        path,
        kind,
        slug,
        folder,
        common,
        front,
        body,
        body_at,
        code: Vec::new(),
        results: None,
        has_results: false,
        capture: None,
    }
}

/// Reads the capture that a quote names, each capture once.
fn attach_capture(
    document: &mut Document,
    root: &Path,
    seen: &mut BTreeMap<String, Option<Arc<str>>>,
    sink: &mut Diagnostics,
) -> fs::Result<()> {
    let Front::Quote { capture: Some(Spanned { value: path, span }), .. } = &document.front else { return Ok(()) };
    if let Some(text) = seen.get(path).cloned().flatten() {
        document.capture = Some(text);
        return Ok(());
    }
    match fs::read_inside(root, path) {
        Ok(bytes) => {
            let text = match String::from_utf8(bytes) {
                Ok(text) => Some(normalise(&text)),
                Err(_) => {
                    let message = format!("the capture `{path}` is not UTF-8");
                    sink.push(Diagnostic::new(Finding::NotUtf8, *span, message).help("save it as UTF-8"));
                    None
                }
            };
            seen.insert(path.clone(), text.clone());
            document.capture = text;
        }
        Err(refused) => report_refused(refused, path, *span, "captures are kept below the archive's root", sink)?,
    }
    Ok(())
}

/// Reports a file that an author named and that can't be had; only the environment's failures are errors.
fn report_refused(refused: Refused, path: &str, span: Span, rule: &str, sink: &mut Diagnostics) -> fs::Result<()> {
    match refused {
        Refused::Missing => {
            let message = format!("there is no file `{path}`");
            sink.push(
                Diagnostic::new(Finding::MissingFile, span, message).help(format!("add it, or mend the path: {rule}")),
            );
        }
        Refused::Outside => {
            let message = format!("`{path}` leaves the archive");
            sink.push(Diagnostic::new(Finding::OutsideArchive, span, message).help(rule));
        }
        Refused::Failed(error) => return Err(error),
    }
    Ok(())
}
