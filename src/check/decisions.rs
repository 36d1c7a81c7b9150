//! Decisions on passages: what a person said of a passage must not be lost with it.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::{Archive, Id, Node};
use crate::read::Decision;
use crate::read::markdown::passages;

pub fn check(archive: &Archive, sink: &mut Diagnostics) {
    for decision in &archive.tagging.decisions {
        let Some(span) = decision.place else { continue };
        if let Some((message, help)) = lost(archive, decision) {
            sink.push(Diagnostic::new(Code::LostPassage, span, message).help(help));
        }
    }
}

/// What is no longer there, and the mend.
fn lost(archive: &Archive, decision: &Decision) -> Option<(String, &'static str)> {
    let Decision { entry, argument, selector, .. } = decision;
    if archive.argument(argument).is_none() {
        let help = "give the decision the argument's new id, or remove the line";
        return Some((format!("this decision is on the argument `{argument}`, which is not in the archive"), help));
    }
    let item = match Id::parse(entry).and_then(|id| archive.ids.get(&id)) {
        Some(Node::Entry(at)) => &archive.entries[*at].item,
        _ => {
            let help = "give the decision the entry's new id, or remove the line";
            return Some((format!("this decision is on `{entry}`, which is no entry of the archive"), help));
        }
    };
    // The text of a withdrawn entry may be gone for good.
    if item.withdrawn().is_some() || selector.find(&passages(item.document.body.blocks())).is_some() {
        return None;
    }
    let help = "look for the passage in the entry and write its words as they are now, or remove the line";
    Some((format!("the passage of `{entry}` that this decision is on is no longer there"), help))
}
