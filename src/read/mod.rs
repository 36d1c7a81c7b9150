//! From bytes to documents: what stands in the archive's folders, each file parsed on its own.
//!
//! In: the archive's root. Out: [`Documents`], with every mistake of form reported. Nothing is looked up across
//! files here; that is the [model](crate::model)'s work.

mod asset;
mod fingerprint;
mod front;
mod front_matter;
mod image;
mod kind;
pub mod markdown;
mod place;
mod sample;
mod schema;
mod tree;

pub use asset::Asset;
pub use front::{
    ArgumentFront, Basis, ClaimDefinition, ClaimFront, Common, EntryFront, EssayForm, EssayFront, Front, QuoteForm,
    QuoteFront, SampleFront, Side, SourceFront, SourceKind, Stance, Standing, VariantFront,
};
pub use image::{Format, Image, decoder};
pub use kind::Kind;
pub use sample::{Code, Measured, Results};

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

pub use self::fingerprint::{Fingerprint, fingerprint};
use self::markdown::Body;
pub use self::place::unservable;
use self::place::{Place, place};
pub use self::schema::schemas;
pub use self::tree::{Tree, Unsaved};
use crate::config::{Config, FORMAT};
use crate::diagnostic::{Code as Finding, Diagnostic, Diagnostics, Edit, Fix};
use crate::fs::{self, FoundKind, Refused};
use crate::span::{FileId, Files, Span, Spanned, normalise};

pub const SETTINGS: &str = "casebook.toml";
pub const CONTENT: &str = "content";

/// An archive as it was read.
#[derive(Debug)]
pub struct Documents {
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
    /// Stands for all that is published of it: its path, its text, and what lies beside a sample.
    pub digest: blake3::Hash,
}

impl Document {
    /// Where a finding about the whole file is shown.
    pub fn start(&self) -> Span {
        Span::start_of(self.file)
    }

    /// The variants of a sample; other kinds have none.
    pub fn variants(&self) -> &[VariantFront] {
        match &self.front {
            Front::Sample(front) => &front.variants,
            _ => &[],
        }
    }

    pub fn entry(&self) -> Option<&EntryFront> {
        match &self.front {
            Front::Essay(front) => Some(&front.entry),
            Front::Quote(front) => Some(&front.entry),
            Front::Sample(front) => Some(&front.entry),
            Front::Argument(_) | Front::Source(_) | Front::Page(_) => None,
        }
    }
}

/// Reads an archive. The error is one of the environment: its folder can't be listed.
pub fn read(tree: Tree<'_>, files: &mut Files, sink: &mut Diagnostics) -> fs::Result<Documents> {
    let mut no_archive = |files: &mut Files, message: &str, help: &str| {
        let settings = files.add(SETTINGS, "");
        sink.push(Diagnostic::new(Finding::NoArchive, Span::start_of(settings), message).help(help));
        let config = Config::read("title = '-'\nquestion = '-'", settings, &mut Diagnostics::default());
        Documents { config, settings, documents: Vec::new(), assets: Vec::new() }
    };
    let Some(bytes) = tree.settings()? else {
        let root = tree.root.unwrap_or(Path::new("."));
        let message = format!("`{}` is not a casebook archive: it has no casebook.toml", root.display());
        let help = "name the archive's folder with `-C DIR`, or make an archive with `casebook init DIR`";
        return Ok(no_archive(files, &message, help));
    };
    if let Some(root) = tree.root {
        let content = root.join(CONTENT);
        if !content.is_dir() {
            let help = "make it, with a file such as `content/arguments/cost.md` in it";
            return Ok(no_archive(files, "the archive has no folder `content/`", help));
        }
        if !fs::canonical(&content)?.starts_with(fs::canonical(root)?) {
            let help = "move the folder itself into the archive";
            return Ok(no_archive(files, "`content/` is a link out of the archive", help));
        }
    }
    let settings = add_text(SETTINGS, &bytes, files, sink);
    let text = Arc::clone(&files.get(settings).text);
    let config = Config::read(&text, settings, sink);
    if config.format != FORMAT {
        // Another format has other rules: by these, what it says would be wrong or mean something else.
        return Ok(Documents { config, settings, documents: Vec::new(), assets: Vec::new() });
    }
    let (sources, mut assets) = sort_out(tree, files, sink)?;
    let documents = read_documents(tree, sources, files, sink);
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
    asset::settle(&mut assets, tree, &code.collect(), config.limits, sink);
    Ok(Documents { config, settings, documents, assets })
}

/// Takes in a text; what is not UTF-8 is reported where it begins, and read as well as it can be.
pub fn add_text(path: &str, bytes: &[u8], files: &mut Files, sink: &mut Diagnostics) -> FileId {
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
fn sort_out(tree: Tree<'_>, files: &mut Files, sink: &mut Diagnostics) -> fs::Result<(Vec<Source>, Vec<Asset>)> {
    let (mut sources, mut assets) = (Vec::new(), Vec::new());
    for found in tree.content()? {
        let path = format!("{CONTENT}/{}", found.path);
        let mut report = |code, message: &str, help: &str| {
            let span = Span::start_of(files.add(path.clone(), ""));
            sink.push(Diagnostic::new(code, span, message).help(help));
        };
        match found.kind {
            FoundKind::File => {}
            FoundKind::Outside => {
                report(
                    Finding::OutsideArchive,
                    "this link leaves the archive, or leads nowhere",
                    "put the file itself here",
                );
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
            FoundKind::Closed => {
                report(Finding::Unreadable, "this folder can't be listed", "give yourself leave to read it");
                continue;
            }
        }
        if let Some(why) = unservable(&found.path) {
            report(Finding::FileName, &format!("no host can serve this name: {why}"), "rename the file");
            continue;
        }
        if !Path::new(&found.path).extension().is_some_and(|e| e.eq_ignore_ascii_case("md")) {
            assets.push(Asset::new(found.path, files));
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
    tree: Tree<'_>,
    sources: Vec<Source>,
    files: &mut Files,
    sink: &mut Diagnostics,
) -> Vec<Arc<Document>> {
    let bytes: Vec<_> = sources.par_iter().map(|source| tree.read(&source.path)).collect();
    let mut readable = Vec::with_capacity(sources.len());
    for (source, bytes) in sources.into_iter().zip(bytes) {
        match bytes {
            Ok(bytes) => {
                let file = add_text(&source.path, &bytes, files, sink);
                readable.push((source, file));
            }
            Err(error) => {
                let place = Span::start_of(files.add(source.path, ""));
                sink.push(unreadable(&error, place));
            }
        }
    }
    let all: &Files = files;
    let parsed: Vec<_> = readable
        .into_par_iter()
        .map(|(source, file)| {
            let mut found = Diagnostics::default();
            (parse(source, file, &all.get(file).text, &mut found), found)
        })
        .collect();
    let mut documents = Vec::with_capacity(parsed.len());
    let mut captures = BTreeMap::new();
    for (mut document, found) in parsed {
        sink.extend(found);
        sample::attach(&mut document, tree, files, sink);
        attach_capture(&mut document, tree, &mut captures, sink);
        documents.push(Arc::new(document));
    }
    documents
}

fn unreadable(error: &fs::Error, place: Span) -> Diagnostic {
    let help = error.mend_text().unwrap_or("give yourself leave to read it, or remove it");
    Diagnostic::new(Finding::Unreadable, place, format!("this can't be read: {}", error.cause())).help(help)
}

fn parse(source: Source, file: FileId, text: &str, sink: &mut Diagnostics) -> Document {
    let Source { path, place } = source;
    let split = front_matter::split(text, file, sink);
    let body_at = split.body_at;
    let (common, front) = front_matter::read(place.kind, split, text, file, sink);
    let body = markdown::parse(&text[body_at..], file, body_at, sink);
    let Place { kind, slug, folder } = place;
    let digest =
        blake3::Hasher::new().update(text.as_bytes()).update(blake3::hash(path.as_bytes()).as_bytes()).finalize();
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
        digest,
    }
}

/// Reads the capture that a quote names, each capture once.
fn attach_capture(
    document: &mut Document,
    tree: Tree<'_>,
    seen: &mut BTreeMap<String, Option<Arc<str>>>,
    sink: &mut Diagnostics,
) {
    let Front::Quote(QuoteFront { capture: Some(Spanned { value: path, span }), .. }) = &document.front else {
        return;
    };
    if let Some(text) = seen.get(path).cloned().flatten() {
        document.capture = Some(text);
        return;
    }
    let inside = fs::join_inside("", path);
    let read = inside.as_deref().map_or(Err(Refused::Outside), |path| tree.read_named(path));
    match read {
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
        Err(refused) => {
            let near = inside.and_then(|path| tree.near(&path));
            report_refused(refused, path, near, *span, "captures are kept below the archive's root", sink);
        }
    }
}

/// Reports a file that an author named and that can't be had.
/// `near` is the name of a file beside it that may be meant.
pub fn report_refused(
    refused: Refused,
    path: &str,
    near: Option<String>,
    span: Span,
    rule: &str,
    sink: &mut Diagnostics,
) {
    match refused {
        Refused::Missing => {
            let diagnostic = Diagnostic::new(Finding::MissingFile, span, format!("there is no file `{path}`"));
            sink.push(match near {
                Some(near) => {
                    let folder = path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
                    let meant = format!("{folder}{near}");
                    let fix = Fix::unsure([Edit::word(span, meant.clone())]);
                    diagnostic.help(format!("did you mean `{meant}`?")).fix(fix)
                }
                None => diagnostic.help(format!("add it, or mend the path: {rule}")),
            });
        }
        Refused::Outside => {
            let message = format!("`{path}` leaves the archive");
            sink.push(Diagnostic::new(Finding::OutsideArchive, span, message).help(rule));
        }
        Refused::Failed(error) => sink.push(unreadable(&error, span)),
    }
}
