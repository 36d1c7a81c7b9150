//! From the archive to files. Pure: it touches no disk; a page's bytes depend on its view and its template alone.
//!
//! [`Site`] knows every path that the site has and makes the file of any one of them when it is asked: `build` asks
//! for all, `serve` for those that a browser wants. Both get the same bytes.

mod address;
mod api;
mod argument;
mod balance;
mod beside;
mod cards;
mod chart;
mod cite;
mod debate;
mod entry;
mod feed;
mod filled;
mod fonts;
mod head;
mod highlight;
mod html;
mod lines;
mod linked_data;
mod listing;
mod lists;
mod map;
mod outline;
mod palette;
mod picture;
mod plan;
mod retext;
mod sample;
mod sanitize;
mod site;
mod sitemap;
mod smaller;
mod tagged;
mod theme;
mod trial;
mod typeset;
mod view;
mod words;

pub use highlight::Highlights;
pub use outline::Outline;
pub use retext::{Relisted, Retext};
pub use site::{Options, Site};
pub use theme::{Theme, load};
pub use trial::trial;

/// A file of the site.
#[derive(Debug)]
pub struct Artifact {
    /// Below the site's root, with `/`.
    pub path: String,
    pub bytes: Vec<u8>,
}
