//! The people's printer: a snippet of the text, the place underlined, the mend below.

use std::collections::BTreeMap;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Patch, Renderer, Snippet};

use super::{Code, Diagnostic, Severity};
use crate::span::{Files, Span};

/// How many findings of one code are shown before the others are folded into a line.
const SHOWN: usize = 20;

/// The findings as text. `color` asks for terminal escapes; unless `all`, a flood of one code is folded.
pub fn human<'a>(diagnostics: impl Iterator<Item = &'a Diagnostic>, files: &Files, color: bool, all: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let mut out = String::new();
    let mut met: BTreeMap<Code, (usize, Severity)> = BTreeMap::new();
    for diagnostic in diagnostics {
        let (count, _) = met.entry(diagnostic.code).or_insert((0, diagnostic.severity));
        *count += 1;
        if all || *count <= SHOWN {
            out.push_str(&renderer.render(&groups(diagnostic, files)));
            out.push_str("\n\n");
        }
    }
    for (code, (count, severity)) in met.into_iter().filter(|(_, (count, _))| !all && *count > SHOWN) {
        let title = format!("{} more: {}", count - SHOWN, code.summary());
        let group = Group::with_title(level(severity).primary_title(title).id(code.as_str()));
        let help = Level::HELP.secondary_title("`--verbose` shows them all, and so does `--format json`");
        out.push_str(&renderer.render(&[group, Group::with_title(help)]));
        out.push_str("\n\n");
    }
    out
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    }
}

fn groups<'a>(diagnostic: &'a Diagnostic, files: &'a Files) -> Vec<Group<'a>> {
    let here = Excerpt::new(diagnostic.span, files).annotated(AnnotationKind::Primary, None);
    let title = level(diagnostic.severity).primary_title(diagnostic.message.as_str());
    let mut first = title.id(diagnostic.code.as_str()).element(here);
    for (span, label) in &diagnostic.related {
        first = first.element(Excerpt::new(*span, files).annotated(AnnotationKind::Context, Some(label)));
    }
    let mut groups = vec![first];
    if let Some(help) = &diagnostic.help {
        let title = Level::HELP.secondary_title(help.as_str());
        groups.push(match patched(diagnostic, files) {
            Some(snippet) => title.element(snippet),
            None => Group::with_title(title),
        });
    }
    groups
}

/// How the line reads when it is mended, where a mend stays in its line.
fn patched<'a>(diagnostic: &'a Diagnostic, files: &'a Files) -> Option<Snippet<'a, Patch<'a>>> {
    let [edit] = &diagnostic.fix.as_ref()?.edits[..] else { return None };
    let (span, text) = edit.resolve(files);
    if files.text(span).contains('\n') || text.contains('\n') {
        return None;
    }
    let excerpt = Excerpt::new(span, files);
    Some(excerpt.snippet().patch(Patch::new(excerpt.marked.clone(), text)))
}

/// The line that a span begins in: a snippet of a long file must not cost its length.
struct Excerpt<'a> {
    text: &'a str,
    line: usize,
    path: &'a str,
    /// The span in `text`.
    marked: std::ops::Range<usize>,
}

impl<'a> Excerpt<'a> {
    fn new(span: Span, files: &'a Files) -> Self {
        const LONGEST: usize = 400;
        let file = files.get(span.file);
        let text = &*file.text;
        let start = text.floor_char_boundary(span.range().start.min(text.len()));
        let end = text.floor_char_boundary(span.range().end.clamp(start, text.len()));
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let from = text.ceil_char_boundary(line_start.max(start.saturating_sub(LONGEST)));
        // Of a long span the first line is enough to find it by.
        let end =
            text[start..end].find('\n').map_or(end, |at| start + at).min(text.floor_char_boundary(start + LONGEST));
        let until = text[end..].find('\n').map_or(text.len(), |at| end + at);
        let until = until.min(text.floor_char_boundary(end + LONGEST));
        let line = file.position(start).line;
        Self { text: &text[from..until], line, path: file.path.as_str(), marked: start - from..end - from }
    }

    fn snippet<T: Clone>(&self) -> Snippet<'a, T> {
        Snippet::source(self.text).line_start(self.line).path(self.path)
    }

    fn annotated(&self, kind: AnnotationKind, label: Option<&'a str>) -> Snippet<'a, Annotation<'a>> {
        self.snippet().annotation(kind.span(self.marked.clone()).label(label))
    }
}
