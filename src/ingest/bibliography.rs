//! Records of a bibliography: BibTeX and BibLaTeX, and CSL-JSON. Each becomes a source.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use biblatex::{Bibliography, ChunksExt, DateValue, Entry, EntryType, PermissiveType, Person, RawBibliography};
use regex::Regex;
use serde_json::Value;

use super::block::{Lines, Meta, Unsure};
use super::{Found, Refusal, dates};
use crate::date::Date;
use crate::read::SourceKind;
use crate::span::one_line;

/// So many records are no bibliography that a person reviews.
const MOST: usize = 20_000;
/// Braces in braces below this are nothing that anybody wrote, and the parser follows each by recursion.
const DEEPEST: usize = 100;

/// The sources of the records that are whole, and why the others are not.
pub fn bibtex(text: &str) -> Result<(Vec<Found>, Vec<Refusal>), Refusal> {
    if let Some(line) = too_deep(text) {
        return Err(Refusal::new(format!("its braces are nested too deeply at line {line}"), "mend the record there"));
    }
    let (mut refused, mut mended) = (Vec::new(), Cow::Borrowed(text));
    if RawBibliography::parse(text).is_err() {
        mended = Cow::Owned(without_broken(text, &mut refused));
    }
    let (all, places) = loop {
        let raw = RawBibliography::parse(&mended).map_err(|error| malformed(&mended, &error))?;
        let places = raw.entries.iter().map(|entry| (entry.v.key.v.to_owned(), entry.span.start));
        let places: HashMap<String, usize> = lines_of(&mended, places);
        let spans: Vec<Range<usize>> = raw.entries.iter().map(|entry| entry.span.clone()).collect();
        let error = match Bibliography::from_raw(raw) {
            Ok(all) => break (all, places),
            Err(error) => error,
        };
        let why = malformed(&mended, &error);
        let bad = spans.into_iter().find(|span| span.contains(&error.span.start));
        let Some(bad) = bad.filter(|_| refused.len() < MOST_BROKEN) else { return Err(why) };
        refused.push(why);
        mended = Cow::Owned(blanked(&mended, &bad));
    };
    if all.len() > MOST {
        return Err(Refusal::new(format!("it has {} records, more than {MOST}", all.len()), "split it"));
    }
    let place = |key: &str| places.get(key).copied().unwrap_or(1);
    let found: Vec<Found> = all.iter().map(|entry| source(entry, place(&entry.key))).collect();
    if found.is_empty() && !refused.is_empty() {
        return Err(refused.swap_remove(0));
    }
    if found.is_empty() {
        return Err(Refusal::new("there is no record in it", "export the records as BibTeX, BibLaTeX or CSL-JSON"));
    }
    Ok((found, refused))
}

/// So many records may be broken: for each of them that only shows late, all are read again.
const MOST_BROKEN: usize = 50;

/// A text in which nothing stands where a record was; its lines stay.
fn blanked(text: &str, record: &Range<usize>) -> String {
    let lines = "\n".repeat(text[record.clone()].matches('\n').count());
    let rest = record.len() - lines.len();
    format!("{}{lines}{}{}", &text[..record.start], " ".repeat(rest), &text[record.end..])
}

/// The text without the records that can't be read by themselves. Each begins a line.
fn without_broken(text: &str, refused: &mut Vec<Refusal>) -> String {
    static BEGINS: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?m)^[ \t]*@\w+\s*[{(]").expect("a constant pattern"));
    let starts: Vec<usize> = BEGINS.find_iter(text).map(|found| found.start()).collect();
    let mut out = text[..starts.first().copied().unwrap_or(text.len())].to_owned();
    let mut line = out.matches('\n').count() + 1;
    for (at, start) in starts.iter().enumerate() {
        let record = &text[*start..starts.get(at + 1).copied().unwrap_or(text.len())];
        match RawBibliography::parse(record) {
            Ok(_) => out.push_str(record),
            Err(error) => {
                let why = format!("the record at line {line} is not BibTeX: {}", error.kind);
                refused.push(Refusal::new(why, "mend the record there, and ingest the file again"));
                out.push_str(&blanked(record, &(0..record.len())));
            }
        }
        line += record.matches('\n').count();
    }
    out
}

/// The line of each key, by its place in the text: the places stand in order.
fn lines_of(text: &str, places: impl Iterator<Item = (String, usize)>) -> HashMap<String, usize> {
    let (mut at, mut line) = (0, 1);
    let found = places.map(|(key, place)| {
        let place = text.floor_char_boundary(place.clamp(at, text.len()));
        line += text[at..place].matches('\n').count();
        at = place;
        (key, line)
    });
    found.collect()
}

fn line_of(text: &str, at: usize) -> usize {
    text[..text.floor_char_boundary(at.min(text.len()))].matches('\n').count() + 1
}

fn malformed(text: &str, error: &biblatex::ParseError) -> Refusal {
    let line = line_of(text, error.span.start);
    Refusal::new(format!("it is not BibTeX at line {line}: {}", error.kind), "mend the record there")
}

fn too_deep(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return Some(line_of(text, at));
        }
    }
    None
}

fn source(entry: &Entry, line: usize) -> Found {
    let text = |key: &str| {
        let chunks = entry.get(key)?;
        // Markup of TeX that the parser does not know is left in the words.
        let words: String = chunks.format_verbatim();
        let words = one_line(&without_commands(&words));
        (!words.is_empty()).then_some(words)
    };
    let title = match (text("title"), text("subtitle")) {
        (Some(title), Some(subtitle)) => Some(format!("{title}: {subtitle}")),
        (title, _) => title,
    };
    let mut people = entry.author().unwrap_or_default();
    if people.is_empty() {
        people = entry.editors().unwrap_or_default().into_iter().flat_map(|(people, _)| people).collect();
    }
    let doi = text("doi").map(|doi| {
        format!("https://doi.org/{}", doi.trim_start_matches("https://doi.org/").trim_start_matches("doi:"))
    });
    let meta = Meta {
        title,
        // `and others` says that there are more, and names nobody.
        authors: people.iter().map(person).filter(|name| !name.is_empty() && name != "others").collect(),
        date: date(entry).or_else(|| text("date").or_else(|| text("year")).and_then(|date| dates::written(&date))),
        kind: kind(&entry.entry_type),
        venue: [
            "journaltitle",
            "journal",
            "booktitle",
            "eventtitle",
            "publisher",
            "institution",
            "school",
            "organization",
            "howpublished",
        ]
        .iter()
        .find_map(|key| text(key))
        .filter(|venue| !venue.starts_with("http")),
        url: text("url")
            .or(doi)
            .or_else(|| text("howpublished").filter(|url| url.starts_with("http")))
            .and_then(|url| super::html::web_address(&url)),
        licence: text("copyright").or_else(|| text("license")).or_else(|| text("rights")),
        tags: text("keywords")
            .map(|words| {
                words.split([',', ';']).map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect()
            })
            .unwrap_or_default(),
        ..Meta::default()
    };
    let mut found = Found { meta, ..Found::default() };
    if found.meta.title.is_none() {
        found.meta.title = Some(entry.key.clone());
        found
            .unsure
            .push(Unsure::at(Lines::one(line), format!("the record `{}` has no title: it goes by its key", entry.key)));
    }
    found.at = Lines::one(line);
    found
}

fn person(person: &Person) -> String {
    let words = [person.given_name.as_str(), &person.prefix, &person.name, &person.suffix];
    let name = words.iter().filter(|word| !word.is_empty()).copied().collect::<Vec<_>>().join(" ");
    one_line(&without_commands(&name))
}

/// Words without the commands around some of them, and with blanks for ties.
fn without_commands(words: &str) -> String {
    static COMMAND: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\\(?:emph|text(?:it|bf|tt|sc|sl|rm|sf|up|superscript|subscript)|mkbib(?:quote|emph|italic|bold)|enquote|url|path|href\{[^{}]*\}|uppercase|lowercase|mbox)\s*\{([^{}]*)\}")
            .expect("a constant pattern")
    });
    const DEEPEST: usize = 4;
    let mut out = words.to_owned();
    for _ in 0..DEEPEST {
        let made = COMMAND.replace_all(&out, "$1").into_owned();
        if made == out {
            break;
        }
        out = made;
    }
    // In an address it is a sign like others.
    if out.contains("://") { out } else { out.replace('~', " ") }
}

fn date(entry: &Entry) -> Option<Date> {
    let PermissiveType::Typed(date) = entry.date().ok()? else { return None };
    let (DateValue::At(at) | DateValue::After(at) | DateValue::Before(at) | DateValue::Between(at, _)) = date.value;
    let text = match (at.month, at.day) {
        (Some(month), Some(day)) => format!("{:04}-{:02}-{:02}", at.year, month + 1, day + 1),
        (Some(month), None) => format!("{:04}-{:02}", at.year, month + 1),
        _ => format!("{:04}", at.year),
    };
    Date::parse(&text)
}

fn kind(kind: &EntryType) -> Option<SourceKind> {
    Some(match kind {
        EntryType::Article | EntryType::SuppPeriodical | EntryType::Periodical => SourceKind::Article,
        EntryType::Book
        | EntryType::MvBook
        | EntryType::Booklet
        | EntryType::Collection
        | EntryType::InBook
        | EntryType::InCollection
        | EntryType::BookInBook => SourceKind::Book,
        EntryType::InProceedings
        | EntryType::Proceedings
        | EntryType::TechReport
        | EntryType::Report
        | EntryType::Thesis
        | EntryType::PhdThesis
        | EntryType::MastersThesis
        | EntryType::Unpublished => SourceKind::Paper,
        EntryType::Manual | EntryType::Reference | EntryType::InReference => SourceKind::Documentation,
        EntryType::Online => SourceKind::Post,
        EntryType::Unknown(name) if matches!(name.as_str(), "video" | "movie") => SourceKind::Video,
        EntryType::Unknown(name) if matches!(name.as_str(), "presentation" | "talk" | "lecture") => SourceKind::Talk,
        _ => return None,
    })
}

pub fn csl_json(text: &str) -> Result<Vec<Found>, Refusal> {
    let value: Value = serde_json::from_str(text).map_err(|error| {
        Refusal::new(
            format!("it is not JSON at line {}: {error}", error.line()),
            "export the records as CSL-JSON again",
        )
    })?;
    let records = match value {
        Value::Array(all) => all,
        Value::Object(mut object) => match object.remove("items") {
            Some(Value::Array(all)) => all,
            _ => vec![Value::Object(object)],
        },
        _ => Vec::new(),
    };
    let is_record = |value: &Value| {
        value.get("title").is_some_and(Value::is_string) || value.get("id").is_some() && value.get("type").is_some()
    };
    if records.is_empty() || !records.iter().all(is_record) {
        let why = "it is JSON, and no list of CSL records: each has `id`, `type` and `title`";
        return Err(Refusal::new(why, "export the records as CSL-JSON, BibTeX or BibLaTeX"));
    }
    if records.len() > MOST {
        return Err(Refusal::new(format!("it has {} records, more than {MOST}", records.len()), "split it"));
    }
    Ok(records.iter().map(record).collect())
}

fn record(record: &Value) -> Found {
    let text = |key: &str| {
        let value = match &record[key] {
            Value::String(text) => one_line(text),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        (!value.is_empty()).then_some(value)
    };
    let people = |key: &str| {
        record[key]
            .as_array()
            .map(|all| all.iter().filter_map(csl_person).collect::<Vec<_>>())
            .filter(|all| !all.is_empty())
    };
    let doi = text("DOI").map(|doi| format!("https://doi.org/{doi}"));
    let key = text("id").unwrap_or_default();
    let meta = Meta {
        title: text("title").map(|title| unmarked(&title)).or_else(|| Some(key.clone()).filter(|key| !key.is_empty())),
        authors: ["author", "editor", "director", "interviewer"].iter().find_map(|key| people(key)).unwrap_or_default(),
        date: ["issued", "original-date", "event-date", "submitted"].iter().find_map(|key| csl_date(&record[*key])),
        kind: text("type").and_then(|kind| csl_kind(&kind)),
        venue: ["container-title", "event-title", "event", "publisher"].iter().find_map(|key| text(key)),
        url: text("URL").or(doi).and_then(|url| super::html::web_address(&url)),
        licence: text("license"),
        tags: text("keyword")
            .map(|words| {
                words.split([',', ';']).map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect()
            })
            .unwrap_or_default(),
        ..Meta::default()
    };
    let mut found = Found { meta, ..Found::default() };
    if text("title").is_none() {
        found.unsure.push(Unsure::whole(format!("the record `{key}` has no title: it goes by its key")));
    }
    found
}

/// A title without the few elements of HTML that records may have.
fn unmarked(title: &str) -> String {
    static MARKED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)</?(?:i|b|em|strong|sub|sup|sc|span|p|tt|code)\b[^>]*>|&(?:\w{2,8}|#\d{2,6});")
            .expect("a constant pattern")
    });
    if MARKED.is_match(title) { one_line(&super::html::words(title)) } else { title.to_owned() }
}

fn csl_person(value: &Value) -> Option<String> {
    let part = |key: &str| value[key].as_str().map(str::trim).filter(|part| !part.is_empty());
    if let Some(literal) = part("literal") {
        return Some(literal.to_owned());
    }
    let parts =
        [part("given"), part("dropping-particle"), part("non-dropping-particle"), part("family"), part("suffix")];
    let name = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    (!name.is_empty()).then_some(name)
}

fn csl_date(value: &Value) -> Option<Date> {
    let number = |value: &Value| value.as_i64().or_else(|| value.as_str()?.trim().parse().ok());
    let parts: Vec<i64> =
        value["date-parts"][0].as_array().map(|parts| parts.iter().map_while(number).collect()).unwrap_or_default();
    let text = match parts[..] {
        [year, month, day, ..] => format!("{year:04}-{month:02}-{day:02}"),
        [year, month] => format!("{year:04}-{month:02}"),
        [year] => format!("{year:04}"),
        [] => return value["raw"].as_str().or(value["literal"].as_str()).or(value.as_str()).and_then(dates::written),
    };
    Date::parse(&text)
}

fn csl_kind(kind: &str) -> Option<SourceKind> {
    Some(match kind {
        "article" | "article-magazine" | "article-newspaper" | "review" | "entry-encyclopedia" => SourceKind::Article,
        "article-journal" | "paper-conference" | "report" | "thesis" | "manuscript" => SourceKind::Paper,
        "book" | "chapter" | "collection" | "classic" => SourceKind::Book,
        "webpage" | "post-weblog" => SourceKind::Post,
        "post" | "personal_communication" => SourceKind::Thread,
        "speech" | "event" | "performance" => SourceKind::Talk,
        "motion_picture" => SourceKind::Video,
        "broadcast" | "interview" => SourceKind::Podcast,
        "standard" | "software" | "entry" | "entry-dictionary" => SourceKind::Documentation,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bibtex_records_become_sources() {
        let (found, refused) = bibtex(
            "@string{j = \"Journal of Gardens\"}\n@comment{no}\n@article{vogt,\n  title = {On {G}ardens \\& W{\\\"e}eds},\n  author = {Vogt, Ada and {The Garden Group} and Otto von Reh},\n  journal = j, year = 2019, month = mar, doi = {10.1/x}, keywords = {a, b}\n}\n\
             @inproceedings{reh, title={T}, author={Reh, O.}, booktitle={Proc.}, date={2020-05-06}, url={javascript:alert(1)}}\n@misc{bare,}\n",
        )
        .unwrap_or_else(|refusal| panic!("{refusal}"));
        assert!(refused.is_empty());
        let meta = &found[0].meta;
        assert_eq!(meta.title.as_deref(), Some("On Gardens & Wëeds"));
        assert_eq!(meta.authors, ["Ada Vogt", "The Garden Group", "Otto von Reh"]);
        assert_eq!(
            (meta.venue.as_deref(), meta.url.as_deref()),
            (Some("Journal of Gardens"), Some("https://doi.org/10.1/x"))
        );
        assert_eq!(meta.date.map(|date| date.to_string()).as_deref(), Some("2019-03"));
        assert_eq!((meta.tags.len(), meta.kind), (2, Some(SourceKind::Article)));
        assert_eq!(found[1].meta.url, None);
        assert_eq!(found[1].meta.date.map(|date| date.to_string()).as_deref(), Some("2020-05-06"));
        assert_eq!(found[2].meta.title.as_deref(), Some("bare"));
        assert_eq!(found[2].at, Lines::one(9));
    }

    #[test]
    fn broken_records_name_their_line() {
        let why = |text: &str| bibtex(text).err().map(|refusal| refusal.why).unwrap_or_default();
        assert!(why("@book{b, title = {y\n").contains("line 1"), "{}", why("@book{b, title = {y\n"));
        let (found, refused) = bibtex(
            "@book{a,\n title = {x}\n}\n@book{b, title = {y\n\n@book{c, title = nowhere}\n@book{d, title = {z}}\n",
        )
        .unwrap_or_else(|refusal| panic!("{refusal}"));
        let keys: Vec<_> =
            found.iter().map(|found| (found.meta.title.as_deref().unwrap_or("-"), found.at.first)).collect();
        assert_eq!(keys, [("x", 1), ("z", 7)]);
        let whys: Vec<_> = refused.iter().map(|refusal| refusal.why.as_str()).collect();
        assert!(whys.len() == 2 && whys[0].contains("line 4") && whys[1].contains("line 6"), "{whys:?}");
        assert!(why(&format!("@book{{a, title = {}x}}", "{".repeat(200_000))).contains("nested"));
        assert!(why("words").contains("no record"));
    }

    #[test]
    fn csl_records_become_sources() {
        let found = csl_json(r#"[{"id":"a","type":"article-journal","title":"On Gardens","author":[{"family":"Vogt","given":"Ada"},{"literal":"Group"}],"issued":{"date-parts":[["2019",3]]},"container-title":"J","URL":"https://a.example/"},{"id":"b","type":"speech","issued":{"raw":"4 May 2020"}}]"#).unwrap_or_else(|refusal| panic!("{refusal}"));
        assert_eq!(found[0].meta.authors, ["Ada Vogt", "Group"]);
        assert_eq!(found[0].meta.date.map(|date| date.to_string()).as_deref(), Some("2019-03"));
        assert_eq!((found[1].meta.title.as_deref(), found[1].meta.kind), (Some("b"), Some(SourceKind::Talk)));
        for bad in ["{\"a\": 1}", "[]", "[1]", "3", "{"] {
            assert!(csl_json(bad).is_err(), "{bad}");
        }
    }
}
