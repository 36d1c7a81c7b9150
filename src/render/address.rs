//! Addresses relative to a page.

/// The way from the page at `path` up to the site's root: `./`, `../` and so on.
pub fn root(path: &str) -> String {
    match path.matches('/').count() {
        0 => "./".to_owned(),
        depth => "../".repeat(depth),
    }
}
