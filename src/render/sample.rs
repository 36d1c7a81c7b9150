//! The pages of samples: programs beside each other, what differs, what was measured, and how to measure it again.

use serde::{Serialize, Serializer};

use super::chart::{Bar, Scale, Tick};
use super::filled::Filled;
use super::lines::{cut, differing};
use super::site::Site;
use super::view::{DateView, EntryView, PageView};
use crate::date::Date;
use crate::model::Entry;
use crate::parsers::Counts;
use crate::read::{Measured, Results, VariantFront};
use crate::value::{Data, Value};

/// `sample.html`
struct SamplePage<'a> {
    site: &'a Site,
    entry: &'a Entry,
    view: EntryView<'a>,
}

impl Serialize for SamplePage<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            // All the rest is made of the sample's own files.
            return (&self.view, self.entry.item.document.digest.as_bytes()).serialize(serializer);
        }
        self.site.shown(self.entry, &self.view).serialize(serializer)
    }
}

#[derive(Serialize)]
struct Shown<'a> {
    entry: &'a EntryView<'a>,
    variants: Vec<VariantView>,
    compared: Compared,
    /// `None` until somebody measured the sample.
    results: Option<ResultsView>,
    again: AgainView,
}

#[derive(Debug, Serialize)]
struct VariantView {
    name: String,
    anchor: String,
    file: String,
    language: String,
    /// Highlighted, each line in an element of its own.
    html: String,
    /// How many lines hold more than white space and comments.
    code: usize,
    counts: Option<Counts>,
    /// How many lines it has that the first variant has not; `None` for the first, and where the two share too little.
    differ: Option<usize>,
    /// The places of those lines of the first variant that this one has not, from 0.
    gone: Vec<usize>,
    expect: Option<String>,
}

/// What the variants have to show between them.
#[derive(Debug, Serialize)]
struct Compared {
    /// Whether any was compared with the first, line by line.
    marked: bool,
    /// Those that share too little with the first.
    unmarked: Vec<String>,
    /// Whether functions could be counted in any of them.
    counted: bool,
    /// Whether any of them waits, or has a function that can.
    coloured: bool,
}

#[derive(Debug, Serialize)]
pub struct ResultsView {
    logarithmic: bool,
    ticks: Vec<Tick>,
    groups: Vec<GroupView>,
    outputs: Vec<OutputView>,
    /// Variants whose code changed since it was measured.
    stale: Vec<String>,
    /// Variants of which nothing was measured.
    missing: Vec<String>,
    recorded: Option<DateView>,
    toolchain: String,
}

/// What was measured with the same parameters.
#[derive(Debug, Serialize)]
struct GroupView {
    /// `n = 10`; empty where there are none.
    parameters: String,
    rows: Vec<RowView>,
}

#[derive(Debug, Serialize)]
struct RowView {
    variant: String,
    anchor: String,
    /// `None` where the run failed.
    time: Option<TimeView>,
    runs: u64,
}

#[derive(Debug, Serialize)]
struct TimeView {
    median: String,
    low: String,
    high: String,
    bar: Bar,
}

/// What a variant printed, with those parameters with which it printed the same.
#[derive(Debug, Serialize)]
struct OutputView {
    variant: String,
    parameters: Vec<String>,
    text: String,
}

/// What one needs to run the sample oneself.
#[derive(Debug, Serialize)]
struct AgainView {
    id: String,
    folder: String,
    needs: Vec<String>,
    /// Each parameter with the values to try.
    parameters: Vec<(String, String)>,
    commands: Vec<CommandView>,
}

#[derive(Debug, Serialize)]
struct CommandView {
    variant: String,
    /// As one would type it in the sample's folder.
    line: String,
}

impl Site {
    pub(super) fn sample<'a>(&'a self, entry: &'a Entry, view: EntryView<'a>, page: PageView) -> Filled<'a> {
        Filled::new("sample.html", page, SamplePage { site: self, entry, view })
    }

    fn shown<'a>(&self, entry: &Entry, view: &'a EntryView<'a>) -> Shown<'a> {
        let fronts = entry.item.document.variants();
        let variants = self.variants(entry, fronts);
        let rest = variants.iter().skip(1);
        let compared = Compared {
            marked: rest.clone().any(|variant| variant.differ.is_some()),
            unmarked: rest.filter(|variant| variant.differ.is_none()).map(|variant| variant.name.clone()).collect(),
            counted: variants.iter().any(|variant| variant.counts.is_some()),
            coloured: variants.iter().filter_map(|variant| variant.counts).any(|c| c.asynchronous + c.awaits > 0),
        };
        let results = self.results(entry);
        let again = AgainView {
            id: entry.item.id.to_string(),
            folder: format!("{}/", entry.item.document.folder),
            needs: distinct(fronts.iter().flat_map(|front| &front.needs).cloned()),
            parameters: distinct(
                fronts
                    .iter()
                    .flat_map(|front| &front.params)
                    .map(|(name, values)| (name.clone(), choices(values).join(", "))),
            ),
            commands: fronts.iter().filter_map(command).collect(),
        };
        Shown { entry: view, variants, compared, results, again }
    }

    fn variants(&self, entry: &Entry, fronts: &[VariantFront]) -> Vec<VariantView> {
        let codes = &entry.item.document.code;
        let code = |at: usize| codes.get(at).and_then(Option::as_ref);
        let text = |at: usize| code(at).map_or("", |code| &*code.text);
        let marks: Vec<_> =
            (0..fronts.len()).map(|at| (at > 0).then(|| differing(text(0), text(at))).flatten()).collect();
        // Of two, each is compared with the other. Of more, the first has no other until a reader chooses one.
        let first = marks.get(1).filter(|_| fronts.len() == 2).and_then(|marks| marks.as_ref()).map(|[gone, _]| gone);
        let view = |(at, front): (usize, &VariantFront)| {
            let (language, code) = (&front.language.value, code(at));
            let highlighted = code.map(|code| self.highlights.program(language, code)).unwrap_or_default();
            let marked = if at == 0 { first } else { marks[at].as_ref().map(|[_, own]| own) };
            let lines = cut(&highlighted, marked.map_or(&[], Vec::as_slice));
            VariantView {
                name: front.name.value.clone(),
                anchor: format!("_variant-{}", at + 1),
                file: front.file.value.clone(),
                language: language.clone(),
                html: lines.html,
                code: lines.code,
                counts: code.and_then(|code| self.highlights.counts(language, code)),
                differ: marks[at].as_ref().map(|[_, own]| own.len()),
                gone: marks[at].as_ref().filter(|_| fronts.len() > 2).map_or_else(Vec::new, |[gone, _]| gone.clone()),
                expect: front.expect.as_ref().map(|text| text.trim_matches('\n').to_owned()),
            }
        };
        fronts.iter().enumerate().map(view).collect()
    }

    /// What was measured; `None` until somebody did.
    pub(super) fn results(&self, entry: &Entry) -> Option<ResultsView> {
        let (results, fronts) = (entry.item.document.results.as_ref()?, entry.item.document.variants());
        let mut measured: Vec<(usize, &Measured)> = Vec::new();
        for (at, front) in fronts.iter().enumerate() {
            measured.extend(results.variants.iter().filter(|m| m.name == front.name.value).map(|m| (at, m)));
        }
        let times = measured.iter().filter(|(_, measured)| measured.ok);
        let scale = Scale::over(times.flat_map(|(_, m)| [m.median_ms, m.spread_ms[0], m.spread_ms[1]]));
        let hash = |at: usize| entry.item.document.code.get(at).and_then(Option::as_ref).map(|code| &code.hash);
        let names = |wanted: &dyn Fn(usize) -> bool| {
            let named = fronts.iter().enumerate().filter(|(at, _)| wanted(*at));
            named.map(|(_, front)| front.name.value.clone()).collect()
        };
        let results = ResultsView {
            logarithmic: scale.logarithmic,
            ticks: scale.ticks(&self.theme.words),
            groups: self.groups(&scale, &measured, results),
            outputs: outputs(&measured),
            stale: names(&|at| measured.iter().any(|(of, m)| *of == at && Some(&m.hash) != hash(at))),
            missing: names(&|at| measured.iter().all(|(of, _)| *of != at)),
            recorded: self.date(Date::parse(&results.recorded)),
            toolchain: results.toolchain.clone(),
        };
        Some(results).filter(|results| !results.groups.is_empty())
    }

    /// By parameters, in the order in which they were recorded; in a group the variants stand in theirs.
    fn groups(&self, scale: &Scale, measured: &[(usize, &Measured)], results: &Results) -> Vec<GroupView> {
        let words = &self.theme.words;
        let row = |&(at, measured): &(usize, &Measured)| {
            let [low, high] = measured.spread_ms.map(|value| scale.time(value, words));
            let median = scale.time(measured.median_ms, words);
            let bar = scale.bar(measured.median_ms, measured.spread_ms);
            RowView {
                variant: measured.name.clone(),
                anchor: format!("_variant-{}", at + 1),
                time: measured.ok.then_some(TimeView { median, low, high, bar }),
                runs: measured.runs,
            }
        };
        let groups = distinct(results.variants.iter().map(parameters)).into_iter().map(|label| {
            let rows = measured.iter().filter(|(_, measured)| parameters(measured) == label).map(row).collect();
            GroupView { parameters: label, rows }
        });
        groups.filter(|group| !group.rows.is_empty()).collect()
    }
}

fn distinct<T: PartialEq>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut out = Vec::new();
    for item in items {
        if !out.contains(&item) {
            out.push(item);
        }
    }
    out
}

fn outputs(measured: &[(usize, &Measured)]) -> Vec<OutputView> {
    let mut out: Vec<OutputView> = Vec::new();
    for (_, measured) in measured {
        let text = measured.output.trim_end_matches('\n');
        match out.iter_mut().find(|output| output.variant == measured.name && output.text == text) {
            Some(output) => output.parameters.push(parameters(measured)),
            None => out.push(OutputView {
                variant: measured.name.clone(),
                parameters: vec![parameters(measured)],
                text: text.to_owned(),
            }),
        }
    }
    out
}

/// `n = 10, m = 2`
fn parameters(measured: &Measured) -> String {
    let pair = |(name, value): (&String, &serde_json::Value)| match value {
        serde_json::Value::String(text) => format!("{name} = {text}"),
        value => format!("{name} = {value}"),
    };
    measured.parameters.iter().map(pair).collect::<Vec<_>>().join(", ")
}

/// The values of a parameter, as a program gets them.
fn choices(value: &Value) -> Vec<String> {
    match &value.data {
        Data::String(text) | Data::Date(text) => vec![text.clone()],
        Data::Integer(number) => vec![number.to_string()],
        Data::Float(number) => vec![number.to_string()],
        Data::Boolean(truth) => vec![truth.to_string()],
        Data::Array(values) => values.iter().flat_map(choices).collect(),
        Data::Table(_) | Data::Null => Vec::new(),
    }
}

/// The command with the first value of each parameter, which one can type as it stands.
fn command(front: &VariantFront) -> Option<CommandView> {
    let fill = |part: &String| {
        let file = part.replace("{file}", &front.file.value);
        front.params.iter().fold(file, |part, (name, values)| match choices(values).first() {
            Some(value) => part.replace(&format!("{{{name}}}"), value),
            None => part,
        })
    };
    let line = front.run.iter().map(|part| quoted(&fill(part))).collect::<Vec<_>>().join(" ");
    (!line.is_empty()).then(|| CommandView { variant: front.name.value.clone(), line })
}

/// A word of a command, so that a POSIX shell takes it as one.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_command_stay_words() {
        for (word, expected) in [
            ("python3", "python3"),
            ("{n}", "'{n}'"),
            ("", "''"),
            ("it's $HOME", r"'it'\''s $HOME'"),
            ("a\nb", "'a\nb'"),
            ("--x=1,2", "--x=1,2"),
        ] {
            assert_eq!(quoted(word), expected);
        }
    }
}
