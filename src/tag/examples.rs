//! What a model is learned from: labelled passages, decisions on passages, and the archive's curated entries.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::learn::Example;
use crate::fs;
use crate::model::{Archive, Entry};
use crate::read::markdown::{PassageKind, passages};
use crate::read::{Answer, Front, LABELLED, Stance, stance_word};

/// A line of a file of labelled passages.
#[derive(Debug, Clone, Deserialize)]
pub struct Labelled {
    /// Where it is from. Passages of one document are never both learned from and judged by.
    #[serde(alias = "capture")]
    pub document: String,
    pub text: String,
    pub arguments: Labels,
}

/// The arguments of a passage: with stances, or a list of their ids.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Labels {
    Stances(BTreeMap<String, Option<String>>),
    List(Vec<String>),
}

/// How much a curated entry counts beside a passage that was labelled: its arguments are those of the whole.
const CURATED: f64 = 0.5;

/// Every labelled passage of an archive. The error names the file, the line and the mend.
pub fn labelled(root: &Path) -> Result<Vec<(Labelled, String)>, Box<dyn std::error::Error>> {
    let folder = root.join(LABELLED);
    let mut names: Vec<_> = fs::names(&folder).into_iter().filter(|name| is_lines(name)).collect();
    names.sort();
    let mut all = Vec::new();
    for name in names {
        let path = format!("{LABELLED}/{name}");
        let bytes = fs::read_inside(root, &path).map_err(|refused| match refused {
            fs::Refused::Failed(error) => error.to_string(),
            _ => format!("`{path}` can't be read\n  help: make it a file of the archive"),
        })?;
        all.extend(parse(&path, &bytes)?);
    }
    Ok(all)
}

fn is_lines(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|ending| ending == "jsonl")
}

/// The passages of one file, each with its place.
pub fn parse(path: &str, bytes: &[u8]) -> Result<Vec<(Labelled, String)>, String> {
    let mut all = Vec::new();
    for (number, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let place = format!("{path}:{}", number + 1);
        let labelled: Labelled = serde_json::from_slice(line).map_err(|error| {
            let help = r#"write one object a line: {"document": "...", "text": "...", "arguments": {"ID": "against"}}"#;
            format!("{place}: this is no labelled passage: {error}\n  help: {help}")
        })?;
        all.push((labelled, place));
    }
    Ok(all)
}

/// What the archive has to learn from, in a fixed order.
pub fn examples(archive: &Archive, labelled: &[(Labelled, String)]) -> Result<Vec<Example>, String> {
    let mut all = labelled.iter().map(|(one, place)| example(archive, one, place)).collect::<Result<Vec<_>, _>>()?;
    all.extend(decided(archive));
    for (_, entry) in archive.published() {
        all.extend(curated(archive, entry));
    }
    Ok(all)
}

/// A labelled passage as the archive's arguments see it.
pub fn example(archive: &Archive, labelled: &Labelled, place: &str) -> Result<Example, String> {
    let mut example = blank(archive, labelled.document.clone(), labelled.text.clone(), 1.0);
    example.makes.fill(Some(false));
    let mut set = |id: &str, stance: Option<Stance>| {
        let Some(at) = archive.argument(id) else {
            let help = format!("the archive's arguments are {}", archive.argument_names());
            return Err(format!("{place}: there is no argument `{id}`\n  help: {help}"));
        };
        (example.makes[at], example.stances[at]) = (Some(true), stance);
        Ok(())
    };
    match &labelled.arguments {
        Labels::List(ids) => ids.iter().try_for_each(|id| set(id, None))?,
        Labels::Stances(stances) => {
            for (id, word) in stances {
                let stance = word.as_deref().map(stance_word::parse).transpose();
                set(id, stance.map_err(|why| format!("{place}: {why}\n  help: mend the stance on `{id}`"))?)?;
            }
        }
    }
    Ok(example)
}

/// The decisions on passages: each says something of one argument.
fn decided(archive: &Archive) -> Vec<Example> {
    let mut all = Vec::new();
    for decision in &archive.tagging.decisions {
        if let Some(at) = archive.argument(&decision.argument) {
            let mut example = blank(archive, decision.entry.clone(), decision.selector.exact.clone(), 1.0);
            example.makes[at] = Some(decision.answer == Answer::Yes);
            example.stances[at] = decision.stance.filter(|_| decision.answer == Answer::Yes);
            all.push(example);
        }
    }
    all
}

/// A quote is as short as a passage, and makes the arguments that it was filed under. Of a longer entry only those
/// passages are taken that it names as evidence on a claim: they make that claim's argument.
fn curated(archive: &Archive, entry: &Entry) -> Vec<Example> {
    let Some(arguments) = &entry.arguments else { return Vec::new() };
    let document = &entry.item.document;
    let source = entry.source.map_or_else(|| entry.item.id.to_string(), |at| archive.sources[at].item.id.to_string());
    let all = passages(document.body.blocks());
    let prose = || all.iter().filter(|passage| passage.kind == PassageKind::Prose);
    if matches!(document.front, Front::Quote(_)) {
        let text = prose().map(|passage| passage.text.as_str()).collect::<Vec<_>>().join("\n");
        let mut example = blank(archive, source, text, CURATED);
        example.makes.fill(Some(false));
        for (at, stance) in arguments {
            (example.makes[*at], example.stances[*at]) = (Some(true), *stance);
        }
        return vec![example];
    }
    let named = entry.says.iter().filter_map(|says| {
        let anchor = format!("^{}", says.at.as_ref()?);
        let passage = prose().find(|passage| passage.anchor.as_ref() == Some(&anchor))?;
        let mut example = blank(archive, source.clone(), passage.text.clone(), CURATED);
        example.makes[archive.claims[says.claim].argument] = Some(true);
        Some(example)
    });
    named.collect()
}

fn blank(archive: &Archive, document: String, text: String, weight: f64) -> Example {
    let count = archive.arguments.len();
    Example { document, text, makes: vec![None; count], stances: vec![None; count], weight }
}
