//! The drawing of a map, as SVG. What it looks like is the theme's: here are places, classes and words.
//!
//! Assistive technology and the keyboard pass the drawing by: some hundred links in the order of their places on a sheet
//! are no way to read, and each would be a stop on the way to the end of the page. The outline beside it has the same
//! things with the same links, in words and in their order. So the drawing is hidden, and its links are for pointers.

use super::graph::{ArgumentNode, ClaimNode};
use super::sheet::{
    Block, Edge, FOOT, MARKS, PAD, SMALL, SMALL_LINE, Sheet, WIDTH, What, first_line, small_line, standing_width,
    title_type,
};
use super::text::{int, width};
use crate::escape::{escape, push_escaped};
use crate::fields::Choice;
use crate::read::Side;
use crate::render::words::Words;

/// From one mark to the next, and half of what a mark is wide.
const MARK: i32 = 12;
const RADIUS: i32 = 4;
/// How round the corners of boxes and of edges are.
const ROUND: i32 = 7;

/// Draws a sheet for a page that is `root` below the site's root; mirrored for scripts that run to the left.
pub fn draw(sheet: &Sheet<'_>, words: &Words, root: &str, mirrored: bool) -> String {
    let mut pen = Pen { out: String::new(), words, root, mirrored };
    let direction = if mirrored { "rtl" } else { "ltr" };
    // In units of the page's type, so that it grows with it.
    let [wide, high] = [WIDTH, sheet.height].map(|units| format!("{}.{:04}rem", units / 16, units % 16 * 625));
    pen.out = format!(
        "<svg viewBox=\"0 0 {WIDTH} {}\" width=\"{wide}\" height=\"{high}\" direction=\"{direction}\" \
         aria-hidden=\"true\" focusable=\"false\">\n",
        sheet.height
    );
    pen.heads(sheet);
    sheet.edges.iter().for_each(|edge| pen.edge(sheet, edge));
    sheet.blocks.iter().enumerate().for_each(|(at, block)| pen.block(sheet, at, block));
    // Above all boxes, since they lie on a border.
    sheet.edges.iter().for_each(|edge| pen.end_of(sheet, edge));
    pen.out.push_str("</svg>\n");
    pen.out
}

struct Pen<'a> {
    out: String,
    words: &'a Words,
    root: &'a str,
    mirrored: bool,
}

impl Pen<'_> {
    /// Where a place is on a sheet that may be mirrored.
    fn at(&self, x: i32) -> i32 {
        if self.mirrored { WIDTH - x } else { x }
    }

    fn rect(&mut self, class: &str, [x, y, w, h]: [i32; 4], round: i32) {
        let x = if self.mirrored { self.at(x + w) } else { x };
        self.out +=
            &format!("<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" rx=\"{round}\"/>");
    }

    /// A line of text that begins at a place. Each line is an element of its own: bidirectional text is set by element.
    fn text(&mut self, class: &str, x: i32, y: i32, text: &str) {
        self.out += &format!("<text class=\"{class}\" x=\"{}\" y=\"{y}\">{}</text>", self.at(x), escape(text));
    }

    fn mark(&mut self, side: Side, x: i32, y: i32) {
        let radius = if side == Side::Supports { RADIUS + 1 } else { RADIUS };
        let (x, word) = (self.at(x), side.word());
        self.out += &format!("<circle class=\"m-{word}\" cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"/>");
    }

    /// What each column holds.
    fn heads(&mut self, sheet: &Sheet<'_>) {
        let names = [
            self.words.get("map", "question"),
            if sheet.whole() { self.words.top("arguments") } else { self.words.get("kind", "argument") },
            self.words.top("claims"),
            self.words.get("map", "evidence"),
        ];
        for (layer, name) in names.iter().enumerate() {
            let filled = sheet.blocks.iter().any(|block| block.layer == layer);
            let counted = sheet.counts && layer == 3 && sheet.blocks.iter().any(|block| block.layer == 2);
            if filled || counted {
                let (x, w) = sheet.columns[layer];
                self.text("m-head", x, 16, name);
                self.rect("m-rule", [x, 24, w, 1], 0);
            }
        }
    }

    /// What belongs together is joined by right angles, so that the edges of a family run in one; evidence by curves.
    fn edge(&mut self, sheet: &Sheet<'_>, edge: &Edge) {
        let [(x1, y1), (x2, y2)] = sheet.ends(edge);
        let to = &sheet.blocks[edge.to];
        let class = match (edge.side, to.layer) {
            (Some(side), _) => format!("m-edge e-{}", side.word()),
            (None, 3) => "m-edge e-more".to_owned(),
            (None, _) => hue("m-edge", to.tone.filter(|_| to.layer == 2)),
        };
        let (a, b, middle) = (self.at(x1), self.at(x2), self.at(i32::midpoint(x1, x2)));
        let line = if to.layer == 3 {
            format!("M{a} {y1}C{middle} {y1} {middle} {y2} {b} {y2}")
        } else if (y1 - y2).abs() < 2 {
            format!("M{a} {y1}H{b}")
        } else {
            let bend = ROUND.min((y2 - y1).abs() / 2);
            let (down, on) = (bend * (y2 - y1).signum(), if self.mirrored { -bend } else { bend });
            format!("M{a} {y1}H{}q{on} 0 {on} {down}V{}q0 {down} {on} {down}H{b}", middle - on, y2 - down)
        };
        self.out += &format!("<path class=\"{class}\" d=\"{line}\" data-ends=\"{} {}\"/>\n", edge.from, edge.to);
    }

    fn end_of(&mut self, sheet: &Sheet<'_>, edge: &Edge) {
        if let Some(side) = edge.side {
            let [_, (x, y)] = sheet.ends(edge);
            self.mark(side, x, y);
        }
    }

    /// A box that is a link, with its label; and beside a claim its counts, where its evidence is not drawn.
    fn block(&mut self, sheet: &Sheet<'_>, at: usize, block: &Block<'_>) {
        let (kind, path) = match &block.what {
            What::Question => ("question", ""),
            What::Argument(argument) => ("argument", argument.name.name.path.as_str()),
            What::Claim(claim) => ("claim", claim.path.as_str()),
            What::Entry(entry) => ("entry", entry.path.as_str()),
            What::More(path, _) => ("more", path.as_str()),
        };
        self.link(&hue(&format!("m-{kind}"), block.tone), path, &self.full(block), Some(at));
        self.rect("m-box", [block.x, block.y, block.w, block.h], ROUND);
        if matches!(block.what, What::Argument(_) | What::Claim(_)) {
            self.rect("m-hue", [block.x, block.y + ROUND, 4, block.h - 2 * ROUND], 1);
        }
        let (x, size) = (block.x + PAD, title_type(block));
        for (line, text) in block.lines.iter().enumerate() {
            self.text("m-title", x, first_line(block) + int(line) * size.1, text);
        }
        let small = small_line(block);
        if !block.note.is_empty() {
            self.text("m-note", x, small + SMALL, &block.note);
        }
        match &block.what {
            What::Claim(claim) if !sheet.counts => {
                self.standing(claim, x, small + 4);
                self.tally(claim.supports, claim.disputes, x + standing_width(self.words) + 14, small + 4);
            }
            What::More(_, sides) if sides.supports + sides.disputes > 0 => {
                self.tally(sides.supports, sides.disputes, x, small);
            }
            _ => {}
        }
        self.out.push_str("</a>\n");
        match &block.what {
            What::Argument(argument) if sheet.whole() => self.foot(block, argument),
            What::Claim(claim) if sheet.counts => self.counts(claim, block, sheet.columns[3].0),
            _ => {}
        }
    }

    fn link(&mut self, class: &str, path: &str, title: &str, node: Option<usize>) {
        self.out += &format!("<a class=\"{class}\" href=\"");
        push_escaped(self.root, &mut self.out);
        push_escaped(path, &mut self.out);
        let node = node.map_or_else(String::new, |at| format!(" data-node=\"{at}\""));
        self.out += &format!("\" tabindex=\"-1\"{node}><title>{}</title>", escape(title));
    }

    /// The label without cuts, for those who point at it.
    fn full(&self, block: &Block<'_>) -> String {
        let mut parts = vec![block.title.clone()];
        match &block.what {
            What::Claim(claim) => {
                parts.push(self.words.get("standing", claim.standing.word()));
                parts.extend(self.sides(claim.supports, claim.disputes));
            }
            What::More(_, sides) => parts.extend(self.sides(sides.supports, sides.disputes)),
            What::Entry(entry) => {
                parts.push(self.words.get("kind", entry.kind.word()));
                parts.extend(entry.people.iter().cloned());
                parts.extend(entry.year.map(|year| year.to_string()));
            }
            _ => {}
        }
        parts.join(" · ")
    }

    /// Counts in words, of the sides that have any.
    fn sides(&self, supports: usize, disputes: usize) -> Vec<String> {
        let both = [(supports, "supports"), (disputes, "disputes")].into_iter().filter(|(n, _)| *n > 0);
        both.map(|(n, side)| format!("{n} {}", self.words.get("tally", side))).collect()
    }

    /// The way from an argument on the map of everything to its own.
    fn foot(&mut self, block: &Block<'_>, argument: &ArgumentNode) {
        let (top, label) = (block.y + block.h - FOOT, self.words.get("map", "own"));
        let title = format!("{label}: {}", argument.name.name.title);
        self.link(&hue("m-foot", block.tone), &argument.map, &title, None);
        self.rect("m-foot-box", [block.x + 5, top, block.w - 6, FOOT - 1], ROUND - 1);
        self.rect("m-rule", [block.x + PAD, top, block.w - 2 * PAD, 1], 0);
        self.text("m-note", block.x + PAD, top + 18, &label);
        self.out.push_str("</a>\n");
    }

    fn standing(&mut self, claim: &ClaimNode, x: i32, y: i32) {
        let word = claim.standing.word();
        let label = self.words.get("standing", word);
        let wide = width(&label, SMALL) + 16;
        self.rect(&format!("m-standing st-{word}"), [x, y, wide, SMALL_LINE], SMALL_LINE / 2);
        let centre = self.at(x + wide / 2);
        self.out += &format!(
            "<text class=\"m-note m-middle st-{word}\" x=\"{centre}\" y=\"{}\">{}</text>",
            y + SMALL + 1,
            escape(&label)
        );
    }

    /// A mark and a number for each side that has any.
    fn tally(&mut self, supports: usize, disputes: usize, mut x: i32, y: i32) {
        for (side, n) in [(Side::Supports, supports), (Side::Disputes, disputes)] {
            if n > 0 {
                self.mark(side, x + RADIUS + 1, y + SMALL_LINE / 2);
                self.text("m-note", x + 15, y + SMALL + 1, &n.to_string());
                x += 15 + width(&n.to_string(), SMALL) + 12;
            }
        }
    }

    /// Folded evidence: a mark for each independent source, a row for each side.
    fn counts(&mut self, claim: &ClaimNode, block: &Block<'_>, x: i32) {
        let middle = block.y + block.h / 2;
        self.standing(claim, x, middle - SMALL_LINE / 2);
        let x = x + standing_width(self.words) + 12;
        let rows: Vec<_> = [(Side::Supports, claim.supports), (Side::Disputes, claim.disputes)]
            .into_iter()
            .filter(|(_, n)| *n > 0)
            .collect();
        for (row, &(side, n)) in rows.iter().enumerate() {
            let y = middle + SMALL_LINE * (2 * int(row) + 1 - int(rows.len())) / 2;
            let end = if n > MARKS {
                let word = side.word();
                self.rect(&format!("m-{word}"), [x + 1, y - RADIUS, MARK * int(MARKS) - 4, 2 * RADIUS], RADIUS);
                x + MARK * int(MARKS)
            } else {
                (0..int(n)).for_each(|at| self.mark(side, x + RADIUS + 1 + at * MARK, y));
                x + MARK * int(n)
            };
            self.text("m-note", end + 4, y + 4, &n.to_string());
        }
        self.out.push('\n');
    }
}

/// A class, with the hue of an argument where it has one.
fn hue(class: &str, tone: Option<usize>) -> String {
    tone.map_or_else(|| class.to_owned(), |tone| format!("{class} a-{tone}"))
}
