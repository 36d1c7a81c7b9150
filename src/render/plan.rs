//! Which files the site has.

use std::collections::BTreeMap;

use super::lists::{List, Lists};
use super::picture;
use super::smaller::Images;
use super::theme::Theme;
use super::{api, sitemap};
use crate::model::{Archive, Node, Term, alias_path};
use crate::read::Asset;

/// What one file of the site is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    Home,
    Arguments,
    Claims,
    /// Where two arguments meet.
    Intersections,
    Node(Node),
    /// A page of a list, counted from 0.
    List(List, usize),
    Search,
    Map,
    ArgumentMap(usize),
    NotFound,
    /// An old address of a thing.
    Redirect(Node),
    Atom,
    JsonFeed,
    ArgumentAtom(usize),
    /// A page of the list of entries for programs, from 0.
    Api(usize),
    /// The sitemap, or the list of its parts.
    Sitemap,
    /// A part of a sitemap that is too long for one file, from 0.
    SitemapPart(usize),
    Robots,
    Static(usize),
    Asset(usize),
    /// An image at a smaller width: the place of the image, and that of the width.
    Smaller(usize, usize),
    /// For previews of links to a page; `None` is home.
    Picture(Option<Node>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Taxonomy {
    Tags,
    People,
    Years,
}

impl Page {
    /// Whether it is made for people: a page, and no file beside pages.
    pub fn is_page(self) -> bool {
        !matches!(
            self,
            Self::Atom
                | Self::JsonFeed
                | Self::ArgumentAtom(_)
                | Self::Api(_)
                | Self::Sitemap
                | Self::SitemapPart(_)
                | Self::Robots
                | Self::Static(_)
                | Self::Asset(_)
                | Self::Smaller(..)
                | Self::Picture(_)
        )
    }
}

impl Taxonomy {
    pub const ALL: [Self; 3] = [Self::Tags, Self::People, Self::Years];

    pub fn folder(self) -> &'static str {
        match self {
            Self::Tags => "tags",
            Self::People => "people",
            Self::Years => "years",
        }
    }

    pub fn terms(self, archive: &Archive) -> &[Term] {
        match self {
            Self::Tags => &archive.tags,
            Self::People => &archive.people,
            Self::Years => &archive.years,
        }
    }
}

/// Adds the theme's own files. Nothing else of the site has such a path.
pub fn plan_statics(theme: &Theme, plan: &mut BTreeMap<String, Page>) {
    for (at, file) in theme.statics.iter().enumerate() {
        plan.entry(file.path.clone()).or_insert(Page::Static(at));
    }
}

/// Every file by its path below the site's root. Where two would have one path, the earlier one of this list stays:
/// the checks report such an archive.
pub fn plan(
    archive: &Archive,
    lists: &Lists,
    listed_entries: usize,
    theme: &Theme,
    assets: &[Asset],
    images: &Images,
) -> BTreeMap<String, Page> {
    let mut plan = BTreeMap::new();
    let mut add = |path: String, page| {
        plan.entry(path).or_insert(page);
    };
    let index = |folder: &str| format!("{folder}index.html");
    add("index.html".into(), Page::Home);
    add("404.html".into(), Page::NotFound);
    add("search/index.html".into(), Page::Search);
    add("map/index.html".into(), Page::Map);
    add("feed.xml".into(), Page::Atom);
    add("feed.json".into(), Page::JsonFeed);
    add("robots.txt".into(), Page::Robots);
    for at in 0..api::pages(listed_entries) {
        add(api::path(at), Page::Api(at));
    }
    add("arguments/index.html".into(), Page::Arguments);
    add("claims/index.html".into(), Page::Claims);
    add("intersections/index.html".into(), Page::Intersections);
    for (id, &node) in &archive.ids {
        add(index(&id.address()), Page::Node(node));
        if let Node::Argument(at) = node {
            add(format!("{}feed.xml", id.address()), Page::ArgumentAtom(at));
            if archive.withdrawn(node).is_none() {
                add(index(&archive.arguments[at].map_address()), Page::ArgumentMap(at));
            }
        }
    }
    for (list, pages) in lists.pages() {
        for page in 0..pages {
            add(index(&list.page_folder(archive, page)), Page::List(list, page));
        }
    }
    plan_statics(theme, &mut plan);
    let mut add = |path: String, page| {
        plan.entry(path).or_insert(page);
    };
    for (at, asset) in assets.iter().enumerate() {
        add(asset.address().to_owned(), Page::Asset(at));
        let smaller = images.get(asset.address()).and_then(|(_, smaller)| smaller);
        for (width, path) in smaller.iter().flat_map(|smaller| smaller.paths().enumerate()) {
            add(path.to_owned(), Page::Smaller(at, width));
        }
    }
    for node in picture::pictured(archive, &theme.words, &theme.fonts) {
        add(picture::path(archive, node), Page::Picture(node));
    }
    for &node in archive.ids.values() {
        let aliases = archive.item(node).map(|item| &item.document.common.aliases);
        for alias in aliases.into_iter().flatten().filter_map(|alias| alias_path(&alias.value)) {
            // The checks know nothing of the files that casebook draws.
            if !alias.match_indices('/').any(|(at, _)| plan.contains_key(&alias[..at])) {
                plan.entry(index(&alias)).or_insert(Page::Redirect(node));
            }
        }
    }
    if archive.config.base_url.is_some() {
        sitemap::plan(archive, &mut plan);
    }
    plan
}
