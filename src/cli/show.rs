//! `casebook show` and `casebook open`

use std::process::ExitCode;

use anstyle::Style;
use clap::Args;
use serde_json::json;

use super::{Global, Result};
use crate::fields::Choice;
use crate::model::{Archive, Node};
use crate::pipeline::{Loaded, load};
use crate::read::Side;

#[derive(Args)]
pub struct Show {
    /// Such as essays/some-slug, or the slug alone
    #[arg(value_name = "ID")]
    id: String,
}

#[derive(Args)]
pub struct Open {
    /// Such as essays/some-slug, or the slug alone
    #[arg(value_name = "ID")]
    id: String,
}

impl Show {
    pub fn run(&self, global: &Global) -> Result<ExitCode> {
        let loaded = load(&global.root)?;
        let archive = &loaded.archive;
        let node = find(archive, &self.id)?;
        let facts = facts(archive, node);
        let text = text(&loaded, node);
        if global.json() {
            let facts: serde_json::Map<_, _> =
                facts.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
            let id = archive.id(node);
            global.print(json!({"id": id.to_string(), "kind": id.kind, "title": archive.title(node), "facts": facts, "text": text}));
            return Ok(ExitCode::SUCCESS);
        }
        let (bold, faint) = (Style::new().bold(), Style::new().dimmed());
        global.print(format!("{bold}{}{bold:#}", archive.title(node)));
        for (name, values) in facts {
            global.print(format!("{faint}{name}:{faint:#} {}", values.join(", ")));
        }
        if !text.is_empty() {
            global.print(format!("\n{text}"));
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Open {
    pub fn run(&self, global: &Global) -> Result<ExitCode> {
        let loaded = load(&global.root)?;
        let node = find(&loaded.archive, &self.id)?;
        let page = global.root.join("public").join(loaded.archive.id(node).address()).join("index.html");
        if !page.is_file() {
            return Err(format!("there is no page `{}`\n  help: run `casebook build` first", page.display()).into());
        }
        open::that_detached(&page)?;
        global.tell(format!("Opened {}", page.display()));
        Ok(ExitCode::SUCCESS)
    }
}

/// What an id or a bare slug names.
fn find(archive: &Archive, id: &str) -> Result<Node> {
    match archive.find(id) {
        Ok(node) => Ok(node),
        Err(help) => Err(format!("there is no `{id}` in this archive\n  help: {help}").into()),
    }
}

/// What is known of a thing besides its text.
fn facts(archive: &Archive, node: Node) -> Vec<(&'static str, Vec<String>)> {
    let id = archive.id(node);
    let mut facts = vec![("id", vec![id.to_string()])];
    facts.extend(archive.withdrawn(node).map(|reason| ("withdrawn", vec![reason.to_owned()])));
    match node {
        Node::Entry(at) => {
            let entry = &archive.entries[at];
            let stance = |(argument, stance): &(usize, Option<crate::read::Stance>)| {
                let slug = &archive.arguments[*argument].item.id.slug;
                stance.map_or_else(|| slug.clone(), |stance| format!("{slug} ({})", stance.word()))
            };
            facts.push(("by", entry.people().into_iter().map(str::to_owned).collect()));
            facts.push(("date", entry.date.iter().map(ToString::to_string).collect()));
            facts.push(("source", entry.source.iter().map(|at| archive.sources[*at].item.id.to_string()).collect()));
            facts.push(("arguments", entry.arguments.iter().flatten().map(stance).collect()));
            let says = entry.says.iter().map(|say| format!("{} {}", say.side.word(), archive.claims[say.claim].id));
            facts.push(("claims", says.collect()));
            facts.push((
                "replies to",
                entry.replies_to.iter().map(|r| archive.entries[r.entry].item.id.to_string()).collect(),
            ));
            facts.push((
                "replies",
                entry.replies.iter().map(|r| archive.entries[r.entry].item.id.to_string()).collect(),
            ));
            facts.push(("tags", entry.tags().map(str::to_owned).collect()));
        }
        Node::Claim(at) => {
            let claim = &archive.claims[at];
            let of = |side: Side| {
                claim
                    .evidence
                    .iter()
                    .filter(move |e| e.side == side)
                    .map(|e| archive.entries[e.entry].item.id.to_string())
            };
            facts.push(("argument", vec![archive.arguments[claim.argument].item.id.to_string()]));
            facts.push(("standing", vec![claim.definition.standing.word().to_owned()]));
            facts.push(("supported by", of(Side::Supports).collect()));
            facts.push(("disputed by", of(Side::Disputes).collect()));
        }
        Node::Argument(at) => {
            let claims = archive.arguments[at].claims.iter().map(|claim| archive.claims[*claim].id.to_string());
            facts.push(("claims", claims.collect()));
        }
        Node::Source(at) => {
            let source = &archive.sources[at];
            facts.push(("authors", source.front.authors.clone()));
            facts.push(("date", source.front.date.iter().map(|date| date.value.to_string()).collect()));
            facts.push(("rights", source.front.rights.iter().cloned().collect()));
            facts.push(("entries", source.entries.iter().map(|at| archive.entries[*at].item.id.to_string()).collect()));
        }
        Node::Page(_) => {}
    }
    facts.retain(|(_, values)| !values.is_empty());
    facts
}

/// The Markdown of a thing, as it was written; of a claim its answer.
fn text(loaded: &Loaded, node: Node) -> String {
    match loaded.archive.item(node) {
        Some(item) if item.withdrawn().is_none() => {
            loaded.files.get(item.document.file).text[item.document.body_at..].trim().to_owned()
        }
        Some(_) => String::new(),
        None => match node {
            Node::Claim(at) => loaded.archive.claims[at].definition.answer.clone().unwrap_or_default(),
            _ => String::new(),
        },
    }
}
