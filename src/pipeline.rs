//! The stages in their order. Everything before this module is a stage; everything after it is a way to run them.

mod build;
mod making;
mod timings;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub use self::build::{Built, Progress, build};
pub use self::timings::Timings;
use crate::config::{FORMAT, Level};
use crate::date::Date;
use crate::diagnostic::fix::{apply, safe_edits};
use crate::diagnostic::{Code, Diagnostics, Severity};
use crate::fs::Refused;
use crate::index::{self, GOLDEN, Golden, Index, State};
use crate::model::{Archive, Scope, resolve};
use crate::read::{CONTENT, Documents, Kept, Tree, Unsaved, add_text, fingerprint, read_again, report_refused};
use crate::render::{self, Options, Site, Theme};
use crate::span::{Files, Span, normalise};
use crate::value::yaml_is_simple;
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

/// Reads, resolves and checks.
pub fn load(root: &Path) -> fs::Result<Loaded> {
    load_unsaved(root, &Unsaved::new(), None, &Kept::default(), &mut check::Memory::default())
}

/// As [`load`], with files that were not written yet. `today` is given by `check` alone: nothing that is built may
/// depend on a clock. `kept` and `memory` spare what was found out before.
fn load_unsaved(
    root: &Path,
    unsaved: &Unsaved,
    today: Option<Date>,
    kept: &Kept<'_>,
    memory: &mut check::Memory,
) -> fs::Result<Loaded> {
    let mut files = Files::default();
    let mut diagnostics = Diagnostics::default();
    let documents = read_again(Tree { root: Some(root), unsaved }, kept, &mut files, &mut diagnostics)?;
    let mut found_in_theme = Diagnostics::default();
    let archive = || {
        let archive = resolve(&documents, Scope::All, &mut diagnostics);
        check::check(&archive, &documents.assets, today, memory, &mut diagnostics);
        archive
    };
    let theme = || match documents.config.format {
        FORMAT => render::load(root, &documents.config, &mut files, &mut found_in_theme),
        _ => Ok(None),
    };
    let (archive, theme) = rayon::join(archive, theme);
    let theme = theme?;
    diagnostics.extend(found_in_theme);
    conclude(&mut diagnostics, &documents, &files);
    tracing::info!("read {} documents, {} findings", documents.documents.len(), diagnostics.iter().count());
    Ok(Loaded { files, documents, archive, theme, diagnostics })
}

/// Grades and sorts what was found, once all is found.
pub fn conclude(diagnostics: &mut Diagnostics, documents: &Documents, files: &Files) {
    diagnostics.retain_fixes(|fix| {
        let Some(span) = fix.span() else { return false };
        let text = &*files.get(span.file).text;
        // YAML has ways to write a value that no edit of its words knows.
        !text.starts_with("---") || yaml_is_simple(text, span.range())
    });
    grade(diagnostics, documents);
    diagnostics.sort(files);
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

/// How strict a check is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Strictness {
    /// Dates after it are in the future; `None`: nobody asks.
    pub today: Option<Date>,
    /// Whether warnings count as errors, but for those that only the owner of a machine can mend.
    pub deny_warnings: bool,
}

/// Everything that `casebook check` reports: what [`load`] finds, and the theme tried on every template.
pub fn check(root: &Path, unsaved: &Unsaved, strictness: Strictness) -> fs::Result<(Files, Diagnostics)> {
    let loaded = load_unsaved(root, unsaved, strictness.today, &Kept::default(), &mut check::Memory::default())?;
    check_loaded(root, unsaved, loaded, strictness)
}

/// What [`check()`] does with an archive that was read.
fn check_loaded(
    root: &Path,
    unsaved: &Unsaved,
    mut loaded: Loaded,
    strictness: Strictness,
) -> fs::Result<(Files, Diagnostics)> {
    if !loaded.diagnostics.has_errors() {
        let mut found = golden(root, unsaved, &mut loaded)?;
        grade(&mut found, &loaded.documents);
        loaded.diagnostics.extend(found);
    }
    let Loaded { files, archive, theme, mut diagnostics, .. } = loaded;
    if let Some(theme) = theme {
        diagnostics.extend(render::trial(&theme, &archive.config.language)?);
        if !diagnostics.has_errors() {
            // The archive's own pages may be of a sort that the trial did not think of.
            // Templates don't show what is in files, and unpacking images takes its time.
            let site = Site::new(archive, &tag::Suggestions::default(), Vec::new(), theme, &Options::default());
            let tried = site.specimens().into_iter().filter_map(|path| site.render(path));
            diagnostics.extend(tried.filter_map(Result::err));
        }
    }
    diagnostics.sort(&files);
    if strictness.deny_warnings {
        diagnostics.grade(|diagnostic| match diagnostic.severity {
            // A contributor can't be asked to measure.
            Severity::Warning if matches!(diagnostic.code, Code::MissingResult | Code::StaleResult) => {
                Some(Severity::Warning)
            }
            Severity::Warning => Some(Severity::Error),
            other => Some(other),
        });
    }
    Ok((files, diagnostics))
}

/// Holds the search to the archive's golden queries, if it has any.
fn golden(root: &Path, unsaved: &Unsaved, loaded: &mut Loaded) -> fs::Result<Diagnostics> {
    let mut found = Diagnostics::default();
    let bytes = match (Tree { root: Some(root), unsaved }).read_named(GOLDEN) {
        Ok(bytes) => bytes,
        Err(Refused::Missing) => return Ok(found),
        Err(refused) => {
            let place = Span::start_of(loaded.files.add(GOLDEN, ""));
            report_refused(refused, GOLDEN, None, place, "make it a file of the archive", &mut found);
            return Ok(found);
        }
    };
    let file = add_text(GOLDEN, &bytes, &mut loaded.files, &mut found);
    let queries = Golden::read(file, &loaded.files, &mut found);
    if !queries.is_empty() {
        let published = loaded.without_drafts();
        let archive = published.as_ref().unwrap_or(&loaded.archive);
        let index = in_memory(archive)?;
        queries
            .iter()
            .try_for_each(|query| query.check(&index, archive, &mut found))
            .map_err(|error| fs::Error::new("search", Path::new(CONTENT), error))?;
    }
    Ok(found)
}

/// An archive with the safe fixes made, in memory.
pub struct Fixed {
    /// What is left to mend.
    pub files: Files,
    pub diagnostics: Diagnostics,
    /// How many findings were mended.
    pub mended: usize,
    pub rewritten: Vec<Rewritten>,
}

/// A file before and after its fixes.
pub struct Rewritten {
    /// Relative to the archive's root.
    pub path: String,
    pub before: String,
    pub after: String,
}

/// Makes the safe fixes until none is left. Nothing is written.
pub fn fix(root: &Path, strictness: Strictness) -> fs::Result<Fixed> {
    /// A fix may bring to light what it hid, such as the wrong type of a misspelt key.
    const ROUNDS: usize = 8;
    let mut unsaved = Unsaved::new();
    let mut before: BTreeMap<String, String> = BTreeMap::new();
    let mut mended = 0;
    let mut memory = check::Memory::default();
    let mut loaded = load_unsaved(root, &unsaved, strictness.today, &Kept::default(), &mut memory)?;
    for _ in 0..ROUNDS {
        let files = &loaded.files;
        let (edits, count) = safe_edits(&loaded.diagnostics, files);
        if edits.is_empty() {
            break;
        }
        mended += count;
        for (file, edits) in edits {
            let path = files.get(file).path.clone();
            let raw = Tree { root: Some(root), unsaved: &unsaved }.read(&path)?;
            let raw = String::from_utf8_lossy(&raw).into_owned();
            if normalise(&raw) != files.get(file).text {
                let error = fs::Error::new("mend", &root.join(&path), "it changed while it was checked");
                return Err(error.mend("run the command again"));
            }
            unsaved.insert(path.clone(), apply(&raw, &edits).into_bytes());
            before.entry(path).or_insert(raw);
        }
        loaded = load_unsaved(root, &unsaved, strictness.today, &Kept::default(), &mut memory)?;
    }
    let (files, diagnostics) = check_loaded(root, &unsaved, loaded, strictness)?;
    let after = |path: &str| String::from_utf8_lossy(&unsaved[path]).into_owned();
    let rewritten = before.into_iter().map(|(path, before)| Rewritten { after: after(&path), path, before }).collect();
    Ok(Fixed { files, diagnostics, mended, rewritten })
}

/// The folder of derived state: safe to delete.
pub const INDEX: &str = "index";
/// What was dear to make, in it.
const CACHE: &str = "cache";

impl Loaded {
    /// The archive without drafts; `None` where it has none, and is published as it is.
    pub fn without_drafts(&self) -> Option<Archive> {
        let drafts = self.documents.documents.iter().any(|document| document.common.draft);
        // Whatever refers to a draft was checked with the draft there.
        drafts.then(|| resolve(&self.documents, Scope::Published, &mut Diagnostics::default()))
    }

    /// The site, with drafts or without. `tagged` spares what was suggested before.
    pub fn into_site(
        mut self,
        drafts: bool,
        options: &Options,
        tagged: &mut tag::Memory,
    ) -> Result<(Site, Files), Failure> {
        if self.diagnostics.has_errors() {
            return Err(Failure::Findings(Box::new(self.diagnostics), self.files));
        }
        let published = if drafts { None } else { self.without_drafts() };
        let Some(theme) = self.theme else {
            return Err(Failure::Findings(Box::new(self.diagnostics), self.files));
        };
        // Nothing but templates can turn out to be wrong from here on, and a site takes all the room that it can have.
        self.files.keep_only(theme.files());
        let archive = published.unwrap_or(self.archive);
        let suggestions = tag::suggest_again(&archive, tagged);
        Ok((Site::new(archive, &suggestions, self.documents.assets, theme, options), self.files))
    }
}

fn index_folder(root: &Path) -> fs::Result<PathBuf> {
    let folder = root.join(INDEX);
    if folder.is_symlink() && !fs::canonical(&folder)?.starts_with(fs::canonical(root)?) {
        let error = fs::Error::new("write to", &folder, "it is a link out of the archive");
        return Err(error.mend("remove the link: `index/` can be made anew at any time"));
    }
    Ok(folder)
}

fn in_memory(archive: &Archive) -> fs::Result<Index> {
    Index::in_memory(archive).map_err(|error| fs::Error::new("make the index of", Path::new(CONTENT), error))
}

/// The archive's index, brought up to date if `refresh`; `None` where it would have to be. An archive that has not
/// changed since is not read again.
pub fn open_index(root: &Path, refresh: bool) -> Result<Option<Box<Index>>, Failure> {
    let folder = index_folder(root)?;
    let look = || fingerprint(root, &folder.join(CACHE));
    let found = look()?;
    if let State::Fresh(index) = Index::open(&folder, &found.content.to_hex()) {
        return Ok(Some(index));
    }
    if !refresh {
        return Ok(None);
    }
    let loaded = load(root)?;
    let digest = found.settled(look()?).content.to_hex();
    if loaded.diagnostics.has_errors() {
        return Err(Failure::Findings(Box::new(loaded.diagnostics), loaded.files));
    }
    let published = loaded.without_drafts();
    let archive = published.as_ref().unwrap_or(&loaded.archive);
    // Drafts are shown, never indexed.
    let index = index::update(archive, &folder, &digest).or_else(|error| {
        // Whoever may read an archive may search it.
        tracing::warn!("{error}: searching without keeping the index");
        in_memory(archive).map(Box::new)
    });
    Ok(Some(index?))
}
