//! Writes the arguments of an entry into its front matter. All else in the file stays as it is, to the byte.

use super::front_matter::split;
use super::{Kind, Stance, front_matter};
use crate::diagnostic::Diagnostics;
use crate::diagnostic::fix::{apply, quote};
use crate::fields::Choice;
use crate::span::{Files, normalise};
use crate::value::Data;

/// The file with its arguments: with stances, or as a list where none is known. The error says why it can't be.
pub fn file_under(raw: &str, kind: Kind, arguments: &[(String, Option<Stance>)]) -> Result<String, String> {
    const BY_HAND: &str = "write `arguments` into its front matter by hand";
    let text = normalise(raw);
    let mut files = Files::default();
    let file = files.add("entry.md", &text);
    let mut found = Diagnostics::default();
    let parts = split(&text, file, &mut found);
    let fence = text.lines().next().unwrap_or_default().trim_end();
    if found.has_errors() || !matches!(fence, "+++" | "---") || parts.body_at == 0 {
        return Err(format!("it has no front matter that can be read\n  help: {BY_HAND}"));
    }
    if parts.table.0.iter().any(|(key, _)| key.value == "arguments") {
        return Err("it has `arguments` already\n  help: change them by hand".to_owned());
    }
    let opened = text.find('\n').map_or(text.len(), |at| at + 1);
    let closed = text[..parts.body_at].trim_end().rfind('\n').map_or(opened, |at| at + 1);
    let toml = fence == "+++";
    let stances = arguments.iter().any(|(_, stance)| stance.is_some());
    let (at, written) = if stances {
        // A table comes last, so that no key of the file falls into it.
        (closed, as_table(arguments, toml, closed > opened))
    } else {
        let plain =
            parts.table.0.iter().filter(|(_, value)| !is_table(&value.data)).map(|(_, value)| value.span.end as usize);
        let after = plain.max().map_or(opened, |end| text[end..].find('\n').map_or(closed, |more| end + more + 1));
        let ids: Vec<_> = arguments.iter().map(|(id, _)| quote(id)).collect();
        let sign = if toml { " =" } else { ":" };
        (if toml { after.min(closed) } else { closed }, format!("arguments{sign} [{}]\n", ids.join(", ")))
    };
    let after = apply(raw, &[(at..at, written)]);
    says(&after, kind, arguments)
        .then_some(after)
        .ok_or_else(|| format!("it can't be edited safely\n  help: {BY_HAND}"))
}

fn is_table(data: &Data) -> bool {
    match data {
        Data::Table(_) => true,
        Data::Array(items) => items.iter().any(|item| matches!(item.data, Data::Table(_))),
        _ => false,
    }
}

fn as_table(arguments: &[(String, Option<Stance>)], toml: bool, blank: bool) -> String {
    let mut out =
        if toml { format!("{}[arguments]\n", if blank { "\n" } else { "" }) } else { "arguments:\n".to_owned() };
    for (id, stance) in arguments {
        let word = stance.unwrap_or(Stance::Mixed).word();
        let bare = id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        let id = if bare && toml { id.clone() } else { quote(id) };
        out += &if toml { format!("{id} = \"{word}\"\n") } else { format!("  {id}: {word}\n") };
    }
    out
}

/// Whether an entry's front matter has these arguments, and has no new mistake.
fn says(raw: &str, kind: Kind, arguments: &[(String, Option<Stance>)]) -> bool {
    let text = normalise(raw);
    let mut files = Files::default();
    let file = files.add("entry.md", &text);
    let mut found = Diagnostics::default();
    let parts = split(&text, file, &mut found);
    let (_, front) = front_matter::read(kind, parts, &text, file, &mut found);
    let Some(entry) = front.entry() else { return false };
    let read = entry.arguments.iter().flatten().map(|(id, stance)| (id.value.clone(), *stance));
    !found.has_errors() && read.eq(arguments.iter().cloned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filed(raw: &str, arguments: &[(&str, Option<Stance>)]) -> Result<String, String> {
        let arguments: Vec<_> = arguments.iter().map(|(id, stance)| ((*id).to_owned(), *stance)).collect();
        file_under(raw, Kind::Essay, &arguments)
    }

    #[test]
    fn toml_takes_a_list_above_its_tables_and_stances_below() {
        let raw = "+++\ntitle = \"T\" # mine\ntags = [\n  \"a\",\n]\n\n[claims]\nx = \"supports\"\n+++\n\nText\n";
        let list = filed(raw, &[("cost", None), ("speed", None)]).unwrap();
        assert_eq!(list, raw.replace("]\n\n[claims]", "]\narguments = [\"cost\", \"speed\"]\n\n[claims]"));
        let table = filed(raw, &[("cost", Some(Stance::Against))]).unwrap();
        assert_eq!(table, raw.replace("\"supports\"\n", "\"supports\"\n\n[arguments]\ncost = \"against\"\n"));
    }

    #[test]
    fn yaml_line_ends_and_marks_stay() {
        let raw = "\u{feff}---\r\ntitle: T\r\ntags:\r\n  - a\r\n---\r\n\r\nText  \r\nwithout end";
        let list = filed(raw, &[("cost", None)]).unwrap();
        assert_eq!(list, raw.replace("- a\r\n", "- a\r\narguments: [\"cost\"]\r\n"));
        let table = filed(raw, &[("cost", Some(Stance::For))]).unwrap();
        assert_eq!(table, raw.replace("- a\r\n", "- a\r\narguments:\r\n  \"cost\": for\r\n"));
    }

    #[test]
    fn what_can_not_be_edited_is_left() {
        for raw in [
            "No front matter",
            "+++\ntitle = \"T\"\narguments = []\n+++\n",
            "---\n{title: T}\n---\n",
            "+++\ntitle = \n+++\n",
            "+++\ntitle = \"T\"",
        ] {
            let why = filed(raw, &[("cost", None)]).unwrap_err();
            assert!(why.contains("help: "), "{raw}: {why}");
        }
        let bare = "+++\ntitle = \"T\"\n+++\n";
        assert_eq!(filed(bare, &[("cost", None)]).unwrap(), "+++\ntitle = \"T\"\narguments = [\"cost\"]\n+++\n");
    }
}
