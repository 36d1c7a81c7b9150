//! The sitemap (sitemaps.org, 0.9) and robots.txt: the pages that search engines may list, each with the day of the last
//! change of what it shows.

use std::collections::BTreeMap;

use super::plan::Page;
use super::site::Site;
use crate::date::Date;
use crate::escape::href;
use crate::model::Archive;

/// The most addresses in one file. The protocol allows 50,000 and 50 MB; with so few, the longest addresses that a file
/// system can hold keep below both.
const LONGEST: usize = 10_000;

const SCHEMA: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

/// Adds the sitemap to the plan, with its parts where one file is too few.
pub fn plan(archive: &Archive, plan: &mut BTreeMap<String, Page>) {
    plan.entry("sitemap.xml".to_owned()).or_insert(Page::Sitemap);
    let count = plan.values().filter(|page| is_listed(archive, **page)).count();
    if count > LONGEST {
        for at in 0..count.div_ceil(LONGEST) {
            plan.entry(part(at)).or_insert(Page::SitemapPart(at));
        }
    }
}

fn part(at: usize) -> String {
    format!("sitemap-{}.xml", at + 1)
}

/// Whether search engines may list a page. A missing or withdrawn one, a draft and an old address are none to find.
pub fn is_listed(archive: &Archive, page: Page) -> bool {
    match page {
        Page::Node(node) => archive.is_public(node),
        Page::NotFound | Page::Redirect(_) => false,
        page => page.is_page(),
    }
}

/// What the sitemap says of one address.
#[derive(Clone)]
pub struct Listed {
    path: String,
    changed: Option<Date>,
}

impl Site {
    /// The listed pages, by address.
    fn listed(&self) -> &[Listed] {
        self.listed.get_or_init(|| {
            let pages = self.plan.iter().filter(|(_, page)| is_listed(&self.archive, **page));
            let listed = pages.map(|(path, page)| Listed {
                path: path.strip_suffix("index.html").unwrap_or(path).to_owned(),
                changed: self.changed(*page),
            });
            listed.collect()
        })
    }

    pub(super) fn sitemap(&self) -> String {
        let listed = self.listed();
        if listed.len() <= LONGEST {
            return self.sitemap_file("urlset", "url", listed);
        }
        let paths: Vec<_> = (0..listed.len().div_ceil(LONGEST)).map(part).collect();
        let latest = |part: &[Listed]| part.iter().filter_map(|page| page.changed).max();
        let parts = paths.iter().zip(listed.chunks(LONGEST));
        let parts: Vec<_> = parts.map(|(path, part)| Listed { path: path.clone(), changed: latest(part) }).collect();
        self.sitemap_file("sitemapindex", "sitemap", &parts)
    }

    pub(super) fn sitemap_part(&self, at: usize) -> String {
        self.sitemap_file("urlset", "url", self.listed().chunks(LONGEST).nth(at).unwrap_or_default())
    }

    fn sitemap_file(&self, root: &str, element: &str, listed: &[Listed]) -> String {
        let base = self.archive.config.base_url.as_deref().unwrap_or_default();
        let mut out = format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<{root} xmlns=\"{SCHEMA}\">\n");
        for Listed { path, changed } in listed {
            let changed = changed.as_ref().map_or_else(String::new, |day| format!("<lastmod>{day}</lastmod>"));
            // The protocol wants this one written so as well.
            let address = super::feed::xml(&format!("{base}{}", href(path))).replace('\'', "&apos;");
            out += &format!("<{element}><loc>{address}</loc>{changed}</{element}>\n");
        }
        out + &format!("</{root}>\n")
    }

    pub(super) fn robots(&self) -> String {
        let sitemap = self.archive.config.base_url.as_ref().map(|base| format!("\nSitemap: {base}sitemap.xml\n"));
        format!("User-agent: *\nAllow: /\n{}", sitemap.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::Config;
    use crate::diagnostic::Diagnostics;
    use crate::render::{load, trial};
    use crate::span::Files;

    /// The sitemaps of an archive whose only essay has so many tags.
    fn sitemaps(tags: usize) -> Vec<(String, String)> {
        let settings = "title = \"T\"\nquestion = \"Q?\"\nbase_url = \"https://example.org/it's/\"\n";
        let tags = (0..tags).map(|at| format!("\"t{at}\"")).collect::<Vec<_>>().join(", ");
        let essay = format!("+++\ntitle = \"E\"\nadded = 2001-02-03\narguments = []\ntags = [{tags}]\n+++\n");
        let texts = [("casebook.toml", settings), ("content/essays/e.md", &essay)];
        let (mut files, mut sink) = (Files::default(), Diagnostics::default());
        let file = files.add("casebook.toml", settings);
        let config = Config::read(settings, file, &mut sink);
        let theme = load(Path::new("/nowhere"), &config, &mut files, &mut sink).unwrap().unwrap();
        let site = trial::site(&texts, theme, "en").unwrap();
        let paths = site.paths().filter(|path| path.starts_with("sitemap"));
        let text = |path| String::from_utf8(site.render(path).unwrap().unwrap().bytes).unwrap();
        paths.map(|path| (path.to_owned(), text(path))).collect()
    }

    #[test]
    fn a_long_sitemap_comes_in_parts() {
        let few = sitemaps(1);
        assert_eq!(few.len(), 1);
        let tag = "<url><loc>https://example.org/it&apos;s/tags/t0/</loc><lastmod>2001-02-03</lastmod></url>";
        assert!(few[0].1.contains("<urlset") && few[0].1.contains(tag), "{}", few[0].1);
        let many = sitemaps(LONGEST);
        let names: Vec<_> = many.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(names, ["sitemap-1.xml", "sitemap-2.xml", "sitemap.xml"]);
        let part =
            "<sitemap><loc>https://example.org/it&apos;s/sitemap-2.xml</loc><lastmod>2001-02-03</lastmod></sitemap>";
        assert!(many[2].1.contains("<sitemapindex") && many[2].1.contains(part), "{}", many[2].1);
        let count = |at: usize| many[at].1.matches("<url>").count();
        // The list of tags goes over pages of fifty.
        let more = LONGEST - 1 + LONGEST.div_ceil(50) - 1;
        assert_eq!((count(0), count(0) + count(1)), (LONGEST, more + few[0].1.matches("<url>").count()));
    }
}
