//! Addresses: no two things have one, and none has one that the site needs itself.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::percent_decode_str;

use super::link::{ROOT_FILES, ROUTES};
use super::{Archive, Argument, Id, Node, Target, folded};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Edit, Fix};
use crate::read::{Documents, Kind};
use crate::span::{Span, Spanned};

/// Reports pages, files and aliases whose address is taken.
pub fn check(archive: &Archive, documents: &Documents, sink: &mut Diagnostics) {
    for page in archive.pages.iter().filter(|page| reserved(&page.item.id.slug)) {
        let message = format!("the site needs the address `/{}/` itself", page.item.id.slug);
        let place = page.item.document.start();
        sink.push(Diagnostic::new(Code::ReservedAddress, place, message).help("rename the file"));
    }
    for (id, node) in &archive.ids {
        let why = match id.slug.as_str() {
            "index.html" => Some("a folder's page has this name".to_owned()),
            slug => crate::read::unservable(slug).filter(|_| matches!(node, Node::Claim(_))),
        };
        if let Some(why) = why {
            let place = archive.owner(*node).document.start();
            let message = format!("`{id}` can have no address: {why}");
            sink.push(Diagnostic::new(Code::ReservedAddress, place, message).help("give it another name"));
        }
    }
    for asset in &documents.assets {
        let Some(name) = asset.path.strip_prefix("pages/") else { continue };
        if reserved(name.split('/').next().unwrap_or_default()) {
            let place = Span::start_of(asset.file);
            let message =
                format!("the site needs the address `/{name}` itself: `content/{}` can't have it", asset.path);
            sink.push(Diagnostic::new(Code::ReservedAddress, place, message).help("rename the file"));
        }
    }
    // Most archives need neither.
    let (folders, files) = (LazyCell::new(|| folders(archive)), LazyCell::new(|| files(archive, documents)));
    let aliases = || Aliases {
        folders: folders.iter().map(|address| folded(address)).collect(),
        files: files.iter().map(|address| folded(address)).collect(),
        taken: BTreeMap::new(),
    };
    let mut known = None;
    for item in archive.ids.values().filter_map(|node| archive.item(*node)) {
        for alias in &item.document.common.aliases {
            known.get_or_insert_with(aliases).check(alias, sink);
        }
        for (target, link) in item.targets.iter().zip(&item.document.body.gist.links) {
            // What has more than one part is made of entries, and may not be there.
            if let Target::Route(path) = target
                && path.trim_end_matches('/').contains('/')
                && !folders.contains(path)
                && !files.contains(path)
            {
                let message = format!("there is no page `/{path}`");
                let help = "mend the address: tags, people and years have a page where an entry names them";
                sink.push(Diagnostic::new(Code::BrokenLink, link.span, message).help(help));
            }
        }
    }
}

fn reserved(name: &str) -> bool {
    let lower = name.to_lowercase();
    ROUTES.contains(&lower.as_str()) || ROOT_FILES.contains(&lower.as_str()) || is_sitemap(&lower)
}

/// Whether a name is that of a sitemap's part: how many there are, only the finished site knows.
fn is_sitemap(name: &str) -> bool {
    name.strip_prefix("sitemap-").and_then(|rest| rest.strip_suffix(".xml")).is_some()
}

/// Whether an address is that of a list's further pages, or of a list that a page has when it grows.
fn continues(parts: &[&str]) -> bool {
    matches!(parts, ["arguments", _, "entries", ..] | ["claims", _, "evidence", ..])
        || matches!(parts, [.., "page", number] if number.bytes().all(|b| b.is_ascii_digit()))
}

/// Folders below the site's root, with a slash at their end, in which a page lies.
fn folders(archive: &Archive) -> BTreeSet<String> {
    let terms = [("tags", &archive.tags), ("people", &archive.people), ("years", &archive.years)];
    let terms = terms
        .into_iter()
        .flat_map(|(folder, terms)| terms.iter().map(move |term| format!("{folder}/{}/", term.component)));
    let maps =
        archive.arguments.iter().filter(|argument| argument.item.withdrawn().is_none()).map(Argument::map_address);
    let pairs = archive.published().flat_map(|(_, entry)| {
        let made: Vec<_> =
            archive.made(entry).iter().map(|(at, _)| archive.arguments[*at].item.id.slug.as_str()).collect();
        let pairs = made.iter().enumerate().flat_map(|(at, one)| made[at + 1..].iter().map(move |other| (one, other)));
        pairs.map(|(one, other)| format!("intersections/{one}/{other}/")).collect::<Vec<_>>()
    });
    archive.ids.keys().map(Id::address).chain(terms).chain(maps).chain(pairs).collect()
}

/// Files that are no page, and so can't be folders either.
fn files(archive: &Archive, documents: &Documents) -> BTreeSet<String> {
    let feeds = archive.ids.iter().filter(|(id, node)| id.kind == Kind::Argument && matches!(node, Node::Argument(_)));
    let feeds = feeds.map(|(id, _)| format!("{}feed.xml", id.address()));
    let assets = documents.assets.iter().map(|asset| asset.address().to_owned());
    ROOT_FILES.iter().map(|name| (*name).to_owned()).chain(feeds).chain(assets).collect()
}

struct Aliases {
    folders: BTreeSet<String>,
    files: BTreeSet<String>,
    taken: BTreeMap<String, Span>,
}

impl Aliases {
    fn check(&mut self, alias: &Spanned<String>, sink: &mut Diagnostics) {
        let Some(path) = alias_path(&alias.value) else {
            let rooted = format!("/{}", alias.value);
            let fix = alias_path(&rooted).map(|_| Fix::safe([Edit::word(alias.span, rooted)]));
            let message = format!("`{}` is not an old address", alias.value);
            let help = "write a path below the site's root, such as \"/2019/old-name/\"";
            // Only the slash may be missing; an address with a scheme is somewhere else.
            let fix = fix.filter(|_| !alias.value.contains(':'));
            sink.push(Diagnostic::new(Code::InvalidValue, alias.span, message).help(help).fix(fix));
            return;
        };
        let path = folded(&path);
        let parts: Vec<_> = path.trim_end_matches('/').split('/').collect();
        let below_a_file = (1..=parts.len()).any(|count| self.files.contains(&parts[..count].join("/")));
        if self.folders.contains(&path)
            || (parts.len() == 1 && reserved(parts[0]))
            || ["static", "api", "cards", "search"].contains(&parts[0])
            || is_sitemap(parts[0])
            || continues(&parts)
            || below_a_file
        {
            let message = format!("`{}` is the address of a page or file", alias.value);
            let help = "choose an address that nothing has";
            sink.push(Diagnostic::new(Code::ReservedAddress, alias.span, message).help(help));
        } else if let Some(first) = self.taken.insert(path, alias.span) {
            let message = format!("two entries had the address `{}`", alias.value);
            let diagnostic = Diagnostic::new(Code::DuplicateId, alias.span, message).help("remove it from one of them");
            sink.push(diagnostic.related(first, "it first stands here"));
        }
    }
}

/// The folder below the site's root of an old address, with its last slash; `None` where it is no rooted path.
pub fn alias_path(alias: &str) -> Option<String> {
    // An address that was copied from a browser is encoded.
    let alias = percent_decode_str(alias).decode_utf8().ok()?;
    let path = alias.strip_prefix('/')?.trim_end_matches('/').trim_end_matches("/index.html");
    let good = !path.is_empty()
        && path.split('/').all(|part| !part.is_empty() && part != "." && part != "..")
        && crate::read::unservable(path).is_none();
    good.then(|| format!("{path}/"))
}
