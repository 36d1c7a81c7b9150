//! A template with what it is given. Filled in, it is a page; hashed, it is the key of that page: a page whose key is
//! that of the last build has the bytes of the last build, and need not be made again.
//!
//! Serialised for a template, a view holds everything. Serialised for a key, which no person reads, it says what decides
//! its dear parts, such as a text as HTML, in their place: `is_human_readable` tells the two apart.

use std::collections::BTreeMap;

use serde::Serialize;
use tera::Context;

use super::theme::Theme;
use super::view::PageView;
use crate::cache::Key;
use crate::diagnostic::Diagnostic;

/// Changes with what is made of the same views and templates. The program's own sources are a part of every key as well.
const MAKER: &str = "page 1";

/// Room for most pages, in bytes: to grow into it step by step is to copy most pages several times.
const PAGE: usize = 64 << 10;

pub struct Filled<'a> {
    pub template: &'static str,
    page: PageView,
    view: Box<dyn View + 'a>,
}

/// Any view. serde's own trait can't be boxed.
trait View {
    fn context(&self) -> Result<Context, tera::Error>;
    fn key(&self, page: &PageView, root: &str, given: &Given) -> Key;
}

impl<T: Serialize> View for T {
    fn context(&self) -> Result<Context, tera::Error> {
        Context::from_serialize(self)
    }

    fn key(&self, page: &PageView, root: &str, given: &Given) -> Key {
        Key::of(MAKER, &(&given.0, root, page, self))
    }
}

impl<'a> Filled<'a> {
    pub fn new(template: &'static str, page: PageView, view: impl Serialize + 'a) -> Self {
        Self { template, page, view: Box::new(view) }
    }

    /// What stands for all that decides the page.
    pub fn key(&self, base_path: &str, given: &BTreeMap<String, Given>) -> Key {
        self.view.key(&self.page, &self.root(base_path), &given[self.template])
    }

    pub fn render(&self, base_path: &str, theme: &Theme) -> Result<Vec<u8>, Diagnostic> {
        let failed = |error: tera::Error| theme.diagnostic(&error, self.template);
        let mut context = self.view.context().map_err(failed)?;
        context.insert("page", &self.page);
        context.insert("root", &self.root(base_path));
        let mut bytes = Vec::with_capacity(PAGE);
        theme.tera.render_to(self.template, &context, &mut bytes).map_err(failed)?;
        Ok(bytes)
    }

    /// The way to the site's root. A page that stands for any missing address can't know how deep it stands.
    fn root(&self, base_path: &str) -> String {
        if self.page.kind == "not-found" { base_path.to_owned() } else { super::address::root(&self.page.path) }
    }
}

/// What every page of a template is given: the template with those that it needs, and what they name of the site.
pub struct Given(Key);

impl Given {
    /// For each template. `site` is the view of that name; the bound is that of highlighted code.
    pub fn of(theme: &Theme, site: &impl Serialize, code_bytes: usize) -> BTreeMap<String, Self> {
        let site = serde_json::to_value(site).expect("a view has string keys alone");
        let words = Key::of(MAKER, &theme.words.to_json());
        let given = theme.closures().into_iter().map(|(name, texts)| {
            let fields: Vec<_> = match fields_of_site(&texts) {
                Some(names) => names.into_iter().map(|name| (name, site.get(name))).collect(),
                None => vec![("", Some(&site))],
            };
            (name, Self(Key::of(MAKER, &(env!("CASEBOOK_SOURCES"), code_bytes, words, &texts, fields))))
        });
        given.collect()
    }
}

/// The fields of `site` that templates name; `None` where one takes it as a whole.
fn fields_of_site<'a>(texts: &[&'a str]) -> Option<Vec<&'a str>> {
    let mut names = Vec::new();
    for text in texts {
        for (at, word) in text.match_indices("site") {
            let joined = |c: char| c.is_alphanumeric() || c == '_';
            // `@site` hands it on to a component, whose text is here as well.
            let before = text[..at].chars().next_back();
            let after = &text[at + word.len()..];
            if before.is_some_and(|c| joined(c) || matches!(c, '@' | '.')) || after.starts_with(joined) {
                continue;
            }
            let field = after.strip_prefix('.')?;
            names.push(field.split(|c: char| !c.is_alphanumeric() && c != '_').next().filter(|name| !name.is_empty())?);
        }
    }
    names.sort_unstable();
    names.dedup();
    Some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_depends_on_the_fields_that_it_names() {
        let fields = |text| fields_of_site(&[text]);
        assert_eq!(
            fields("{{ site.title }} {% component x(@site, site.counts[\"a\"]) %}"),
            Some(vec!["counts", "title"])
        );
        assert_eq!(fields("website, {{ page.site }} {{ sites }} {{-site.a-}}"), Some(vec!["a"]));
        for whole in
            ["{{ site }}", "{% set s = site %}", "site[\"title\"]", "{{ site . title }}", "the site.", "site-map"]
        {
            assert_eq!(fields(whole), None, "{whole}");
        }
    }
}
