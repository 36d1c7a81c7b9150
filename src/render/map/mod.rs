//! Maps: of the whole archive, and of each argument. A drawing made at build, and an outline that says the same.

mod draw;
mod graph;
mod layout;
mod sheet;
#[cfg(test)]
mod tests;
mod text;

use serde::Serialize;

use graph::Graph;
use sheet::Sheet;

use super::address::root;
use super::cards::argument_name;
use super::site::Site;
use super::view::{ArgumentName, PageView};
use crate::diagnostic::Diagnostic;
use crate::escape::href;
use crate::language::is_right_to_left;

/// A drawing and what it shows; for a page of its own or a part of another.
#[derive(Debug, Serialize)]
pub struct MapView {
    #[serde(flatten)]
    graph: Graph,
    /// SVG.
    drawing: String,
}

/// `map.html`
#[derive(Debug, Serialize)]
struct MapPage {
    map: MapView,
    /// Whose map it is; none on the map of the whole archive.
    argument: Option<ArgumentName>,
}

impl Site {
    pub(super) fn map_page(&self, path: &str) -> Result<Vec<u8>, Diagnostic> {
        let mut page = self.page(path, &self.theme.words.get("map", "title"), "map");
        page.description = Some(self.theme.words.get("intro", "map"));
        let map = self.map(Graph::whole(&self.archive), &page);
        self.template("map.html", &page, &MapPage { map, argument: None })
    }

    pub(super) fn argument_map_page(&self, at: usize, path: &str) -> Result<Vec<u8>, Diagnostic> {
        let argument = argument_name(&self.archive, at);
        let title = self.theme.words.get("map", "title_of").replace("{argument}", &argument.name.title);
        let mut page = self.page(path, &title, "map");
        page.feed = format!("{}feed.xml", href(&self.archive.arguments[at].item.id.address()));
        page.description = Some(self.theme.words.get("map", "intro_of"));
        let map = self.argument_map(at, &page);
        self.template("map.html", &page, &MapPage { map, argument: Some(argument) })
    }

    /// The map of an argument, set on a page.
    pub(super) fn argument_map(&self, at: usize, page: &PageView) -> MapView {
        self.map(Graph::of_argument(&self.archive, at), page)
    }

    fn map(&self, graph: Graph, page: &PageView) -> MapView {
        let mirrored = is_right_to_left(&self.archive.config.language);
        let words = &self.theme.words;
        let drawing = draw::draw(&Sheet::new(&graph, words), words, &root(&page.path), mirrored);
        MapView { graph, drawing }
    }
}
