//! Maps: of the whole archive, and of each argument. A drawing made at build, and an outline that says the same.

mod draw;
mod graph;
mod layout;
mod sheet;
#[cfg(test)]
mod tests;
mod text;

use serde::{Serialize, Serializer};

use graph::Graph;
use sheet::Sheet;

use super::address::root;
use super::cards::argument_name;
use super::filled::Filled;
use super::site::Site;
use super::view::{ArgumentName, PageView};
use crate::escape::href;
use crate::language::is_right_to_left;

/// A drawing and what it shows.
struct MapView<'a> {
    site: &'a Site,
    graph: Graph,
    /// The way to the site's root.
    root: String,
}

#[derive(Serialize)]
struct Drawn<'a> {
    #[serde(flatten)]
    graph: &'a Graph,
    /// SVG.
    drawing: String,
}

impl Serialize for MapView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return self.graph.serialize(serializer);
        }
        let words = &self.site.theme.words;
        let mirrored = is_right_to_left(&self.site.archive.config.language);
        let drawing = draw::draw(&Sheet::new(&self.graph, words), words, &self.root, mirrored);
        Drawn { graph: &self.graph, drawing }.serialize(serializer)
    }
}

/// `map.html`
#[derive(Serialize)]
struct MapPage<'a> {
    map: MapView<'a>,
    /// Whose map it is; none on the map of the whole archive.
    argument: Option<ArgumentName>,
}

impl Site {
    pub(super) fn map_page(&self, path: &str) -> Filled<'_> {
        let mut page = self.page(path, &self.theme.words.get("map", "title"), "map");
        page.description = Some(self.theme.words.get("intro", "map"));
        let map = self.map(Graph::whole(&self.archive), &page);
        Filled::new("map.html", page, MapPage { map, argument: None })
    }

    pub(super) fn argument_map_page(&self, at: usize, path: &str) -> Filled<'_> {
        let argument = argument_name(&self.archive, at);
        let title = self.theme.words.get("map", "title_of").replace("{argument}", &argument.name.title);
        let mut page = self.page(path, &title, "map");
        page.feed = format!("{}feed.xml", href(&self.archive.arguments[at].item.id.address()));
        page.description = Some(self.theme.words.get("map", "intro_of"));
        let map = self.map(Graph::of_argument(&self.archive, at), &page);
        Filled::new("map.html", page, MapPage { map, argument: Some(argument) })
    }

    fn map(&self, graph: Graph, page: &PageView) -> MapView<'_> {
        MapView { site: self, graph, root: root(&page.path) }
    }
}
