//! `casebook tag`

use std::io::BufRead;
use std::process::ExitCode;

use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{FAILED, Global, Result};
use crate::fields::Choice;
use crate::model::{Archive, Node};
use crate::pipeline::load;
use crate::tag::{Suggestion, Tagger};

#[derive(Args)]
pub struct Tag {
    /// Such as essays/some-slug; without any, every entry that nobody curated
    #[arg(value_name = "ENTRY", conflicts_with = "stdin")]
    entries: Vec<String>,
    /// Reads {"id": ..., "text": ...} a line from standard input
    #[arg(long)]
    stdin: bool,
}

#[derive(Deserialize)]
struct Line {
    id: String,
    text: String,
}

impl Tag {
    pub fn run(&self, global: &Global) -> Result<ExitCode> {
        let loaded = load(&global.root)?;
        if loaded.diagnostics.has_errors() {
            super::check::report(global, &loaded.diagnostics, &loaded.files);
            return Ok(ExitCode::from(FAILED));
        }
        let archive = &loaded.archive;
        let tagger = Tagger::new(archive);
        if self.stdin {
            return lines(global, archive, &tagger);
        }
        let mut places = Vec::new();
        for id in &self.entries {
            match archive.find(id) {
                Ok(Node::Entry(at)) => places.push(at),
                Ok(_) => return Err(format!("`{id}` is no essay, quote or sample").into()),
                Err(help) => return Err(format!("there is no `{id}` in this archive\n  help: {help}").into()),
            }
        }
        if self.entries.is_empty() {
            places = archive.published().filter(|(_, entry)| entry.arguments.is_none()).map(|(at, _)| at).collect();
        }
        for at in &places {
            let item = &archive.entries[*at].item;
            let suggestions = tagger.entry(&item.document.body.blocks);
            if global.json() {
                global.print(object(&item.id.to_string(), archive, &suggestions));
                continue;
            }
            global.print(item.id.to_string());
            for suggestion in &suggestions {
                let words: Vec<_> = suggestion.evidence.iter().map(|evidence| evidence.text.as_str()).collect();
                let argument = &archive.arguments[suggestion.argument].item.id.slug;
                global.print(format!("  {argument} {:.2}: {}", suggestion.score, words.join(", ")));
            }
        }
        if places.is_empty() {
            global.tell("every entry is curated: there is nothing to suggest");
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn lines(global: &Global, archive: &Archive, tagger: &Tagger) -> Result<ExitCode> {
    for (number, line) in std::io::stdin().lock().lines().enumerate() {
        let line = line.map_err(|error| format!("line {}: {error}", number + 1))?;
        if line.trim().is_empty() {
            continue;
        }
        let Line { id, text } = serde_json::from_str(&line).map_err(|error| {
            format!(
                "line {} is not {{\"id\": ..., \"text\": ...}}: {error}\n  help: write one JSON object a line",
                number + 1
            )
        })?;
        global.print(object(&id, archive, &tagger.text(&text)));
    }
    Ok(ExitCode::SUCCESS)
}

/// The object that the contract of `tag --stdin` promises.
fn object(id: &str, archive: &Archive, suggestions: &[Suggestion]) -> Value {
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
        json!({
            "id": archive.arguments[suggestion.argument].item.id.slug,
            "stance": suggestion.stance.map(Choice::word),
            "score": suggestion.score,
            "evidence": evidence.collect::<Vec<_>>(),
        })
    });
    json!({"id": id, "arguments": arguments.collect::<Vec<_>>()})
}
