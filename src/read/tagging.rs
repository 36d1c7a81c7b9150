//! What a person keeps about tags, in `tagging/`: the model that `casebook tag --learn` wrote, and decisions on passages.
//!
//! The labelled passages that a model is learned from lie there as well; only `casebook tag` reads those.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::{Deserialize, Serialize};

use super::selector::Selector;
use super::{Stance, Tree, add_text, report_refused};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::fs::Refused;
use crate::parsers::json_stumble;
use crate::span::{FileId, Files, Span};

pub const MODEL: &str = "tagging/model.json";
pub const DECISIONS: &str = "tagging/decisions.jsonl";
/// The folder of labelled passages.
pub const LABELLED: &str = "tagging/passages";

/// Which model files this program can use: another one has other features.
const FORMAT: u32 = 2;

/// What a build reads of `tagging/`.
#[derive(Debug, Default)]
pub struct Tagging {
    pub model: Option<Weights>,
    pub decisions: Vec<Decision>,
    /// The places of the decisions on each entry, by its id.
    by_entry: BTreeMap<String, Vec<usize>>,
    /// Stands for both files.
    pub digest: Option<blake3::Hash>,
    /// Whether a file left a finding: then it is read again each time.
    pub sound: bool,
    files: Vec<FileId>,
}

/// A linear model, as its file holds it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    pub format: u32,
    pub arguments: Vec<Bar>,
    /// The weight of each feature for each argument, in the order of `arguments`.
    pub features: BTreeMap<String, Vec<f64>>,
    /// Above zero a feature speaks for a favourable stance, and for one that is mixed.
    pub stances: BTreeMap<String, [f64; 2]>,
}

/// How sure a suggestion of an argument has to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bar {
    pub id: String,
    pub threshold: f64,
}

impl Weights {
    pub fn new(arguments: Vec<Bar>, features: BTreeMap<String, Vec<f64>>, stances: BTreeMap<String, [f64; 2]>) -> Self {
        Self { format: FORMAT, arguments, features, stances }
    }

    /// The file: one feature a line, so that a difference can be read.
    pub fn to_json(&self) -> String {
        let mut out = format!("{{\n\"format\": {},\n\"arguments\": [\n", self.format);
        let bars: Vec<_> = self.arguments.iter().map(json).collect();
        out += &bars.join(",\n");
        out += "\n],\n\"features\": {\n";
        let features: Vec<_> =
            self.features.iter().map(|(name, all)| format!("{}: {}", json(name), json(all))).collect();
        out += &features.join(",\n");
        out += "\n},\n\"stances\": {\n";
        let stances: Vec<_> =
            self.stances.iter().map(|(name, both)| format!("{}: {}", json(name), json(both))).collect();
        let _ = write!(out, "{}\n}}\n}}\n", stances.join(",\n"));
        out
    }

    /// What is wrong with it, and the name that it is wrong at.
    fn fault(&self) -> Option<(String, String)> {
        let bounded = |value: &f64| value.is_finite() && value.abs() < 1e6;
        if self.format != FORMAT {
            return Some((
                "format".to_owned(),
                format!("it has format {}, and this casebook reads {FORMAT}", self.format),
            ));
        }
        let wrong = self.features.iter().find(|(_, all)| all.len() != self.arguments.len() || !all.iter().all(bounded));
        if let Some((name, all)) = wrong {
            let expected = self.arguments.len();
            return Some((name.clone(), format!("`{name}` has {} weights, for {expected} arguments", all.len())));
        }
        let wrong = self.stances.iter().find(|(_, both)| !both.iter().all(bounded));
        wrong.map(|(name, [favour, mixed])| (name.clone(), format!("`{name}` has the weights {favour} and {mixed}")))
    }
}

/// A value as JSON; what a model holds can't fail to be that.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// What a person said about a passage: that it makes an argument, or that it does not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    pub entry: String,
    pub argument: String,
    pub answer: Answer,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "stance")]
    pub stance: Option<Stance>,
    #[serde(flatten)]
    pub selector: Selector,
    #[serde(skip)]
    pub place: Option<Span>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    Yes,
    No,
}

/// A stance by its word, or none.
pub mod stance {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use crate::fields::Choice;
    use crate::read::Stance;

    pub fn serialize<S: Serializer>(stance: &Option<Stance>, to: S) -> Result<S::Ok, S::Error> {
        match stance {
            Some(stance) => to.serialize_str(stance.word()),
            None => to.serialize_none(),
        }
    }

    pub fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<Option<Stance>, D::Error> {
        Option::<String>::deserialize(from)?.map_or(Ok(None), |word| parse(&word).map(Some).map_err(D::Error::custom))
    }

    /// The stance of a word.
    pub fn parse(word: &str) -> Result<Stance, String> {
        let known = Stance::WORDS.iter().find(|(known, _)| *known == word);
        known.map(|(_, stance)| *stance).ok_or_else(|| format!("a stance is for, against or mixed, not `{word}`"))
    }
}

impl Tagging {
    /// Reads what there is.
    pub fn read(tree: Tree<'_>, files: &mut Files, sink: &mut Diagnostics) -> Self {
        let mut found = Diagnostics::default();
        let mut tagging = Self::default();
        let mut digest = blake3::Hasher::new();
        let model = tagging.text(tree, MODEL, files, &mut found);
        let decisions = tagging.text(tree, DECISIONS, files, &mut found);
        for file in model.iter().chain(&decisions) {
            digest.update(blake3::hash(files.get(*file).text.as_bytes()).as_bytes());
        }
        tagging.digest = (!tagging.files.is_empty()).then(|| digest.finalize());
        tagging.model = model.and_then(|file| read_model(file, &files.get(file).text, &mut found));
        if let Some(file) = decisions {
            tagging.decisions = read_decisions(file, &files.get(file).text, &mut found);
            for (at, decision) in tagging.decisions.iter().enumerate() {
                tagging.by_entry.entry(decision.entry.clone()).or_default().push(at);
            }
        }
        tagging.sound = found.iter().next().is_none();
        sink.extend(found);
        tagging
    }

    fn text(&mut self, tree: Tree<'_>, path: &str, files: &mut Files, sink: &mut Diagnostics) -> Option<FileId> {
        let file = match tree.read_named(path) {
            Ok(bytes) => add_text(path, &bytes, files, sink),
            Err(Refused::Missing) => return None,
            Err(refused) => {
                let file = files.add(path, "");
                report_refused(refused, path, None, Span::start_of(file), "make it a file of the archive", sink);
                return None;
            }
        };
        self.files.push(file);
        Some(file)
    }

    /// What people said of the passages of an entry, in the order of the file.
    pub fn decisions_on(&self, entry: &str) -> impl Iterator<Item = &Decision> {
        self.by_entry.get(entry).into_iter().flatten().map(|at| &self.decisions[*at])
    }

    pub fn files(&self) -> impl Iterator<Item = FileId> {
        self.files.iter().copied()
    }
}

fn read_model(file: FileId, text: &str, sink: &mut Diagnostics) -> Option<Weights> {
    let (at, why) = match serde_json::from_str::<Weights>(text) {
        Ok(weights) => match weights.fault() {
            None => return Some(weights),
            Some((name, why)) => (text.find(&format!("\"{name}\"")).unwrap_or(0), why),
        },
        Err(error) => {
            let stumble = json_stumble(text, &error);
            (stumble.range.start, stumble.why)
        }
    };
    let message = format!("this model can't be used, so that only cues suggest arguments: {why}");
    let help = "run `casebook tag --learn`, which writes it anew";
    sink.push(Diagnostic::new(Code::UnusableModel, Span::new(file, at..at), message).help(help));
    None
}

fn read_decisions(file: FileId, text: &str, sink: &mut Diagnostics) -> Vec<Decision> {
    let (mut decisions, mut at) = (Vec::new(), 0);
    for line in text.split_inclusive('\n') {
        let span = Span::new(file, at..at + line.trim_end().len());
        at += line.len();
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str::<Decision>(line) {
            Ok(decision) => decisions.push(Decision { place: Some(span), ..decision }),
            Err(error) => {
                let message = format!("this is no decision on a passage: {error}");
                let help = "write one as `casebook tag --review` does, or remove the line";
                sink.push(Diagnostic::new(Code::Syntax, span, message).help(help));
            }
        }
    }
    decisions
}
