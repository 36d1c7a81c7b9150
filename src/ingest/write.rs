//! The one way of drafts into an archive: they are read again and checked with all that is there, and then written
//! where nothing stands. What stands there is never touched.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::draft::{self, Draft, Options, Slugs};
use super::links::{Became, Picture};
use super::web::{Essay, Note, Standing, Web};
use super::{Capture, Folder, Found, Kind as CaptureKind, Place, name};
use crate::check;
use crate::date::Date;
use crate::diagnostic::{Code, Diagnostics, Severity};
use crate::fs;
use crate::model::{Scope, folded, resolve};
use crate::read::{Document, Documents, Front, Kind, Tree, Unsaved, read};
use crate::span::Files;

/// A capture that was read, and what is new in it. What its links lead to is not known yet.
#[derive(Debug)]
pub struct Taken {
    found: Vec<(Found, Fate)>,
    hash: String,
    stem: String,
    place: Option<Place>,
    /// The path of the kept copy, where one is wanted, and what is in it.
    kept: Option<(String, Vec<u8>)>,
}

/// What becomes of one document of a capture.
#[derive(Debug)]
enum Fate {
    Known(String),
    New {
        slugs: Slugs,
        /// What became of links to pictures, by their numbers.
        shown: BTreeMap<usize, Became>,
        /// Whether the essay has a folder.
        in_folder: bool,
    },
}

/// A capture with its drafts.
#[derive(Debug)]
pub struct Ingested<'a> {
    taken: &'a Taken,
    outcomes: Vec<Outcome<'a>>,
}

#[derive(Debug)]
pub enum Outcome<'a> {
    /// The same capture, or the same source from another, was taken in before: the id of its source.
    Known(&'a str),
    Drafts(Drafts),
}

/// The drafts of one document.
#[derive(Debug)]
pub struct Drafts {
    pub files: Vec<Draft>,
    /// What became of each link of the text.
    pub became: Vec<Became>,
    /// Where its pictures come from, and their paths relative to the archive's root.
    pictures: Vec<(Arc<Folder>, String, String)>,
}

/// A source that stands in the archive.
struct Known {
    id: String,
    title: String,
    authors: Vec<String>,
    date: Option<Date>,
    url: Option<String>,
}

/// Drafts on their way into an archive.
pub struct Plan<'a> {
    root: &'a Path,
    today: Option<Date>,
    keep: bool,
    /// Whether what stands is compared, and nothing is written.
    pub update: bool,
    /// What has a slug, in the archive and in this plan; those from captures are told apart.
    taken: BTreeMap<(Kind, String), bool>,
    /// The sources by the hashes of their captures.
    hashes: BTreeMap<String, String>,
    sources: Vec<Known>,
    /// The essays by the hashes of their captures; `None` where there are several of one.
    essays: BTreeMap<String, Option<Standing>>,
    /// How many pixels a picture may have.
    pixels: u64,
    /// What the names of pictures should end with, or why they can't be shown.
    endings: BTreeMap<PathBuf, Result<&'static str, String>>,
    /// The errors that the archive had before.
    errors: BTreeSet<(String, Code, String)>,
}

impl<'a> Plan<'a> {
    /// Reads the archive. The error says why there is none to write to.
    pub fn open(
        root: &'a Path,
        today: Option<Date>,
        keep: bool,
        update: bool,
    ) -> Result<Self, Box<dyn std::error::Error>> {
        let mut files = Files::default();
        let mut sink = Diagnostics::default();
        let documents = read(Tree { root: Some(root), unsaved: &Unsaved::new() }, &mut files, &mut sink)?;
        if let Some(none) =
            sink.iter().find(|d| matches!(d.code, Code::NoArchive | Code::Format) && !d.message.contains("is empty"))
        {
            return Err(format!(
                "{}\n  help: {}",
                none.message,
                none.help.as_deref().unwrap_or("name an archive with `-C DIR`")
            )
            .into());
        }
        let mut plan = Self {
            root,
            today,
            keep,
            update,
            taken: BTreeMap::new(),
            hashes: BTreeMap::new(),
            sources: Vec::new(),
            essays: BTreeMap::new(),
            pixels: documents.config.limits.image_pixels,
            endings: BTreeMap::new(),
            errors: BTreeSet::new(),
        };
        documents.documents.iter().for_each(|document| plan.learn(document));
        plan.errors = errors(&documents, &files, sink).collect();
        Ok(plan)
    }

    fn learn(&mut self, document: &Arc<Document>) {
        let id = format!("{}/{}", document.kind.folder(), document.slug);
        let captured = document.captured();
        self.taken.insert((document.kind, folded(&document.slug)), captured.is_some());
        if let Some(captured) = captured {
            if document.kind == Kind::Essay {
                let essay = Standing { id: id.clone(), anchors: document.body.gist.anchors.keys().cloned().collect() };
                let first = !self.essays.contains_key(&captured.hash);
                self.essays.insert(captured.hash.clone(), Some(essay).filter(|_| first));
            }
            // A source stands for what was taken in with it.
            if document.kind == Kind::Source || !self.hashes.contains_key(&captured.hash) {
                self.hashes.insert(captured.hash.clone(), id.clone());
            }
        }
        if let Front::Source(front) = &document.front {
            let title = document.common.title.as_ref().map_or_else(String::new, |title| folded(&title.value));
            let url = front.url.as_ref().map(|url| same_address(&url.value));
            let date = front.date.as_ref().map(|date| date.value);
            self.sources.push(Known {
                id,
                title,
                authors: front.authors.iter().map(|name| folded(name)).collect(),
                date,
                url,
            });
        }
    }

    /// The source of the archive that a document is of, if it was taken in before.
    fn known(&self, found: &Found) -> Option<&Known> {
        let meta = &found.meta;
        let url = meta.url.as_deref().map(same_address);
        let title = meta.title.as_deref().map(folded);
        let authors: Vec<String> = meta.authors.iter().map(|name| folded(name)).collect();
        self.sources.iter().find(|known| {
            if let (Some(url), Some(other)) = (&url, &known.url) {
                return url == other;
            }
            let years = known.date.zip(meta.date).is_none_or(|(a, b)| a.year() == b.year());
            let people = known.authors.is_empty() && authors.is_empty()
                || known.authors.iter().any(|name| authors.contains(name));
            title.as_deref() == Some(known.title.as_str()) && people && years
        })
    }

    /// Names the drafts of a capture, or says that it was taken in.
    pub fn take(&mut self, capture: Capture, kind: CaptureKind, found: Vec<Found>) -> Taken {
        let hash = capture.hash();
        let whole = self.hashes.get(&hash).filter(|_| !self.update).cloned();
        let stem = capture.stem().to_owned();
        let fates: Vec<(Found, Fate)> = found
            .into_iter()
            .map(|found| {
                let known =
                    whole.clone().or_else(|| self.known(&found).filter(|_| !self.update).map(|known| known.id.clone()));
                let fate = match known {
                    Some(id) => Fate::Known(id),
                    None => {
                        let slugs = Slugs::new(&found, &stem, &mut |kind, slug| self.free(kind, slug));
                        self.new_one(slugs, &found, capture.place.as_ref())
                    }
                };
                (found, fate)
            })
            .collect();
        let first = fates.iter().find_map(|(_, fate)| match fate {
            Fate::New { slugs, .. } => Some(format!("sources/{}", slugs.source)),
            Fate::Known(_) => None,
        });
        let path = kept_path(&stem, &hash, kind);
        let keep = self.keep || self.update && fs::is_plain_file(&self.root.join(&path));
        let kept = first.as_ref().filter(|_| keep).map(|_| {
            // What is checked against must be UTF-8.
            let is_utf8 = std::str::from_utf8(&capture.bytes).is_ok();
            let decoded = || super::decode::decode(&capture.bytes).map(|decoded| decoded.text.into_bytes());
            (path, if is_utf8 { capture.bytes.clone() } else { decoded().unwrap_or_default() })
        });
        if whole.is_none() && !self.update {
            self.hashes.extend(first.map(|first| (hash.clone(), first)));
        }
        Taken { found: fates, hash, stem, place: capture.place, kept }
    }

    /// A document that is new, with the pictures that it shows.
    fn new_one(&mut self, slugs: Slugs, found: &Found, place: Option<&Place>) -> Fate {
        let beside = slugs.essay.as_ref().map(|slug| format!("{ESSAYS}{slug}/"));
        let mut shown: BTreeMap<usize, Became> = BTreeMap::new();
        let mut names: BTreeMap<String, String> = BTreeMap::new();
        for (number, link) in found.links.iter().enumerate().filter(|(_, link)| link.embeds) {
            let (Some(place), Some(beside)) = (place, &beside) else { continue };
            let Some(file) = place.picture(&link.to) else { continue };
            let fit = file.and_then(|file| Ok((self.named(place, &file, &mut names)?, file)));
            let became = match fit {
                Err(why) => Became::Lost(why),
                Ok((name, _)) if self.update && !fs::is_plain_file(&self.root.join(format!("{beside}{name}"))) => {
                    Became::Lost(format!("a patch can't bring it: copy it to `{beside}{name}`"))
                }
                Ok((name, file)) => Became::Picture(Picture { file, name }),
            };
            shown.insert(number, became);
        }
        let stands = |beside: &String| self.update && fs::is_plain_file(&self.root.join(format!("{beside}index.md")));
        let in_folder =
            shown.values().any(|became| matches!(became, Became::Picture(_))) || beside.as_ref().is_some_and(stands);
        Fate::New { slugs, shown, in_folder }
    }

    /// What a picture is called beside an essay whose others have `names` by their files. The error says why it can't be
    /// shown.
    fn named(&mut self, place: &Place, file: &str, names: &mut BTreeMap<String, String>) -> Result<String, String> {
        if let Some(name) = names.get(file) {
            return Ok(name.clone());
        }
        if names.len() == MOST_PICTURES {
            return Err(format!("the text shows more than {MOST_PICTURES} pictures"));
        }
        let pixels = self.pixels;
        let read = || place.folder.read(file, pixels).map(|(_, ending)| ending);
        let ending = self.endings.entry(place.folder.path_of(file)).or_insert_with(read).clone()?;
        let stem = Path::new(file).file_stem().and_then(|stem| stem.to_str()).map(name::slug).unwrap_or_default();
        let stem = if stem.is_empty() { "picture" } else { &stem };
        let name = |stem: &str| format!("{stem}.{ending}");
        let stem = name::unique(stem, &mut |stem| names.values().any(|other| folded(other) == folded(&name(stem))));
        names.insert(file.to_owned(), name(&stem));
        Ok(name(&stem))
    }

    /// A slug that is free. Where drafts are compared, those that came from captures are not in the way.
    fn free(&mut self, kind: Kind, slug: &str) -> String {
        let name = name::unique(slug, &mut |name| match self.taken.get(&(kind, folded(name))) {
            Some(captured) => !(self.update && *captured),
            // A folder may hold files, and no entry.
            None => {
                fs::entry(&self.root.join("content").join(kind.folder()).join(name)).is_ok_and(|kind| kind.is_some())
            }
        });
        // Within this plan it is taken for good.
        self.taken.insert((kind, folded(&name)), false);
        name
    }

    /// Makes the drafts of all captures, and holds them to the archive's rules together with all that is there. The
    /// error of a capture says why nothing of it can be written; what links to one has words instead.
    pub fn draft<'t>(&self, taken: &'t [Result<Taken, String>]) -> fs::Result<Vec<Result<Ingested<'t>, String>>> {
        let mut web = Web::new(taken.iter().map(|taken| self.note(taken.as_ref().ok()?)).collect());
        let mut all: Vec<_> = taken
            .iter()
            .enumerate()
            .map(|(number, taken)| taken.as_ref().map(|taken| self.drafted(number, taken, &web)).map_err(Clone::clone))
            .collect();
        for first in [true, false] {
            let again = self.check(&mut all, first)?;
            let refused = all.iter().enumerate().filter(|(_, one)| one.is_err()).map(|(number, _)| number);
            if web.forget(refused) {
                for (number, ingested) in all.iter_mut().enumerate() {
                    if let Ok(ingested) = ingested {
                        let fresh = self.drafted(number, ingested.taken, &web);
                        ingested.relink(fresh);
                    }
                }
            }
            if !again {
                break;
            }
        }
        Ok(all)
    }

    /// A capture of one document as what links may lead to.
    fn note<'n>(&'n self, taken: &'n Taken) -> Option<Note<'n>> {
        let [(found, fate)] = taken.found.as_slice() else { return None };
        let essay = match fate {
            Fate::Known(_) => self.essays.get(&taken.hash).and_then(Option::as_ref).map(Essay::Stands),
            Fate::New { slugs, .. } => {
                slugs.essay.as_deref().map(|slug| Essay::Drafted { slug, found, anchors: OnceCell::new() })
            }
        };
        Some(Note { place: taken.place.as_ref()?, names: &found.meta.names, essay })
    }

    fn drafted<'t>(&self, number: usize, taken: &'t Taken, web: &Web<'_>) -> Ingested<'t> {
        let Taken { hash, stem, kept, .. } = taken;
        let kept = kept.as_ref().map(|(path, _)| path.as_str());
        let outcome = |(found, fate): &'t (Found, Fate)| match fate {
            Fate::Known(id) => Outcome::Known(id),
            Fate::New { slugs, shown, in_folder } => {
                let became = web.became(number, &found.links, shown);
                let options = Options { hash, stem, kept, in_folder: *in_folder, today: self.today };
                let files = draft::drafts(found, &became, slugs, &options);
                Outcome::Drafts(Drafts { files, pictures: pictures(taken, slugs, &became), became })
            }
        };
        Ingested { taken, outcomes: taken.found.iter().map(outcome).collect() }
    }

    /// Reads all drafts with the archive, and gives up the captures whose drafts have errors. Says whether to check
    /// again.
    fn check(&self, all: &mut [Result<Ingested<'_>, String>], first: bool) -> fs::Result<bool> {
        let mut unsaved = Unsaved::new();
        for ingested in all.iter().flatten() {
            unsaved.extend(ingested.files().map(|(path, bytes)| (path.to_owned(), bytes.to_vec())));
            unsaved.extend(ingested.pictures().map(|(.., path)| (path.clone(), stand_in(path).to_vec())));
        }
        if unsaved.is_empty() {
            return Ok(false);
        }
        let mut files = Files::default();
        let mut sink = Diagnostics::default();
        let documents = read(Tree { root: Some(self.root), unsaved: &unsaved }, &mut files, &mut sink)?;
        let new: Vec<_> = errors(&documents, &files, sink).filter(|error| !self.errors.contains(error)).collect();
        if new.is_empty() {
            return Ok(false);
        }
        let mut again = false;
        for one in all.iter_mut() {
            let Ok(ingested) = one else { continue };
            match ingested.mend(&new, first) {
                Ok(mended) => again |= mended,
                Err(why) => {
                    *one = Err(why);
                    again = true;
                }
            }
        }
        Ok(again)
    }

    /// Writes the files of a capture where none stands, all or none of them. Gives the paths of those written.
    pub fn write(&self, ingested: &Ingested<'_>) -> fs::Result<Vec<String>> {
        let mut written: Vec<String> = Vec::new();
        let pictures = ingested.pictures().map(|(folder, file, path)| {
            let read = folder.read(file, self.pixels);
            // It was seen to be fit a moment ago.
            let read = read.map_err(|why| fs::Error::new("copy", &folder.path_of(file), why));
            read.map(|(bytes, _)| (path.as_str(), Cow::Owned(bytes)))
        });
        let files = || ingested.files().map(|(path, bytes)| Ok((path, Cow::Borrowed(bytes)))).chain(pictures);
        let write = |written: &mut Vec<String>| -> fs::Result<()> {
            for file in files() {
                let (path, bytes) = file?;
                let target = self.root.join(path);
                let folder = target.parent().unwrap_or(self.root);
                let there = folder.ancestors().find(|folder| fs::entry(folder).is_ok_and(|kind| kind.is_some()));
                if !fs::canonical(there.unwrap_or(self.root))?.starts_with(fs::canonical(self.root)?) {
                    let error = fs::Error::new("write", &target, "the folder is a link out of the archive");
                    return Err(error.mend("move the folder itself into the archive"));
                }
                fs::create_dir_all(folder)?;
                if fs::write_absent(&target, &bytes)? {
                    written.push(path.to_owned());
                } else if !path.starts_with(CAPTURES) {
                    let error = fs::Error::new("write", &target, "a file stands there");
                    return Err(error.mend("run the command again: it takes another name"));
                }
            }
            Ok(())
        };
        let done = write(&mut written);
        if done.is_err() {
            // What belongs together is there as a whole, or not at all.
            for path in &written {
                let path = self.root.join(path);
                let _ = fs::remove_file(&path);
                path.parent()
                    .filter(|folder| !folder.ends_with("sources"))
                    .iter()
                    .for_each(|folder| fs::remove_dir_if_empty(folder));
            }
        }
        done.map(|()| written)
    }

    /// What stands where a draft would be written.
    pub fn standing(&self, path: &str) -> fs::Result<Option<String>> {
        let bytes = fs::read_if_there(&self.root.join(path))?;
        Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }
}

/// A text that shows more of them is none.
const MOST_PICTURES: usize = 200;
/// Where essays lie, whose texts alone have links.
const ESSAYS: &str = "content/essays/";
/// Where captures are kept.
const CAPTURES: &str = "captures/";

impl Ingested<'_> {
    /// Each document, and what became of it.
    pub fn documents(&self) -> impl Iterator<Item = (&Found, &Outcome<'_>)> {
        self.taken.found.iter().map(|(found, _)| found).zip(&self.outcomes)
    }

    pub fn drafts(&self) -> impl Iterator<Item = &Draft> {
        self.outcomes.iter().flat_map(|outcome| match outcome {
            Outcome::Drafts(drafts) => drafts.files.as_slice(),
            Outcome::Known(_) => &[],
        })
    }

    /// All that is to be written, the kept copy first.
    fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let kept = self.taken.kept.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()));
        kept.chain(self.drafts().map(|draft| (draft.path.as_str(), draft.text.as_bytes())))
    }

    /// The pictures that are to be copied.
    fn pictures(&self) -> impl Iterator<Item = &(Arc<Folder>, String, String)> {
        self.outcomes.iter().flat_map(|outcome| match outcome {
            Outcome::Drafts(drafts) => drafts.pictures.as_slice(),
            Outcome::Known(_) => &[],
        })
    }

    /// The files that its pictures are copied from, links followed.
    pub fn shown(&self) -> impl Iterator<Item = PathBuf> {
        self.pictures().filter_map(|(folder, file, _)| fs::canonical(&folder.path_of(file)).ok())
    }

    /// The paths of all drafts and of their pictures.
    pub fn paths(&self) -> impl Iterator<Item = &String> {
        self.drafts().map(|draft| &draft.path).chain(self.pictures().map(|(.., path)| path))
    }

    /// Takes note of errors: the error says why nothing of it can be written. A quote that is not in the capture word by
    /// word, as its page has markup between the words, is told from it by its lines alone. Says whether to check again.
    fn mend(&mut self, errors: &[(String, Code, String)], first: bool) -> Result<bool, String> {
        let mut again = false;
        let own: Vec<_> = errors.iter().filter(|(path, ..)| self.files().any(|(own, _)| own == path)).collect();
        for (path, code, message) in own {
            if !first || *code != Code::QuoteNotFound {
                return Err(format!("a draft of it would have an error: {path}: {message}"));
            }
            again = true;
            self.without_capture(path);
        }
        // An error elsewhere that a draft brings about.
        match errors.iter().find(|(path, ..)| !path.starts_with("content/")) {
            Some((path, _, message)) => {
                Err(format!("with its drafts the archive would have an error: {path}: {message}"))
            }
            None => Ok(again),
        }
    }

    /// Takes over what became of links, and the texts with them.
    fn relink(&mut self, fresh: Self) {
        for (old, new) in self.outcomes.iter_mut().zip(fresh.outcomes) {
            if let (Outcome::Drafts(old), Outcome::Drafts(new)) = (old, new)
                && old.became != new.became
            {
                old.became = new.became;
                let essays = old.files.iter_mut().zip(new.files).filter(|(old, _)| old.path.starts_with(ESSAYS));
                essays.for_each(|(old, new)| *old = new);
            }
        }
    }

    fn without_capture(&mut self, path: &str) {
        let drafts = self.outcomes.iter_mut().filter_map(|outcome| match outcome {
            Outcome::Drafts(drafts) => Some(&mut drafts.files),
            Outcome::Known(_) => None,
        });
        for draft in drafts.flatten().filter(|draft| draft.path == path) {
            let kept = |line: &&str| !line.starts_with("capture = ");
            let (front, body) = draft.text.split_once("\n[captured]").unwrap_or((&draft.text, ""));
            draft.text = format!("{}\n\n[captured]{body}", front.lines().filter(kept).collect::<Vec<_>>().join("\n"));
        }
    }
}

/// The pictures of a document, each once.
fn pictures(taken: &Taken, slugs: &Slugs, became: &[Became]) -> Vec<(Arc<Folder>, String, String)> {
    let (Some(place), Some(slug)) = (&taken.place, &slugs.essay) else { return Vec::new() };
    let mut all = BTreeMap::new();
    for became in became {
        if let Became::Picture(Picture { file, name }) = became {
            all.insert(format!("{ESSAYS}{slug}/{name}"), file.clone());
        }
    }
    all.into_iter().map(|(path, file)| (Arc::clone(&place.folder), file, path)).collect()
}

/// What stands for a picture while drafts are checked. It was found fit; all of a folder's would fill the memory.
fn stand_in(path: &str) -> &'static [u8] {
    const DRAWING: &[u8] = b"<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>";
    const PIXEL: &[u8] = b"GIF89a\x01\0\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\0;";
    if Path::new(path).extension().is_some_and(|ending| ending == "svg") { DRAWING } else { PIXEL }
}

/// Everything that is an error whatever the archive's settings say.
fn errors(documents: &Documents, files: &Files, mut sink: Diagnostics) -> impl Iterator<Item = (String, Code, String)> {
    let archive = resolve(documents, Scope::All, &mut sink);
    check::check(&archive, &documents.assets, None, &mut check::Memory::default(), &mut sink);
    let found: Vec<_> = sink
        .into_iter()
        .filter(|d| d.severity == Severity::Error)
        .map(|d| (files.get(d.span.file).path.clone(), d.code, d.message))
        .collect();
    found.into_iter()
}

/// An address without what does not tell two pages apart.
fn same_address(url: &str) -> String {
    let url = url.split('#').next().unwrap_or_default().trim_end_matches('/');
    url.split_once("://").map_or(url, |(_, rest)| rest).trim_start_matches("www.").to_ascii_lowercase()
}

fn kept_path(stem: &str, hash: &str, kind: CaptureKind) -> String {
    let digest = hash.trim_start_matches("sha256:");
    let ending = match kind {
        CaptureKind::Text => "txt",
        CaptureKind::Html => "html",
        CaptureKind::Markdown => "md",
        CaptureKind::Bibtex => "bib",
        CaptureKind::CslJson => "json",
        CaptureKind::Feed => "xml",
    };
    let stem = match name::slug(stem) {
        stem if stem.is_empty() => "capture".to_owned(),
        stem => stem,
    };
    format!("{CAPTURES}{stem}-{}.{ending}", &digest[..digest.len().min(12)])
}
