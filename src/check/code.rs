//! The code of samples parses, where a parser is at hand.

use std::collections::HashSet;

use rayon::prelude::*;

use super::is_live;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::{Archive, Entry};
use crate::span::Span;

/// `parsing` are samples whose code parses, by what stands for all of them.
pub fn check(archive: &Archive, parsing: &mut HashSet<blake3::Hash>, sink: &mut Diagnostics) {
    let samples: Vec<_> = archive.entries.iter().filter(|entry| !entry.item.document.code.is_empty()).collect();
    let look = |entry: &&Entry| {
        let known = parsing.contains(&entry.item.document.digest) || !is_live(&entry.item);
        if known { Vec::new() } else { sample(entry) }
    };
    let found: Vec<Vec<Diagnostic>> = samples.par_iter().map(look).collect();
    let good = samples.iter().zip(&found).filter(|(_, found)| found.is_empty());
    *parsing = good.map(|(entry, _)| entry.item.document.digest).collect();
    sink.extend(found.into_iter().flatten());
}

pub fn sample(entry: &Entry) -> Vec<Diagnostic> {
    let document = &entry.item.document;
    let code = document.variants().iter().zip(&document.code);
    let found = code.filter_map(|(variant, code)| {
        let code = code.as_ref()?;
        let stumble = code.study(&variant.language.value).stumble.as_ref()?;
        let place = Span::new(code.file, stumble.range.clone());
        let message = format!("this does not parse as `{}`: {}", variant.language.value, stumble.why);
        let help = "mend the code, or the variant's `language`; where it is right and too new for casebook's parser, \
                    write `W016 = \"off\"` below `[severity]` in casebook.toml";
        let diagnostic = Diagnostic::new(Code::CodeSyntax, place, message).help(help);
        Some(diagnostic.related(variant.file.span, "it is named here"))
    });
    found.collect()
}
