//! Where the links of a text lead.

use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::percent_decode_str;

use super::{Id, Node};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, nearest};
use crate::fs;
use crate::read::markdown::{Link, LinkKind};
use crate::read::{CONTENT, Document, Kind};

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// What links can be resolved against.
pub struct Links<'a> {
    pub ids: &'a BTreeMap<Id, Node>,
    pub documents: &'a BTreeMap<Node, &'a Document>,
    /// By the path of the Markdown file, relative to the archive's root.
    pub paths: BTreeMap<String, Node>,
    /// Paths of assets, relative to `content/`, and their addresses.
    pub assets: BTreeMap<&'a str, &'a str>,
    /// Slugs that are written bare.
    pub bare: BTreeMap<&'a str, Vec<&'a Id>>,
    /// Files of code, which have no address.
    pub code: BTreeSet<&'a str>,
}

/// What a reference such as `essays/x` or `x` names.
pub enum Found<'a> {
    One(Node),
    /// The first by kind, and all.
    Several(Node, Vec<&'a Id>),
    None,
}

impl<'a> Links<'a> {
    pub fn find(&self, reference: &str, of: impl Fn(Kind) -> bool) -> Found<'a> {
        if let Some(id) = Id::parse(reference) {
            return match self.ids.get(&id).filter(|_| of(id.kind)) {
                Some(&node) => Found::One(node),
                None => Found::None,
            };
        }
        let mut all: Vec<&'a Id> =
            self.bare.get(reference).into_iter().flatten().copied().filter(|id| of(id.kind)).collect();
        all.sort_by_key(|id| id.kind);
        match all[..] {
            [] => Found::None,
            [id] => Found::One(self.ids[id]),
            [first, ..] => Found::Several(self.ids[first], all),
        }
    }

    /// A mend for a reference that names nothing.
    pub fn near(&self, reference: &str, of: impl Fn(Kind) -> bool) -> Option<String> {
        let ids: Vec<_> = self.ids.keys().filter(|id| of(id.kind)).map(|id| (id.to_string(), &id.slug)).collect();
        let names = if reference.contains('/') {
            nearest(reference, ids.iter().map(|(id, _)| id.as_str()))
        } else {
            nearest(reference, ids.iter().map(|(_, slug)| slug.as_str()))
        };
        names.map(|name| format!("did you mean `{name}`?"))
    }

    /// The anchor as it stands on the page of `node`: as written, or the one made of a heading's words.
    pub fn anchor(&self, node: Node, written: &str) -> Result<String, Option<String>> {
        let Some(document) = self.documents.get(&node) else { return Err(None) };
        let anchors = &document.body.anchors;
        let made = written.to_lowercase().replace(' ', "-");
        for candidate in [written, &made] {
            if anchors.contains_key(candidate) {
                return Ok(candidate.to_owned());
            }
        }
        Err(nearest(written, anchors.keys().map(String::as_str)).map(|name| format!("did you mean `#{name}`?")))
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
            return Ok(self.ids.get(&id.unwrap_or_else(|| Id::new(Kind::Page, rooted))).copied());
        }
        let joined = fs::join_inside(&document.folder, path).ok_or(())?;
        Ok(self.paths.get(&joined).copied())
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
        if let Some(address) = self.assets.get(relative) {
            return Target::Asset((*address).to_owned());
        }
        let what = if image { "image" } else { "file" };
        let from = |path: &str| relative_to(&document.folder, path);
        let near_file = || nearest(relative, self.assets.keys().copied()).map(|near| format!("{CONTENT}/{near}"));
        let others = || self.paths.keys().map(String::as_str).filter(|path| *path != document.path);
        let near_page = || nearest(&joined, others()).map(str::to_owned);
        let mut diagnostic = Diagnostic::new(code, link.span, format!("there is no {what} `{path}` here"));
        let with_ending = [format!("{joined}.md"), format!("{joined}/index.md")];
        diagnostic = if let Some(found) = with_ending.iter().find(|path| self.paths.contains_key(*path)) {
            diagnostic.help(format!("link to the file: it is `{}`", from(found)))
        } else if self.code.contains(joined.as_str()) {
            diagnostic
                .help("code is shown in its sample's page and not published as a file: link to the sample's `index.md`")
        } else if let Some(near) = if image { near_file() } else { near_page().or_else(near_file) } {
            diagnostic.help(format!("did you mean `{}`?", from(&near)))
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
                if let Some(address) = file.and_then(|path| self.assets.get(path)) {
                    return Target::Asset((*address).to_owned());
                }
                let message = format!("`[[{reference}]]` names nothing in this archive");
                let help = self.near(reference, |_| true);
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
    let made = ["arguments", "claims", "essays", "quotes", "samples", "sources", "tags", "people", "years", "search"];
    match bare {
        "" => Some(String::new()),
        "feed.xml" => Some(bare.to_owned()),
        bare if made.contains(&bare) => Some(format!("{bare}/")),
        _ => None,
    }
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
