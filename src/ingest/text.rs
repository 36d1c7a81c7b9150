//! Plain text as it was captured from a page: code is taken out first, then paragraphs, headings and lists are told
//! by how their lines look.

use super::block::{Block, Lines, Node, Unsure};
use super::lines::{Line, is_bullet};
use super::{Found, byline, code, flattened, lines, mail, settle};

pub fn read(text: &str) -> Found {
    let all: Vec<&str> = text.lines().collect();
    let (mut written, mut code) = part(&all);
    let at = Lines::new(1, all.len());
    let mut found = Found { at, verifiable: true, text: text.to_owned(), ..Found::default() };
    let mail = mail::take(&mut written, &mut found.dropped);
    if let Some(last) = mail.as_ref().and(written.last()) {
        code.retain(|block| block.lines.first <= last.number);
    }
    let paragraphs = lines::paragraphs(&written);
    let head = match mail {
        Some(meta) => byline::Head { meta, ..byline::Head::default() },
        None => byline::head(&paragraphs, code.first().map_or(usize::MAX, |block| block.lines.first)),
    };
    found.meta = head.meta;
    found.dropped.extend(head.dropped);
    found.unsure.extend(head.unsure);
    let rest: Vec<_> =
        paragraphs.into_iter().enumerate().filter(|(at, _)| !head.used.contains(at)).map(|(_, p)| p).collect();
    found.blocks = lines::blocks(rest, code, &mut found.unsure);
    settle::settle(&mut found);
    found
}

/// The blocks of a text in another, such as a page has it that was written elsewhere.
pub fn blocks(text: &str, unsure: &mut Vec<Unsure>) -> Vec<Block> {
    let all: Vec<&str> = text.lines().collect();
    let (written, code) = part(&all);
    lines::blocks(lines::paragraphs(&written), code, unsure)
}

/// To find the lost lines of a piece of code takes its time: no page has more of them.
const MOST_FLATTENED: usize = 200;

/// Parts the lines of code from all others.
fn part<'a>(all: &[&'a str]) -> (Vec<Line<'a>>, Vec<Block>) {
    let mut code = Vec::new();
    let mut taken = vec![false; all.len()];
    let mut at = 0;
    while at < all.len() {
        let found = if code.len() < MOST_FLATTENED { flattened::find(all, at) } else { None };
        let Some((range, found)) = found else {
            at += 1;
            continue;
        };
        taken[range.clone()].fill(true);
        at = range.end;
        code.push(Block { lines: Lines::new(range.start + 1, range.end), node: Node::Code(found) });
    }
    // What was taken stands between other code like a line of prose.
    let left: Vec<&str> = all.iter().zip(&taken).map(|(line, taken)| if *taken { "." } else { *line }).collect();
    let deep = lines::is_deep(all.iter().copied());
    let is_text = |line: &str| is_bullet(line) || deep && line.starts_with('>');
    for range in code::runs(&left, &is_text) {
        let found = code::made(&all[range.clone()].join("\n"), None);
        taken[range.clone()].fill(true);
        code.push(Block { lines: Lines::new(range.start + 1, range.end), node: Node::Code(found) });
    }
    code.sort_by_key(|block| block.lines.first);
    let line = |(at, text): (usize, &&'a str)| Line { number: at + 1, text };
    (all.iter().enumerate().filter(|(at, _)| !taken[*at]).map(line).collect(), code)
}

#[cfg(test)]
mod tests {
    use super::super::Voice;
    use super::*;

    #[test]
    fn a_page_in_dense_lines() {
        let found = read(
            "Gardens are strongly disliked, perhaps feared, by many careful readers.\n\
             In this guide, you will discover why readers fear gardens.\n\
             Readers Fear Gardens\n\
             Some remarks that I have picked from the forum follow here.\n\
             After two years of gardens I advise against them, if you can.\n\
             — oakleaf, forum comment.\n\
             They are slow, and the weeds hide what goes wrong in them.\n\
             — Petra Mohn, blog.\n\
             Grow faster today, download your FREE book to learn how.\n\
             What is a Garden\n\
             A garden is a place that is tended by somebody who has the time.\n\
             garden: A place in which plants stand that somebody has chosen.\n\
             — Glossary of Places\n\
             For example:\n\
             1 2 3 |\n\
             # open the gate async def open_gate(): # ... |\n\
             Why Readers Fear Gardens\n\
             Gardens were never said to be fast. That was a promise of others.\n\
             Gardens will make my day blazing fast. No, they will not do that.\n\
             — Page 7, On Gardens, 2019.\n\
             Further Reading\n\
             This section names more to read, should you find it helpful.\n\
             - Gardens at Length, Ines Vogt (my book!)\n\
             - On Gardens, Otto Reh, 2019.\n\
             Takeaways\n\
             You now know why it is that many readers fear them.\n\
             Do you have any questions?\n\
             Ask your questions in the comments below and I will answer them.\n\
             Photo by Max Muster on Somewhere\n\
             Ada says\n\
             I wanted to love gardens, but they were always more trouble than worth.\n\
             They did help at times, I have to admit that here.\n\
             Ines Vogt says\n\
             Thank you for sharing Ada.\n\
             Ada says\n\
             – the first thing is the weeds\n\
             – the second thing is the slugs\n\
             So much for that.",
        );
        let who: Vec<_> = found
            .quotes()
            .map(|(_, q)| (q.speaker.as_deref().unwrap_or("-"), q.locator.as_deref().unwrap_or("-"), q.voice))
            .collect();
        assert_eq!(
            who,
            [
                ("oakleaf", "forum comment", Voice::Quoted),
                ("Petra Mohn", "blog", Voice::Quoted),
                ("Glossary of Places", "-", Voice::Quoted),
                ("Otto Reh", "Page 7, On Gardens, 2019", Voice::Quoted),
                ("Ada", "comment 1", Voice::Comment),
                ("Ines Vogt", "comment 2", Voice::Comment),
                ("Ada", "comment 3", Voice::Comment),
            ]
        );
        let headings: Vec<_> = found.headings().collect();
        assert_eq!(
            headings,
            ["Readers Fear Gardens", "What is a Garden", "Why Readers Fear Gardens", "Further Reading", "Takeaways"]
        );
        assert_eq!(found.meta.title.as_deref(), Some("Why Readers Fear Gardens"));
        assert_eq!(found.meta.authors, ["Ines Vogt"]);
        let samples: Vec<_> = found.samples().map(|(_, _, code)| (code.text.as_str(), code.flattened)).collect();
        assert_eq!(samples, [("# open the gate\nasync def open_gate():\n    # ...", true)]);
        let dropped: Vec<_> = found.dropped.iter().map(ToString::to_string).collect();
        for wanted in ["FREE book", "my book!", "Photo by", "in the comments below", "any questions"] {
            assert!(dropped.iter().any(|dropped| dropped.contains(wanted)), "{wanted}: {dropped:?}");
        }
        assert!(!dropped.iter().any(|dropped| dropped.contains("Thank you")), "{dropped:?}");
    }

    #[test]
    fn a_page_with_blank_lines() {
        let found = read(
            "Slide Shop\n\nYou May Want a Bicycle\n\nby Ana-Maria Ruiz\n\nPublished June 4, 2018 in Transport\n\n\
             First version given at WheelCon 2018.\nRevised for WheelCon Süd 2018 (Ulm).\n\n\
             Bicycles have gathered much momentum of late, and not only since the price of petrol rose as it did. They are said to be a great answer.\n\n\
             The Question\n\nIs a bicycle any good?\n\nI find it hard to say, and everybody whom I ask says something else about it.\n\n\
             It's equally\n\nWe have come to think that it is\n\n\
             Would it help?\n\nNext, if a bicycle is what you need, think of where you will keep it in the winter.\n\n\
             - It is cheap to have.\n- It is dear to lose.\n\nIt is dear to lose.\n\nThat one is covered first, as it is the harder one of the two.",
        );
        assert_eq!(found.meta.title.as_deref(), Some("You May Want a Bicycle"));
        assert_eq!(found.meta.venue.as_deref(), Some("Slide Shop"));
        assert_eq!(found.meta.authors, ["Ana-Maria Ruiz"]);
        assert_eq!(found.meta.date.map(|date| date.to_string()).as_deref(), Some("2018-06-04"));
        assert_eq!(found.meta.events, ["WheelCon 2018", "WheelCon Süd 2018 (Ulm)"]);
        let headings: Vec<_> = found.headings().collect();
        assert_eq!(headings, ["The Question", "Would it help?", "It is dear to lose."]);
        assert_eq!(found.quotes().count(), 0);
    }
}
