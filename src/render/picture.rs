//! The picture that stands for a page where somebody shares a link to it: what it says, on paper, with the hue of its
//! argument and the balance of its evidence. It is composed as SVG and drawn with the theme's fonts; what they can't
//! write has no picture, rather than one full of boxes.

#![expect(clippy::cast_precision_loss, reason = "the measures of a picture are small numbers")]

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use super::balance::{balance, voices};
use super::cards::argument_name;
use super::fonts::Fonts;
use super::palette;
use super::typeset::{Set, Setting, clean, is_rtl};
use super::words::Words;
use crate::cache::Key;
use crate::config;
use crate::escape::escape;
use crate::model::{Archive, Node};
use crate::read::{Kind, Side, Stance};

pub const WIDTH: u32 = 1200;
pub const HEIGHT: u32 = 630;

/// Changes with whatever draws: this file, what it uses, or the version of resvg.
const DRAWER: &str = "card 2, resvg 0.49";

/// The light colours of site.css; a test holds them to it.
const PAPER: &str = "#fbfaf6";
const INK: &str = "#1c2329";
const SOFT: &str = "#55606a";
const LINE: &str = "#dcd9ce";
const LINK: &str = "#14537f";
const HUES: [&str; 12] = [
    "#255b9c", "#8f410e", "#664893", "#0c6b4d", "#92393e", "#006581", "#6c5904", "#853c70", "#44670d", "#4f509c",
    "#7e4f04", "#016869",
];

/// What is counted on one side, with its shape in a square of 10 by 10.
#[derive(Debug, PartialEq)]
struct Count {
    n: usize,
    words: String,
    colour: &'static str,
    shape: &'static str,
}

const FOR: (&str, &str) = ("#0a6658", r#"<path d="M5 .8 9.8 9.2H.2z"/>"#);
const AGAINST: (&str, &str) = ("#a63d1a", r#"<path d="M.2 .8h9.6L5 9.2z"/>"#);
const MIXED: (&str, &str) = (
    "#755700",
    r##"<path d="M5 .7 9.3 5 5 9.3.7 5z" fill="none" stroke="#755700" stroke-width="1.2"/><path d="M5 .7v8.6L.7 5z"/>"##,
);
const SUPPORTS: (&str, &str) = ("#2a4da0", r#"<circle cx="5" cy="5" r="4.6"/>"#);
const DISPUTES: (&str, &str) =
    ("#8a2a66", r##"<circle cx="5" cy="5" r="3.7" fill="none" stroke="#8a2a66" stroke-width="1.8"/>"##);

/// What a picture says.
#[derive(Debug)]
pub struct Picture {
    hue: &'static str,
    kicker: String,
    heading: String,
    lead: String,
    counts: Vec<Count>,
    /// Where there is nothing to count.
    facts: String,
    title: String,
}

/// Whether a page of this sort gets a picture of its own; `None` is home.
fn wanted(archive: &Archive, node: Option<Node>) -> bool {
    let kind = node.map(|node| archive.id(node).kind);
    node.is_none_or(|node| archive.withdrawn(node).is_none())
        && match archive.config.cards {
            config::Cards::None => false,
            config::Cards::Arguments => matches!(kind, None | Some(Kind::Argument | Kind::Claim)),
            config::Cards::All => kind != Some(Kind::Page),
        }
}

/// The pages that get a picture; `None` is home. Without an address on the web nothing could refer to one.
pub fn pictured(archive: &Archive, words: &Words, fonts: &Fonts) -> Vec<Option<Node>> {
    if archive.config.base_url.is_none() {
        return Vec::new();
    }
    let nodes = std::iter::once(None).chain(archive.ids.values().copied().map(Some));
    nodes.filter(|&node| is_pictured(archive, words, fonts, node)).collect()
}

/// Whether a page gets a picture of its own, where any does.
pub fn is_pictured(archive: &Archive, words: &Words, fonts: &Fonts, node: Option<Node>) -> bool {
    wanted(archive, node) && Picture::new(archive, words, node).texts().all(|text| fonts.can_write(text))
}

/// Where the picture of a page lies.
pub fn path(archive: &Archive, node: Option<Node>) -> String {
    let address = node.map(|node| archive.id(node).address());
    format!("cards/{}.png", address.as_deref().map_or("home", |address| address.trim_end_matches('/')))
}

impl Picture {
    pub fn new(archive: &Archive, words: &Words, node: Option<Node>) -> Self {
        let mut picture = Self {
            hue: LINK,
            kicker: String::new(),
            heading: clean(node.map_or(&archive.config.question, |node| archive.title(node))),
            lead: String::new(),
            counts: Vec::new(),
            facts: String::new(),
            title: clean(&archive.config.title),
        };
        match node {
            None => {
                picture.lead = clean(archive.config.answer.as_deref().unwrap_or_default());
                picture.facts = clean(&holdings(archive, words));
            }
            Some(Node::Argument(at)) => {
                picture.kicker = clean(&words.get("kind", "argument"));
                picture.hue = hue(archive, at);
                picture.lead = clean(archive.arguments[at].question.as_deref().unwrap_or_default());
                picture.counts = sides(archive, words, at);
            }
            Some(Node::Claim(at)) => {
                let claim = &archive.claims[at];
                let argument = &archive.arguments[claim.argument].item.title;
                picture.kicker = clean(&words.top("claim_of").replace("{argument}", argument));
                picture.hue = hue(archive, claim.argument);
                let of = |side| voices(archive, &claim.evidence, side);
                let word = |side| words.get("tally", side);
                picture.counts = counts([
                    (SUPPORTS, of(Side::Supports), word("supports")),
                    (DISPUTES, of(Side::Disputes), word("disputes")),
                ]);
            }
            Some(node) => {
                let (people, argument) = match node {
                    Node::Entry(at) => {
                        let entry = &archive.entries[at];
                        let argument = entry.arguments.iter().flatten().next().map(|(argument, _)| *argument);
                        (entry.people().join(", "), argument)
                    }
                    Node::Source(at) => (archive.sources[at].front.authors.join(", "), None),
                    _ => (String::new(), None),
                };
                picture.kicker = clean(&words.get("kind", archive.id(node).kind.word()));
                picture.hue = argument.map_or(LINK, |at| hue(archive, at));
                picture.facts = clean(&people);
            }
        }
        picture
    }

    /// Everything that it says, in reading order.
    fn texts(&self) -> impl Iterator<Item = &str> {
        let counted = self.counts.iter().map(|count| count.words.as_str());
        let texts = [&self.kicker, &self.heading, &self.lead].map(String::as_str).into_iter().chain(counted);
        texts.chain([self.facts.as_str(), self.title.as_str()]).filter(|text| !text.is_empty())
    }

    /// The same for those who don't see it.
    pub fn alt(&self) -> String {
        let ended = |text: &str| {
            if text.ends_with(['.', '?', '!', '…', '؟']) { text.to_owned() } else { format!("{text}.") }
        };
        self.texts().map(ended).collect::<Vec<_>>().join(" ")
    }

    pub fn key(&self, fonts: &Fonts) -> Key {
        Key::new(DRAWER, &[&fonts.digest, self.svg(fonts).as_bytes()])
    }

    /// As PNG.
    pub fn draw(&self, fonts: &Fonts) -> Vec<u8> {
        let options =
            Options { fontdb: fonts.database.clone(), font_family: fonts.family.clone(), ..Options::default() };
        let tree = Tree::from_str(&self.svg(fonts), &options).expect("what was escaped and cleaned is XML");
        let mut pixels = Pixmap::new(WIDTH, HEIGHT).expect("a picture has a size");
        resvg::render(&tree, Transform::identity(), &mut pixels.as_mut());
        palette::png(&pixels)
    }

    fn svg(&self, fonts: &Fonts) -> String {
        const MARGIN: f32 = 84.0;
        /// Above it stands what the page says, below it in which archive.
        const FOOT: f32 = 528.0;
        let rtl = is_rtl(&self.heading);
        let mut page = Page { fonts, rtl, margin: MARGIN, out: String::new() };
        page.rect(0.0, 0.0, (WIDTH as f32, HEIGHT as f32), PAPER);
        page.rect(0.0, 0.0, (22.0, HEIGHT as f32), self.hue);
        let top = if self.kicker.is_empty() { 84.0 } else { 126.0 };
        page.text(&self.kicker, 72.0, &Setting::new(600, &[30.0], 1), self.hue);
        let end = if self.counts.is_empty() { FOOT - 34.0 } else { FOOT - 128.0 };
        let lead = Setting::new(400, &[38.0, 34.0, 31.0], 4);
        let lead_height = lead.fit(fonts, &self.lead, page.room()).height();
        let room = end - top - if lead_height > 0.0 { lead_height + 18.0 } else { 0.0 };
        let sizes = [92.0, 84.0, 76.0, 68.0, 62.0, 56.0, 50.0, 46.0, 42.0];
        let below = page.text(&self.heading, top, &Setting::within(600, &sizes, room), INK);
        page.text(&self.lead, below + 18.0, &lead, SOFT);
        page.counts(&self.counts, FOOT - 96.0);
        page.rect(MARGIN, FOOT, (page.room(), 2.0), LINE);
        let half = Setting::new(600, &[28.0], 1);
        page.text(&self.title, FOOT + 30.0, &half, INK);
        page.far_text(&self.facts, &self.title, FOOT + 30.0);
        format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\">{}</svg>", page.out)
    }
}

/// The picture while it is composed. Places count from where its script begins: left, or right.
struct Page<'a> {
    fonts: &'a Fonts,
    rtl: bool,
    margin: f32,
    out: String,
}

impl Page<'_> {
    /// How wide a line may be.
    fn room(&self) -> f32 {
        WIDTH as f32 - 2.0 * self.margin
    }

    /// The left edge of what begins at `x` and is so wide.
    fn left(&self, x: f32, width: f32) -> f32 {
        if self.rtl { WIDTH as f32 - x - width } else { x }
    }

    fn rect(&mut self, x: f32, y: f32, (width, height): (f32, f32), colour: &str) {
        let x = self.left(x, width);
        self.out += &format!(
            r#"<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{colour}" shape-rendering="crispEdges"/>"#
        );
    }

    /// Sets a text below `top`, and says where it ends.
    fn text(&mut self, text: &str, top: f32, setting: &Setting<'_>, colour: &str) -> f32 {
        let set = setting.fit(self.fonts, text, self.room());
        (0..set.lines.len()).for_each(|at| self.line(&set, at, (self.margin, top), colour));
        top + set.height()
    }

    /// One line of a text whose top is at `y`.
    fn line(&mut self, set: &Set, at: usize, (x, y): (f32, f32), colour: &str) {
        let Set { size, weight, lines, rtl, .. } = set;
        let (y, line) = (y + set.baseline(at), escape(&lines[at]));
        let (x, anchor) = if self.rtl { (WIDTH as f32 - x, "end") } else { (x, "start") };
        // Letters know in which direction they go; what stands between them goes with the text.
        let (open, close) = if *rtl { ("\u{202b}", "\u{202c}") } else { ("", "") };
        self.out += &format!(
            r#"<text x="{x:.1}" y="{y:.1}" font-size="{size}" font-weight="{weight}" fill="{colour}" text-anchor="{anchor}">{open}{line}{close}</text>"#
        );
    }

    /// One line at the far edge, in the room that the text at the near edge leaves.
    fn far_text(&mut self, text: &str, near: &str, top: f32) {
        const GAP: f32 = 60.0;
        let taken = Setting::new(600, &[28.0], 1).fit(self.fonts, near, self.room()).width + GAP;
        let setting = Setting::new(400, &[28.0], 1);
        let set = setting.fit(self.fonts, text, self.room() - taken);
        if !set.lines.is_empty() && self.room() - taken > 200.0 {
            let x = self.margin + self.room() - set.width;
            self.line(&set, 0, (x, top), SOFT);
        }
    }

    /// A row of marks, one for each that is counted, or a bar where they are too many; below it what they are.
    fn counts(&mut self, counts: &[Count], top: f32) {
        const MARK: f32 = 27.0;
        const STEP: f32 = 34.0;
        const BETWEEN: f32 = 22.0;
        let total: usize = counts.iter().map(|count| count.n).sum();
        let marks = total as f32 * STEP + BETWEEN * counts.len() as f32;
        let mut x = self.margin;
        for count in counts.iter().filter(|count| count.n > 0) {
            if marks > self.room() {
                let width = self.room() * count.n as f32 / total as f32;
                self.rect(x, top, (width - 4.0, MARK), count.colour);
                x += width;
                continue;
            }
            for _ in 0..count.n {
                self.mark(count, x, top, MARK);
                x += STEP;
            }
            x += BETWEEN;
        }
        let mut x = self.margin;
        for count in counts {
            self.mark(count, x, top + 46.0, 20.0);
            let set = Setting::new(400, &[27.0], 1).fit(self.fonts, &count.words, self.room() / 2.0);
            (0..set.lines.len()).for_each(|at| self.line(&set, at, (x + 30.0, top + 40.0), count.colour));
            x += 30.0 + set.width + 40.0;
        }
    }

    fn mark(&mut self, count: &Count, x: f32, y: f32, size: f32) {
        let (x, scale) = (self.left(x, size), size / 10.0);
        let Count { colour, shape, .. } = count;
        self.out += &format!(r#"<g transform="translate({x:.1} {y:.1}) scale({scale})" fill="{colour}">{shape}</g>"#);
    }
}

fn hue(archive: &Archive, argument: usize) -> &'static str {
    HUES[(argument_name(archive, argument).tone - 1) % HUES.len()]
}

/// The sides that are worth a word, each with its number; none where nothing is counted.
fn counts<const N: usize>(sides: [((&'static str, &'static str), usize, String); N]) -> Vec<Count> {
    if sides.iter().all(|(_, n, _)| *n == 0) {
        return Vec::new();
    }
    let count = |((colour, shape), n, word): (_, usize, String)| Count {
        n,
        words: clean(&format!("{n} {word}")),
        colour,
        shape,
    };
    sides.into_iter().map(count).collect()
}

fn sides(archive: &Archive, words: &Words, argument: usize) -> Vec<Count> {
    let balance = balance(archive, argument);
    let word = |stance| words.side(Some(stance));
    let mut counts = counts([
        (FOR, balance.in_favour, word(Stance::For)),
        (MIXED, balance.mixed, word(Stance::Mixed)),
        (AGAINST, balance.against, word(Stance::Against)),
    ]);
    counts.retain(|count| count.n > 0 || count.colour != MIXED.0);
    counts
}

/// What the archive holds, in a line.
fn holdings(archive: &Archive, words: &Words) -> String {
    let held = [("arguments", Kind::Argument), ("claims", Kind::Claim), ("sources", Kind::Source)];
    let held = held.map(|(of, kind)| (of, archive.count(kind)));
    let count =
        |(of, n): (&str, usize)| words.get(if n == 1 { "one" } else { "many" }, of).replace("{n}", &n.to_string());
    held.into_iter().filter(|(_, n)| *n > 0).map(count).collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fonts() -> Fonts {
        let mut fonts = Fonts::default();
        for name in ["Regular", "SemiBold"] {
            let file = format!("{}/themes/default/fonts/Literata-{name}.ttf", env!("CARGO_MANIFEST_DIR"));
            assert!(fonts.add(std::fs::read(file).unwrap()));
        }
        fonts
    }

    fn picture(heading: &str) -> Picture {
        Picture {
            hue: HUES[0],
            kicker: "Claim".to_owned(),
            heading: clean(heading),
            lead: String::new(),
            counts: counts([(SUPPORTS, 2, "supporting".to_owned()), (DISPUTES, 90, "disputing".to_owned())]),
            facts: "facts ".repeat(40),
            title: "The title".to_owned(),
        }
    }

    #[test]
    fn the_colours_are_those_of_the_theme() {
        let css =
            std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/themes/default/static/site.css")).unwrap();
        for (at, hue) in HUES.iter().enumerate() {
            assert!(css.contains(&format!(".a-{} {{ --hue: light-dark({hue}, ", at + 1)), "{hue}");
        }
        let roles = [("paper", PAPER), ("ink", INK), ("soft", SOFT), ("line", LINE), ("link", LINK), ("for", FOR.0)];
        let sides = [("against", AGAINST.0), ("mixed", MIXED.0), ("supports", SUPPORTS.0), ("disputes", DISPUTES.0)];
        for (role, colour) in roles.into_iter().chain(sides) {
            assert!(css.contains(&format!("--{role}: light-dark({colour}, ")), "{role}");
        }
    }

    #[test]
    fn everything_stays_on_the_picture() {
        let fonts = fonts();
        let long = "Some words of a claim, ".repeat(100);
        for heading in ["Short", "A<b>&\"'", &long, &"W".repeat(5000), "", "\u{0}\u{fffe}\u{202e}"] {
            let svg = picture(heading).svg(&fonts);
            let options =
                Options { fontdb: fonts.database.clone(), font_family: fonts.family.clone(), ..Options::default() };
            let tree = Tree::from_str(&svg, &options).unwrap();
            let seen = tree.root().abs_bounding_box();
            assert!(seen.left() >= 0.0 && seen.right() <= WIDTH as f32, "{heading}: {seen:?}");
            assert!(seen.top() >= 0.0 && seen.bottom() <= HEIGHT as f32, "{heading}: {seen:?}");
        }
        let drawn = picture(&long).draw(&fonts);
        assert!(drawn.len() < 60_000 && drawn == picture(&long).draw(&fonts));
        assert_ne!(picture("a").key(&fonts), picture("b").key(&fonts));
    }

    #[test]
    fn what_is_written_from_right_to_left_begins_on_the_right() {
        let svg = picture("שלום").svg(&fonts());
        assert!(svg.contains(r#"<rect x="1178" y="0" width="22""#), "{svg}");
        assert!(svg.contains("<text x=\"1116.0\"") && svg.contains("\u{202b}שלום\u{202c}"), "{svg}");
        assert!(!fonts().can_write("שלום") && fonts().can_write("Žluťoučký, Ελλάς, Ёж – “ok”"));
    }
}
