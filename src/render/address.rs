//! Addresses in markup.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

const COMPONENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'^')
    .add(b'|')
    .add(b'\\')
    .add(b'[')
    .add(b']');

/// A path below the site's root as an address; slashes stay.
pub fn href(path: &str) -> String {
    utf8_percent_encode(path, COMPONENT).to_string()
}

/// An anchor as the part of an address after `#`.
pub fn fragment(anchor: &str) -> String {
    utf8_percent_encode(anchor, COMPONENT).to_string()
}

/// The way from the page at `path` up to the site's root: `./`, `../` and so on.
pub fn root(path: &str) -> String {
    match path.matches('/').count() {
        0 => "./".to_owned(),
        depth => "../".repeat(depth),
    }
}
