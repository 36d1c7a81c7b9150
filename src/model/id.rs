//! Names of things: ids, and the path components that tags and people get in addresses.

use std::fmt;

use serde::{Serialize, Serializer};
use unicode_normalization::UnicodeNormalization;

use crate::read::Kind;

/// `essays/SLUG`, `claims/ID` and so on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id {
    pub kind: Kind,
    pub slug: String,
}

impl Id {
    pub fn new(kind: Kind, slug: impl Into<String>) -> Self {
        Self { kind, slug: slug.into() }
    }

    /// Reads `KIND/SLUG`, the kind in the plural.
    pub fn parse(text: &str) -> Option<Self> {
        let (folder, slug) = text.split_once('/')?;
        Some(Self::new(Kind::from_folder(folder)?, slug))
    }

    /// The folder of the page below the site's root, with its last slash; not encoded.
    pub fn address(&self) -> String {
        match self.kind {
            Kind::Page => format!("{}/", self.slug),
            kind => format!("{}/{}/", kind.folder(), self.slug),
        }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind.folder(), self.slug)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A name as one component of an address: lower case, spaces to hyphens, and what no file name may hold as `~` and
/// two hexadecimal digits. Names that differ in more than case and spacing get different components, so that `C`,
/// `C++` and `C#` stay three.
pub fn component(name: &str) -> String {
    // As most names are: words of letters and digits, a space between.
    let is_plain = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if name.len() < 100 && name.split(' ').all(is_plain) {
        let out = name.to_ascii_lowercase().replace(' ', "-");
        let taken = matches!(out.len(), 3 | 4) && crate::read::unservable(&out).is_some();
        if !taken {
            return out;
        }
    }
    let folded: String = name.nfc().collect::<String>().to_lowercase();
    let joined = folded.split_whitespace().collect::<Vec<_>>().join("-");
    let mut out = String::new();
    for (at, c) in joined.char_indices() {
        let edge = c == '.' && (at == 0 || at + 1 == joined.len());
        if c.is_control() || r#"\/:*?"<>|~%"#.contains(c) || edge {
            for byte in c.to_string().bytes() {
                out.push_str(&format!("~{byte:02x}"));
            }
        } else {
            out.push(c);
        }
    }
    // What a name would be taken for, or no system can hold, is told by a hash of it.
    if out == "index.html" || crate::read::unservable(&out).is_some() {
        let hash = blake3::hash(out.as_bytes()).to_hex();
        out.truncate(out.floor_char_boundary(100));
        out.push_str(&format!("~{}", &hash[..10]));
    }
    out
}

/// The name that a component stands for, as far as it still tells: `~2enet` is `.net`.
pub fn spelt(component: &str) -> String {
    percent_encoding::percent_decode_str(&component.replace('~', "%")).decode_utf8_lossy().into_owned()
}

/// A name as a system takes it that tells neither case nor Unicode's forms apart.
pub fn folded(name: &str) -> String {
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    name.nfc().collect::<String>().to_lowercase().nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_keep_names_apart() {
        assert_eq!(component("C"), "c");
        assert_eq!(component("C++"), "c++");
        assert_eq!(component("C#"), "c#");
        assert_eq!(component(".NET"), "~2enet");
        assert_eq!(component("Async/Await"), "async~2fawait");
        assert_eq!(component(" Error  Handling"), "error-handling");
        assert_eq!(component("Error Handling 2"), "error-handling-2");
        assert!(["NUL", "nul", "Com1"].map(component).iter().all(|taken| taken.contains('~')));
        assert_eq!(component("com 1"), "com-1");
        assert_eq!(component(".."), "~2e~2e");
        for odd in ["index.html", "aux", "NUL", &"x".repeat(300), &"日".repeat(100)] {
            let odd = component(odd);
            assert!(odd.len() <= 120 && crate::read::unservable(&format!("a{odd}")).is_none(), "{odd}");
            assert_ne!(odd, "index.html");
        }
        assert_ne!(component(&"x".repeat(300)), component(&"x".repeat(301)));
        assert_eq!(spelt(&component("Async/Await 100% ~x")), "async/await-100%-~x");
    }
}
