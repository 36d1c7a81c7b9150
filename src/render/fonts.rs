//! The theme's own fonts: what can be written with them, and how wide it is. The machine's fonts are never asked, so that
//! a picture is the same wherever it is drawn.

use std::sync::Arc;

use resvg::usvg::fontdb::{Database, Family, ID, Query, Source, Weight};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};

/// Fonts in the order in which they are asked for a letter.
#[derive(Debug, Default)]
pub struct Fonts {
    faces: Vec<Face>,
    pub database: Arc<Database>,
    /// The family that everything is set in; the others have the letters that it lacks.
    pub family: String,
    /// Of all files.
    pub digest: Vec<u8>,
}

#[derive(Debug)]
struct Face {
    id: ID,
    bytes: Arc<Vec<u8>>,
    index: u32,
}

impl Face {
    fn font(&self) -> Option<FontRef<'_>> {
        FontRef::from_index(&self.bytes, self.index).ok()
    }
}

impl Fonts {
    /// Takes in the file of a font; `false` if it is none.
    pub fn add(&mut self, bytes: Vec<u8>) -> bool {
        let bytes = Arc::new(bytes);
        let database = Arc::make_mut(&mut self.database);
        let ids = database.load_font_source(Source::Binary(bytes.clone()));
        for &id in &ids {
            let Some(face) = database.face(id) else { continue };
            if let Some((family, _)) = face.families.first().filter(|_| self.family.is_empty()) {
                self.family.clone_from(family);
            }
            self.faces.push(Face { id, bytes: bytes.clone(), index: face.index });
        }
        self.digest.extend(blake3::hash(&bytes).as_bytes());
        !ids.is_empty()
    }

    /// Whether there is a letter for every character of a text.
    pub fn can_write(&self, text: &str) -> bool {
        let fonts: Vec<_> = self.faces.iter().filter_map(Face::font).collect();
        !fonts.is_empty()
            && text.chars().all(|c| is_invisible(c) || fonts.iter().any(|font| font.charmap().map(c).is_some()))
    }

    /// The width of each character, for a letter of height 1. Kerning and ligatures are left out of it: they change
    /// the width of a line by a hundredth or so.
    pub fn widths(&self, text: &str, weight: u16) -> Vec<f32> {
        let families = [Family::Name(&self.family)];
        let chosen = self.database.query(&Query { families: &families, weight: Weight(weight), ..Query::default() });
        let (first, rest): (Vec<&Face>, Vec<_>) = self.faces.iter().partition(|face| Some(face.id) == chosen);
        let fonts = first
            .into_iter()
            .chain(rest)
            .filter_map(Face::font)
            .map(|font| (font.charmap(), font.glyph_metrics(Size::new(1.0), LocationRef::default())));
        let fonts: Vec<_> = fonts.collect();
        let width = |c: char| {
            let found = fonts.iter().find_map(|(letters, metrics)| metrics.advance_width(letters.map(c)?));
            found.filter(|_| !is_invisible(c)).unwrap_or(0.0)
        };
        text.chars().map(width).collect()
    }
}

/// Joins letters or keeps them apart, and turns the direction: nothing is drawn for it.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
}
