//! The stages in their order. Everything before this module is a stage; everything after it is a way to run them.

use std::path::Path;

use crate::config::Level;
use crate::date::Date;
use crate::diagnostic::{Diagnostics, Severity};
use crate::model::{Archive, Scope, resolve};
use crate::read::{Documents, read};
use crate::span::Files;
use crate::{check, fs};

/// An archive that was read and checked.
pub struct Loaded {
    pub files: Files,
    pub documents: Documents,
    /// With its drafts.
    pub archive: Archive,
    /// Sorted, graded by the archive's settings.
    pub diagnostics: Diagnostics,
}

impl Loaded {
    /// What is published: the archive without its drafts.
    pub fn published(&self) -> Archive {
        // Whatever refers to a draft was checked with the draft there.
        resolve(&self.documents, Scope::Published, &self.files, &mut Diagnostics::default())
    }
}

/// Reads, resolves and checks. `today` is given by `check` alone: nothing that is built may depend on a clock.
pub fn load(root: &Path, today: Option<Date>) -> fs::Result<Loaded> {
    let mut files = Files::default();
    let mut diagnostics = Diagnostics::default();
    let documents = read(root, &mut files, &mut diagnostics)?;
    let archive = resolve(&documents, Scope::All, &files, &mut diagnostics);
    check::check(&archive, &files, today, &mut diagnostics);
    let levels = &documents.config.severity;
    diagnostics.grade(|diagnostic| match levels.get(&diagnostic.code) {
        None => Some(diagnostic.severity),
        Some(Level::Error) => Some(Severity::Error),
        Some(Level::Warning) => Some(Severity::Warning),
        Some(Level::Note) => Some(Severity::Note),
        Some(Level::Off) => None,
    });
    diagnostics.sort(&files);
    Ok(Loaded { files, documents, archive, diagnostics })
}
