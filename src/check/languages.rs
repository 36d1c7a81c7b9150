//! Programming languages that the highlighter does not know.

use std::collections::BTreeMap;

use super::{is_live, items};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, nearest};
use crate::model::Archive;
use crate::read::markdown::{Block, Definition, Node};
use crate::span::Span;
use crate::syntax;

pub fn check(archive: &Archive, sink: &mut Diagnostics) {
    // Most archives use a handful of languages, thousands of times. What each calls for: nothing, or a mend.
    let mut mends: BTreeMap<String, Option<String>> = BTreeMap::new();
    for item in items(archive).filter(|item| is_live(item)) {
        let mut fences = Vec::new();
        let body = &item.document.body;
        collect(&body.blocks, &mut fences);
        body.notes.iter().for_each(|note| collect(&note.blocks, &mut fences));
        let variants = item.document.variants().iter();
        fences.extend(variants.map(|variant| (variant.language.value.as_str(), variant.language.span)));
        for (language, span) in fences {
            if let Some(mend) = mends.entry(language.to_owned()).or_insert_with(|| mend(language)) {
                let message = format!("the highlighter knows no language `{language}`");
                sink.push(Diagnostic::new(Code::UnknownLanguage, span, message).help(mend.clone()));
            }
        }
    }
}

/// What to do about a language, if anything.
fn mend(language: &str) -> Option<String> {
    let near = || match nearest(language, syntax::names()) {
        Some(near) => format!("did you mean `{near}`? Where no language is meant, write `text`"),
        None => "write the language's usual name or file ending, or `text`".to_owned(),
    };
    (!syntax::is_known(language)).then(near)
}

/// Every fence with a language, wherever it stands in the text.
fn collect<'a>(blocks: &'a [Block], out: &mut Vec<(&'a str, Span)>) {
    for block in blocks {
        match &block.node {
            Node::Code { language: Some(language), .. } => out.push((language, block.span)),
            Node::Quote { blocks, .. } => collect(blocks, out),
            Node::List { items, .. } => items.iter().for_each(|item| collect(&item.blocks, out)),
            Node::Definitions(definitions) => {
                for definition in definitions {
                    if let Definition::Meaning(blocks) = definition {
                        collect(blocks, out);
                    }
                }
            }
            _ => {}
        }
    }
}
