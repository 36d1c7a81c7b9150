//! Names that are one name to many systems: they differ only in case, or in how Unicode writes them.

use std::collections::BTreeMap;

use super::items;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::{Archive, Node, folded};
use crate::read::Asset;
use crate::span::Span;

pub fn check(archive: &Archive, assets: &[Asset], sink: &mut Diagnostics) {
    let mut seen: BTreeMap<String, (String, Span)> = BTreeMap::new();
    let mut take = |what: &str, name: String, place: Span| {
        let folded = format!("{what} {}", folded(&name));
        let Some((other, first)) = seen.get(&folded) else {
            seen.insert(folded, (name, place));
            return;
        };
        let differ = if other.to_lowercase() == name.to_lowercase() { "case" } else { "Unicode form" };
        let message = format!("`{name}` and `{other}` differ only in {differ}: on many systems they are one {what}");
        let diagnostic = Diagnostic::new(Code::NameCollision, place, message);
        sink.push(diagnostic.help("give one of the two another name").related(*first, "the other is here"));
    };
    for (id, &node) in &archive.ids {
        match node {
            Node::Claim(at) => take("claim", id.to_string(), archive.claims[at].definition.id.span),
            node => {
                let place = archive.item(node).map(|item| item.document.start());
                place.into_iter().for_each(|place| take("file", id.to_string(), place));
            }
        }
    }
    for asset in assets {
        take("file", asset.path.clone(), Span::start_of(asset.file));
    }
    let mut code: BTreeMap<&str, Span> = BTreeMap::new();
    for found in items(archive).flat_map(|item| item.document.code.iter().flatten()) {
        // Two variants may share a file.
        code.insert(&found.path, Span::start_of(found.file));
    }
    code.into_iter().for_each(|(path, place)| take("file", path.to_owned(), place));
}
