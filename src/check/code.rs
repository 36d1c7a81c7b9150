//! The code of samples parses, where a parser is at hand.

use rayon::prelude::*;

use super::is_live;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::{Archive, Entry};
use crate::parsers::stumble;
use crate::span::Span;

pub fn check(archive: &Archive, sink: &mut Diagnostics) {
    let found: Vec<Vec<Diagnostic>> =
        archive.entries.par_iter().filter(|entry| is_live(&entry.item)).map(sample).collect();
    sink.extend(found.into_iter().flatten());
}

fn sample(entry: &Entry) -> Vec<Diagnostic> {
    let document = &entry.item.document;
    let code = document.variants().iter().zip(&document.code);
    let found = code.filter_map(|(variant, code)| {
        let code = code.as_ref()?;
        let stumble = stumble(&variant.language.value, &code.text)?;
        let place = Span::new(code.file, stumble.range);
        let message = format!("this does not parse as `{}`: {}", variant.language.value, stumble.why);
        let help = "mend the code, or the variant's `language`; where it is right and too new for casebook's parser, \
                    write `W016 = \"off\"` below `[severity]` in casebook.toml";
        let diagnostic = Diagnostic::new(Code::CodeSyntax, place, message).help(help);
        Some(diagnostic.related(variant.file.span, "it is named here"))
    });
    found.collect()
}
