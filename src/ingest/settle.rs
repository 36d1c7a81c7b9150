//! What all texts have in common once they are blocks: who is quoted, who comments, what is none of the text.

use std::sync::LazyLock;

use regex::Regex;

use super::block::{Block, Node, Unsure, Voice};
use super::{Found, attribution, comments, dropped, lines, measured, threads, transcripts};

static PROMISE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\bin this (?:tutorial|article|post|guide|talk|essay|lesson|chapter)\b,?\s+(?:you|we)\s*(?:will|’ll|'ll)?\s*(?:discover|learn|explain|look at|see|show|explore|discuss)\s+([^.]{8,100})\.")
        .expect("a constant pattern")
});
static OWN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i),\s*([^,()]{3,40}?)\s*\(my (?:new |own |latest )?(?:book|course|talk|article)!?\)")
        .expect("a constant pattern")
});
static LICENCE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:licen[sc]ed under|released under|available under|published under)\s+(?:an?\s+|the\s+)?([^.]{4,100}?)(?:\s+licen[sc]e)?(?:\.|$)|\b(CC[ -]BY(?:-(?:SA|NC|ND))*(?:[ -]\d\.\d)?|CC0(?:[ -]1\.0)?)\b")
        .expect("a constant pattern")
});

/// What is said in passing is not sought in longer texts.
const LONGEST: usize = 2_000;

pub fn settle(found: &mut Found) {
    transcripts::gather(&mut found.blocks, &found.meta, &mut found.unsure);
    attribution::gather(&mut found.blocks, &mut found.unsure);
    attribution::resolve(&mut found.blocks, &mut found.unsure);
    threads::turn(&mut found.blocks, &mut found.meta, &mut found.dropped);
    comments::gather(&mut found.blocks, &mut found.dropped);
    infer(found);
    dropped::prune(&mut found.blocks, &mut found.dropped);
    conclude(found);
}

/// What is told of blocks that stay as they are.
pub fn conclude(found: &mut Found) {
    while found.blocks.last().is_some_and(|block| matches!(block.node, Node::Rule)) {
        found.blocks.pop();
    }
    found.measured = measured::find(&found.blocks);
    for block in &found.blocks {
        match &block.node {
            Node::Quote(quote) if quote.speaker.is_none() => {
                let what = match quote.voice {
                    Voice::Own => "a pull quote: taken for words of the text's author",
                    _ => "who is quoted here is not said",
                };
                found.unsure.push(Unsure::at(block.lines, what));
            }
            Node::Code(code) if code.flattened && !code.text.contains('\n') => {
                found.unsure.push(Unsure::at(
                    block.lines,
                    "flattened code whose lines can't be told for certain: left as it is",
                ));
            }
            Node::Code(code) if code.language.is_none() => {
                found.unsure.push(Unsure::at(block.lines, "code in a language that its look does not tell"));
            }
            _ => {}
        }
    }
    found.unsure.sort_by_key(|unsure| unsure.lines.map_or(0, |lines| lines.first));
    found.unsure.dedup();
}

/// The title, the author and the licence, where the text says them in passing.
fn infer(found: &mut Found) {
    let paragraphs = |found: &Found| {
        found.blocks.iter().filter_map(Block::paragraph).map(|text| text.plain.clone()).collect::<Vec<_>>()
    };
    let all = paragraphs(found);
    if found.meta.title.is_none() {
        let promised = all
            .iter()
            .take(6)
            .filter(|text| text.len() < LONGEST)
            .find_map(|text| PROMISE.captures(text).map(|found| lines::folded(&found[1])));
        let heading = promised.and_then(|promised| {
            found.headings().find(|heading| lines::folded(heading) == promised).map(str::to_owned)
        });
        if heading.is_some() {
            found
                .unsure
                .push(Unsure::whole("no title stands above the text: taken from what it says that it is about"));
        } else {
            found.unsure.push(Unsure::whole("no title was found"));
        }
        found.meta.title = heading;
    }
    if found.meta.authors.is_empty() {
        let words: Vec<String> = found.blocks.iter().map(Block::words).collect();
        if let Some(by) = words
            .iter()
            .filter(|text| text.len() < LONGEST)
            .find_map(|text| OWN.captures(text).map(|found| found[1].trim().to_owned()))
        {
            found.unsure.push(Unsure::whole(format!(
                "`{by}` is taken for the author: the text calls a work by that name its own"
            )));
            found.meta.authors.push(by);
        }
    }
    if found.meta.licence.is_none() {
        // The foot of a page is none of the text, and says this.
        let foot = found.dropped.iter().map(|dropped| &dropped.text);
        let stated = all.iter().chain(foot).filter(|text| text.len() < LONGEST).find_map(|text| LICENCE.captures(text));
        found.meta.licence =
            stated.and_then(|found| found.get(1).or(found.get(2)).map(|m| m.as_str().trim().to_owned()));
    }
}
