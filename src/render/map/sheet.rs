//! The boxes of a map, with their labels, on a sheet whose columns are the layers. Lengths are units of the drawing, of
//! which 16 are a line's height of the browser's own text.

use super::graph::{ArgumentNode, ClaimNode, EvidenceNode, Folded, Graph};
use super::layout::Layered;
use super::text::{int, shorten, width, wrap};
use crate::read::Side;
use crate::render::words::Words;

/// The width of every drawing: that of a page on a wide screen.
pub const WIDTH: i32 = 1086;
/// Room for the heads of the columns, and around the boxes.
pub const HEAD: i32 = 44;
const EDGE: i32 = 3;
/// Inside of a box, beside and above its label.
pub const PAD: i32 = 13;
const TOP: i32 = 9;
/// A line below the title of a box, in small type.
pub const SMALL: i32 = 12;
pub const SMALL_LINE: i32 = 18;
/// The link at the foot of an argument.
pub const FOOT: i32 = 28;
/// More marks than this are a bar.
pub const MARKS: usize = 9;

#[derive(Debug)]
pub enum What<'a> {
    Question,
    Argument(&'a ArgumentNode),
    Claim(&'a ClaimNode),
    Entry(&'a EvidenceNode),
    /// What is folded, the path of the page that has it, and on which sides it is.
    More(String, Folded),
}

#[derive(Debug)]
pub struct Block<'a> {
    pub what: What<'a>,
    pub layer: usize,
    /// The hue of its argument.
    pub tone: Option<usize>,
    /// The title in full.
    pub title: String,
    pub lines: Vec<String>,
    /// The small line; empty where there is none, or where it is drawn of parts.
    pub note: String,
    pub x: i32,
    pub y: i32,
    pub w: i32,
    pub h: i32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    pub from: usize,
    pub to: usize,
    /// `None`: the one has the other.
    pub side: Option<Side>,
}

#[derive(Debug)]
pub struct Sheet<'a> {
    pub blocks: Vec<Block<'a>>,
    pub edges: Vec<Edge>,
    /// By column: where it begins, and how wide it is.
    pub columns: [(i32, i32); 4],
    /// Whether claims show their counts in the last column.
    pub counts: bool,
    pub height: i32,
}

/// How the title of a box is set: size, line, and how many lines.
fn type_of(what: &What<'_>) -> (i32, i32, usize) {
    match what {
        What::Question => (18, 24, 12),
        What::Argument(_) => (16, 21, 5),
        What::Claim(_) => (14, 20, 4),
        What::Entry(_) => (13, 18, 2),
        What::More(..) => (13, 18, 1),
    }
}

/// Size and line of a block's title.
pub fn title_type(block: &Block<'_>) -> (i32, i32) {
    let (size, line, _) = type_of(&block.what);
    (size, line)
}

/// Where the first baseline of a block's title is.
pub fn first_line(block: &Block<'_>) -> i32 {
    let (size, line) = title_type(block);
    block.y + TOP + i32::midpoint(line, size * 7 / 10)
}

/// Where its small line begins.
pub fn small_line(block: &Block<'_>) -> i32 {
    block.y + TOP + int(block.lines.len()) * title_type(block).1 + 2
}

impl<'a> Sheet<'a> {
    pub fn new(graph: &'a Graph, words: &Words) -> Self {
        let columns = match (graph.question.is_some(), graph.entries) {
            (true, true) => [(EDGE, 148), (191, 182), (413, 284), (795, 288)],
            (true, false) => [(EDGE, 168), (215, 210), (469, 392), (879, 204)],
            (false, _) => [(EDGE, 0), (EDGE, 200), (247, 356), (743, 340)],
        };
        let mut builder =
            Builder { words, columns, whole: graph.question.is_some(), blocks: Vec::new(), edges: Vec::new() };
        builder.graph(graph);
        let Builder { mut blocks, mut edges, .. } = builder;
        let layers = (0..4).map(|layer| (0..blocks.len()).filter(|&at| blocks[at].layer == layer).collect()).collect();
        // Two edges between the same boxes can't cross, and weigh as one.
        let mut pairs: Vec<_> = edges.iter().map(|edge| (edge.from, edge.to)).collect();
        pairs.sort_unstable();
        pairs.dedup();
        let mut layered = Layered::new(layers, &pairs, blocks.iter().map(|block| block.h).collect());
        layered.order();
        let tops = layered.place();
        blocks.iter_mut().zip(&tops).for_each(|(block, top)| block.y = HEAD + top);
        edges.sort_by_key(|edge| (tops[edge.to], edge.to, tops[edge.from], edge.side == Some(Side::Disputes)));
        let height = blocks.iter().map(|block| block.y + block.h).max().unwrap_or(HEAD) + EDGE;
        Self { blocks, edges, columns, counts: !graph.entries, height }
    }

    /// Whether it is the map of the whole archive, that begins with the question.
    pub fn whole(&self) -> bool {
        self.blocks.first().is_some_and(|block| block.layer == 0)
    }

    /// Where an edge begins and ends. Of several edges that end at a box, each has its own place on its border.
    pub fn ends(&self, edge: &Edge) -> [(i32, i32); 2] {
        let (from, to) = (&self.blocks[edge.from], &self.blocks[edge.to]);
        let beside: Vec<_> = self.edges.iter().filter(|other| other.to == edge.to).collect();
        let at = beside.iter().position(|other| *other == edge).unwrap_or(0);
        let step = to.h * (int(at) + 1) / (int(beside.len()) + 1);
        [(from.x + from.w, from.y + from.h / 2), (to.x, to.y + step)]
    }
}

struct Builder<'a, 'b> {
    words: &'b Words,
    columns: [(i32, i32); 4],
    whole: bool,
    blocks: Vec<Block<'a>>,
    edges: Vec<Edge>,
}

impl<'a> Builder<'a, '_> {
    fn graph(&mut self, graph: &'a Graph) {
        let question = graph.question.as_ref().map(|question| self.add(What::Question, 0, None, question, ""));
        for argument in &graph.arguments {
            let at = self.argument(argument, question);
            for claim in &argument.claims {
                self.claim(claim, argument, at, graph.entries);
            }
            if argument.more > 0 {
                // The map of the argument has more claims than that of the archive; its page has all.
                let path = if self.whole { &argument.map } else { &argument.name.name.path };
                let more = self.more(argument.more, "claims");
                self.child(What::More(path.clone(), Folded::default()), 2, Some(argument.name.tone), &more, at);
            }
        }
        if let (Some(question), true) = (question, graph.more > 0) {
            let more = self.more(graph.more, "arguments");
            self.child(What::More("arguments/".to_owned(), Folded::default()), 1, None, &more, question);
        }
    }

    fn argument(&mut self, argument: &'a ArgumentNode, question: Option<usize>) -> usize {
        let parts =
            [count(self.words, argument.claim_count, "claims"), count(self.words, argument.entry_count, "entries")];
        let title = &argument.name.name.title;
        let at = self.add(What::Argument(argument), 1, Some(argument.name.tone), title, &parts.join(" · "));
        self.edges.extend(question.map(|from| Edge { from, to: at, side: None }));
        at
    }

    fn claim(&mut self, claim: &'a ClaimNode, argument: &ArgumentNode, parent: usize, entries: bool) {
        let tone = Some(argument.name.tone);
        let from = self.child(What::Claim(claim), 2, tone, &claim.text, parent);
        if entries {
            self.blocks[from].h += 6 + SMALL_LINE;
        }
        for evidence in &claim.evidence {
            let drawn = |block: &Block<'_>| matches!(block.what, What::Entry(other) if other.entry == evidence.entry);
            let to = self.blocks.iter().position(drawn).unwrap_or_else(|| {
                let note = self.says(evidence);
                self.add(What::Entry(evidence), 3, None, &evidence.title, &note)
            });
            self.edges.push(Edge { from, to, side: Some(evidence.side) });
            let ports = int(self.edges.iter().filter(|edge| edge.to == to).count());
            self.blocks[to].h = self.blocks[to].h.max(13 * (ports + 1));
        }
        let folded = claim.more.supports + claim.more.disputes;
        if folded > 0 {
            let more = self.more(folded, "entries");
            self.child(What::More(claim.path.clone(), claim.more), 3, None, &more, from);
        }
    }

    /// What sort of entry it is, whose, and of which year.
    fn says(&self, evidence: &EvidenceNode) -> String {
        let kind = Some(self.words.get("kind", evidence.kind.word()));
        let who = match &evidence.people[..] {
            [] => None,
            [one] => Some(one.clone()),
            [first, ..] => Some(self.words.get("map", "and_others").replace("{name}", first)),
        };
        let parts = [kind, who, evidence.year.map(|year| year.to_string())];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }

    fn more(&self, n: usize, of: &str) -> String {
        self.words.get("map", "more").replace("{count}", &count(self.words, n, of))
    }

    fn child(&mut self, what: What<'a>, layer: usize, tone: Option<usize>, title: &str, parent: usize) -> usize {
        let at = self.add(what, layer, tone, title, "");
        self.edges.push(Edge { from: parent, to: at, side: None });
        at
    }

    fn add(&mut self, what: What<'a>, layer: usize, tone: Option<usize>, title: &str, note: &str) -> usize {
        let (x, w) = self.columns[layer];
        let (size, line, most) = type_of(&what);
        let room = w - 2 * PAD;
        // Bold type is wider.
        let bold = matches!(what, What::Question | What::Argument(_));
        let lines = wrap(title, if bold { room * 10 / 11 } else { room }, size, most);
        let mut h = 2 * TOP + int(lines.len()) * line;
        if !note.is_empty() {
            h += 2 + SMALL_LINE;
        }
        if matches!(what, What::Argument(_)) && self.whole {
            h += FOOT;
        }
        if let What::More(_, sides) = &what
            && sides.supports + sides.disputes > 0
        {
            h += 2 + SMALL_LINE;
        }
        let note = shorten(note, room, SMALL);
        self.blocks.push(Block { what, layer, tone, title: title.to_owned(), lines, note, x, y: 0, w, h });
        self.blocks.len() - 1
    }
}

/// A number with its noun.
pub fn count(words: &Words, n: usize, of: &str) -> String {
    words.get(if n == 1 { "one" } else { "many" }, of).replace("{n}", &n.to_string())
}

/// The width of a standing's label, the widest of all, so that what follows stands in line.
pub fn standing_width(words: &Words) -> i32 {
    let all = ["open", "contested", "settled", "outdated"];
    all.iter().map(|standing| width(&words.get("standing", standing), SMALL)).max().unwrap_or(0) + 18
}
