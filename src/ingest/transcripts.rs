//! Transcripts: a speaker's name, and often the time, stand before what is said. Each turn becomes a quote.
//!
//! Labels look the same before what nobody says, so that a label is a speaker only where the page has more that says so.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use regex::Regex;

use super::block::{Block, Lines, Meta, Node, Quote, Text, Unsure, Voice};

static TURN: LazyLock<Regex> = LazyLock::new(|| {
    let time = r"\d{1,2}:\d{2}(?::\d{2})?";
    Regex::new(&format!(
        r#"^(?:[\[(]?(?P<before>{time})[\])]?\s*[-–—]?\s*)?(?P<name>\p{{Lu}}[^:;,\d\[\]()"“”]{{1,39}}?)\s*(?:[\[(](?P<after>{time})[\])])?:\s+(?P<words>\S.*)$"#
    ))
    .expect("a constant pattern")
});
/// Words of a page on which people speak.
static SPOKEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:interview(?:s|ed)?|transcript(?:ion)?s?|podcast|episode|panel|q\s?&\s?a|conversation|talk|keynote|hosts?|guests?|speakers?|moderators?)\b")
        .expect("a constant pattern")
});
/// What a text says of people whom it introduces.
static INTRODUCED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:(?:spoke|speaks?|speaking|talk(?:s|ed|ing)?|chat(?:s|ted|ting)?|sat down|met) (?:to|with)|join(?:s|ed)|welcomes?|asks|asked)\b")
        .expect("a constant pattern")
});
/// Words with a capital that follow one another, as those of a name do.
static NAMES: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\p{Lu}[\p{L}.’'-]*(?: \p{Lu}[\p{L}.’'-]*)+").expect("a constant pattern"));

/// Words of labels that are no persons: what is weighed, told or built, and parts in a conversation.
const NO_PERSONS: &str = "a added advantages after and answer api app argument audience author before bug bugs caller \
    cause caution changed chapter chef's chef’s claim client comment con concern cons context cooking crowd database \
    description devops diff edit editor error everyone example expected fact faq feature fiction figure file first \
    fixed fixme from gateway given goal guest guests host hosts idea important input interviewer issue keynote kitchen \
    lesson load log message method moderator monitor myth name narrator no note notes objection option our output \
    panel panelist part path port prep pro problem proposed pros proxy ps q question reader reality rebuttal \
    recommended recipe reply request response result results root rule scene second section server service setup \
    solution speaker statement status step storage subject summary system table talk team test the then theorem third \
    thesis time tip title tldr to todo topic unknown update use user version voice warning web when worker yes your";

/// So many words a name has at most.
const LONGEST_NAME: usize = 3;

/// A line that begins what somebody says.
struct Turn<'a> {
    name: &'a str,
    time: Option<&'a str>,
    words: &'a str,
}

/// The words of a text in lower case, without the signs around them.
fn folded(text: &str) -> Vec<String> {
    text.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()).collect()
}

/// A name, to compare it.
fn key(name: &str) -> String {
    folded(name).join(" ")
}

/// A line with a label before its words, whatever the label is.
fn labelled(block: &Block) -> Option<Turn<'_>> {
    let found = TURN.captures(&block.paragraph()?.plain)?;
    let time = found.name("before").or(found.name("after")).map(|time| time.as_str());
    let name = found.name("name")?.as_str();
    let words = found.name("words")?.as_str();
    // A quotation that ends here and began above is none of a turn.
    let closes = words.ends_with('"') && words.matches('"').count() % 2 == 1
        || words.ends_with('”') && words.matches('“').count() < words.matches('”').count();
    let upper = |word: &str| word.starts_with(char::is_uppercase);
    (name.split(' ').count() <= LONGEST_NAME && name.split(' ').all(upper) && !closes).then_some(Turn {
        name,
        time,
        words,
    })
}

/// Whether a label looks like a person's name in full.
fn is_like_a_name(name: &str) -> bool {
    let shouts = !name.chars().any(char::is_lowercase);
    let is_part = |word: &str| {
        let letters = word.chars().filter(|c| c.is_alphabetic());
        word.chars().all(|c| c.is_alphabetic() || ".’'-".contains(c))
            // Among words in lower case, one in capitals is an abbreviation.
            && (shouts || word.contains('.') || letters.clone().count() < 2 || letters.clone().any(char::is_lowercase))
    };
    (2..=LONGEST_NAME).contains(&name.split(' ').count()) && name.split(' ').all(is_part) && no_label(name)
}

fn no_label(name: &str) -> bool {
    name.to_lowercase().split(' ').all(|word| !NO_PERSONS.split_whitespace().any(|known| known == word))
}

/// The seconds of a time stamp.
fn seconds(time: &str) -> u32 {
    time.split(':').fold(0, |sum, part| sum * 60 + part.parse::<u32>().unwrap_or_default())
}

/// Whether time stamps are those of a recording: they begin near its start, and never run backwards.
fn is_recorded(turns: &[(usize, Turn<'_>)]) -> bool {
    const LEAST: usize = 3;
    const LATEST_START: u32 = 300;
    let times: Vec<u32> = turns.iter().filter_map(|(_, turn)| turn.time).map(seconds).collect();
    times.len() >= LEAST && times[0] < LATEST_START && times.is_sorted()
}

/// What a page says of who speaks on it.
struct Evidence {
    /// Names in full that stand outside the turns, and their parts.
    names: HashSet<String>,
    /// What stands behind an article.
    things: HashSet<String>,
    /// Whether it says that people speak on it.
    spoken: bool,
    recorded: bool,
}

impl Evidence {
    fn of(blocks: &[Block], turns: &[(usize, Turn<'_>)], meta: &Meta) -> Self {
        const SHORT: usize = 160;
        // Above and below the labels that stand there more than once there may be others, such as `Hosts:`.
        let mut counts: HashMap<&str, usize> = HashMap::new();
        turns.iter().for_each(|(_, turn)| *counts.entry(turn.name).or_default() += 1);
        let mut often = turns.iter().filter(|(_, turn)| counts[turn.name] > 1).map(|(at, _)| *at);
        let first = often.next().unwrap_or(blocks.len());
        let last = often.next_back().unwrap_or(first);
        let around: Vec<String> =
            blocks.iter().take(first).chain(blocks.iter().skip(last + 1)).map(Block::words).collect();
        let says = |text: &String| text.chars().count() < SHORT && SPOKEN.is_match(text);
        let tells_of = |text: &&String| SPOKEN.is_match(text) || INTRODUCED.is_match(text);
        let introduced =
            around.iter().filter(tells_of).flat_map(|text| NAMES.find_iter(text)).map(|name| name.as_str());
        let authors = meta.authors.iter().map(String::as_str).filter(|name| name.contains(' '));
        let mut evidence = Self {
            names: HashSet::new(),
            things: blocks.iter().flat_map(|block| things(&block.words())).collect(),
            spoken: around.iter().chain(&meta.title).any(says),
            recorded: is_recorded(turns),
        };
        authors.chain(introduced).for_each(|name| evidence.know(name));
        evidence
    }

    /// Takes up a name and its parts.
    fn know(&mut self, name: &str) {
        let words = folded(name);
        for length in 1..=LONGEST_NAME {
            self.names.extend(words.windows(length).map(|part| part.join(" ")));
        }
    }

    /// Whether a label is a name in full of somebody who speaks.
    fn in_full(&self, turn: &Turn<'_>) -> bool {
        let name = key(turn.name);
        is_like_a_name(turn.name)
            && !self.things.contains(&name)
            && (self.spoken || self.recorded && turn.time.is_some() || self.names.contains(&name))
    }

    /// The turns of those who speak.
    fn speaking(mut self, turns: Vec<(usize, Turn<'_>)>) -> Vec<(usize, Turn<'_>)> {
        let full: HashSet<&str> =
            turns.iter().filter(|(_, turn)| self.in_full(turn)).map(|(_, turn)| turn.name).collect();
        full.iter().for_each(|name| self.know(name));
        // One word is enough only where it is a part of a name.
        let is_part = |name: &str| !name.contains(' ') && no_label(name) && self.names.contains(&key(name));
        turns.into_iter().filter(|(_, turn)| full.contains(turn.name) || is_part(turn.name)).collect()
    }
}

/// What has an article in a text is a thing, whatever else looks like the name of a person.
fn things(text: &str) -> Vec<String> {
    const ARTICLES: [&str; 8] = ["the", "a", "an", "our", "your", "this", "each", "every"];
    let words = folded(text);
    let behind = |length: usize| {
        let runs = words.windows(length + 1).filter(|run| ARTICLES.contains(&run[0].as_str()));
        runs.map(|run| run[1..].join(" ")).collect::<Vec<_>>()
    };
    (2..=LONGEST_NAME).flat_map(behind).collect()
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
pub fn gather(blocks: &mut [Block], meta: &Meta, unsure: &mut Vec<Unsure>) {
    let labels: Vec<(usize, Turn<'_>)> =
        blocks.iter().enumerate().filter_map(|(at, block)| Some((at, labelled(block)?))).collect();
    let turns = Evidence::of(blocks, &labels, meta).speaking(labels);
    if !is_conversation(&turns) {
        return;
    }
    // Who spoke goes on up to the next time stamp. Without stamps it may as well be the one who wrote it all down.
    let stamped = turns.iter().all(|(_, turn)| turn.time.is_some());
    let goes_on = |at: usize| {
        stamped
            && labelled(&blocks[at]).is_none()
            && blocks[at].paragraph().is_some_and(|text| !text.plain.starts_with(['[', '(']))
    };
    let mut quotes = Vec::new();
    let mut all: Option<Lines> = None;
    for (number, (at, turn)) in turns.iter().enumerate() {
        // After the last turn the text may go on.
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
        all = Some(all.map_or(lines, |all| all.to(lines)));
    }
    for (at, more, quote) in quotes {
        blocks[at] = quote;
        blocks[at + 1..=at + more].iter_mut().for_each(|block| block.node = Node::Paragraph(Text::default()));
    }
    let what = "speakers are taken from labels before their words: look whether they are right";
    unsure.extend(all.map(|lines| Unsure::at(lines, what)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::text;

    const TOLD: &str = "speakers are taken from labels before their words: look whether they are right";

    /// Who says what in paragraphs below a title, what is left of the text, and what is unsure.
    fn found(title: &str, authors: &[&str], text: &str) -> (Vec<[String; 2]>, Vec<String>, Vec<String>) {
        let block =
            |(at, words): (usize, &str)| Block { lines: Lines::one(at + 1), node: Node::Paragraph(Text::plain(words)) };
        let mut blocks: Vec<Block> = text.split("\n\n").enumerate().map(block).collect();
        let authors = authors.iter().map(|name| (*name).to_owned()).collect();
        let meta = Meta { title: Some(title.to_owned()), authors, ..Meta::default() };
        let mut unsure = Vec::new();
        gather(&mut blocks, &meta, &mut unsure);
        let said = blocks.iter().filter_map(|block| match &block.node {
            Node::Quote(quote) => Some([quote.speaker.clone().unwrap_or_default(), quote.plain()]),
            _ => None,
        });
        let rest = blocks.iter().filter_map(Block::paragraph).map(|text| text.plain.clone());
        let rest = rest.filter(|text| !text.is_empty()).collect();
        (said.collect(), rest, unsure.into_iter().map(|unsure| unsure.what).collect())
    }

    /// A text in which two labels take turns.
    fn turns(first: &str, second: &str) -> String {
        format!(
            "{first}: It is dry in there.\n\n{second}: It is dark in there.\n\n{first}: It is cheap to have.\n\n{second}: It is dear to lose."
        )
    }

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
        assert!(found.unsure.iter().any(|unsure| unsure.what == TOLD));
    }

    #[test]
    fn speakers_are_known_by_more_than_their_labels() {
        let whole = turns("Ada Vogt", "Otto Reh");
        let timed = "0:05 Ada Vogt: Hello.\n\n1:10 Otto Reh: Good day.\n\n59:58 Ada Vogt: Thank you.\n\n1:00:02 Otto Reh: My pleasure.";
        let introduced = |text: &str| format!("For this page Ada Vogt spoke with Otto Reh.\n\n{text}");
        for (title, authors, text) in [
            ("An interview on sheds", &[][..], whole.clone()),
            ("Sheds", &["Ada Vogt", "Otto Reh"], whole.clone()),
            ("Sheds", &["Ada Vogt", "Otto Reh"], turns("ADA", "REH")),
            ("Sheds", &[], introduced(&whole)),
            ("Sheds", &[], introduced(&turns("Ada", "Otto"))),
            ("Sheds", &[], format!("{whole}\n\nHosts: Ada Vogt and Otto Reh")),
            ("Sheds", &[], timed.to_owned()),
            ("Panel on sheds", &[], turns("J. R. Vogt", "MIRA O’HOLT")),
            ("Panel on sheds", &[], format!("{whole}\n\nOtto: Well.\n\nAda: Indeed.\n\nOtto: So it is.")),
        ] {
            let (said, _, unsure) = found(title, authors, &text);
            assert!(said.len() >= 4, "{title}, {text}: {said:?}");
            assert_eq!(unsure, [TOLD], "{text}");
        }
    }

    #[test]
    fn labels_alone_are_no_speakers() {
        let pairs = [
            ("MYTH", "FACT"),
            ("OBJECTION", "REPLY"),
            ("CLAIM", "REBUTTAL"),
            ("FIXED", "ADDED"),
            ("GIVEN", "WHEN"),
            ("HOST", "PORT"),
            ("INTERVIEWER", "AUDIENCE"),
            ("Q", "A"),
            ("Chef's Tip", "Cooking Time"),
            ("Problem Statement", "Proposed Solution"),
            ("Reader Question", "Our Answer"),
            ("API Gateway", "Load Balancer"),
            ("Ada", "Otto"),
            ("Vogt, Ada", "Reh, Otto"),
            ("Mark (1:10)", "Luke (2:10)"),
            ("09:30 Talk", "12:05 Goal"),
            ("[12:00:01] Server", "[12:00:02] Client"),
        ];
        for (first, second) in pairs {
            for title in ["Sheds", "Sheds: the transcript of a talk"] {
                let (said, rest, unsure) = found(title, &[], &turns(first, second));
                assert!(said.is_empty() && unsure.is_empty() && rest.len() == 4, "{title}, {first}: {said:?}");
            }
        }
        // Without more, names of things look like those of people.
        for text in [
            turns("Google Pixel", "Samsung Galaxy"),
            turns("Ada Vogt", "Otto Reh"),
            turns("[12:00:01] Green Shed", "[12:00:02] Red Shed"),
            "0:05 Green Shed: Dry.\n\n0:10 Red Shed: Wet.\n\n0:04 Green Shed: Dry.\n\n0:12 Red Shed: Wet.".to_owned(),
            format!(
                "Our guests looked at the Google Pixel and the Samsung Galaxy.\n\n{}",
                turns("Google Pixel", "Samsung Galaxy")
            ),
        ] {
            assert!(found("Sheds", &[], &text).0.is_empty(), "{text}");
        }
        let cited = "An interview\n\nAda Vogt: it was dry.\"\n\nOtto Reh: it was wet.\"\n\nAda Vogt: dry.\"\n\nOtto Reh: wet.\"";
        assert!(found("Sheds", &[], cited).0.is_empty());
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

    #[test]
    fn what_stands_between_turns_goes_on_only_up_to_a_time() {
        let between = "Then the rain began, and both went in.";
        let text = turns("Ada Vogt", "Otto Reh").replace("in there.\n\nAda", &format!("in there.\n\n{between}\n\nAda"));
        let (said, rest, _) = found("An interview", &[], &text);
        assert_eq!((said.len(), rest), (4, vec![between.to_owned()]));
        // Nor does it go on behind a label of somebody who is no person.
        let text = "[0:05] Ada Vogt: Hello.\n\n[0:10] Otto Reh: Hello.\n\nYes.\n\nAUDIENCE: Louder.\n\nNo.\n\n[0:20] Ada Vogt: So.\n\n[0:30] Otto Reh: So.";
        let (said, rest, _) = found("An interview", &[], text);
        assert_eq!(said[1], ["Otto Reh", "Hello.\n\nYes."]);
        assert_eq!(rest, ["AUDIENCE: Louder.", "No."]);
    }
}
