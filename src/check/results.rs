//! Results of samples: there, of this sample, and of the code as it is now.

use super::is_live;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean};
use crate::model::{Archive, Entry};
use crate::read::{Measured, Results, VariantFront};
use crate::span::Span;

pub fn check(archive: &Archive, sink: &mut Diagnostics) {
    archive.entries.iter().filter(|entry| is_live(&entry.item)).for_each(|entry| of_entry(entry, sink));
}

pub fn of_entry(entry: &Entry, sink: &mut Diagnostics) {
    let variants = entry.item.document.variants();
    match (&entry.item.document.results, variants.iter().find(|variant| !variant.run.is_empty())) {
        (Some(results), _) => recorded(entry, variants, results, sink),
        (None, Some(variant)) if !entry.item.document.has_results => {
            let message = format!("the sample `{}` was not measured yet", entry.item.id.slug);
            let help = format!("run `casebook run {}`, which records what it measures", entry.item.id.slug);
            sink.push(Diagnostic::new(Code::MissingResult, variant.name.span, message).help(help));
        }
        (None, _) => {}
    }
}

fn recorded(entry: &Entry, variants: &[VariantFront], results: &Results, sink: &mut Diagnostics) {
    let slug = &entry.item.id.slug;
    let place = results.place.unwrap_or(Span::start_of(entry.item.document.file));
    let wrong = |message: String, help: String| Diagnostic::new(Code::MalformedResults, place, message).help(help);
    if results.sample != *slug && results.sample != entry.item.id.to_string() {
        let message = format!("these results are of the sample `{}`", results.sample);
        sink.push(wrong(message, format!("delete the file and measure `{slug}`")));
        return;
    }
    for (n, measured) in results.variants.iter().enumerate() {
        let [low, high] = measured.spread_ms;
        let again = || "delete the file and measure the sample again".to_owned();
        if measured.median_ms < 0.0 || low < 0.0 || high < low {
            sink.push(wrong(format!("the times of `{}` are none that a clock shows", measured.name), again()));
        }
        let same = |other: &Measured| other.name == measured.name && other.parameters == measured.parameters;
        if results.variants[..n].iter().any(same) {
            sink.push(wrong(format!("`{}` was measured twice with the same parameters", measured.name), again()));
        }
        let Some(at) = variants.iter().position(|variant| variant.name.value == measured.name) else {
            let message = format!("these results name a variant `{}` that the sample does not have", measured.name);
            let help = did_you_mean(&measured.name, variants.iter().map(|variant| variant.name.value.as_str()));
            sink.push(wrong(
                message,
                help.unwrap_or_else(|| "delete the file and measure the sample again".to_owned()),
            ));
            continue;
        };
        let Some(code) = entry.item.document.code.get(at).and_then(Option::as_ref) else { continue };
        if code.hash != measured.hash {
            let message = format!("the code of `{}` has changed since it was measured", measured.name);
            let help = format!("run `casebook run {slug}`");
            sink.push(Diagnostic::new(Code::StaleResult, variants[at].file.span, message).help(help));
        }
    }
    let unmeasured = |variant: &&VariantFront| {
        !variant.run.is_empty() && !results.variants.iter().any(|measured| measured.name == variant.name.value)
    };
    for variant in variants.iter().filter(unmeasured) {
        let message = format!("the variant `{}` was not measured yet", variant.name.value);
        let help = format!("run `casebook run {slug}`");
        sink.push(Diagnostic::new(Code::MissingResult, variant.name.span, message).help(help));
    }
}
