//! Sources: their rights, and the addresses that lead to them.

use super::is_live;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::Archive;
use crate::span::Spanned;

/// What a draft says of its rights until somebody has looked them up.
pub const UNKNOWN: &str = "unknown";

pub fn check(archive: &Archive, sink: &mut Diagnostics) {
    for source in archive.sources.iter().filter(|source| is_live(&source.item)) {
        let rights = source.front.rights.as_deref().unwrap_or_default().trim();
        if rights.is_empty() || rights.eq_ignore_ascii_case(UNKNOWN) {
            let says =
                if rights.is_empty() { "says nothing of its rights" } else { "says that its rights are unknown" };
            let message = format!("the source `{}` {says}", source.item.id.slug);
            let help = "add `rights = \"...\"`: a licence, a permission, or that all rights are reserved";
            sink.push(Diagnostic::new(Code::MissingRights, source.item.document.start(), message).help(help));
        }
        for (key, url) in [("url", &source.front.url), ("archived", &source.front.archived)] {
            url.iter().for_each(|url| web_address(key, url, sink));
        }
    }
}

/// These addresses become links on the site, so they obey what links in texts obey.
fn web_address(key: &str, url: &Spanned<String>, sink: &mut Diagnostics) {
    let lower = url.value.to_ascii_lowercase();
    let host = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"));
    let blank = |c: char| c.is_whitespace() || c.is_control();
    if host.is_some_and(|host| !host.is_empty() && !host.starts_with('/')) && !lower.contains(blank) {
        return;
    }
    let (code, message) = match lower.split_once(':') {
        Some((scheme, _))
            if host.is_none() && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c)) =>
        {
            (Code::DangerousAddress, format!("an address with `{scheme}:` is not published"))
        }
        _ => (Code::InvalidValue, format!("`{key}` is not a web address")),
    };
    sink.push(Diagnostic::new(code, url.span, message).help("write one that begins with https:// or http://"));
}
