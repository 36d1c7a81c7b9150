//! `casebook search`

use std::ffi::OsString;
use std::fmt::Write;
use std::process::ExitCode;

use anstyle::Style;
use clap::Args;
use serde_json::{Map, Value, json};

use super::check::report;
use super::{FAILED, Global, Result, USAGE};
use crate::index::{Hit, Query, Results};
use crate::pipeline::{Failure, open_index};
use crate::render::href;

#[derive(Args)]
pub struct Search {
    /// Words (all must match), "phrases", -exclusions and fields such as kind:quote or year:2016..2020
    #[arg(value_name = "QUERY", required = true)]
    query: Vec<String>,
    /// How many hits are shown
    #[arg(long, default_value_t = 10)]
    limit: usize,
    /// How many hits are passed over
    #[arg(long, default_value_t = 0)]
    offset: usize,
    /// Fails rather than bring a missing or stale index up to date
    #[arg(long)]
    no_refresh: bool,
}

/// Moves exclusions such as `-rust` behind a `--`, where they are words and no options.
pub fn arguments(given: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let given: Vec<_> = given.collect();
    let Some(at) = given.iter().position(|argument| argument == "search") else { return given };
    if given.iter().any(|argument| argument == "--") {
        return given;
    }
    let is_exclusion = |argument: &OsString| {
        let Some(rest) = argument.to_str().and_then(|text| text.strip_prefix('-')) else { return false };
        let flags = !rest.is_empty() && rest.chars().all(|c| "qvhV".contains(c));
        rest.contains(char::is_whitespace) || !(flags || rest.starts_with(['-', 'C']))
    };
    let (words, mut sorted): (Vec<_>, Vec<_>) =
        given.into_iter().enumerate().partition(|(place, argument)| *place > at && is_exclusion(argument));
    let mut sorted: Vec<_> = sorted.drain(..).map(|(_, argument)| argument).collect();
    if !words.is_empty() {
        sorted.push("--".into());
        sorted.extend(words.into_iter().map(|(_, argument)| argument));
    }
    sorted
}

impl Search {
    pub fn run(&self, global: &Global) -> Result<ExitCode> {
        let text = self.query.join(" ");
        let query = match Query::parse(&text) {
            Ok(query) => query,
            Err(error) => {
                let before = text[..error.start].chars().count();
                let width = text[error.start..error.end].chars().count().max(1);
                let marks = "^".repeat(width);
                global
                    .complain(format!("{}\n  {text}\n  {:before$}{marks}\n  help: {}", error.message, "", error.help));
                return Ok(ExitCode::from(USAGE));
            }
        };
        let index = match open_index(&global.root, !self.no_refresh) {
            Ok(Some(index)) => index,
            Ok(None) => {
                global
                    .complain("the index is missing or stale\n  help: leave out --no-refresh, or run `casebook build`");
                return Ok(ExitCode::from(FAILED));
            }
            Err(Failure::Findings(diagnostics, files)) => {
                report(global, &diagnostics, &files);
                return Ok(ExitCode::from(FAILED));
            }
            Err(Failure::Environment(error)) => return Err(error.into()),
        };
        let results = index.search(&query, self.offset, self.limit)?;
        if global.json() {
            global.print(object(&text, &results));
        } else {
            global.print(self.human(&results));
        }
        Ok(ExitCode::SUCCESS)
    }

    fn human(&self, results: &Results) -> String {
        let (bold, faint) = (Style::new().bold(), Style::new().dimmed());
        let mut out = String::new();
        if results.total == 0 {
            return "no match".to_owned();
        }
        if results.relaxed {
            out.push_str("nothing has every word: these have some\n\n");
        }
        for (hit, rank) in results.hits.iter().zip(self.offset + 1..) {
            let year = hit.year.map_or_else(String::new, |year| format!(", {year}"));
            let _ = writeln!(out, "{rank:>3}. {bold}{}{bold:#}", hit.title);
            let _ = writeln!(out, "     {faint}{}{year}{faint:#}", hit.id);
            if !hit.snippet.is_empty() {
                let _ = writeln!(out, "     {}", terminal(&hit.snippet, bold));
            }
        }
        let last = self.offset + results.hits.len();
        let _ = writeln!(out, "\n{}-{last} of {}", (self.offset + 1).min(last), results.total);
        for name in ["kind", "argument", "year"] {
            let Some(counts) = results.facets.get(name) else { continue };
            let counts: Vec<_> = counts.iter().map(|(value, count)| format!("{value} {count}")).collect();
            let _ = writeln!(out, "{faint}{name}:{faint:#} {}", counts.join(", "));
        }
        out.trim_end().to_owned()
    }
}

/// The snippet without its markup, the marked words in bold.
fn terminal(snippet: &str, bold: Style) -> String {
    let marked =
        snippet.replace("<mark>", &bold.render().to_string()).replace("</mark>", &bold.render_reset().to_string());
    marked.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// The object that `--format json` promises.
fn object(query: &str, results: &Results) -> Value {
    let hit = |hit: &Hit| {
        let arguments: Map<_, _> = hit.arguments.iter().map(|(id, stance)| (id.clone(), json!(stance))).collect();
        json!({
            "id": hit.id,
            "url": format!("/{}", href(&hit.address)),
            "kind": hit.kind,
            "title": hit.title,
            "score": hit.score,
            "arguments": arguments,
            "snippet": hit.snippet,
            "year": hit.year,
        })
    };
    json!({
        "query": query,
        "total": results.total,
        "relaxed": results.relaxed,
        "hits": results.hits.iter().map(hit).collect::<Vec<_>>(),
        "facets": results.facets,
    })
}
