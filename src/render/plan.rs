//! Which files the site has.

use std::collections::BTreeMap;

use crate::model::{Archive, Node, alias_path};
use crate::read::{Asset, Kind};

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
    Map,
    ArgumentMap(usize),
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
pub fn plan(archive: &Archive, theme: &Theme, assets: &[Asset]) -> BTreeMap<String, Page> {
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
            if archive.withdrawn(node).is_none() {
                add(index(&archive.arguments[at].map_address()), Page::ArgumentMap(at));
            }
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
    }
    for &node in archive.ids.values() {
        let aliases = archive.item(node).map(|item| &item.document.common.aliases);
        for alias in aliases.into_iter().flatten().filter_map(|alias| alias_path(&alias.value)) {
            add(index(&alias), Page::Redirect(node));
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
