//! `casebook search`

use std::ffi::OsString;
use std::fmt::Write;
use std::io::BufRead;
use std::process::ExitCode;

use anstyle::Style;
use clap::Args;
use serde_json::{Map, Value, json};
use unicode_width::UnicodeWidthStr;

use super::check::report;
use super::{FAILED, Global, Result, USAGE};
use crate::escape::fragment;
use crate::index::{Asked, Explanation, Gain, Hit, Index, Order, Query, QueryError, Results};
use crate::pipeline::{Failure, open_index};
use crate::span::one_line;

#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct Search {
    /// Words (all must match), "phrases", -exclusions and fields such as kind:quote or year:2016..2020
    #[arg(value_name = "QUERY", required_unless_present = "stdin")]
    query: Vec<String>,
    /// How many hits are shown
    #[arg(long, default_value_t = 10)]
    limit: usize,
    /// How many hits are passed over
    #[arg(long, default_value_t = 0)]
    offset: usize,
    /// What comes first
    #[arg(long, value_enum, default_value_t)]
    sort: Order,
    /// Takes the last word for the beginning of one
    #[arg(long)]
    as_you_type: bool,
    /// Tells where each score comes from
    #[arg(long)]
    explain: bool,
    /// Fails rather than bring a missing or stale index up to date
    #[arg(long)]
    no_refresh: bool,
    /// Answers each line of standard input, with an object a line
    #[arg(long, conflicts_with = "query")]
    stdin: bool,
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
                // A tab would be as wide as the terminal likes.
                let text = text.replace('\t', " ");
                let before = text[..error.start].width();
                let marks = "^".repeat(text[error.start..error.end].width().max(1));
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
        if self.stdin {
            return self.lines(global, &index);
        }
        let results = index.search(&query, self.asked())?;
        if global.json() {
            global.print(object(&text, &results));
        } else {
            global.print(self.human(&results));
        }
        Ok(ExitCode::SUCCESS)
    }

    fn asked(&self) -> Asked {
        let Self { as_you_type, sort: order, offset, limit, explain, .. } = *self;
        Asked { as_you_type, order, offset, limit, explain }
    }

    /// A query that can't be read is answered with its error; the others are answered all the same.
    fn lines(&self, global: &Global, index: &Index) -> Result<ExitCode> {
        for line in std::io::stdin().lock().split(b'\n') {
            let line = String::from_utf8_lossy(&line?).into_owned();
            let text = line.strip_suffix('\r').unwrap_or(&line);
            let answer = match Query::parse(text) {
                Ok(query) => object(text, &index.search(&query, self.asked())?),
                Err(error) => {
                    let (start, width) = columns(text, &error);
                    let QueryError { message, help, .. } = error;
                    let error = json!({"start": start, "end": start + width, "message": message, "help": help});
                    json!({"query": text, "error": error})
                }
            };
            global.print_as_is(&format!("{answer}\n"));
        }
        Ok(ExitCode::SUCCESS)
    }

    fn human(&self, results: &Results) -> String {
        let (bold, faint) = (Style::new().bold(), Style::new().dimmed());
        let mut out = String::new();
        if results.total == 0 {
            out.push_str("no match");
            for suggestion in &results.suggestions {
                let _ = write!(out, "\n  did you mean: {suggestion}");
            }
            return out;
        }
        for corrected in &results.corrected {
            let _ = writeln!(out, "nothing has `{}`: taken for {}", corrected.word, corrected.to.join(", "));
        }
        if results.relaxed {
            out.push_str("not every hit has every word\n");
        }
        if !out.is_empty() {
            out.push('\n');
        }
        for (hit, rank) in results.hits.iter().zip(self.offset.saturating_add(1)..) {
            let card = &hit.card;
            let title = one_line(&card.title);
            let _ = writeln!(out, "{rank:>3}. {bold}{title}{bold:#}");
            let year = card.year.map_or_else(String::new, |year| format!(", {year}"));
            let _ = writeln!(out, "     {faint}{}{year}  /{}{}  {}{faint:#}", card.id, card.url, anchor(hit), hit.file);
            if !hit.snippet.html.is_empty() {
                let _ = writeln!(out, "     {}", terminal(&hit.snippet.html, bold));
            }
            if !hit.explanation.is_empty() {
                let covers = format!(", times {:.4} for how much of the query it covers", hit.coverage);
                let covers = if hit.coverage < 1.0 { covers } else { String::new() };
                let _ = writeln!(out, "     {:>9.4}  is the sum of these{covers}", hit.score);
            }
            hit.explanation.iter().for_each(|part| explain(part, &mut out));
        }
        let (first, last) = (self.offset.saturating_add(1), self.offset.saturating_add(results.hits.len()));
        let shown = if results.hits.is_empty() { "none".to_owned() } else { format!("{first}-{last}") };
        let _ = writeln!(out, "\n{shown} of {}", results.total);
        for name in ["kind", "argument", "year"] {
            let Some(counts) = results.facets.get(name) else { continue };
            let counts: Vec<_> = counts.iter().map(|(value, count)| format!("{value} {count}")).collect();
            let _ = writeln!(out, "{faint}{name}:{faint:#} {}", counts.join(", "));
        }
        out.trim_end().to_owned()
    }
}

/// Where in the query an error stands: how many characters before it, and how many in it.
fn columns(text: &str, error: &QueryError) -> (usize, usize) {
    (text[..error.start].chars().count(), text[error.start..error.end].chars().count())
}

/// Of the best passage, as it ends an address.
fn anchor(hit: &Hit) -> String {
    hit.snippet.anchor.as_ref().map_or_else(String::new, |anchor| format!("#{}", fragment(anchor)))
}

/// One line for what a part of the query gave.
fn explain(part: &Explanation, out: &mut String) {
    let weight = if part.weight < 1.0 { format!(", weight {}", part.weight) } else { String::new() };
    let fields = part.fields.iter().map(|gain| {
        let times = if gain.count == 1 { String::new() } else { format!("{} times ", gain.count) };
        let Gain { field, length, idf, boost, score, .. } = gain;
        format!("{field} {score:.4} ({times}in {length} terms, idf {idf:.4}, boost {boost})")
    });
    let fields: Vec<_> = fields.collect();
    let terms = part.terms.join(" ");
    let _ = writeln!(out, "     {:>9.4}  {} as `{terms}`{weight}: {}", part.score, part.part, fields.join(", "));
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
        let card = &hit.card;
        let arguments: Map<_, _> = card.arguments.iter().map(|(id, stance)| (id.clone(), json!(stance))).collect();
        let mut object = json!({
            "id": card.id,
            "url": format!("/{}", card.url),
            "anchor": hit.snippet.anchor,
            "file": hit.file,
            "kind": card.kind,
            "title": card.title,
            "score": hit.score,
            "arguments": arguments,
            "snippet": hit.snippet.html,
            "year": card.year,
        });
        if !hit.explanation.is_empty() {
            object["explanation"] = json!(hit.explanation);
            object["coverage"] = json!(hit.coverage);
        }
        object
    };
    json!({
        "query": query,
        "total": results.total,
        "relaxed": results.relaxed,
        "corrected": results.corrected,
        "suggestions": results.suggestions,
        "hits": results.hits.iter().map(hit).collect::<Vec<_>>(),
        "facets": results.facets,
    })
}
