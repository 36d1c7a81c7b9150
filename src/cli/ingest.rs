//! `casebook ingest`

use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use serde_json::{Value, json};

use super::check::patch;
use super::{FAILED, Global, Result};
use crate::date::Date;
use crate::fields::Choice;
use crate::fs;
use crate::ingest::{
    self, Became, Capture, Folder, Found, Ingested, Kind, Link, MOST, Outcome, Place, Plan, Refusal, Voice, lost,
    shorten,
};
use crate::pipeline::Rewritten;
use crate::read::is_picture;

#[derive(Args)]
pub struct Ingest {
    /// Captured text, HTML or Markdown, a BibTeX or CSL-JSON file, a feed, or a folder of them; `-` reads standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Says what would be written, and writes nothing
    #[arg(long)]
    dry_run: bool,
    /// Prints how drafts would differ from what stands there, as a patch, and writes nothing
    #[arg(long, conflicts_with = "dry_run")]
    update: bool,
    /// Keeps a copy of each capture in `captures/`; quotes are verified against it
    #[arg(long)]
    keep_capture: bool,
}

impl Ingest {
    pub fn run(&self, global: &Global) -> Result<ExitCode> {
        if global.json() {
            return Ok(self.print(global));
        }
        let today = Date::parse(&jiff::Zoned::now().date().to_string());
        let mut plan = Plan::open(&global.root, today, self.keep_capture, self.update)?;
        let mut taken = Vec::new();
        let mut broken = Vec::new();
        let (inputs, pictures) = self.inputs();
        for input in &inputs {
            let one = input.read().and_then(|capture| {
                let (kind, found, refused) = found(&capture)?;
                broken
                    .extend(refused.iter().map(|refusal| format!("cannot ingest all of `{}`: {refusal}", input.name)));
                Ok(plan.take(capture, kind, found))
            });
            taken.push(one);
        }
        let all = plan.draft(&taken)?;
        let mut failed = !broken.is_empty();
        for (input, ingested) in inputs.iter().zip(&all) {
            match ingested {
                Ok(ingested) => {
                    // The others are done all the same.
                    if let Err(error) = self.finish(global, &plan, &input.name, ingested) {
                        failed = true;
                        global.complain(format!("cannot ingest `{}`: {error}", input.name));
                    }
                }
                Err(why) => {
                    failed = true;
                    global.complain(format!("cannot ingest `{}`: {why}", input.name));
                }
            }
        }
        broken.into_iter().for_each(|why| global.complain(why));
        if !self.update && !global.quiet {
            unshown(global, &pictures, &all);
        }
        let is_known =
            |ingested: &Ingested<'_>| ingested.documents().any(|(_, outcome)| matches!(outcome, Outcome::Known(_)));
        if all.iter().flatten().any(is_known) {
            global.tell("help: `casebook ingest --update` prints how drafts would differ from what is in the archive");
        }
        Ok(if failed { ExitCode::from(FAILED) } else { ExitCode::SUCCESS })
    }

    /// Every file that was named, or lies in a folder that was, in order; and the pictures in these folders, which are
    /// no captures.
    fn inputs(&self) -> (Vec<Input>, Vec<PathBuf>) {
        let (mut inputs, mut pictures): (Vec<Input>, Vec<PathBuf>) = (Vec::new(), Vec::new());
        for path in &self.files {
            let name = path.display().to_string();
            if path.as_os_str() == "-" {
                inputs.push(Input { name: "standard input".to_owned(), from: Origin::Standard });
                continue;
            }
            if !path.is_dir() {
                let parent = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
                let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let place = Folder::of_a_file(parent).map(|folder| Place { folder: Arc::new(folder), path: file });
                inputs.push(Input { name, from: Origin::File(path.clone(), place.ok()) });
                continue;
            }
            match listed(path) {
                Ok((folder, files, shown)) => {
                    let folder = Arc::new(folder);
                    inputs.extend(files.into_iter().map(|file| {
                        let path = path.join(&file);
                        let place = Place { folder: Arc::clone(&folder), path: file };
                        Input { name: path.display().to_string(), from: Origin::File(path, Some(place)) }
                    }));
                    pictures.extend(shown.iter().map(|file| path.join(file)));
                }
                Err(error) => inputs.push(Input { name, from: Origin::Nowhere(error.to_string()) }),
            }
        }
        // What is named twice is taken in once.
        let mut seen = BTreeSet::new();
        inputs.retain(|input| match &input.from {
            Origin::File(path, _) => fs::canonical(path).map_or(true, |path| seen.insert(path)),
            _ => true,
        });
        (inputs, pictures)
    }

    /// Prints the contract's object for each document, and writes nothing.
    fn print(&self, global: &Global) -> ExitCode {
        let mut failed = false;
        for input in self.inputs().0 {
            let name = &input.name;
            match input.read().and_then(|capture| found(&capture).map(|found| (capture, found))) {
                Ok((capture, (kind, found, refused))) => {
                    failed |= !refused.is_empty();
                    let hash = capture.hash();
                    let place = capture.place.as_ref();
                    found.iter().for_each(|found| global.print(object(name, &hash, kind, found, place)));
                    refused.iter().for_each(|why| global.complain(format!("cannot ingest all of `{name}`: {why}")));
                }
                Err(why) => {
                    failed = true;
                    global.complain(format!("cannot ingest `{name}`: {why}"));
                }
            }
        }
        if failed { ExitCode::from(FAILED) } else { ExitCode::SUCCESS }
    }

    /// Writes what a capture gave, and tells it.
    fn finish(&self, global: &Global, plan: &Plan<'_>, name: &str, ingested: &Ingested<'_>) -> Result<()> {
        if self.update {
            for draft in ingested.drafts() {
                let before = plan.standing(&draft.path)?.unwrap_or_default();
                if before != draft.text {
                    global.print_as_is(&patch(&Rewritten {
                        path: draft.path.clone(),
                        before,
                        after: draft.text.clone(),
                    }));
                }
            }
            for (link, became) in ingested.documents().flat_map(|(found, outcome)| links(found, outcome)) {
                if let Became::Lost(why) = became {
                    global.tell(format!("{name}, line {}: `{}` stays words: {why}", link.lines, link.written()));
                }
            }
            return Ok(());
        }
        let written = if self.dry_run { ingested.paths().cloned().collect() } else { plan.write(ingested)? };
        if !global.quiet {
            summary(global, name, ingested);
            let verb = if self.dry_run { "would write" } else { "wrote" };
            written.iter().for_each(|path| global.print(format!("  {verb} {path}")));
        }
        Ok(())
    }
}

/// The files in a folder by their paths in it: captures, then pictures.
fn listed(path: &Path) -> fs::Result<(Folder, Vec<String>, Vec<String>)> {
    let files = fs::walk(path, path, false)?.into_iter().filter(|found| found.kind == fs::FoundKind::File);
    let (pictures, captures): (Vec<_>, Vec<_>) = files.map(|found| found.path).partition(|path| is_picture(path));
    Ok((Folder::with(path, pictures.iter().map(String::as_str))?, captures, pictures))
}

/// What is to be read.
struct Input {
    name: String,
    from: Origin,
}

enum Origin {
    Standard,
    File(PathBuf, Option<Place>),
    /// A folder that can't be listed, and why.
    Nowhere(String),
}

impl Input {
    fn read(&self) -> std::result::Result<Capture, String> {
        match &self.from {
            Origin::Standard => read(&self.name, None, std::io::stdin().lock()),
            Origin::File(path, place) => open(path, place.clone()),
            Origin::Nowhere(why) => Err(why.clone()),
        }
    }
}

fn open(path: &Path, place: Option<Place>) -> std::result::Result<Capture, String> {
    let file =
        std::fs::File::open(path).map_err(|error| format!("{error}\n  help: check the path and its permissions"))?;
    let length = file.metadata().map_or(0, |meta| meta.len());
    if length > MOST {
        return Err(ingest::too_long(length).to_string());
    }
    read(&path.display().to_string(), place, file)
}

/// Reads no more than is taken.
fn read(name: &str, place: Option<Place>, from: impl Read) -> std::result::Result<Capture, String> {
    let mut bytes = Vec::new();
    from.take(MOST + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| format!("{error}\n  help: check the path and its permissions"))?;
    Ok(Capture { name: name.to_owned(), place, bytes })
}

fn found(capture: &Capture) -> std::result::Result<(Kind, Vec<Found>, Vec<Refusal>), String> {
    ingest::find(capture).map_err(|refusal| refusal.to_string())
}

/// The object that the contract of `ingest --format json` promises.
fn object(name: &str, hash: &str, kind: Kind, found: &Found, place: Option<&Place>) -> Value {
    let meta = &found.meta;
    let quotes = found.quotes().map(|(block, quote)| {
        json!({
            "speaker": quote.speaker,
            "locator": quote.locator,
            "text": quote.plain(),
            "date": quote.date,
            "comment": quote.voice == Voice::Comment,
            "lines": [block.lines.first, block.lines.last],
        })
    });
    let samples = found.samples().map(|(_, block, code)| {
        json!({
            "language": code.language,
            "code": code.text,
            "flattened": code.flattened,
            "parses": code.parses,
            "lines": [block.lines.first, block.lines.last],
        })
    });
    let measured = found.measured.iter().map(|measured| {
        json!({"value": measured.value, "context": measured.context, "lines": [measured.lines.first, measured.lines.last]})
    });
    let linked = found.links.iter().map(|link| {
        let picture = place.filter(|_| link.embeds).and_then(|place| place.picture(&link.to)?.ok());
        json!({"to": link.written(), "embeds": link.embeds, "picture": picture, "lines": [link.lines.first, link.lines.last]})
    });
    let (embeds, words) = lost(found, &found.all_words());
    let unsure = found
        .unsure
        .iter()
        .chain(&words)
        .map(|unsure| json!({"what": unsure.what, "lines": unsure.lines.map(|lines| [lines.first, lines.last])}));
    json!({
        "file": name,
        "hash": hash,
        "kind": kind.word(),
        "source": {
            "title": meta.title,
            "authors": meta.authors,
            "date": meta.date,
            "kind": meta.kind.map(Choice::word),
            "venue": meta.venue,
            "events": meta.events,
            "url": meta.url,
            "licence": meta.licence,
            "tags": meta.tags,
            "aliases": meta.aliases,
        },
        "essay": {
            "title": meta.title,
            "headings": found.headings().collect::<Vec<_>>(),
            "body": found.body(),
        },
        "quotes": quotes.collect::<Vec<_>>(),
        "samples": samples.collect::<Vec<_>>(),
        "measured": measured.collect::<Vec<_>>(),
        "links": linked.collect::<Vec<_>>(),
        "dropped": found.dropped.iter().chain(&embeds).map(ToString::to_string).collect::<Vec<_>>(),
        "unsure": unsure.collect::<Vec<_>>(),
    })
}

/// What was found, what was left out, and what is not certain.
fn summary(global: &Global, name: &str, ingested: &Ingested<'_>) {
    global.print(name);
    for (found, outcome) in ingested.documents() {
        let meta = &found.meta;
        let title = meta.title.as_deref().unwrap_or("no title");
        let became = match outcome {
            Outcome::Known(id) => {
                global.print(format!("  already in the archive as {id}: {title}"));
                continue;
            }
            Outcome::Drafts(drafts) => &drafts.became,
        };
        let (embeds, words) = lost(found, became);
        let by = if meta.authors.is_empty() { String::new() } else { format!(" by {}", meta.authors.join(", ")) };
        let date = meta.date.map_or_else(String::new, |date| format!(", {date}"));
        global.print(format!("  found “{title}”{by}{date}"));
        let dropped: Vec<_> = found.dropped.iter().chain(&embeds).collect();
        let unsure: Vec<_> = words.iter().chain(&found.unsure).collect();
        counted(global, found, dropped.len(), unsure.len());
        for (block, quote) in found.quotes() {
            let who = quote.speaker.as_deref().unwrap_or("nobody named");
            let place = quote.locator.as_deref().map_or_else(String::new, |locator| format!(", {locator}"));
            global.print(format!("  quote, line {}: {who}{place}: {}", block.lines, shorten(&quote.plain(), 60)));
        }
        for (_, block, code) in found.samples() {
            let language = code.language.as_deref().unwrap_or("no known language");
            let flat = if code.flattened { ", flattened" } else { "" };
            let parses = match code.parses {
                Some(true) => ", parses",
                Some(false) => ", does not parse",
                None => "",
            };
            global.print(format!("  code, line {}: {language}{flat}{parses}", block.lines));
        }
        for measured in &found.measured {
            global.print(format!("  measured, line {}: {}", measured.lines, shorten(&measured.context, 100)));
        }
        for (link, became) in links(found, outcome) {
            let written = shorten(&link.written(), 80);
            match became {
                Became::Entry(reference) => {
                    global.print(format!("  linked, line {}: {written}: to {reference}", link.lines));
                }
                Became::Picture(picture) => {
                    global.print(format!("  picture, line {}: {}: as {}", link.lines, picture.file, picture.name));
                }
                Became::Words | Became::Lost(_) => {}
            }
        }
        for dropped in dropped {
            global.print(format!("  dropped, line {}: {}: {}", dropped.lines, dropped.why, shorten(&dropped.text, 80)));
        }
        for unsure in unsure {
            let place = unsure.lines.map_or_else(String::new, |lines| format!(", line {lines}"));
            global.print(format!("  unsure{place}: {}", unsure.what));
        }
    }
}

/// The links of a document that is new, and what became of them.
fn links<'a>(found: &'a Found, outcome: &'a Outcome<'_>) -> impl Iterator<Item = (&'a Link, &'a Became)> {
    let became = match outcome {
        Outcome::Drafts(drafts) => drafts.became.as_slice(),
        Outcome::Known(_) => &[],
    };
    found.links.iter().zip(became)
}

/// Says which pictures of the folders are in no draft.
fn unshown(global: &Global, pictures: &[PathBuf], all: &[std::result::Result<Ingested<'_>, String>]) {
    let shown: BTreeSet<PathBuf> = all.iter().flatten().flat_map(Ingested::shown).collect();
    for path in pictures.iter().filter(|path| fs::canonical(path).is_ok_and(|path| !shown.contains(&path))) {
        global.print(format!("left, as no new draft shows it: {}", path.display()));
    }
}

fn counted(global: &Global, found: &Found, dropped: usize, doubts: usize) {
    let count = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    let parts = [
        count(found.headings().count(), "heading"),
        count(found.quotes().count(), "quote"),
        count(found.samples().count(), "piece") + " of code",
        count(dropped, "part") + " dropped",
        count(doubts, "doubt"),
    ];
    global.print(format!("  {}", parts.join(", ")));
}
