//! Transcripts: a speaker's name, and often the time, stand before what is said. Each turn becomes a quote.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use super::block::{Block, Node, Quote, Text, Voice};

static TURN: LazyLock<Regex> = LazyLock::new(|| {
    let time = r"\d{1,2}:\d{2}(?::\d{2})?";
    Regex::new(&format!(
        r"^(?:[\[(]?(?P<before>{time})[\])]?\s*[-–—]?\s*)?(?P<name>[^:\[\]()]{{2,40}}?)\s*(?:[\[(](?P<after>{time})[\])])?:\s+(?P<words>\S.*)$"
    ))
    .expect("a constant pattern")
});

/// What stands before words that nobody says.
const LABELS: [&str; 20] = [
    "answer",
    "caution",
    "cons",
    "edit",
    "example",
    "faq",
    "fixme",
    "important",
    "note",
    "notes",
    "pros",
    "ps",
    "question",
    "summary",
    "tip",
    "title",
    "tldr",
    "todo",
    "update",
    "warning",
];

/// A line that begins what somebody says.
struct Turn<'a> {
    name: &'a str,
    time: Option<&'a str>,
    words: &'a str,
}

fn turn_of(block: &Block) -> Option<Turn<'_>> {
    let found = TURN.captures(&block.paragraph()?.plain)?;
    let time = found.name("before").or(found.name("after")).map(|time| time.as_str());
    let name = found.name("name")?.as_str();
    let words: Vec<&str> = name.split_whitespace().collect();
    let upper = |word: &&str| word.starts_with(|c: char| c.is_uppercase());
    let shouts = name.chars().filter(|c| c.is_alphabetic()).count() > 2 && !name.chars().any(char::is_lowercase);
    let is_speaker = (1..=4).contains(&words.len())
        && words.iter().all(upper)
        && (words.len() > 1 || shouts || time.is_some())
        && !LABELS.contains(&words[0].to_lowercase().as_str());
    is_speaker.then(|| Turn { name, time, words: found.name("words").map_or("", |words| words.as_str()) })
}

/// Whether turns are those of a conversation: at least two speak, more than once each, and in sentences.
fn is_conversation(turns: &[(usize, Turn<'_>)]) -> bool {
    const LEAST: usize = 4;
    const MOST_SPEAKERS: usize = 12;
    let (Some((first, _)), Some((last, _))) = (turns.first(), turns.last()) else { return false };
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    turns.iter().for_each(|(_, turn)| *counts.entry(turn.name).or_default() += 1);
    let often = counts.values().filter(|count| **count > 1);
    let sentences = turns.iter().filter(|(_, turn)| turn.words.ends_with(['.', '?', '!', '…', '”', '"', '—'])).count();
    turns.len() >= LEAST
        && counts.len() <= MOST_SPEAKERS
        && often.clone().count() > 1
        && often.sum::<usize>() * 4 >= turns.len() * 3
        && sentences * 3 >= turns.len() * 2
        && turns.len() * 3 >= last - first
}

/// Makes quotes of the turns of a conversation; leaves all other texts as they are.
pub fn gather(blocks: &mut [Block]) {
    let turns: Vec<(usize, Turn<'_>)> =
        blocks.iter().enumerate().filter_map(|(at, block)| Some((at, turn_of(block)?))).collect();
    if !is_conversation(&turns) {
        return;
    }
    // After the last turn the text may go on; between two, who spoke goes on.
    let goes_on = |at: usize| blocks[at].paragraph().is_some_and(|text| !text.plain.starts_with(['[', '(']));
    let mut quotes = Vec::new();
    for (number, (at, turn)) in turns.iter().enumerate() {
        let end = turns.get(number + 1).map_or(at + 1, |(next, _)| *next);
        let more = (at + 1..end).take_while(|at| goes_on(*at));
        let mut paragraphs = vec![Text::plain(turn.words)];
        paragraphs.extend(more.clone().filter_map(|at| blocks[at].paragraph().cloned()));
        let lines = more.clone().fold(blocks[*at].lines, |lines, at| lines.to(blocks[at].lines));
        let mut quote = Quote::new(Voice::Quoted, paragraphs);
        quote.speaker = Some(turn.name.to_owned());
        quote.locator = turn.time.map(str::to_owned);
        quote.attribution = Some(format!("— {}", turn.name));
        quotes.push((*at, more.count(), Block { lines, node: Node::Quote(quote) }));
    }
    for (at, more, quote) in quotes {
        blocks[at] = quote;
        blocks[at + 1..=at + more].iter_mut().for_each(|block| block.node = Node::Paragraph(Text::default()));
    }
}

#[cfg(test)]
mod tests {
    use crate::ingest::text;

    #[test]
    fn each_turn_goes_to_who_speaks() {
        let found = text::read(
            "Gates and what they cost\n\nAn interview, recorded at GateConf 2021.\n\n[00:00:05] ADA VOGT: Welcome. Today we speak about gates, and about what they cost.\n\n\
             [00:00:15] OTTO REH: Thank you for having me.\n\nI have waited for this a long time.\n\n[applause]\n\n[00:01:02] ADA VOGT: So, are they worth it?\n\n\
             [00:01:10] OTTO REH: It depends on what you do with them; in my garden, they were not.\n\n[00:02:00] ADA VOGT: Thank you.\n\nThis page is maintained by the friends of gates.\n",
        );
        assert_eq!(
            found.said(),
            [
                ["ADA VOGT", "Welcome. Today we speak about gates, and about what they cost."],
                ["OTTO REH", "Thank you for having me.\n\nI have waited for this a long time."],
                ["ADA VOGT", "So, are they worth it?"],
                ["OTTO REH", "It depends on what you do with them; in my garden, they were not."],
                ["ADA VOGT", "Thank you."],
            ]
        );
        let places: Vec<_> = found.quotes().filter_map(|(_, quote)| quote.locator.as_deref()).collect();
        assert_eq!(places, ["00:00:05", "00:00:15", "00:01:02", "00:01:10", "00:02:00"]);
        assert!(found.body().contains("applause") && found.body().contains("friends of gates"), "{}", found.body());
    }

    #[test]
    fn what_has_labels_is_no_conversation() {
        for text in [
            "Sheds\n\nRead Speed: 500 MB/s\n\nWrite Speed: 400 MB/s\n\nRead Speed: 510 MB/s\n\nWrite Speed: 420 MB/s\n\nThis is what was measured in the shed over the winter, by hand.",
            "Sheds\n\nPROS: It is dry in there.\n\nCONS: It is dark in there.\n\nPROS: It is cheap to have.\n\nCONS: It is dear to lose.\n",
            "Sheds\n\nGreen Shed: It is dry in there.\n\nRed Shed: It is dark in there.\n\nBlue Shed: It is cheap.\n\nOld Shed: It is gone by now.\n",
            "Sheds\n\nQ: Is it dry in there?\n\nA: It is, as far as I know.\n\nQ: Is it dark in there?\n\nA: It is dark, but not at noon.\n",
        ] {
            assert!(text::read(text).said().is_empty(), "{text}");
        }
    }
}
