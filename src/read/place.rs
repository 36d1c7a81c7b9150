//! Where a file lies decides what it is: its kind and its slug.

use super::{CONTENT, Kind, is_document};
use crate::diagnostic::nearest;

/// The place of a Markdown file.
#[derive(Debug)]
pub struct Place {
    pub kind: Kind,
    pub slug: String,
    /// The folder that relative links start from, relative to the archive's root.
    pub folder: String,
}

const FOLDERS: [&str; 6] = ["arguments", "sources", "essays", "quotes", "samples", "pages"];

/// The place of the file at `path`, relative to `content/`; or what is wrong with it, and the mend.
pub fn place(path: &str) -> Result<Place, (String, String)> {
    let parts: Vec<_> = path.split('/').collect();
    let folders = || FOLDERS.map(|folder| format!("`content/{folder}/`")).join(", ");
    let kind = Kind::from_folder(parts[0]).filter(|kind| *kind != Kind::Claim);
    let Some(kind) = kind else {
        let help = match nearest(parts[0], FOLDERS) {
            Some(folder) if parts.len() > 1 => format!("did you mean `content/{folder}/`?"),
            _ => format!("move it into one of {}", folders()),
        };
        return Err(("no kind of entry lives here".to_owned(), help));
    };
    let folder = |depth: usize| format!("{CONTENT}/{}", parts[..depth].join("/"));
    match parts[1..] {
        [file] if file != "index.md" => {
            let slug = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
            Ok(Place { kind, slug: slug.to_owned(), folder: folder(1) })
        }
        [slug, "index.md"] => Ok(Place { kind, slug: slug.to_owned(), folder: folder(2) }),
        _ => {
            let folder = kind.folder();
            let help = format!("write `content/{folder}/SLUG.md` or `content/{folder}/SLUG/index.md`");
            Err((format!("{} does not live here", kind.article()), help))
        }
    }
}

/// The kind and the slug of what is written in a file, by its path relative to the archive's root.
pub fn named_by(path: &str) -> Option<(Kind, String)> {
    let inside = path.strip_prefix(CONTENT)?.strip_prefix('/')?;
    if !is_document(inside) {
        return None;
    }
    let place = place(inside).ok()?;
    Some((place.kind, place.slug))
}

/// Why no host can serve a path, if so. Names that Windows can't have are refused as well, so that every
/// contributor can check the archive out.
pub fn unservable(path: &str) -> Option<String> {
    let device = |stem: &str| match stem.split_at_checked(3) {
        Some(("com" | "lpt", number)) => matches!(number.as_bytes(), [b'1'..=b'9']),
        _ => matches!(stem, "con" | "prn" | "aux" | "nul"),
    };
    path.split('/').find_map(|name| {
        let stem = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
        if let Some(odd) = name.chars().find(|c| c.is_control() || r#"\:*?"<>|"#.contains(*c)) {
            Some(format!("it has the character {odd:?}"))
        } else if name.starts_with(' ')
            || name.ends_with([' ', '.'])
            || name.trim_end_matches(".md").ends_with([' ', '.'])
        {
            Some("it begins or ends with a space or a dot".to_owned())
        } else if name.len() > 200 {
            Some("it is longer than 200 bytes".to_owned())
        } else if device(&stem) {
            Some(format!("`{stem}` is a device on Windows"))
        } else {
            None
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places() {
        let at = |path| place(path).map(|p| (p.kind, p.slug, p.folder)).ok();
        assert_eq!(at("essays/a.b.md"), Some((Kind::Essay, "a.b".into(), "content/essays".into())));
        assert_eq!(at("samples/x/index.md"), Some((Kind::Sample, "x".into(), "content/samples/x".into())));
        assert_eq!(at("essays/index.md"), None);
        assert_eq!(at("essays/x/y.md"), None);
        assert_eq!(at("claims/x.md"), None);
        assert_eq!(named_by("content/essays/x.MD"), Some((Kind::Essay, "x".into())));
        assert_eq!(
            [named_by("content/essays/x"), named_by("content/essays/é"), named_by("essays/x.md")],
            [None, None, None]
        );
        assert!(place("essay/x.md").err().is_some_and(|(_, help)| help.contains("content/essays/")));
    }

    #[test]
    fn names_that_no_host_serves() {
        for bad in ["essays/a?.md", "essays/ a.md", "essays/a .md", "essays/a..md", "essays/nul.md", "e/a\u{7}.md"] {
            assert!(unservable(bad).is_some(), "{bad}");
        }
        assert!(unservable("essays/a#b%20ü c++.md").is_none());
        assert!(unservable(&"x".repeat(201)).is_some());
    }
}
