//! Images and other files beside entries: described where they are shown, and used at all.

use std::collections::BTreeSet;

use super::{is_live, items};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::{Archive, Item, Target};
use crate::read::markdown::{Block, Inline, InlineNode, LinkKind, Node, Part, walk};
use crate::read::{Asset, Kind};
use crate::span::Span;

pub fn check(archive: &Archive, assets: &[Asset], sink: &mut Diagnostics) {
    let mut used: BTreeSet<&str> = BTreeSet::new();
    // Addresses in raw HTML are not resolved; whatever it names counts as used.
    let mut html = String::new();
    for item in items(archive).filter(|item| is_live(item)) {
        used.extend(item.targets.iter().filter_map(|target| match target {
            Target::Asset(address) => Some(address.as_str()),
            _ => None,
        }));
        described_all(item, sink);
        walk_embeds(item, &mut |part| match part {
            Part::Inline(Inline { node: InlineNode::Html(raw), .. })
            | Part::Block(Block { node: Node::Html(raw), .. }) => {
                html.push_str(raw);
            }
            _ => {}
        });
    }
    for asset in assets {
        let name = asset.path.rsplit('/').next().unwrap_or_default();
        // Beside a sample may lie what its code reads.
        let of_a_sample = asset.path.starts_with(Kind::Sample.folder());
        if !used.contains(asset.address()) && !of_a_sample && !html.contains(name) {
            let place = Span::start_of(asset.file);
            let help = "show it or link to it, or remove it";
            sink.push(Diagnostic::new(Code::UnusedFile, place, "nothing shows or links to this file").help(help));
        }
    }
}

/// Most texts have neither images nor raw HTML, and need not be parsed to know it.
fn walk_embeds<'a>(item: &'a Item, visit: &mut impl FnMut(Part<'a>)) {
    if item.document.body.gist.embeds {
        walk(&item.document.body, visit);
    }
}

pub fn described_all(item: &Item, sink: &mut Diagnostics) {
    walk_embeds(item, &mut |part| {
        if let Part::Inline(Inline { node: InlineNode::Image { link, alt }, .. }) = part {
            described(item, *link, alt, sink);
        }
    });
}

fn described(item: &Item, link: usize, alt: &str, sink: &mut Diagnostics) {
    // An image that leads nowhere was reported.
    if item.targets[link] == Target::Nothing {
        return;
    }
    let link = &item.document.body.gist.links[link];
    let alt = alt.trim();
    // An embed without a label is called by its file, and one with a width by the width.
    let width = link.kind == LinkKind::WikiImage && alt.chars().all(|c| c.is_ascii_digit() || c == 'x');
    if alt.is_empty() || width || alt == link.address.trim() {
        let name = link.address.rsplit('/').next().unwrap_or_default();
        let help = format!("say what it shows, for those who don't see it: `![Requests a second, by threads]({name})`");
        let message = format!("the image `{name}` has no alternative text");
        sink.push(Diagnostic::new(Code::ImageWithoutAlt, link.span, message).help(help));
    }
}
