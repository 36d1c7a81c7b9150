//! Arguments and the claims under them.

use std::collections::BTreeMap;

use super::is_live;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::Archive;
use crate::read::{ArgumentFront, Front};

pub fn check(archive: &Archive, sink: &mut Diagnostics) {
    equal_order(archive, sink);
    for entry in archive.entries.iter().filter(|entry| is_live(&entry.item)) {
        // Who curated no arguments has nothing that a claim could contradict.
        let Some(named) = &entry.arguments else { continue };
        let written = entry.item.document.entry().and_then(|front| front.arguments.as_ref()).map_or(0, Vec::len);
        if written != named.len() {
            // One of the names was reported already; it may be the one that is missed here.
            continue;
        }
        for say in &entry.says {
            let claim = &archive.claims[say.claim];
            if named.iter().any(|(argument, _)| *argument == claim.argument) {
                continue;
            }
            let argument = &archive.arguments[claim.argument].item.id.slug;
            let message = format!("`{}` is a claim of `{argument}`, which this entry does not name", claim.id.slug);
            let help = format!(
                "add `{argument} = \"for\"`, `\"against\"` or `\"mixed\"` to `[arguments]`, or remove the claim"
            );
            sink.push(Diagnostic::new(Code::ClaimOfUnnamedArgument, say.span, message).help(help));
        }
    }
}

fn equal_order(archive: &Archive, sink: &mut Diagnostics) {
    let mut seen = BTreeMap::new();
    for argument in archive.arguments.iter().filter(|argument| is_live(&argument.item)) {
        let Front::Argument(ArgumentFront { order: Some(order), .. }) = &argument.item.document.front else { continue };
        if let Some(first) = seen.insert(order.value, order.span) {
            let message = format!("two arguments have the order {}", order.value);
            sink.push(
                Diagnostic::new(Code::EqualOrder, order.span, message)
                    .help("give each its own: until then they stand by title")
                    .related(first, "the other is here"),
            );
        }
    }
}
