//! `casebook tag`

mod curate;
mod lines;
mod report;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};

use super::{FAILED, Global, Result, USAGE};
use crate::fields::Choice;
use crate::fs;
use crate::model::{Archive, Node};
use crate::pipeline::{Loaded, load};
use crate::read::MODEL;
use crate::read::markdown::passages;
use crate::tag::{self, Data, Suggestion, Tagger};

#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
pub struct Tag {
    /// Such as essays/some-slug; without any, every entry that nobody curated
    #[arg(value_name = "ENTRY", conflicts_with_all = ["stdin", "learn", "evaluate"])]
    entries: Vec<String>,
    /// Reads {"id": ..., "text": ...} a line from standard input
    #[arg(long, conflicts_with_all = ["learn", "evaluate"])]
    stdin: bool,
    /// Writes tagging/model.json, learned from tagging/passages/, decisions and curated entries
    #[arg(long, conflicts_with = "evaluate")]
    learn: bool,
    /// Prints how good suggestions are: with FILE, of labelled passages, the archive's; else cross-validated by document
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    #[expect(clippy::option_option, reason = "the option may stand without a file")]
    evaluate: Option<Option<PathBuf>>,
    /// Asks about each passage: yes, no, edit, skip or quit; a no is kept, and not asked again
    #[arg(long, conflicts_with_all = ["stdin", "learn", "evaluate", "write"])]
    review: bool,
    /// Writes what is suggested into the front matter of the entries named, or of all, with --min-score
    #[arg(long, conflicts_with_all = ["stdin", "learn", "evaluate"])]
    write: bool,
    /// The least score, from 0 to 1, that is written
    #[arg(long, value_name = "SCORE", requires = "write", value_parser = score)]
    min_score: Option<f64>,
    /// Prints what would be written, and writes nothing
    #[arg(long)]
    dry_run: bool,
}

impl Tag {
    pub fn run(&self, global: &Global) -> Result<ExitCode> {
        let loaded = load(&global.root)?;
        if loaded.diagnostics.has_errors() {
            super::check::report(global, &loaded.diagnostics, &loaded.files);
            return Ok(ExitCode::from(FAILED));
        }
        if self.learn {
            return self.learn(global, &loaded.archive);
        }
        if let Some(file) = &self.evaluate {
            return report::evaluate(global, &loaded.archive, file.as_deref());
        }
        warn(global, &loaded);
        if self.stdin {
            return lines::answer(global, &loaded.archive);
        }
        let places = self.places(&loaded.archive)?;
        let writer = curate::Writer { global, dry_run: self.dry_run };
        if self.write {
            if self.entries.is_empty() && self.min_score.is_none() {
                global.complain("`--write` takes entries or a score\n  help: name entries, or add `--min-score 0.8`");
                return Ok(ExitCode::from(USAGE));
            }
            return Ok(curate::write(&writer, &loaded.archive, &places, self.min_score.unwrap_or(0.0)));
        }
        if self.review {
            return curate::review(&writer, &loaded.archive, &places);
        }
        if places.is_empty() {
            global.tell("every entry is curated: there is nothing to suggest");
        }
        print(global, &loaded.archive, &places);
        Ok(ExitCode::SUCCESS)
    }

    /// The entries that were named, or all that nobody curated.
    fn places(&self, archive: &Archive) -> Result<Vec<usize>> {
        if self.entries.is_empty() {
            let uncurated = archive.published().filter(|(_, entry)| entry.arguments.is_none());
            return Ok(uncurated.map(|(at, _)| at).collect());
        }
        let place = |id: &String| match archive.find(id) {
            Ok(Node::Entry(at)) => Ok(at),
            Ok(_) => Err(format!("`{id}` is no essay, quote or sample").into()),
            Err(help) => Err(format!("there is no `{id}` in this archive\n  help: {help}").into()),
        };
        self.entries.iter().map(place).collect()
    }

    fn learn(&self, global: &Global, archive: &Archive) -> Result<ExitCode> {
        let labelled = tag::labelled(&global.root)?;
        let examples = tag::examples(archive, &labelled)?;
        let data = Data::new(archive, &examples);
        report::enough(&data)?;
        let text = data.learn().to_json();
        let (count, documents) = (examples.len(), data.documents());
        if self.dry_run {
            global.print_as_is(&text);
        } else {
            let path = global.root.join(MODEL);
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::write_atomic(&path, text.as_bytes())?;
        }
        let verb = if self.dry_run { "Would write" } else { "Wrote" };
        global.tell(format!("{verb} {MODEL}, learned from {count} passages of {documents} documents"));
        Ok(ExitCode::SUCCESS)
    }
}

fn score(text: &str) -> std::result::Result<f64, String> {
    let score = text.parse::<f64>().ok().filter(|score| (0.0..=1.0).contains(score));
    score.ok_or_else(|| "a score is a number from 0 to 1".to_owned())
}

/// A model that can't be used makes other suggestions than its writer expects.
fn warn(global: &Global, loaded: &Loaded) {
    let found = loaded.diagnostics.iter().filter(|found| found.code == crate::diagnostic::Code::UnusableModel);
    for found in found {
        let (path, help) = (&loaded.files.get(found.span.file).path, found.help.as_deref().unwrap_or_default());
        global.tell(format!("warning: {path}: {}\n  help: {help}", found.message));
    }
}

fn print(global: &Global, archive: &Archive, places: &[usize]) {
    let tagger = Tagger::new(archive);
    let mut lexer = tagger.lexer();
    for at in places {
        let item = &archive.entries[*at].item;
        let suggestions = tagger.item(item, &mut lexer);
        if global.json() {
            let names = crate::read::passage_ids(&passages(item.document.body.blocks()));
            global.print(object(&item.id.to_string(), archive, &suggestions, &names));
            continue;
        }
        global.print(item.id.to_string());
        for suggestion in &suggestions {
            let words: Vec<_> = suggestion.evidence.iter().map(|evidence| evidence.text.as_str()).collect();
            let argument = &archive.arguments[suggestion.argument].item.id.slug;
            let stance = suggestion.stance.map_or("", Choice::word);
            global.print(format!("  {argument} {:.2} {stance}: {}", suggestion.score, words.join(", ")));
        }
    }
}

/// The object that the contract of `tag --stdin` promises. `names` are those of the passages.
fn object(id: &str, archive: &Archive, suggestions: &[Suggestion], names: &[String]) -> Value {
    let argument = |at: usize| &archive.arguments[at].item.id.slug;
    let arguments = suggestions.iter().map(|suggestion| {
        let evidence = suggestion.evidence.iter().map(|evidence| {
            json!({
                "start": evidence.start,
                "end": evidence.end,
                "text": evidence.text,
                "passage": evidence.passage,
                "anchor": evidence.anchor,
            })
        });
        let passages = suggestion.passages.iter().map(|said| {
            json!({
                "passage": said.passage,
                "id": names.get(said.passage),
                "stance": said.stance.map(Choice::word),
                "score": said.score,
            })
        });
        json!({
            "id": argument(suggestion.argument),
            "stance": suggestion.stance.map(Choice::word),
            "score": suggestion.score,
            "evidence": evidence.collect::<Vec<_>>(),
            "passages": passages.collect::<Vec<_>>(),
        })
    });
    json!({"id": id, "arguments": arguments.collect::<Vec<_>>()})
}
