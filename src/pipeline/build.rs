//! Content and theme to `index/` and `public/`. What is as the last build made it is not made again.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rayon::prelude::*;

use super::making::Making;
use super::timings::{Stopwatch, Timings};
use super::{CACHE, Failure, index_folder, load_unsaved};
use crate::cache::{Cache, Key, Pack};
use crate::diagnostic::Severity;
use crate::index::{self, Shard, Sink};
use crate::model::Archive;
use crate::publish::{Published, Publisher};
use crate::read::{Fingerprint, Unsaved, fingerprint};
use crate::render::{Artifact, Options, Site};
use crate::{check, fs, read, tag};

/// What a build did.
pub struct Built {
    pub entries: usize,
    pub pages: usize,
    pub published: Published,
    pub warnings: usize,
    pub took: Duration,
    /// How long each stage took. The index is written while pages are rendered.
    pub stages: Vec<(&'static str, Duration)>,
    pub timings: Timings,
}

/// Told of every page that is done: how many of how many.
pub type Progress<'a> = &'a (dyn Fn(usize, usize) + Sync);

/// What the last build left, in the index's folder.
struct Kept {
    /// For each file of the site its key and the hash of its bytes: one whose key is the same is not made again. Besides,
    /// what checks found out about texts, what was suggested for them, and the numbers of the build.
    files: Pack,
}

impl Kept {
    fn open(cache: &Path) -> Self {
        Self { files: Pack::open(cache.join("files")) }
    }

    fn checks() -> Key {
        Key::new("checks", &[])
    }

    fn tags() -> Key {
        Key::new("tags", &[])
    }

    /// What checks found out about texts; they will add to it.
    fn checked(&self) -> check::Memory {
        self.files.get(Self::checks()).and_then(check::Memory::from_bytes).unwrap_or_default()
    }

    /// What was suggested for texts.
    fn tagged(&self) -> tag::Memory {
        self.files.get(Self::tags()).and_then(tag::Memory::from_bytes).unwrap_or_default()
    }

    /// How many entries, pages and warnings there were, if the last build was made of the same.
    fn numbers(&self, made_of: Key) -> Option<[usize; 3]> {
        let mut numbers = self.files.get(made_of)?.as_chunks::<8>().0.iter();
        let mut next = || usize::try_from(u64::from_le_bytes(*numbers.next()?)).ok();
        Some([next()?, next()?, next()?])
    }

    fn save(&self, made_of: Key, numbers: [usize; 3], checked: &check::Memory, tagged: &tag::Memory) {
        self.files.put(made_of, numbers.into_iter().flat_map(|number| (number as u64).to_le_bytes()).collect());
        self.files.put(Self::checks(), checked.to_bytes());
        self.files.put(Self::tags(), tagged.to_bytes());
        self.files.save();
    }
}

/// The time, stage by stage.
struct Laps {
    start: Instant,
    last: Instant,
    stages: Vec<(&'static str, Duration)>,
}

impl Laps {
    fn new() -> Self {
        let start = Instant::now();
        Self { start, last: start, stages: Vec::new() }
    }

    fn end(&mut self, stage: &'static str) {
        let took = self.last.elapsed();
        tracing::info!("{stage}: {took:.1?}");
        self.stages.push((stage, took));
        self.last = Instant::now();
    }
}

/// Content and theme to `index/` and `public/`. With a mistake anywhere, both stay as they are.
pub fn build(root: &Path, drafts: bool, options: &Options, progress: Progress<'_>) -> Result<Built, Failure> {
    let mut laps = Laps::new();
    let index_folder = index_folder(root)?;
    let cache = index_folder.join(CACHE);
    let look = || fingerprint(root, &cache);
    let (kept, (found, publisher)) =
        rayon::join(|| Kept::open(&cache), || rayon::join(look, || Publisher::open(root, cache.join("stamps"))));
    let (found, publisher) = (found?, publisher?);
    if !kept.files.is_empty() {
        take_small_pages();
    }
    let made_of = |found: Fingerprint| {
        Key::of("build", &(env!("CASEBOOK_SOURCES"), found.all.as_bytes(), drafts, &options.base_url))
    };
    laps.end("look for changes");
    if let Some(([entries, pages, warnings], published)) =
        unchanged(&kept, made_of(found), &index_folder, found, &publisher)?
    {
        laps.end("look at public");
        let timings = Timings { kept: published.unchanged, ..Timings::default() };
        let (took, stages) = (laps.start.elapsed(), laps.stages);
        return Ok(Built { entries, pages, published, warnings, took, stages, timings });
    }
    let (mut checked, gists) = rayon::join(|| kept.checked(), || Pack::open(cache.join("gists")));
    let load = || load_unsaved(root, &Unsaved::new(), None, &read::Kept::gists(&gists), &mut checked);
    let (loaded, mut tagged) = rayon::join(load, || kept.tagged());
    let loaded = loaded?;
    laps.end("read and check");
    let warnings = loaded.diagnostics.count(Severity::Warning);
    let searched = if drafts { loaded.without_drafts() } else { None };
    // Nothing is left in a folder that is no archive.
    let is_sound = !loaded.diagnostics.has_errors();
    let (site, now) =
        rayon::join(|| loaded.into_site(drafts, options, &mut tagged), || is_sound.then(look).transpose());
    let (mut site, files) = site?;
    let found = now?.map_or(found, |now| found.settled(now));
    laps.end("resolve and tag");
    let pictures = Cache::open(&cache);
    let code = Arc::new(Pack::open(cache.join("code")));
    site.remember_code(Arc::clone(&code));
    shrink(&site, &pictures);
    laps.end("images");
    let watch = Stopwatch::default();
    let (mut wrong, (exported, indexed)) = std::thread::scope(|scope| {
        let archive = searched.as_ref().unwrap_or(site.archive());
        // On threads of its own: its work would have to wait for all pages else.
        let threads = rayon::ThreadPoolBuilder::new().build();
        let indexing = scope.spawn(|| match threads {
            Ok(threads) => threads.install(|| index(archive, &index_folder, found, &publisher)),
            Err(_) => index(archive, &index_folder, found, &publisher),
        });
        let outline = site.outline(found.beside);
        let (site, kept, pictures, publisher, watch) = (&site, &kept.files, &pictures, &publisher, &watch);
        let wrong = Making { site, outline, kept, pictures, publisher, watch }.all(progress);
        Ok::<_, fs::Error>((wrong?, indexing.join().expect("the index is written without a panic")?))
    })?;
    if wrong.has_errors() {
        wrong.sort(&files);
        return Err(Failure::Findings(Box::new(wrong), files));
    }
    laps.end("render and write");
    laps.stages.extend(indexed);
    let result = publisher.finish()?;
    laps.end("publish");
    let (entries, pages) = (site.archive().published().count(), site.pages());
    let keep_code = || {
        if code.has_new() {
            site.keep_code();
            code.save();
        }
    };
    let keep_gists = || {
        let items = site.archive().nodes().filter_map(|node| site.archive().item(node));
        read::keep_gists(&items.map(|item| &*item.document).collect::<Vec<_>>(), &gists);
    };
    let keep_index = || {
        pictures.sweep();
        exported.write(&index_folder);
    };
    rayon::join(
        || kept.save(made_of(found), [entries, pages, warnings], &checked, &tagged),
        || rayon::join(keep_index, || rayon::join(keep_code, keep_gists)),
    );
    laps.end("keep");
    // The process ends soon, which gives back all of this at once.
    std::mem::forget((site, files, searched));
    let (took, stages) = (laps.start.elapsed(), laps.stages);
    Ok(Built { entries, pages, published: result, warnings, took, stages, timings: watch.stop() })
}

/// A build that makes few pages anew touches most of its memory once: to get that in pieces of two megabytes, each cleared
/// before the first of its bytes is used, takes longer than it saves. Where the system says no, nothing is lost.
fn take_small_pages() {
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}

/// What a build would come to that has nothing to do; `None` where it has.
fn unchanged(
    kept: &Kept,
    made_of: Key,
    index_folder: &Path,
    found: Fingerprint,
    publisher: &Publisher,
) -> fs::Result<Option<([usize; 3], Published)>> {
    let Some(numbers) = kept.numbers(made_of) else { return Ok(None) };
    if !index::is_fresh(index_folder, &found.content.to_hex()) {
        return Ok(None);
    }
    let Some(unchanged) = publisher.untouched() else { return Ok(None) };
    Ok(Some((numbers, Published { written: 0, unchanged, removed: 0, saved: publisher.saved()? })))
}

/// Gives the site the smaller versions of its images that are kept, and keeps those that it makes.
fn shrink(site: &Site, cache: &Cache) {
    site.smaller().collect::<Vec<_>>().par_iter().for_each(|image| {
        let kept = cache.get(image.key()).is_some_and(|packed| image.supply(&packed));
        if !kept {
            cache.put(image.key(), &image.packed());
        }
    });
}

/// Brings the index up to date, and publishes the browser's.
fn index(
    archive: &Archive,
    folder: &Path,
    found: Fingerprint,
    publisher: &Publisher,
) -> fs::Result<(index::Kept, [(&'static str, Duration); 2])> {
    let start = Instant::now();
    let index = index::update(archive, folder, &found.content.to_hex())?;
    let indexed = start.elapsed();
    let kept = index::Kept::read(folder);
    let exported = index::export(&index, kept.as_ref(), &Shelf(publisher))?;
    Ok((exported, [("index", indexed), ("export", start.elapsed().saturating_sub(indexed))]))
}

/// Takes the browser's index into the site.
struct Shelf<'a>(&'a Publisher);

impl Sink for Shelf<'_> {
    fn keep(&self, path: &str) -> fs::Result<bool> {
        self.0.keep_named(path)
    }

    fn put(&self, shard: Shard) -> fs::Result<()> {
        self.0.add(Artifact { path: shard.path, bytes: shard.bytes }).map(drop)
    }
}
