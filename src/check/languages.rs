//! Programming languages that the highlighter does not know.

use std::collections::BTreeMap;

use super::{is_live, items};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Edit, Fix, nearest};
use crate::model::{Archive, Item};
use crate::span::Span;
use crate::syntax;

/// What to do about a language that is not known.
#[derive(Clone)]
pub struct Mend {
    help: String,
    near: Option<String>,
}

/// Most archives use a handful of languages, thousands of times. What each calls for: nothing, or a mend.
pub type Mends = BTreeMap<String, Option<Mend>>;

pub fn check(archive: &Archive, sink: &mut Diagnostics) {
    let mut mends = Mends::default();
    items(archive).filter(|item| is_live(item)).for_each(|item| of_item(item, &mut mends, sink));
}

pub fn of_item(item: &Item, mends: &mut Mends, sink: &mut Diagnostics) {
    let mut report = |language: &str, span: Span, name: Option<Span>| {
        if let Some(mend) = mends.entry(language.to_owned()).or_insert_with(|| mend(language)) {
            let message = format!("the highlighter knows no language `{language}`");
            let fix = name.zip(mend.near.clone()).map(|(span, near)| Fix::unsure([Edit::word(span, near)]));
            sink.push(Diagnostic::new(Code::UnknownLanguage, span, message).help(mend.help.clone()).fix(fix));
        }
    };
    item.document.body.gist.languages.iter().for_each(|(language, span)| report(language, *span, None));
    for variant in item.document.variants() {
        report(&variant.language.value, variant.language.span, Some(variant.language.span));
    }
}

fn mend(language: &str) -> Option<Mend> {
    if syntax::is_known(language) {
        return None;
    }
    let near = nearest(language, syntax::names()).map(|name| {
        let lower = name.to_lowercase();
        if syntax::is_known(&lower) { lower } else { name.to_owned() }
    });
    let help = match &near {
        Some(near) => format!("did you mean `{near}`? Where no language is meant, write `text`"),
        None => "write the language's usual name or file ending, or `text`".to_owned(),
    };
    Some(Mend { help, near })
}
