//! Text in markup, and paths in addresses.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// Escapes text, also for attributes.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    push_escaped(text, &mut out);
    out
}

/// As [`escape`], at the end of `out`.
pub fn push_escaped(text: &str, out: &mut String) {
    // What is escaped is ASCII, so that text can be cut there.
    let mut done = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escaped = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => continue,
        };
        out.push_str(&text[done..at]);
        out.push_str(escaped);
        done = at + 1;
    }
    out.push_str(&text[done..]);
}

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
