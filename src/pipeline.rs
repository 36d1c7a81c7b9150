//! The stages in their order. Everything before this module is a stage; everything after it is a way to run them.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rayon::prelude::*;

use crate::config::Level;
use crate::date::Date;
use crate::diagnostic::{Diagnostics, Severity};
use crate::model::{Archive, Scope, resolve};
use crate::publish::{Published, Publisher};
use crate::read::{Documents, read};
use crate::render::{self, Options, Site, Theme};
use crate::span::Files;
use crate::{check, fs, tag};

/// An archive that was read and checked.
pub struct Loaded {
    pub files: Files,
    pub documents: Documents,
    /// With its drafts.
    pub archive: Archive,
    /// `None` if it can't be used: the findings say why.
    pub theme: Option<Theme>,
    /// Sorted, graded by the archive's settings.
    pub diagnostics: Diagnostics,
}

/// Why there is no site.
pub enum Failure {
    /// Mistakes of the author.
    Findings(Box<Diagnostics>, Files),
    /// Failures of the environment.
    Environment(fs::Error),
}

impl From<fs::Error> for Failure {
    fn from(error: fs::Error) -> Self {
        Self::Environment(error)
    }
}

/// Reads, resolves and checks. `today` is given by `check` alone: nothing that is built may depend on a clock.
pub fn load(root: &Path, today: Option<Date>) -> fs::Result<Loaded> {
    let mut files = Files::default();
    let mut diagnostics = Diagnostics::default();
    let documents = read(root, &mut files, &mut diagnostics)?;
    let archive = resolve(&documents, Scope::All, &files, &mut diagnostics);
    check::check(&archive, today, &mut diagnostics);
    let theme = render::load(root, &documents.config, &mut files, &mut diagnostics)?;
    grade(&mut diagnostics, &documents);
    diagnostics.sort(&files);
    Ok(Loaded { files, documents, archive, theme, diagnostics })
}

fn grade(diagnostics: &mut Diagnostics, documents: &Documents) {
    let levels = &documents.config.severity;
    diagnostics.grade(|diagnostic| match levels.get(&diagnostic.code) {
        None => Some(diagnostic.severity),
        Some(Level::Error) => Some(Severity::Error),
        Some(Level::Warning) => Some(Severity::Warning),
        Some(Level::Note) => Some(Severity::Note),
        Some(Level::Off) => None,
    });
}

/// Everything that `casebook check` reports: what [`load`] finds, and the theme tried on one page of each sort.
pub fn check(root: &Path, today: Option<Date>) -> fs::Result<(Files, Diagnostics)> {
    let loaded = load(root, today)?;
    if loaded.diagnostics.has_errors() {
        return Ok((loaded.files, loaded.diagnostics));
    }
    let Loaded { files, documents, archive, theme, mut diagnostics } = loaded;
    if let Some(theme) = theme {
        let site = Site::new(archive, tag::Suggestions::default(), documents.assets, theme, &Options::default());
        let tried = site.specimens().into_iter().filter_map(|path| site.render(path));
        diagnostics.extend(tried.filter_map(Result::err));
        diagnostics.sort(&files);
    }
    Ok((files, diagnostics))
}

impl Loaded {
    /// The site, with drafts or without.
    pub fn into_site(self, drafts: bool, options: &Options) -> Result<(Site, Files), Failure> {
        if self.diagnostics.has_errors() {
            return Err(Failure::Findings(Box::new(self.diagnostics), self.files));
        }
        let Some(theme) = self.theme else {
            return Err(Failure::Findings(Box::new(self.diagnostics), self.files));
        };
        let archive = if drafts {
            self.archive
        } else {
            // Whatever refers to a draft was checked with the draft there.
            resolve(&self.documents, Scope::Published, &self.files, &mut Diagnostics::default())
        };
        let suggestions = tag::suggest(&archive);
        Ok((Site::new(archive, suggestions, self.documents.assets, theme, options), self.files))
    }
}

/// What a build did.
pub struct Built {
    pub entries: usize,
    pub pages: usize,
    pub published: Published,
    pub warnings: usize,
    pub took: Duration,
    /// How long each stage took. The index is written while pages are rendered.
    pub stages: Vec<(&'static str, Duration)>,
}

/// Told of every page that is done: how many of how many.
pub type Progress<'a> = &'a (dyn Fn(usize, usize) + Sync);

/// Content and theme to `index/` and `public/`. With a mistake anywhere, both stay as they are.
pub fn build(root: &Path, drafts: bool, options: &Options, progress: Progress<'_>) -> Result<Built, Failure> {
    let start = Instant::now();
    let mut stages = Vec::new();
    let mut lap = start;
    let mut finished = |name| {
        stages.push((name, lap.elapsed()));
        lap = Instant::now();
    };
    let loaded = load(root, None)?;
    finished("read and check");
    let warnings = loaded.diagnostics.count(Severity::Warning);
    let (site, files) = loaded.into_site(drafts, options)?;
    finished("resolve and tag");
    let publisher = Publisher::open(root)?;
    finished("open public");
    let mut found = render_all(&site, &publisher, progress)?;
    if found.has_errors() {
        found.sort(&files);
        return Err(Failure::Findings(Box::new(found), files));
    }
    finished("render and write");
    let published = publisher.finish()?;
    finished("publish");
    let (entries, pages) = (site.archive().published().count(), site.pages());
    Ok(Built { entries, pages, published, warnings, took: start.elapsed(), stages })
}

/// Renders every page and hands it over; what templates got wrong is returned.
fn render_all(site: &Site, publisher: &Publisher, progress: Progress<'_>) -> fs::Result<Diagnostics> {
    let paths: Vec<_> = site.paths().collect();
    let (count, found) = (AtomicUsize::new(0), Mutex::new(Diagnostics::default()));
    paths.par_iter().try_for_each(|path| {
        match site.render(path) {
            Some(Ok(artifact)) => publisher.add(artifact)?,
            Some(Err(diagnostic)) => found.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(diagnostic),
            None => {}
        }
        progress(count.fetch_add(1, Ordering::Relaxed) + 1, paths.len());
        Ok::<_, fs::Error>(())
    })?;
    Ok(found.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner))
}
