//! Where the links of a text lead.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use percent_encoding::percent_decode_str;
use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

use super::{Archive, Id, Node};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Patience, nearest};
use crate::fs;
use crate::read::markdown::{Link, LinkKind, heading_anchor};
use crate::read::{Asset, CONTENT, Document, Documents, Kind, named_by};

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Target {
    /// A page of the archive, and an anchor on it.
    Node(Node, Option<String>),
    /// An anchor on the page that the link stands on.
    Here(String),
    /// A file beside an entry, by its path below the site's root.
    Asset(String),
    /// A page that the site makes itself, such as `search/`.
    Route(String),
    /// An address elsewhere.
    Outside(String),
    /// An image elsewhere: it is linked, not shown, since the site loads nothing from others.
    OutsideImage(String),
    /// Nowhere: the text stands without a link.
    Nothing,
}

/// The first parts of addresses that the site makes itself; no plain page may have one.
pub const ROUTES: [&str; 17] = [
    "arguments",
    "claims",
    "essays",
    "quotes",
    "samples",
    "sources",
    "tags",
    "people",
    "years",
    "search",
    "map",
    "matrix",
    "timeline",
    "intersections",
    "api",
    "static",
    "cards",
];

/// Files at the site's root that it makes itself.
pub const ROOT_FILES: [&str; 9] =
    ["index.html", "404.html", "feed.xml", "feed.json", "sitemap.xml", "robots.txt", "index", "404", ".casebook"];

/// So many anchors are listed where none is near.
const FEW: usize = 16;

/// What links can be resolved against. It costs nothing to make: what only near misses need is made for the first.
pub struct Links<'a> {
    pub archive: &'a Archive,
    /// Documents that are about to stand in the place of the archive's.
    fresh: &'a BTreeMap<Node, Arc<Document>>,
    documents: &'a [Arc<Document>],
    /// By path.
    assets: &'a [Asset],
    /// The paths of Markdown files, relative to the archive's root.
    paths: OnceCell<BTreeSet<&'a str>>,
    /// Files of code, which have no address.
    code: OnceCell<BTreeSet<&'a str>>,
    patience: Patience,
}

/// What a reference such as `essays/x` or `x` names.
pub enum Found<'a> {
    One(Node),
    /// The first by kind, and all.
    Several(Node, Vec<&'a Id>),
    None,
}

impl<'a> Links<'a> {
    pub fn new(
        archive: &'a Archive,
        documents: &'a Documents,
        fresh: &'a BTreeMap<Node, Arc<Document>>,
        patience: Patience,
    ) -> Self {
        Self {
            archive,
            fresh,
            documents: &documents.documents,
            assets: &documents.assets,
            paths: OnceCell::new(),
            code: OnceCell::new(),
            patience,
        }
    }

    pub fn find(&self, reference: &str, of: impl Fn(Kind) -> bool) -> Found<'a> {
        let ids = &self.archive.ids;
        if let Some(id) = Id::parse(reference) {
            let is_it = |other: &Id| other.kind == id.kind && is_same(&other.slug, &id.slug);
            let same = || if id.slug.is_ascii() { None } else { ids.iter().find(|(other, _)| is_it(other)) };
            return match ids.get(&id).or_else(|| same().map(|(_, node)| node)).filter(|_| of(id.kind)) {
                Some(&node) => Found::One(node),
                None => Found::None,
            };
        }
        let mut all = self.bare(reference);
        if all.is_empty() && !reference.is_ascii() {
            let same = ids.keys().map(|id| id.slug.as_str()).filter(|slug| is_same(slug, reference)).min();
            all = same.map(|slug| self.bare(slug)).unwrap_or_default();
        }
        all.retain(|id| of(id.kind));
        match all[..] {
            [] => Found::None,
            [id] => Found::One(ids[id]),
            [first, ..] => Found::Several(ids[first], all),
        }
    }

    /// What has a slug, by kind.
    fn bare(&self, slug: &str) -> Vec<&'a Id> {
        let named = |kind| self.archive.ids.get_key_value(&Id::new(kind, slug));
        Kind::ALL.into_iter().filter_map(named).map(|(id, _)| id).collect()
    }

    pub fn document(&self, node: Node) -> Option<&'a Document> {
        let known = || self.archive.item(node).map(|item| &*item.document);
        self.fresh.get(&node).map(|document| &**document).or_else(known)
    }

    /// The page that is written in a file, by its path relative to the archive's root.
    fn written_in(&self, path: &str) -> Option<Node> {
        let (kind, slug) = named_by(path)?;
        let node = *self.archive.ids.get(&Id::new(kind, slug))?;
        self.document(node).filter(|document| document.path == path).map(|_| node)
    }

    fn asset(&self, path: &str) -> Option<&'a Asset> {
        let at = self.assets.binary_search_by(|asset| asset.path.as_str().cmp(path)).ok()?;
        Some(&self.assets[at])
    }

    fn paths(&self) -> &BTreeSet<&'a str> {
        let documents = || self.archive.ids.values().filter_map(|&node| self.document(node));
        self.paths.get_or_init(|| documents().map(|document| document.path.as_str()).collect())
    }

    fn is_code(&self, path: &str) -> bool {
        let code = || self.documents.iter().flat_map(|document| document.code.iter().flatten());
        self.code.get_or_init(|| code().map(|code| code.path.as_str()).collect()).contains(path)
    }

    /// The name that a reference to nothing is nearest to.
    pub fn near(&self, reference: &str, of: impl Fn(Kind) -> bool) -> Option<String> {
        let ids = self.archive.ids.keys().filter(|id| of(id.kind));
        let Some((folder, slug)) = reference.split_once('/') else {
            return self.patience.nearest(reference, ids.map(|id| id.slug.as_str())).map(str::to_owned);
        };
        // The folder is no part of what is compared: it would make any two short slugs look alike.
        let kind = Kind::ALL.into_iter().filter(|kind| of(*kind));
        let near = nearest(folder, kind.clone().map(Kind::folder)).or(nearest(folder, kind.map(Kind::word)))?;
        let kind = Kind::ALL.into_iter().find(|kind| kind.folder() == near || kind.word() == near)?;
        let slugs = ids.filter(|id| id.kind == kind).map(|id| id.slug.as_str());
        self.patience.nearest(slug, slugs).map(|slug| format!("{}/{slug}", kind.folder()))
    }

    /// The anchor as it stands on the page of `node`: as written, or the one made of a heading's words.
    pub fn anchor(&self, node: Node, written: &str) -> Result<String, Option<String>> {
        let Some(document) = self.document(node) else { return Err(None) };
        let anchors = &document.body.gist.anchors;
        if anchors.contains_key(written) {
            return Ok(written.to_owned());
        }
        // A heading may be named by its words.
        let made = heading_anchor(written);
        if anchors.contains_key(&made) {
            return Ok(made);
        }
        if let Some(same) = anchors.keys().find(|anchor| is_same(anchor, written)) {
            return Ok(same.clone());
        }
        let names = anchors.keys().map(String::as_str);
        Err(self.patience.nearest(written, names.clone()).map(|name| format!("did you mean `#{name}`?")).or_else(
            || {
                let all: Vec<_> = names.take(FEW + 1).map(|name| format!("`#{name}`")).collect();
                (!all.is_empty() && all.len() <= FEW).then(|| format!("it has {}", all.join(", ")))
            },
        ))
    }

    /// The target of one link of `document`, which is `here`.
    pub fn target(&self, link: &Link, document: &Document, here: Node, sink: &mut Diagnostics) -> Target {
        let report = |sink: &mut Diagnostics, code, message: String, help: &str| {
            sink.push(Diagnostic::new(code, link.span, message).help(help));
            Target::Nothing
        };
        let address = link.address.trim();
        match link.kind {
            LinkKind::Wiki { .. } => return self.wiki(link, address, document, here, sink),
            LinkKind::WikiImage => return self.file(link, address, document, sink),
            LinkKind::Address | LinkKind::Image => {}
        }
        let image = link.kind == LinkKind::Image;
        if address.is_empty() {
            let (code, what) = if image { (Code::BrokenImage, "image") } else { (Code::BrokenLink, "link") };
            let message = format!("this {what} leads nowhere");
            return report(sink, code, message, "write an address between the brackets");
        }
        if decode(address).contains(|c: char| c.is_control()) {
            let message = "an address has no control characters".into();
            return report(sink, Code::DangerousAddress, message, "remove them");
        }
        if let Some(scheme) = scheme(address) {
            return match scheme.as_str() {
                "http" | "https" if image => {
                    let message =
                        "an image from elsewhere is linked, not shown: the site loads nothing from other hosts";
                    report(sink, Code::LeftOut, message.into(), "put the image beside the entry");
                    Target::OutsideImage(address.to_owned())
                }
                "http" | "https" | "mailto" | "tel" if !image => Target::Outside(address.to_owned()),
                _ => {
                    let message = format!("an address with `{scheme}:` is not published");
                    report(sink, Code::DangerousAddress, message, "link with https, http, mailto or tel")
                }
            };
        }
        if address.starts_with("//") || address.contains('\\') {
            let message = format!("`{address}` is no address that stays what it is on every host");
            return report(sink, Code::BrokenLink, message, "write it with `https://`, or with `/` for folders");
        }
        let (path, anchor) = match address.split_once('#') {
            Some((path, anchor)) => (path, Some(decode(anchor))),
            None => (address, None),
        };
        let path = decode(path.split('?').next().unwrap_or_default());
        if path.is_empty() {
            let Some(anchor) = anchor.filter(|a| !a.is_empty()) else { return Target::Here(String::new()) };
            return match self.anchor(here, &anchor) {
                Ok(anchor) => Target::Here(anchor),
                Err(help) => no_anchor(link, &anchor, "this page", help, sink),
            };
        }
        if image {
            return self.file(link, &path, document, sink);
        }
        let node = match self.page(&path, document) {
            Ok(Some(node)) => node,
            Ok(None) if path.starts_with('/') => {
                if let Some(route) = route(&path) {
                    return Target::Route(route);
                }
                let message = format!("there is no page `{path}`");
                return report(
                    sink,
                    Code::BrokenLink,
                    message,
                    "link to the entry's file, such as `../essays/some.md`",
                );
            }
            Ok(None) => return self.file(link, &path, document, sink),
            Err(()) => {
                let message = format!("`{path}` leaves the archive");
                return report(
                    sink,
                    Code::OutsideArchive,
                    message,
                    "link to what is in `content/`, or with a full address",
                );
            }
        };
        match anchor.filter(|a| !a.is_empty()) {
            None => Target::Node(node, None),
            Some(anchor) => self.with_anchor(link, node, &anchor, sink),
        }
    }

    /// The page that a path names: a Markdown file, or an address below the site's root.
    fn page(&self, path: &str, document: &Document) -> Result<Option<Node>, ()> {
        if let Some(rooted) = path.strip_prefix('/') {
            let rooted = rooted.trim_end_matches('/').trim_end_matches("/index.html");
            let id = Id::parse(rooted).filter(|id| id.kind != Kind::Page);
            return Ok(self.archive.ids.get(&id.unwrap_or_else(|| Id::new(Kind::Page, rooted))).copied());
        }
        let joined = fs::join_inside(&document.folder, path).ok_or(())?;
        Ok(self.written_in(&joined))
    }

    /// The path nearest to one that is not there: a name like it in the same folder, or the same name in another.
    fn near_path<'p>(&self, wanted: &str, all: &(impl Iterator<Item = &'p str> + Clone)) -> Option<&'p str> {
        let (folder, name) = parts(wanted);
        self.patience.spend(self.paths().len() + self.assets.len())?;
        let beside = all.clone().filter(|path| parts(path).0 == folder);
        match self.patience.nearest(name, beside.clone().map(|path| parts(path).1)) {
            Some(near) => beside.clone().find(|path| parts(path).1 == near),
            None => all.clone().find(|path| parts(path).1 == name),
        }
    }

    /// A file beside an entry, or a Markdown file that is not there.
    fn file(&self, link: &Link, path: &str, document: &Document, sink: &mut Diagnostics) -> Target {
        let image = matches!(link.kind, LinkKind::Image | LinkKind::WikiImage);
        let code = if image { Code::BrokenImage } else { Code::BrokenLink };
        let Some(joined) = fs::join_inside(&document.folder, path) else {
            let message = format!("`{path}` leaves the archive");
            let help = "name a file in `content/`, relative to this one";
            sink.push(Diagnostic::new(Code::OutsideArchive, link.span, message).help(help));
            return Target::Nothing;
        };
        let relative = joined.strip_prefix(&format!("{CONTENT}/")).unwrap_or(&joined);
        if let Some(asset) = self.asset(relative) {
            return Target::Asset(asset.address().to_owned());
        }
        let what = if image { "image" } else { "file" };
        let from = |path: &str| relative_to(&document.folder, path);
        let files = || self.assets.iter().map(|asset| asset.path.as_str());
        let near_file = || self.near_path(relative, &files()).map(|near| format!("{CONTENT}/{near}"));
        let others = || self.paths().iter().copied().filter(|path| *path != document.path);
        let near_page = || self.near_path(&joined, &others()).map(str::to_owned);
        let mut diagnostic = Diagnostic::new(code, link.span, format!("there is no {what} `{path}` here"));
        let with_ending = [format!("{joined}.md"), format!("{joined}/index.md")];
        diagnostic = if let Some(found) = with_ending.iter().find(|path| self.written_in(path).is_some()) {
            diagnostic.help(format!("link to the file: it is `{}`", from(found)))
        } else if self.is_code(&joined) {
            diagnostic
                .help("code is shown in its sample's page and not published as a file: link to the sample's `index.md`")
        } else if let Some(near) = if image { near_file() } else { near_page().or_else(near_file) } {
            diagnostic.help(format!("did you mean `{}`?", from(&near)))
        } else if path.to_ascii_lowercase().starts_with("www.") {
            diagnostic.help(format!("an address elsewhere begins with its scheme: `https://{path}`"))
        } else {
            diagnostic.help("mend the path: it is relative to the file that it stands in")
        };
        sink.push(diagnostic);
        Target::Nothing
    }

    fn wiki(&self, link: &Link, written: &str, document: &Document, here: Node, sink: &mut Diagnostics) -> Target {
        let (reference, anchor) = match written.split_once('#') {
            Some((reference, anchor)) => (reference.trim(), Some(anchor.trim())),
            None => (written, None),
        };
        if reference.is_empty() {
            let anchor = anchor.unwrap_or_default();
            return match self.anchor(here, anchor) {
                Ok(anchor) => Target::Here(anchor),
                Err(help) => no_anchor(link, anchor, "this page", help, sink),
            };
        }
        let node = match self.find(reference, |_| true) {
            Found::One(node) => node,
            Found::Several(node, all) => {
                ambiguous(reference, &all, link.span, sink);
                node
            }
            Found::None => {
                let file = fs::join_inside(&document.folder, reference);
                let file = file.as_deref().and_then(|path| path.strip_prefix(CONTENT)?.strip_prefix('/'));
                if let Some(asset) = file.and_then(|path| self.asset(path)) {
                    return Target::Asset(asset.address().to_owned());
                }
                if let Some(slug) = reference.strip_suffix(".md")
                    && matches!(self.find(slug, |_| true), Found::One(_))
                {
                    let message = format!("`[[{reference}]]` names a file, and a wikilink names an entry");
                    let help = format!("write `[[{slug}]]`");
                    sink.push(Diagnostic::new(Code::BrokenLink, link.span, message).help(help));
                    return Target::Nothing;
                }
                let message = format!("`[[{reference}]]` names nothing in this archive");
                let help = self.near(reference, |_| true).map(|near| format!("did you mean `{near}`?"));
                let help = help.unwrap_or_else(|| "write `[[KIND/SLUG]]`, such as `[[essays/some]]`".to_owned());
                sink.push(Diagnostic::new(Code::BrokenLink, link.span, message).help(help));
                return Target::Nothing;
            }
        };
        match anchor.filter(|a| !a.is_empty()) {
            None => Target::Node(node, None),
            Some(anchor) => self.with_anchor(link, node, anchor, sink),
        }
    }

    fn with_anchor(&self, link: &Link, node: Node, anchor: &str, sink: &mut Diagnostics) -> Target {
        match self.anchor(node, anchor) {
            Ok(anchor) => Target::Node(node, Some(anchor)),
            Err(help) => {
                no_anchor(link, anchor, "the page it leads to", help, sink);
                Target::Node(node, None)
            }
        }
    }
}

fn no_anchor(link: &Link, anchor: &str, page: &str, help: Option<String>, sink: &mut Diagnostics) -> Target {
    let message = format!("there is no heading or passage `#{anchor}` on {page}");
    let help = help.unwrap_or_else(|| "name a heading as GitHub does, or a passage by its block id, `#^id`".to_owned());
    sink.push(Diagnostic::new(Code::BrokenAnchor, link.span, message).help(help));
    Target::Nothing
}

/// The folder and the name of a path; an entry is `x.md` or `x/index.md`.
fn parts(path: &str) -> (&str, &str) {
    let path = path.strip_suffix("/index.md").or_else(|| path.strip_suffix(".md")).unwrap_or(path);
    path.rsplit_once('/').unwrap_or(("", path))
}

/// Whether two names differ only in how Unicode writes them: an editor's affair, not an author's.
fn is_same(a: &str, b: &str) -> bool {
    !a.is_ascii() && !b.is_ascii() && a.nfc().eq(b.nfc())
}

/// The path to a file as a link from a folder writes it; both relative to the archive's root.
fn relative_to(folder: &str, path: &str) -> String {
    let (from, to): (Vec<_>, Vec<_>) = (folder.split('/').collect(), path.split('/').collect());
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..", from.len() - shared);
    up.chain(to[shared..].iter().copied()).collect::<Vec<_>>().join("/")
}

/// Warns of a bare reference that several things answer to.
pub fn ambiguous(reference: &str, all: &[&Id], span: crate::span::Span, sink: &mut Diagnostics) {
    let names: Vec<_> = all.iter().map(|id| format!("`{id}`")).collect();
    let message = format!("`{reference}` may be {}", names.join(" or "));
    let help = format!("write `{}` if that is meant", all[0]);
    sink.push(Diagnostic::new(Code::AmbiguousReference, span, message).help(help));
}

/// The scheme of an address, in lower case.
fn scheme(address: &str) -> Option<String> {
    let (scheme, _) = address.split_once(':')?;
    let mut chars = scheme.chars();
    let good = chars.next()?.is_ascii_alphabetic() && chars.all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    good.then(|| scheme.to_ascii_lowercase())
}

/// A page that the site makes itself, from a rooted path.
fn route(path: &str) -> Option<String> {
    let bare = path.trim_matches('/');
    let made = |name| ROUTES.contains(&name) && !["static", "api", "cards"].contains(&name);
    match bare.split('/').collect::<Vec<_>>()[..] {
        [""] => Some(String::new()),
        // Whether there is such a page or feed is known when all entries are: see `addresses`.
        ["tags" | "people" | "years", _] | ["arguments", _, "map"] | ["intersections", _, _] => {
            Some(format!("{bare}/"))
        }
        ["feed.xml" | "feed.json"] | ["arguments", _, "feed.xml"] => Some(bare.to_owned()),
        [one] if made(one) => Some(format!("{bare}/")),
        _ => None,
    }
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
