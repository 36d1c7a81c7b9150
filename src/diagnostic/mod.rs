//! What an author got wrong, as data: found anywhere, printed in one place.
//!
//! A stage that meets a mistake pushes a [`Diagnostic`] to [`Diagnostics`] and goes on, so that one mistake hides
//! no other. Printers ([`human()`], [`json()`], [`sarif()`], [`github()`]) read them together with [`Files`].

mod code;
pub mod fix;
mod github;
mod human;
mod json;
mod sarif;
mod suggest;

pub use code::{Code, Severity};
pub use fix::{Edit, Fix};
pub use github::github;
pub use human::human;
pub use json::json;
pub use sarif::sarif;
pub use suggest::{Patience, did_you_mean, meant, nearest};

use crate::span::{Files, Span};

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    pub code: Code,
    pub severity: Severity,
    pub span: Span,
    pub message: String,
    /// The mend, as an imperative.
    pub help: Option<String>,
    /// The mend as edits, where a program can make it.
    pub fix: Option<Fix>,
    /// Other places that explain the finding, such as where a name was first defined.
    pub related: Vec<(Span, String)>,
}

impl Diagnostic {
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity(),
            span,
            message: message.into(),
            help: None,
            fix: None,
            related: Vec::new(),
        }
    }

    /// The message with its mend below, for printers that have one text.
    fn told(&self) -> String {
        match &self.help {
            Some(help) => format!("{}\nhelp: {help}", self.message),
            None => self.message.clone(),
        }
    }

    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    #[must_use]
    pub fn fix(mut self, fix: impl Into<Option<Fix>>) -> Self {
        self.fix = fix.into();
        self
    }

    #[must_use]
    pub fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related.push((span, label.into()));
        self
    }
}

/// The sink that every stage writes to.
#[derive(Debug, Default)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    pub fn extend(&mut self, other: impl IntoIterator<Item = Diagnostic>) {
        self.0.extend(other);
    }

    pub fn count(&self, severity: Severity) -> usize {
        self.0.iter().filter(|d| d.severity == severity).count()
    }

    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    /// Changes severities by `to`, which gives `None` for a finding that is dropped.
    pub fn grade(&mut self, to: impl Fn(&Diagnostic) -> Option<Severity>) {
        self.0.retain_mut(|diagnostic| to(diagnostic).map(|severity| diagnostic.severity = severity).is_some());
    }

    /// Drops the fixes that don't satisfy `good`; the findings stay.
    pub fn retain_fixes(&mut self, good: impl Fn(&Fix) -> bool) {
        for diagnostic in &mut self.0 {
            diagnostic.fix.take_if(|fix| !good(fix));
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.0.iter()
    }

    /// Brings the findings into the order of files, then places, and drops repeats.
    pub fn sort(&mut self, files: &Files) {
        self.0.sort_by(|a, b| {
            let key = |d: &Diagnostic| (d.span.start, d.span.end, d.code);
            let (path_a, path_b) = (&files.get(a.span.file).path, &files.get(b.span.file).path);
            path_a.cmp(path_b).then_with(|| key(a).cmp(&key(b))).then_with(|| a.message.cmp(&b.message))
        });
        self.0.dedup();
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
