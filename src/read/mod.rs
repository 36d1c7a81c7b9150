//! From bytes to documents: what stands in the archive's folders, each file parsed on its own.
//!
//! In: the archive's root. Out: [`Documents`], with every mistake of form reported. Nothing is looked up across
//! files here; that is the [model](crate::model)'s work.

mod asset;
mod curate;
mod fingerprint;
mod front;
mod front_matter;
mod image;
mod kept;
mod kind;
pub mod markdown;
mod place;
mod sample;
mod schema;
mod selector;
mod tagging;
mod tree;

pub use asset::{Asset, is_picture, may_be_published, picture};
pub use curate::file_under;
pub use front::{
    ArgumentFront, Basis, Captured, ClaimDefinition, ClaimFront, Common, EntryFront, EssayForm, EssayFront, Front,
    QuoteForm, QuoteFront, SampleFront, Side, SourceFront, SourceKind, Stance, Standing, VariantFront,
};
pub use image::{Format, Image, decoder};
pub use kept::Kept;
pub use kind::Kind;
pub use sample::{Code, Measured, RESULTS, Results};

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

pub use self::fingerprint::{Fingerprint, fingerprint};
use self::markdown::Body;
use self::place::{Place, place};
pub use self::place::{named_by, unservable};
pub use self::schema::schemas;
pub use self::selector::{Selector, passage_ids};
pub use self::tagging::{Answer, Bar, DECISIONS, Decision, LABELLED, MODEL, Tagging, Weights, stance as stance_word};
pub use self::tree::{Tree, Unsaved};
use crate::cache::{Key, Pack};
use crate::config::{Config, FORMAT};
use crate::diagnostic::{Code as Finding, Diagnostic, Diagnostics, Edit, Fix};
use crate::fs::{self, Found, FoundKind, Refused};
use crate::span::{FileId, Files, Span, Spanned, normalise};

pub const SETTINGS: &str = "casebook.toml";
pub const CONTENT: &str = "content";

/// An archive as it was read.
#[derive(Debug)]
pub struct Documents {
    pub config: Config,
    /// By path.
    pub documents: Vec<Arc<Document>>,
    /// By path.
    pub assets: Vec<Asset>,
    pub tagging: Arc<Tagging>,
    /// What lies in `content/`.
    found: Vec<Found>,
}

impl Documents {
    /// Documents that are not read again.
    pub fn new(config: Config, documents: Vec<Arc<Document>>, assets: Vec<Asset>) -> Self {
        Self { config, documents, assets, tagging: Arc::default(), found: Vec::new() }
    }

    /// Whether a file of this path, relative to `content/`, or anything in such a folder, was found.
    pub fn found(&self, inside: &str) -> bool {
        let folder = format!("{inside}/");
        let at = self.found.partition_point(|found| found.path.as_str() < inside);
        let after = self.found.partition_point(|found| found.path < folder);
        let is = |at: usize, of: &dyn Fn(&str) -> bool| self.found.get(at).is_some_and(|found| of(&found.path));
        is(at, &|path| path == inside) || is(after, &|path| path.starts_with(&folder))
    }

    /// Whether links lead to files: a change is told by one of a file's names.
    pub fn is_linked(&self) -> bool {
        self.found.iter().any(|found| found.linked)
    }
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
    /// Stands for its front matter.
    pub front_digest: blake3::Hash,
    /// Whether reading it, and what belongs to it, left no finding.
    pub sound: bool,
}

impl Document {
    /// Where a finding about the whole file is shown.
    pub fn start(&self) -> Span {
        Span::start_of(self.file)
    }

    /// Files that belong to it, by their ids.
    pub fn files_beside(&self) -> impl Iterator<Item = FileId> {
        let code = self.code.iter().flatten().map(|code| code.file);
        code.chain(self.results.iter().filter_map(|results| results.place).map(|place| place.file))
    }

    /// Whether it is verified against the file at a path, relative to the archive's root.
    pub fn names_capture(&self, path: &str) -> bool {
        match &self.front {
            Front::Quote(QuoteFront { capture: Some(named), .. }) => {
                fs::join_inside("", &named.value).is_some_and(|named| named == path)
            }
            _ => false,
        }
    }

    /// The variants of a sample; other kinds have none.
    pub fn variants(&self) -> &[VariantFront] {
        match &self.front {
            Front::Sample(front) => &front.variants,
            _ => &[],
        }
    }

    /// Where in a capture it was found, if it was taken in from one.
    pub fn captured(&self) -> Option<&Captured> {
        match &self.front {
            Front::Source(front) => front.captured.as_ref(),
            _ => self.entry()?.captured.as_ref(),
        }
    }

    pub fn entry(&self) -> Option<&EntryFront> {
        self.front.entry()
    }
}

/// Reads an archive. The error is one of the environment: its folder can't be listed.
pub fn read(tree: Tree<'_>, files: &mut Files, sink: &mut Diagnostics) -> fs::Result<Documents> {
    read_again(tree, &Kept::default(), files, sink)
}

/// As [`read`], but for what is kept: its files are those of `files`.
pub fn read_again(tree: Tree<'_>, kept: &Kept<'_>, files: &mut Files, sink: &mut Diagnostics) -> fs::Result<Documents> {
    let bare = |config| Documents::new(config, Vec::new(), Vec::new());
    let mut no_archive = |files: &mut Files, message: &str, help: &str| {
        let settings = files.add(SETTINGS, "");
        sink.push(Diagnostic::new(Finding::NoArchive, Span::start_of(settings), message).help(help));
        let config = Config::read("title = '-'\nquestion = '-'", settings, &mut Diagnostics::default());
        bare(config)
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
        return Ok(bare(config));
    }
    let found = kept.found.map_or_else(|| tree.content(), |found| Ok(found.to_vec()))?;
    let (sources, mut assets) = sort_out(&found, files, sink);
    let documents = read_documents(tree, sources, kept, files, sink);
    if documents.is_empty() {
        let message = "the archive is empty: there is no Markdown file in `content/`";
        let help = "add one such as `content/arguments/cost.md`, or make an archive with `casebook init DIR`";
        sink.push(Diagnostic::new(Finding::NoArchive, Span::start_of(settings), message).help(help));
    }
    let code = documents.iter().flat_map(|document| {
        // Code that can't be read is code all the same.
        let names = document.variants().iter().filter_map(|v| fs::join_inside(&document.folder, &v.file.value));
        names.chain([format!("{}/{RESULTS}", document.folder)])
    });
    let same_bound = config.limits.image_pixels == kept.image_pixels;
    let known_assets = if same_bound { &kept.assets } else { &BTreeMap::new() };
    asset::settle(&mut assets, tree, &code.collect(), config.limits, known_assets, sink);
    let tagging = kept.tagging.map_or_else(|| Arc::new(Tagging::read(tree, files, sink)), Arc::clone);
    Ok(Documents { config, documents, assets, tagging, found })
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

/// Whether a file of this name is read as Markdown.
fn is_document(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("md"))
}

/// A Markdown file that has a place in the archive.
struct Source {
    path: String,
    place: Place,
}

/// Parts what lies in `content/` into documents and assets.
fn sort_out(found: &[Found], files: &mut Files, sink: &mut Diagnostics) -> (Vec<Source>, Vec<Asset>) {
    let (mut sources, mut assets) = (Vec::new(), Vec::new());
    for found in found {
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
        if !is_document(&found.path) {
            assets.push(Asset::new(found.path.clone(), files));
            continue;
        }
        match place(&found.path) {
            Ok(place) => sources.push(Source { path, place }),
            Err((message, help)) => report(Finding::Misplaced, &message, &help),
        }
    }
    (sources, assets)
}

fn read_documents(
    tree: Tree<'_>,
    sources: Vec<Source>,
    kept: &Kept<'_>,
    files: &mut Files,
    sink: &mut Diagnostics,
) -> Vec<Arc<Document>> {
    let is_kept = |source: &Source| kept.documents.contains_key(source.path.as_str());
    // What was read is let go of at once: memory that no byte was in yet is dear.
    let text = |source: &Source| Ok(String::from_utf8(tree.read(&source.path)?).map(|text| normalise(&text)));
    let texts: Vec<fs::Result<_>> =
        sources.par_iter().map(|source| (!is_kept(source)).then(|| text(source)).transpose()).collect();
    let mut documents = Vec::with_capacity(sources.len());
    let mut readable = Vec::new();
    for (source, text) in sources.into_iter().zip(texts) {
        match text {
            Ok(None) => documents.extend(kept.documents.get(source.path.as_str()).map(|document| Arc::clone(document))),
            Ok(Some(text)) => {
                let mut found = Diagnostics::default();
                let file = match text {
                    Ok(text) => files.add_normalised(&source.path, text),
                    Err(error) => add_text(&source.path, error.as_bytes(), files, &mut found),
                };
                readable.push((source, file, found));
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
        .map(|(source, file, mut found)| {
            let document = parse(source, file, &all.get(file).text, kept.gists, &mut found);
            let beside = sample::read_beside(&document, tree);
            (document, beside, found)
        })
        .collect();
    let mut captures = Captures::default();
    documents.iter().for_each(|document| captures.learn(document));
    for (mut document, beside, mut found) in parsed {
        sample::attach(&mut document, beside, tree, files, &mut found);
        attach_capture(&mut document, tree, &mut captures, &mut found);
        document.sound = found.iter().next().is_none();
        sink.extend(found);
        documents.push(Arc::new(document));
    }
    // What was kept came first.
    documents.sort_by(|a, b| a.path.cmp(&b.path));
    documents
}

/// Reads one document again, whose file keeps its id; that file's text is taken in by whoever asks.
pub fn read_text(tree: Tree<'_>, old: &Document, text: &Arc<str>, files: &mut Files) -> (Document, Diagnostics) {
    let mut found = Diagnostics::default();
    let (path, slug, folder) = (old.path.clone(), old.slug.clone(), old.folder.clone());
    let source = Source { path, place: Place { kind: old.kind, slug, folder } };
    let mut document = parse(source, old.file, text, None, &mut found);
    let beside = sample::read_beside(&document, tree);
    sample::attach(&mut document, beside, tree, files, &mut found);
    attach_capture(&mut document, tree, &mut Captures::default(), &mut found);
    document.sound = found.iter().next().is_none();
    (document, found)
}

/// Captures that were read, by their paths as quotes name them.
#[derive(Default)]
struct Captures(BTreeMap<String, Arc<str>>);

impl Captures {
    fn learn(&mut self, document: &Document) {
        if let Front::Quote(QuoteFront { capture: Some(path), .. }) = &document.front
            && let Some(text) = &document.capture
        {
            self.0.insert(path.value.clone(), Arc::clone(text));
        }
    }
}

fn unreadable(error: &fs::Error, place: Span) -> Diagnostic {
    let help = error.mend_text().unwrap_or("give yourself leave to read it, or remove it");
    Diagnostic::new(Finding::Unreadable, place, format!("this can't be read: {}", error.cause())).help(help)
}

fn parse(source: Source, file: FileId, text: &Arc<str>, gists: Option<&Pack>, sink: &mut Diagnostics) -> Document {
    let Source { path, place } = source;
    let split = front_matter::split(text, file, sink);
    let body_at = split.body_at;
    let (common, front) = front_matter::read(place.kind, split, text, file, sink);
    let digest =
        blake3::Hasher::new().update(text.as_bytes()).update(blake3::hash(path.as_bytes()).as_bytes()).finalize();
    let body = match gists.and_then(|gists| gists.get(gist_name(&digest))).map(postcard::from_bytes) {
        Some(Ok(gist)) => Body::known(gist, text, file, body_at),
        _ => markdown::parse(&text[body_at..], file, body_at, sink),
    };
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
        digest,
        front_digest: blake3::hash(&text.as_bytes()[..body_at]),
        sound: false,
    }
}

fn gist_name(digest: &blake3::Hash) -> Key {
    Key::new("gist", &[digest.as_bytes()])
}

/// Keeps the gists of documents for [`Kept::gists`]. One with a finding is read again, so that it is found again.
pub fn keep_gists(documents: &[&Document], gists: &Pack) {
    documents.par_iter().filter(|document| document.sound).for_each(|document| {
        let name = gist_name(&document.digest);
        if gists.keep(name).is_none() {
            gists.put(name, postcard::to_allocvec(&document.body.gist).expect("a gist can be written"));
        }
    });
    gists.save();
}

/// Reads the capture that a quote names, each capture once.
fn attach_capture(document: &mut Document, tree: Tree<'_>, captures: &mut Captures, sink: &mut Diagnostics) {
    let Front::Quote(QuoteFront { capture: Some(Spanned { value: path, span }), .. }) = &document.front else {
        return;
    };
    if let Some(text) = captures.0.get(path) {
        document.capture = Some(Arc::clone(text));
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
            document.capture = text;
            captures.learn(document);
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
