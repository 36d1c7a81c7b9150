//! Claims and arguments that only one side speaks to. That may be how things are: these are notes.

use super::is_live;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::fields::Choice;
use crate::model::{Archive, Claim};
use crate::read::{Side, Stance};

pub fn check(archive: &Archive, sink: &mut Diagnostics) {
    for argument in archive.arguments.iter().filter(|argument| is_live(&argument.item)) {
        argument.claims.iter().for_each(|&claim| of_claim(&archive.claims[claim], sink));
        let has = |wanted| argument.entries.iter().any(|(_, stance)| *stance == Some(wanted));
        let missing = match (has(Stance::For), has(Stance::Against), has(Stance::Mixed)) {
            (true, false, false) => "against",
            (false, true, false) => "for",
            _ => continue,
        };
        let message =
            format!("no entry is `{missing}` on `{}`: the archive shows one side only", argument.item.id.slug);
        let help = format!("add what speaks `{missing}` it, if there is any");
        let place = argument.item.document.common.title.as_ref().map_or(argument.item.document.start(), |t| t.span);
        sink.push(Diagnostic::new(Code::OneSidedArgument, place, message).help(help));
    }
}

fn of_claim(claim: &Claim, sink: &mut Diagnostics) {
    let (id, place) = (&claim.definition.id.value, claim.definition.id.span);
    let has = |side| claim.evidence.iter().any(|evidence| evidence.side == side);
    let (supported, disputed) = (has(Side::Supports), has(Side::Disputes));
    if let Some(side) = claim.definition.none_found.filter(|side| has(*side)) {
        let message = format!("`{id}` says that nothing was found that {} it, and something does", side.word());
        let help = "remove `none_found`";
        sink.push(Diagnostic::new(Code::FoundAfterAll, place, message).help(help));
    }
    let missing = match (supported, disputed) {
        (false, false) => {
            let message = format!("no entry supports or disputes `{id}`");
            let help = format!("name it under `[claims]` of an entry that bears on it: `{id} = \"supports\"`");
            sink.push(Diagnostic::new(Code::OrphanClaim, place, message).help(help));
            return;
        }
        (true, false) => Side::Disputes,
        (false, true) => Side::Supports,
        (true, true) => return,
    };
    if claim.definition.none_found != Some(missing) {
        let message = format!("no entry {} `{id}`: its evidence is on one side only", missing.word());
        let help = format!("look for what {0} it; where there is none, write `none_found = \"{0}\"`", missing.word());
        sink.push(Diagnostic::new(Code::OneSidedClaim, place, message).help(help));
    }
}
