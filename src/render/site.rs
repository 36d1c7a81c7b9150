//! The site: every page's view and template.

use std::collections::{BTreeMap, HashSet};
use std::hash::Hash;
use std::mem::discriminant;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use tera::Value;

use super::Artifact;
use super::cards::{Cards, argument_name, name};
use super::filled::{Filled, Given};
use super::head::Latest;
use super::highlight::Highlights;
use super::lists::{List, Lists};
use super::picture::{self, Picture};
use super::plan::{Page, plan, plan_statics};
use super::sitemap::Listed;
use super::smaller::{Images, Smaller};
use super::theme::Theme;
use super::view::{
    ArgumentCard, ArgumentList, Card, EmptyPage, Home, ImageView, LinkView, NameView, PageView, RedirectPage, Shared,
    SiteView, WithdrawnPage,
};
use crate::cache::{Key, Pack};
use crate::date::Date;
use crate::diagnostic::Diagnostic;
use crate::escape::href;
use crate::language::is_right_to_left;
use crate::model::{Archive, Node, Target};
use crate::read::markdown::{Block, Node as BlockNode, Part, walk};
use crate::read::{Asset, Kind};
use crate::tag::Suggestions;

/// What a run may change.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// In place of the archive's own.
    pub base_url: Option<String>,
    /// Whether stances are shown that nobody but the generator says: to a curator, never to the public.
    pub guesses: bool,
}

pub struct Site {
    pub(super) archive: Arc<Archive>,
    pub(super) theme: Theme,
    pub(super) cards: Cards,
    pub(super) lists: Lists,
    pub(super) suggestions: Suggestions,
    pub(super) guesses: bool,
    pub(super) highlights: Highlights,
    /// Entries in the order in which programs get them.
    pub(super) listed_entries: Vec<usize>,
    pub(super) images: Images,
    /// What stands for the archive where a page has no picture of its own; the same on most pages.
    home_image: Option<ImageView>,
    /// What the sitemap says, and when things changed last, once a page asked.
    pub(super) listed: OnceLock<Vec<Listed>>,
    pub(super) latest: OnceLock<Latest>,
    /// What all pages of a template are given.
    given: BTreeMap<String, Given>,
    assets: Vec<Asset>,
    pub(super) plan: BTreeMap<String, Page>,
}

/// How many entries home shows.
const NEWEST: usize = 6;
/// How many guides home leads to.
const GUIDES: usize = 6;

impl Site {
    pub fn new(
        mut archive: Archive,
        suggestions: &Suggestions,
        assets: Vec<Asset>,
        mut theme: Theme,
        options: &Options,
    ) -> Self {
        if let Some(base_url) = &options.base_url {
            archive.config.base_url = Some(base_url.clone());
        }
        let (cards, (lists, (images, listed_entries))) = rayon::join(
            || Cards::new(&archive, suggestions, options.guesses, &theme.words),
            || {
                let others = || (Images::new(&assets), super::api::listed(&archive));
                rayon::join(|| Lists::new(&archive, suggestions, &theme.words), others)
            },
        );
        let plan = plan(&archive, &lists, listed_entries.len(), &theme, &assets, &images);
        let highlights = Highlights::new(archive.config.limits.code_bytes);
        let given = tell(&mut theme, &archive, &lists);
        let mut site = Self {
            archive: Arc::new(archive),
            theme,
            cards,
            lists,
            suggestions: suggestions.clone(),
            guesses: options.guesses,
            highlights,
            listed_entries,
            images,
            home_image: None,
            listed: OnceLock::new(),
            latest: OnceLock::new(),
            given,
            assets,
            plan,
        };
        site.home_image = site.image(None);
        site
    }

    /// Takes another theme; `false` where more would change than its templates and static files.
    pub fn retheme(&mut self, theme: &Theme) -> bool {
        if !theme.writes_as(&self.theme) {
            return false;
        }
        self.theme = theme.clone();
        self.tell();
        self.plan.retain(|_, page| !matches!(page, Page::Static(_)));
        plan_statics(theme, &mut self.plan);
        true
    }

    /// Tells the templates what all pages are given.
    pub(super) fn tell(&mut self) {
        self.given = tell(&mut self.theme, &self.archive, &self.lists);
    }

    pub fn archive(&self) -> &Archive {
        &self.archive
    }

    /// The archive as it is now, whatever becomes of the site.
    pub fn shared_archive(&self) -> Arc<Archive> {
        Arc::clone(&self.archive)
    }

    pub fn assets(&self) -> &[Asset] {
        &self.assets
    }

    /// The files that the text of a page shows or links to.
    pub fn assets_of(&self, path: &str) -> impl Iterator<Item = &Asset> {
        let item = match self.plan.get(path) {
            Some(Page::Node(node)) => self.archive.item(*node),
            _ => None,
        };
        let targets = item.into_iter().flat_map(|item| &item.targets);
        targets.filter_map(|target| match target {
            Target::Asset(address) => self.assets.iter().find(|asset| asset.address() == address),
            _ => None,
        })
    }

    /// A theme's file as it is called in the theme, by its path in the site.
    pub fn statics(&self) -> impl Iterator<Item = (&str, &str)> {
        self.theme.statics.iter().map(|file| (file.name.as_str(), file.path.as_str()))
    }

    /// Every path, in order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.plan.keys().map(String::as_str)
    }

    pub fn has(&self, path: &str) -> bool {
        self.plan.contains_key(path)
    }

    /// How many of them are pages for people.
    pub fn pages(&self) -> usize {
        self.plan.values().filter(|page| page.is_page()).count()
    }

    /// The file at a path; `None` where the site has none, or it would not be worth its bytes. The error is a template's.
    pub fn render(&self, path: &str) -> Option<Result<Artifact, Diagnostic>> {
        let bytes = self.file(path)?.bytes()?;
        Some(bytes.map(|bytes| Artifact { path: path.to_owned(), bytes }))
    }

    /// What the file at a path is made of; `None` where the site has none.
    pub fn file(&self, path: &str) -> Option<SiteFile<'_>> {
        let page = *self.plan.get(path)?;
        Some(SiteFile { site: self, page, filled: self.filled(page, path) })
    }

    /// Images that have smaller versions: dear to make, all versions of one at once.
    pub fn smaller(&self) -> impl Iterator<Item = &Smaller> {
        self.images.smaller()
    }

    /// Takes what earlier builds found out about code, and adds to it.
    pub fn remember_code(&mut self, known: Arc<Pack>) {
        self.highlights.remember(known);
    }

    /// Keeps for later builds what is known about the code that the archive holds.
    pub fn keep_code(&self) {
        self.archive.nodes().collect::<Vec<_>>().into_par_iter().for_each(|node| {
            let Some(item) = self.archive.item(node) else { return };
            walk(&item.document.body, &mut |part| {
                if let Part::Block(Block { node: BlockNode::Code { language: Some(language), text }, .. }) = part {
                    self.highlights.keep(language, text);
                }
            });
            for (variant, code) in item.document.variants().iter().zip(&item.document.code) {
                if let Some(code) = code {
                    self.highlights.keep(&variant.language.value, &code.text);
                }
            }
        });
    }

    /// Takes over what another site has made already.
    pub fn carry_over(&mut self, from: &Self) {
        self.images.carry_over(&from.images);
    }

    fn picture(&self, node: Option<Node>) -> Picture {
        Picture::new(&self.archive, &self.theme.words, node)
    }

    /// The picture of a page of its own, or of home.
    fn image(&self, node: Option<Node>) -> Option<ImageView> {
        let base = self.archive.config.base_url.as_ref()?;
        let path = picture::path(&self.archive, node);
        let alt = || self.picture(node).alt();
        self.plan.contains_key(&path).then(|| ImageView {
            url: format!("{base}{}", href(&path)),
            width: picture::WIDTH,
            height: picture::HEIGHT,
            alt: alt(),
        })
    }

    /// One path for each template that the archive uses: enough to try the theme.
    pub fn specimens(&self) -> Vec<&str> {
        let mut seen = HashSet::new();
        let pages = self.plan.iter().filter(|(_, page)| page.is_page());
        pages.filter(|(_, page)| seen.insert(self.sort(**page))).map(|(path, _)| path.as_str()).collect()
    }

    /// What pages that are made alike have in common.
    fn sort(&self, page: Page) -> impl Eq + Hash + use<> {
        let (list, thing) = match page {
            Page::List(list, _) => (Some(discriminant(&list)), None),
            Page::Node(node) => (None, Some((self.archive.id(node).kind, self.archive.withdrawn(node).is_some()))),
            _ => (None, None),
        };
        (discriminant(&page), list, thing)
    }

    /// The template of a page with what it is given; `None` for what is no page.
    fn filled(&self, page: Page, path: &str) -> Option<Filled<'_>> {
        let facts = |word, kind| self.page(path, &self.theme.words.top(word), kind);
        Some(match page {
            Page::Node(node) => self.node(node, path),
            Page::Home => Filled::new("home.html", facts("home", "home"), self.home()),
            Page::Arguments => {
                let view = ArgumentList { arguments: self.live_arguments() };
                Filled::new("arguments.html", facts("arguments", "arguments"), view)
            }
            Page::Claims => {
                let view = ArgumentList { arguments: self.live_arguments() };
                Filled::new("claims.html", facts("claims", "claims"), view)
            }
            Page::Intersections => self.intersections(path),
            Page::List(list, page) => self.list(list, page, path),
            Page::Search => Filled::new("search.html", facts("search", "search"), EmptyPage {}),
            Page::Map => self.map_page(path),
            Page::ArgumentMap(at) => self.argument_map_page(at, path),
            Page::NotFound => Filled::new("404.html", facts("not_found", "not-found"), EmptyPage {}),
            Page::Redirect(node) => {
                let view = RedirectPage { target: name(&self.archive, node) };
                Filled::new("redirect.html", facts("moved", "redirect"), view)
            }
            _ => return None,
        })
    }

    /// What a page says of itself.
    pub(super) fn page(&self, path: &str, title: &str, kind: &'static str) -> PageView {
        let address = path.strip_suffix("index.html").unwrap_or(path);
        let made_of = self.plan.get(path).copied();
        let head = made_of.map(|page| self.head(page, title, address)).unwrap_or_default();
        let base = self.archive.config.base_url.as_ref().filter(|_| head.index);
        let own = if let Some(Page::Node(node)) = made_of { Some(node) } else { None };
        PageView {
            title: title.to_owned(),
            path: href(address),
            canonical: base.map(|base| format!("{base}{}", href(address))),
            description: made_of.and_then(|page| self.describe(page, title)),
            head,
            feed: "feed.xml".to_owned(),
            kind,
            draft: false,
            edit_url: None,
            image: own.and_then(|node| self.image(Some(node))).or_else(|| self.home_image.clone()),
        }
    }

    /// The path of the site's address: `/` or `/sub/`.
    pub fn base_path(&self) -> String {
        let base = self.archive.config.base_url.as_deref().unwrap_or("https://x/");
        let rest = base.split_once("://").map_or(base, |(_, rest)| rest);
        rest.find('/').map_or("/".to_owned(), |at| rest[at..].to_owned())
    }

    /// The places of what is not withdrawn.
    pub(super) fn live(&self, count: usize, node: fn(usize) -> Node) -> impl Iterator<Item = usize> {
        (0..count).filter(move |&at| self.archive.withdrawn(node(at)).is_none())
    }

    fn live_arguments(&self) -> Vec<Shared<ArgumentCard>> {
        let live = self.live(self.archive.arguments.len(), Node::Argument);
        live.map(|at| self.cards.arguments[at].clone()).collect()
    }

    fn home(&self) -> Home {
        // Pages that were given an order are guides; where none was, all are.
        let pages: Vec<usize> = self.live(self.archive.pages.len(), Node::Page).collect();
        let ordered = |at: &usize| self.archive.pages[*at].order.is_some();
        let any = pages.iter().any(ordered);
        let guides = pages.into_iter().filter(|at| !any || ordered(at)).take(GUIDES);
        let guides = guides.map(|at| name(&self.archive, Node::Page(at)));
        Home {
            arguments: self.live_arguments(),
            newest: self.newest(None).into_iter().take(NEWEST).map(|at| self.cards.entries[at].clone()).collect(),
            guides: guides.collect(),
        }
    }

    /// Published entries, the latest change first; of one argument, or all.
    pub(super) fn newest(&self, argument: Option<usize>) -> Vec<usize> {
        let mut entries: Vec<usize> = match argument {
            Some(at) => self.archive.arguments[at].entries.iter().map(|(entry, _)| *entry).collect(),
            None => self.archive.published().map(|(at, _)| at).collect(),
        };
        entries.sort_by_cached_key(|&at| {
            let entry = &self.archive.entries[at];
            (std::cmp::Reverse((entry.item.changed(), entry.date)), at)
        });
        entries
    }

    pub(super) fn cards(&self, places: impl IntoIterator<Item = usize>) -> Vec<Shared<Card>> {
        places.into_iter().map(|at| self.cards.entries[at].clone()).collect()
    }

    /// The page of a thing in the archive.
    fn node(&self, node: Node, path: &str) -> Filled<'_> {
        let id = self.archive.id(node);
        let mut page = self.page(path, self.archive.title(node), id.kind.word());
        if let Some(reason) = self.archive.withdrawn(node) {
            page.title = self.theme.words.get("withdrawn", id.kind.word());
            let view = WithdrawnPage { id: id.to_string(), kind: id.kind, reason: reason.to_owned() };
            return Filled::new("withdrawn.html", page, view);
        }
        if let Some(item) = self.archive.item(node) {
            page.draft = item.is_draft();
            page.edit_url =
                self.archive.config.edit_url.as_ref().map(|url| url.replace("{path}", &href(&item.document.path)));
        }
        match node {
            Node::Argument(at) => self.argument(at, page),
            Node::Claim(at) => self.claim(at, page),
            Node::Source(at) => self.source(at, page),
            Node::Entry(at) => self.entry(at, page),
            Node::Page(at) => self.plain(at, page),
        }
    }

    pub(super) fn links(&self, nodes: &[Node]) -> Vec<LinkView> {
        let views = nodes.iter().map(|&node| {
            let NameView { title, path, .. } = name(&self.archive, node);
            LinkView { kind: self.archive.id(node).kind, title, path }
        });
        views.collect()
    }

    pub(super) fn date(&self, date: Option<Date>) -> Option<super::view::DateView> {
        date.map(|date| self.theme.words.date(date))
    }
}

/// A file of the site, not made yet.
pub struct SiteFile<'a> {
    site: &'a Site,
    page: Page,
    filled: Option<Filled<'a>>,
}

impl SiteFile<'_> {
    /// The template that it is made with, if it is a page.
    pub fn template(&self) -> Option<&'static str> {
        self.filled.as_ref().map(|filled| filled.template)
    }

    /// What stands for all that decides its bytes; `None` where making them costs no more than that.
    pub fn key(&self) -> Option<Key> {
        let site = self.site;
        match (self.page, &self.filled) {
            (_, Some(filled)) => Some(filled.key(&site.base_path(), &site.given)),
            (Page::Picture(node), _) => Some(site.picture(node).key(&site.theme.fonts)),
            (Page::Api(at), _) => Some(site.api_key(at)),
            (Page::Atom | Page::JsonFeed, _) => Some(site.feed_key(None)),
            (Page::ArgumentAtom(at), _) => Some(site.feed_key(Some(at))),
            _ => None,
        }
    }

    /// Whether its bytes are worth keeping where the site itself is not at hand.
    pub fn is_picture(&self) -> bool {
        matches!(self.page, Page::Picture(_))
    }

    /// `None` where it would not be worth its bytes. The error is a template's.
    pub fn bytes(&self) -> Option<Result<Vec<u8>, Diagnostic>> {
        let site = self.site;
        if let Some(filled) = &self.filled {
            return Some(filled.render(&site.base_path(), &site.theme));
        }
        Some(Ok(match self.page {
            Page::Smaller(asset, width) => {
                let (_, smaller) = site.images.get(site.assets[asset].address())?;
                smaller?.version(width)?.to_vec()
            }
            Page::Static(at) => site.theme.statics[at].bytes.clone(),
            Page::Asset(at) => site.assets[at].bytes.to_vec(),
            Page::Picture(node) => site.picture(node).draw(&site.theme.fonts),
            Page::Atom => site.atom(None).into_bytes(),
            Page::ArgumentAtom(at) => site.atom(Some(at)).into_bytes(),
            Page::JsonFeed => site.json_feed().into_bytes(),
            Page::Api(at) => site.api(at).into_bytes(),
            Page::Sitemap => site.sitemap().into_bytes(),
            Page::SitemapPart(at) => site.sitemap_part(at).into_bytes(),
            Page::Robots => site.robots().into_bytes(),
            _ => unreachable!("a page has a template"),
        }))
    }
}

/// Gives the templates what they show on every page; says what that is for each of them.
fn tell(theme: &mut Theme, archive: &Archive, lists: &Lists) -> BTreeMap<String, Given> {
    let view = site_view(archive, lists, theme);
    let words = Value::from_serializable(&theme.words.to_json());
    theme.tera.global_context().insert_value("site", Value::from_serializable(&view));
    theme.tera.global_context().insert_value("t", words);
    Given::of(theme, &view, archive.config.limits.code_bytes)
}

fn site_view(archive: &Archive, lists: &Lists, theme: &Theme) -> SiteView {
    let config = &archive.config;
    let arguments = (0..archive.arguments.len()).filter(|&at| archive.withdrawn(Node::Argument(at)).is_none());
    let pages = (0..archive.pages.len()).map(Node::Page).filter(|&page| archive.withdrawn(page).is_none());
    let of = |kind| archive.published().filter(|(_, entry)| entry.kind() == kind).count();
    let counts = [
        ("arguments", archive.count(Kind::Argument)),
        ("essays", of(Kind::Essay)),
        ("quotes", of(Kind::Quote)),
        ("samples", of(Kind::Sample)),
        ("claims", archive.count(Kind::Claim)),
        ("sources", archive.count(Kind::Source)),
        ("tags", archive.tags.len()),
        ("people", archive.people.len()),
        ("years", archive.years.len()),
        ("intersections", lists.pairs().count()),
        ("map", archive.count(Kind::Claim)),
        ("timeline", lists.total(List::Timeline)),
        ("matrix", lists.total(List::Matrix)),
    ];
    SiteView {
        title: config.title.clone(),
        question: config.question.clone(),
        answer: config.answer.clone(),
        language: config.language.clone(),
        direction: if is_right_to_left(&config.language) { "rtl" } else { "ltr" },
        base_url: config.base_url.clone(),
        license_url: config.license.as_deref().and_then(license_url),
        license: config.license.clone(),
        edition: config.edition.clone(),
        contribute_url: config.contribute_url.as_ref().map(|url| url.replace("{path}", "content/quotes")),
        assets: theme.statics.iter().map(|file| (file.name.clone(), href(&file.path))).collect(),
        arguments: arguments.map(|at| argument_name(archive, at)).collect(),
        pages: pages.map(|page| name(archive, page)).collect(),
        has: counts.into_iter().map(|(name, count)| (name, count > 0)).collect(),
        counts: BTreeMap::from(counts),
    }
}

/// Where the text of a licence stands, by its SPDX name.
pub(super) fn license_url(license: &str) -> Option<&'static str> {
    Some(match license {
        "CC-BY-4.0" => "https://creativecommons.org/licenses/by/4.0/",
        "CC-BY-SA-4.0" => "https://creativecommons.org/licenses/by-sa/4.0/",
        "CC-BY-NC-4.0" => "https://creativecommons.org/licenses/by-nc/4.0/",
        "CC-BY-ND-4.0" => "https://creativecommons.org/licenses/by-nd/4.0/",
        "CC0-1.0" => "https://creativecommons.org/publicdomain/zero/1.0/",
        _ => return None,
    })
}
