//! Maps of made-up archives: small and large, bare and hostile.

use super::draw::draw;
use super::graph::Graph;
use super::sheet::{Sheet, WIDTH, What};
use crate::diagnostic::Diagnostics;
use crate::model::{Archive, Scope, resolve};
use crate::read::{Side, Tree, Unsaved, read};
use crate::render::words::Words;
use crate::span::Files;

fn archive(texts: &[(String, String)]) -> Archive {
    let mut unsaved: Unsaved = texts.iter().map(|(path, text)| (path.clone(), text.as_bytes().to_vec())).collect();
    unsaved.insert("casebook.toml".to_owned(), b"title = \"T\"\nquestion = \"Is it so?\"\n".to_vec());
    let (mut files, mut sink) = (Files::default(), Diagnostics::default());
    let documents = read(Tree { root: None, unsaved: &unsaved }, &mut files, &mut sink).unwrap();
    let archive = resolve(&documents, Scope::All, &mut sink);
    assert!(!sink.has_errors(), "{sink:?}");
    archive
}

/// An argument with so many claims.
fn argument(slug: &str, title: &str, claims: usize) -> (String, String) {
    let claim =
        |n| format!("[[claims]]\nid = \"{slug}-{n}\"\ntext = \"Claim {n} of {slug} says one thing, no other.\"\n");
    let claims = (0..claims).map(claim).collect::<Vec<_>>().concat();
    (format!("content/arguments/{slug}.md"), format!("+++\ntitle = {}\n{claims}+++\n", toml::Value::from(title)))
}

/// An essay that bears on claims, by id and side.
fn essay(slug: &str, title: &str, claims: &[(String, &str)]) -> (String, String) {
    let says = claims.iter().map(|(id, side)| format!("\"{id}\" = \"{side}\"\n"));
    let claims = says.collect::<Vec<_>>().concat();
    let text = format!("+++\ntitle = {}\nauthors = [\"P. {slug}\"]\n[claims]\n{claims}+++\n", toml::Value::from(title));
    (format!("content/essays/{slug}.md"), text)
}

/// So many essays, arguments and claims of each; some essays bear on several claims.
fn made(essays: usize, arguments: usize, claims: usize) -> Archive {
    let mut texts: Vec<_> =
        (0..arguments).map(|n| argument(&format!("a{n}"), &format!("Argument {n}"), claims)).collect();
    for n in 0..essays {
        let on: std::collections::BTreeMap<_, _> = (0..=n % 3)
            .map(|k| {
                let claim = format!("a{}-{}", (n * 7 + k) % arguments, (n * 5 + k * 3) % claims);
                (claim, if (n + k) % 4 == 0 { "disputes" } else { "supports" })
            })
            .collect();
        texts.push(essay(
            &format!("e{n:05}"),
            &format!("What essay {n} found out"),
            &on.into_iter().collect::<Vec<_>>(),
        ));
    }
    archive(&texts)
}

fn graphs(archive: &Archive) -> Vec<Graph> {
    let own = (0..archive.arguments.len()).map(|at| Graph::of_argument(archive, at));
    std::iter::once(Graph::whole(archive)).chain(own).collect()
}

/// What holds of every drawing. Returns how many boxes it has.
fn sound(graph: &Graph) -> usize {
    let words = Words::default();
    let sheet = Sheet::new(graph, &words);
    for (at, a) in sheet.blocks.iter().enumerate() {
        assert!(a.x >= 0 && a.y >= 0 && a.x + a.w <= WIDTH && a.y + a.h <= sheet.height, "{a:?} is outside");
        for b in &sheet.blocks[..at] {
            let apart = a.x + a.w < b.x || b.x + b.w < a.x || a.y + a.h < b.y || b.y + b.h < a.y;
            assert!(apart, "{a:?} lies over {b:?}");
        }
    }
    let mut ends = std::collections::BTreeSet::new();
    for edge in &sheet.edges {
        let [(x1, y1), (x2, y2)] = sheet.ends(edge);
        let (from, to) = (&sheet.blocks[edge.from], &sheet.blocks[edge.to]);
        assert!(x1 == from.x + from.w && y1 > from.y && y1 < from.y + from.h, "{edge:?} begins on no border");
        assert!(x2 == to.x && y2 > to.y && y2 < to.y + to.h, "{edge:?} ends on no border");
        assert!(x1 < x2 && ends.insert((x2, y2)), "{edge:?} ends where another does");
    }
    for mirrored in [false, true] {
        let drawing = draw(&sheet, &words, "../", mirrored);
        assert_eq!(drawing, draw(&Sheet::new(graph, &words), &words, "../", mirrored));
        assert!(drawing.len() < 256 << 10, "{} bytes", drawing.len());
        assert_eq!(drawing.matches("<a ").count(), drawing.matches("tabindex=\"-1\"").count());
    }
    sheet.blocks.len()
}

#[test]
fn maps_of_any_size_can_be_read() {
    for (essays, arguments, claims) in [(0, 1, 1), (20, 3, 6), (50, 4, 8), (500, 4, 8), (500, 12, 30), (2000, 40, 70)] {
        let archive = made(essays, arguments, claims);
        for graph in graphs(&archive) {
            let boxes = sound(&graph);
            assert!(boxes <= 260, "{boxes} boxes for {essays} essays");
        }
        let whole = Graph::whole(&archive);
        assert_eq!(whole.entries, essays <= 50, "{essays} essays");
        let shown = |graph: &Graph| -> usize { graph.arguments.iter().map(|argument| argument.claims.len()).sum() };
        let folded: usize = whole.arguments.iter().map(|argument| argument.more).sum();
        if whole.more == 0 {
            assert_eq!(shown(&whole) + folded, arguments * claims, "each claim is shown or counted");
        }
        for (at, argument) in archive.arguments.iter().enumerate() {
            for claim in Graph::of_argument(&archive, at).arguments.iter().flat_map(|argument| &argument.claims) {
                let id = claim.path.strip_prefix("claims/").unwrap().trim_end_matches('/');
                let all = &archive.claims.iter().find(|claim| claim.id.slug == id).unwrap().evidence;
                for (side, more) in [(Side::Supports, claim.more.supports), (Side::Disputes, claim.more.disputes)] {
                    let drawn = claim.evidence.iter().filter(|evidence| evidence.side == side).count();
                    let there = all.iter().filter(|evidence| evidence.side == side).count();
                    assert_eq!(drawn + more, there, "each entry is shown or counted");
                    assert!(drawn > 0 || there == 0, "a side of {} is hidden", argument.item.title);
                }
            }
        }
    }
}

#[test]
fn bare_archives_have_maps() {
    assert_eq!(
        sound(&Graph::whole(&archive(&[("content/pages/p.md".to_owned(), "+++\ntitle = \"P\"\n+++\n".to_owned())]))),
        1
    );
    let bare = archive(&[argument("a", "Claimless", 0), argument("b", "One claim without evidence", 1)]);
    let [whole, a, b] = &graphs(&bare)[..] else { panic!("one map of all and one of each") };
    assert_eq!((sound(whole), sound(a), sound(b)), (4, 1, 2));
}

#[test]
fn labels_of_hostile_things_stay_labels() {
    let titles = [
        "W".repeat(400),
        "<script>alert(1)</script>\"' onload=x & </text></svg>".to_owned(),
        "אסינכרוניות איננה מקביליות ואין לה עלות אפס בכלל".to_owned(),
        "非同期処理は並行処理であり並列処理ではないという主張についての長い長い題名".to_owned(),
        "👩‍👩‍👧‍👦 🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉 a party".to_owned(),
        "over\u{202e}ride \u{2066}isolate".to_owned(),
    ];
    let mut texts = vec![argument("a", "A", 7)];
    for (n, title) in titles.iter().enumerate() {
        texts.push(argument(&format!("t{n}"), title, n));
        texts.push(essay(
            &format!("e{n}"),
            title,
            &[(format!("a-{}", n + 1), "supports"), ("a-0".to_owned(), "disputes")],
        ));
    }
    let archive = archive(&texts);
    for graph in graphs(&archive) {
        sound(&graph);
        let words = Words::default();
        let sheet = Sheet::new(&graph, &words);
        let drawing = draw(&sheet, &words, "", false);
        assert!(!drawing.contains("<script") && !drawing.contains("</text></svg>\""), "{drawing}");
        assert_eq!(drawing.matches("<svg").count(), 1);
        assert_eq!(drawing.matches("</svg>").count(), 1);
        for block in &sheet.blocks {
            let cut = block.lines.last().is_some_and(|line| line.ends_with('…'));
            let full = format!("<title>{}", crate::escape::escape(&block.title));
            assert!(!cut || drawing.contains(&full), "what is cut is told in full");
        }
    }
}

#[test]
fn an_entry_on_many_claims_is_drawn_once() {
    let on: Vec<_> = (0..6).map(|n| (format!("a-{n}"), if n % 2 == 0 { "supports" } else { "disputes" })).collect();
    let archive = archive(&[argument("a", "A", 6), essay("e", "E", &on)]);
    let graph = Graph::whole(&archive);
    sound(&graph);
    let sheet = Sheet::new(&graph, &Words::default());
    assert_eq!(sheet.blocks.iter().filter(|block| matches!(block.what, What::Entry(_))).count(), 1);
    assert_eq!(sheet.edges.iter().filter(|edge| edge.side.is_some()).count(), 6);
}
