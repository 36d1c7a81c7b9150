//! Which files the site has.

use std::collections::BTreeMap;

use crate::model::{Archive, Node, alias_path};
use crate::read::{Asset, Kind};

use super::picture;
use super::smaller::Images;
use super::theme::Theme;

/// What one file of the site is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    Home,
    Arguments,
    Claims,
    /// Essays, quotes or samples.
    Entries(Kind),
    Sources,
    /// The list of tags, people or years.
    Terms(Taxonomy),
    Term(Taxonomy, usize),
    Node(Node),
    Search,
    NotFound,
    /// An old address of a thing.
    Redirect(Node),
    Atom,
    JsonFeed,
    ArgumentAtom(usize),
    Sitemap,
    Robots,
    Static(usize),
    Asset(usize),
    /// An image at a smaller width: the place of the image, and that of the width.
    Smaller(usize, usize),
    /// For previews of links to a page; `None` is home.
    Picture(Option<Node>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taxonomy {
    Tags,
    People,
    Years,
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
}

/// Every file by its path below the site's root. Where two would have one path, the earlier one of this list stays:
/// the checks report such an archive.
pub fn plan(archive: &Archive, theme: &Theme, assets: &[Asset], images: &Images) -> BTreeMap<String, Page> {
    let mut plan = BTreeMap::new();
    let mut add = |path: String, page| {
        plan.entry(path).or_insert(page);
    };
    let index = |folder: &str| format!("{folder}index.html");
    add("index.html".into(), Page::Home);
    add("404.html".into(), Page::NotFound);
    add("search/index.html".into(), Page::Search);
    add("feed.xml".into(), Page::Atom);
    add("feed.json".into(), Page::JsonFeed);
    add("robots.txt".into(), Page::Robots);
    if archive.config.base_url.is_some() {
        add("sitemap.xml".into(), Page::Sitemap);
    }
    add("arguments/index.html".into(), Page::Arguments);
    add("claims/index.html".into(), Page::Claims);
    add("sources/index.html".into(), Page::Sources);
    for kind in [Kind::Essay, Kind::Quote, Kind::Sample] {
        add(format!("{}/index.html", kind.folder()), Page::Entries(kind));
    }
    for (id, &node) in &archive.ids {
        add(index(&id.address()), Page::Node(node));
        if let Node::Argument(at) = node {
            add(format!("{}feed.xml", id.address()), Page::ArgumentAtom(at));
        }
    }
    for taxonomy in Taxonomy::ALL {
        add(format!("{}/index.html", taxonomy.folder()), Page::Terms(taxonomy));
        for (at, term) in terms(archive, taxonomy).iter().enumerate() {
            add(format!("{}/{}/index.html", taxonomy.folder(), term.component), Page::Term(taxonomy, at));
        }
    }
    for (at, file) in theme.statics.iter().enumerate() {
        add(file.path.clone(), Page::Static(at));
    }
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
    plan
}

pub fn terms(archive: &Archive, taxonomy: Taxonomy) -> &[crate::model::Term] {
    match taxonomy {
        Taxonomy::Tags => &archive.tags,
        Taxonomy::People => &archive.people,
        Taxonomy::Years => &archive.years,
    }
}
