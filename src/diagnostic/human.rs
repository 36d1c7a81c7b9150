//! The people's printer: a snippet of the text, the place underlined, the mend below.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Diagnostic, Diagnostics, Severity};
use crate::span::{Files, Span};

/// The findings as text. `color` asks for terminal escapes.
pub fn human(diagnostics: &Diagnostics, files: &Files, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let mut out = String::new();
    for diagnostic in diagnostics.iter() {
        out.push_str(&renderer.render(&groups(diagnostic, files)));
        out.push_str("\n\n");
    }
    out
}

fn groups<'a>(diagnostic: &'a Diagnostic, files: &'a Files) -> Vec<Group<'a>> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let here = snippet(diagnostic.span, files, AnnotationKind::Primary, None);
    let mut first = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code.as_str()).element(here);
    for (span, label) in &diagnostic.related {
        first = first.element(snippet(*span, files, AnnotationKind::Context, Some(label)));
    }
    let mut groups = vec![first];
    if let Some(help) = &diagnostic.help {
        groups.push(Group::with_title(Level::HELP.secondary_title(help.as_str())));
    }
    groups
}

/// Only the lines that the span touches are handed over: a snippet of a long file must not cost its length.
fn snippet<'a>(
    span: Span,
    files: &'a Files,
    kind: AnnotationKind,
    label: Option<&'a str>,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    const LONGEST: usize = 400;
    let file = files.get(span.file);
    let text = &*file.text;
    let start = text.floor_char_boundary(span.range().start.min(text.len()));
    let end = text.floor_char_boundary(span.range().end.clamp(start, text.len()));
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let from = text.ceil_char_boundary(line_start.max(start.saturating_sub(LONGEST)));
    // Of a long span the first line is enough to find it by.
    let end = text[start..end].find('\n').map_or(end, |at| start + at).min(text.floor_char_boundary(start + LONGEST));
    let until = text[end..].find('\n').map_or(text.len(), |at| end + at).min(text.floor_char_boundary(end + LONGEST));
    let annotation = kind.span(start - from..end - from).label(label);
    Snippet::source(&text[from..until])
        .line_start(file.position(start).line)
        .path(file.path.as_str())
        .annotation(annotation)
}
