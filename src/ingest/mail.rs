//! Mails, as archives of lists print them: headers above the text, and a signature below it.

use std::sync::LazyLock;

use regex::Regex;

use super::block::{Dropped, Lines, Meta};
use super::dates;
use super::lines::Line;
use crate::read::SourceKind;

static HEADER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(From|To|Cc|Bcc|Subject|Date|Sent|Message-I[Dd]|In-Reply-To|References|Reply-To|Sender|Newsgroups|Organization|User-Agent|Content-[A-Z][\w-]+|MIME-Version|List-[A-Z][\w-]+|X-[A-Z][\w-]+):(?:\s+(.*))?$")
        .expect("a constant pattern")
});

pub fn is_header(line: &str) -> bool {
    HEADER.is_match(line)
}

/// Takes the headers above a mail and the signature below it out of its lines; `None` where there are no such headers.
pub fn take(lines: &mut Vec<Line<'_>>, dropped: &mut Vec<Dropped>) -> Option<Meta> {
    let first = lines.iter().position(|line| !line.text.trim().is_empty())?;
    let mut end = first;
    let mut headers: Vec<(String, String)> = Vec::new();
    while let Some(line) = lines.get(end) {
        let folded = line.text.starts_with([' ', '\t']) && !line.text.trim().is_empty();
        match (HEADER.captures(line.text), headers.last_mut()) {
            (Some(found), _) => {
                let value = found.get(2).map_or("", |value| value.as_str()).trim();
                headers.push((found[1].to_ascii_lowercase(), value.to_owned()));
            }
            (None, Some((_, open))) if folded => {
                open.push(' ');
                open.push_str(line.text.trim());
            }
            _ => break,
        }
        end += 1;
    }
    let header = |name: &str| headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let from = header("from")?;
    let subject = header("subject")?;
    for line in lines.drain(first..end) {
        dropped.push(Dropped { lines: Lines::one(line.number), why: "a header of a mail", text: line.text.to_owned() });
    }
    // A space follows the mark, which editors take off.
    if let Some(signature) = lines.iter().position(|line| matches!(line.text, "-- " | "--")) {
        let all: Vec<Line<'_>> = lines.drain(signature..).collect();
        let text = all.iter().map(|line| line.text).collect::<Vec<_>>().join("\n");
        let lines = Lines::new(all[0].number, all[all.len() - 1].number);
        dropped.push(Dropped { lines, why: "the signature below a mail", text });
    }
    Some(Meta {
        title: Some(subject_of(subject)),
        authors: author(from).into_iter().collect(),
        date: header("date").or(header("sent")).and_then(dates::stated),
        kind: Some(SourceKind::Thread),
        ..Meta::default()
    })
}

/// A subject without the signs of an answer.
fn subject_of(text: &str) -> String {
    let mut text = text.trim();
    while let Some(rest) =
        ["Re:", "RE:", "re:", "Fwd:", "FW:", "Fw:", "AW:"].iter().find_map(|sign| text.strip_prefix(sign))
    {
        text = rest.trim_start();
    }
    text.to_owned()
}

/// The name in `Ada Vogt <ada@garden.example>` or `ada at garden.example (Ada Vogt)`, or else the address.
fn author(from: &str) -> Option<String> {
    let before = from.split('<').next().unwrap_or_default().trim().trim_matches('"').trim();
    let inside = from.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(name, _)| name.trim());
    let name = inside.filter(|name| !name.is_empty()).or(Some(before).filter(|name| !name.is_empty()))?;
    Some(name.split(" via ").next().unwrap_or(name).to_owned())
}

#[cfg(test)]
mod tests {
    use crate::ingest::text;

    #[test]
    fn a_mail_has_headers_and_levels_of_quotations() {
        let found = text::read(
            "From: Hella Storm <hella at roses.example>\nTo: roses at lists.example\nSubject: Re: [roses] Should roses be red?\n\
             Date: Tue, 14 Mar 2017 09:21:33 +0100\nMessage-ID: <2017@roses.example>\n\n\
             On Mon, Mar 13, 2017 at 10:02 PM, Bruno Till <bruno at roses.example>\nwrote:\n\
             > On 12 March 2017 at 08:00, Ann Reed <ann at roses.example> wrote:\n\
             >>> Which colour shall they have?\n>> I propose that they be red from now on.\n>\n> That was tried once, and it cost us the whole of a summer.\n\n\
             I agree with him here. The cost is not in the colour, it is in\nevery hand that paints.\n\n\
             Ann Reed wrote:\n> What about pink?\n\nPink hides it only.\n\n-- \nHella Storm\n",
        );
        let meta = &found.meta;
        assert_eq!(meta.title.as_deref(), Some("[roses] Should roses be red?"));
        assert_eq!(meta.authors, ["Hella Storm"]);
        assert_eq!(meta.date.map(|date| date.to_string()).as_deref(), Some("2017-03-14"));
        assert_eq!(
            found.said(),
            [
                ["", "Which colour shall they have?"],
                ["Ann Reed", "I propose that they be red from now on."],
                ["Bruno Till", "That was tried once, and it cost us the whole of a summer."],
                ["Ann Reed", "What about pink?"],
            ]
        );
        let body = found.body();
        assert!(body.contains("it is in every hand that paints."), "{body}");
        assert!(body.contains("\n\nPink hides it only."), "{body}");
        assert_eq!(body.matches("Hella").count(), 0, "{body}");
        assert!(found.dropped.iter().any(|dropped| dropped.text.contains("Message-ID")));
    }
}
