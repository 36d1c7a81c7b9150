//! `casebook tag --write` and `--review`: suggestions become facts when a person says so.

use std::collections::BTreeMap;
use std::io::BufRead;
use std::process::ExitCode;

use crate::cli::check::patch;
use crate::cli::{FAILED, Global, Result};
use crate::fields::Choice;
use crate::fs;
use crate::model::{Archive, Item};
use crate::pipeline::Rewritten;
use crate::read::markdown::{Passage, passages};
use crate::read::{Answer, DECISIONS, Decision, Selector, Stance, file_under, stance_word};
use crate::tag::{Suggestion, Tagger};

/// Whether files are written, or only shown.
pub struct Writer<'a> {
    pub global: &'a Global,
    pub dry_run: bool,
}

impl Writer<'_> {
    fn put(&self, path: &str, before: String, after: String) -> Result<()> {
        if self.dry_run {
            self.global.print_as_is(&patch(&Rewritten { path: path.to_owned(), before, after }));
            return Ok(());
        }
        let whole = self.global.root.join(path);
        if before.is_empty() && !whole.exists() {
            whole.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::write_new(&whole, after.as_bytes())?;
            return Ok(());
        }
        Ok(fs::rewrite(&whole, after.as_bytes())?)
    }

    /// Writes the arguments of an entry into its file.
    fn file(&self, item: &Item, arguments: &[(String, Option<Stance>)]) -> Result<()> {
        let path = &item.document.path;
        let raw = text(&self.global.root.join(path))?;
        let after = file_under(&raw, item.id.kind, arguments).map_err(|why| format!("`{path}`: {why}"))?;
        self.put(path, raw, after)?;
        let ids: Vec<_> = arguments.iter().map(|(id, _)| id.as_str()).collect();
        let verb = if self.dry_run { "Would file" } else { "Filed" };
        self.global.tell(format!("{verb} {} under {}", item.id, ids.join(", ")));
        Ok(())
    }
}

fn text(path: &std::path::Path) -> Result<String> {
    let bytes = fs::read(path)?;
    let not_utf8 = |_| format!("`{}` is not UTF-8\n  help: save the file as UTF-8", path.display());
    Ok(String::from_utf8(bytes).map_err(not_utf8)?)
}

fn slug(archive: &Archive, argument: usize) -> String {
    archive.arguments[argument].item.id.slug.clone()
}

/// Writes what is suggested for entries, where it is sure enough. A stance is only guessed, so none is written.
pub fn write(writer: &Writer<'_>, archive: &Archive, places: &[usize], least: f64) -> ExitCode {
    let tagger = Tagger::new(archive);
    let mut lexer = tagger.lexer();
    let (mut status, mut written) = (ExitCode::SUCCESS, 0);
    for at in places {
        let item = &archive.entries[*at].item;
        let sure = tagger.item(item, &mut lexer).into_iter().filter(|made| made.score >= least);
        let arguments: Vec<_> = sure.map(|made| (slug(archive, made.argument), None)).collect();
        if arguments.is_empty() {
            continue;
        }
        match writer.file(item, &arguments) {
            Ok(()) => written += 1,
            // The others are written all the same.
            Err(why) => {
                writer.global.complain(why);
                status = ExitCode::from(FAILED);
            }
        }
    }
    if written == 0 {
        writer.global.tell("nothing is sure enough to be written");
    }
    status
}

/// What a person answered.
enum Reply {
    Yes,
    No,
    /// Other arguments, or another stance.
    Edit(Vec<(usize, Option<Stance>)>),
    Skip,
    Quit,
}

/// Asks about each passage, and keeps the answers.
pub fn review(writer: &Writer<'_>, archive: &Archive, places: &[usize]) -> Result<ExitCode> {
    let tagger = Tagger::new(archive);
    let mut lexer = tagger.lexer();
    let mut asker = Asker { global: writer.global, archive, input: std::io::stdin().lock(), quit: false };
    let mut kept = Vec::new();
    for at in places {
        let item = &archive.entries[*at].item;
        let suggestions = tagger.item(item, &mut lexer);
        let decisions = asker.entry(item, &suggestions)?;
        let arguments = filed(archive, &decisions);
        kept.extend(decisions);
        if !asker.quit && !arguments.is_empty() && archive.entries[*at].arguments.is_none() {
            keep(writer, &std::mem::take(&mut kept))?;
            writer.file(item, &arguments)?;
        }
        if asker.quit {
            break;
        }
    }
    keep(writer, &kept)?;
    Ok(ExitCode::SUCCESS)
}

/// Adds decisions to their file.
fn keep(writer: &Writer<'_>, decisions: &[Decision]) -> Result<()> {
    if decisions.is_empty() {
        return Ok(());
    }
    let path = writer.global.root.join(DECISIONS);
    let before = if path.exists() { text(&path)? } else { String::new() };
    let mut after = before.clone();
    if !after.is_empty() && !after.ends_with('\n') {
        after.push('\n');
    }
    for decision in decisions {
        after += &format!("{}\n", serde_json::to_string(decision)?);
    }
    writer.put(DECISIONS, before, after)
}

/// The arguments that an entry makes as its passages were decided: both sides are mixed.
fn filed(archive: &Archive, decisions: &[Decision]) -> Vec<(String, Option<Stance>)> {
    let mut all: BTreeMap<usize, Option<Stance>> = BTreeMap::new();
    for decision in decisions.iter().filter(|decision| decision.answer == Answer::Yes) {
        let Some(at) = archive.argument(&decision.argument) else { continue };
        let known = all.entry(at).or_default();
        *known = Stance::together([*known, decision.stance]);
    }
    // A table gives every argument a stance; where one has none, all are listed without.
    let all_told = all.values().all(Option::is_some);
    all.into_iter().map(|(at, stance)| (slug(archive, at), stance.filter(|_| all_told))).collect()
}

struct Asker<'a, R> {
    global: &'a Global,
    archive: &'a Archive,
    input: R,
    quit: bool,
}

impl<R: BufRead> Asker<'_, R> {
    fn entry(&mut self, item: &Item, suggestions: &[Suggestion]) -> Result<Vec<Decision>> {
        let id = item.id.to_string();
        let passages = passages(item.document.body.blocks());
        let known: Vec<_> = self.archive.tagging.decisions_on(&id).collect();
        let is_decided = |passage: usize, argument: usize| {
            let slug = &self.archive.arguments[argument].item.id.slug;
            known.iter().any(|d| d.argument == *slug && d.selector.find(&passages) == Some(passage))
        };
        let mut open: Vec<(usize, &Suggestion)> = Vec::new();
        for made in suggestions {
            let undecided = made.passages.iter().filter(|said| !is_decided(said.passage, made.argument));
            open.extend(undecided.map(|said| (said.passage, made)));
        }
        open.sort_by_key(|(passage, made)| (*passage, made.argument));
        let mut decisions = Vec::new();
        for (passage, made) in open {
            let said = made.passages.iter().find(|said| said.passage == passage);
            let Some(said) = said else { continue };
            self.show(&id, &passages[passage], made, passage);
            let decide = |argument: usize, answer, stance| Decision {
                entry: id.clone(),
                argument: slug(self.archive, argument),
                answer,
                stance,
                selector: Selector::of(&passages, passage),
                place: None,
            };
            let reply = ask(self.global, self.archive, &mut self.input)?;
            match reply {
                Reply::Yes => decisions.push(decide(made.argument, Answer::Yes, said.stance)),
                Reply::No => decisions.push(decide(made.argument, Answer::No, None)),
                Reply::Edit(arguments) => {
                    if !arguments.iter().any(|(argument, _)| *argument == made.argument) {
                        decisions.push(decide(made.argument, Answer::No, None));
                    }
                    decisions.extend(arguments.into_iter().map(|(at, stance)| decide(at, Answer::Yes, stance)));
                }
                Reply::Skip => {}
                Reply::Quit => {
                    self.quit = true;
                    break;
                }
            }
        }
        Ok(decisions)
    }

    fn show(&self, id: &str, passage: &Passage, made: &Suggestion, at: usize) {
        let said = made.passages.iter().find(|said| said.passage == at);
        let words: Vec<_> = made.evidence.iter().filter(|e| e.passage == at).map(|e| e.text.as_str()).collect();
        let stance = said.and_then(|said| said.stance).map_or("", Choice::word);
        let score = said.map_or(made.score, |said| said.score);
        self.global.print(format!("\n{id}\n\n  {}\n", passage.text.replace('\n', "\n  ")));
        let argument = slug(self.archive, made.argument);
        self.global.print(format!("  {argument} {stance} {score:.2}, because of: {}", words.join(", ")));
    }
}

/// Asks until the answer is one. The end of the input is the end of the review.
fn ask(global: &Global, archive: &Archive, input: &mut impl BufRead) -> Result<Reply> {
    loop {
        global.print("  [y]es, [n]o, [e]dit, [s]kip, [q]uit?");
        let Some(answer) = line(input)? else { return Ok(Reply::Quit) };
        match answer.to_lowercase().as_str() {
            "y" | "yes" => return Ok(Reply::Yes),
            "n" | "no" => return Ok(Reply::No),
            "s" | "skip" | "" => return Ok(Reply::Skip),
            "q" | "quit" => return Ok(Reply::Quit),
            "e" | "edit" => {
                global.print("  Arguments with their stances, such as `cost against, speed`; an empty line for none:");
                let Some(written) = line(input)? else { return Ok(Reply::Quit) };
                match edited(archive, &written) {
                    Ok(arguments) => return Ok(Reply::Edit(arguments)),
                    Err(why) => global.complain(why),
                }
            }
            other => global.complain(format!("`{other}` is no answer\n  help: type one of y, n, e, s and q")),
        }
    }
}

fn line(input: &mut impl BufRead) -> Result<Option<String>> {
    let mut bytes = Vec::new();
    let read = input.read_until(b'\n', &mut bytes).map_err(|error| format!("standard input can't be read: {error}"))?;
    Ok((read > 0).then(|| String::from_utf8_lossy(&bytes).trim().to_owned()))
}

/// Arguments as a person types them.
fn edited(archive: &Archive, written: &str) -> Result<Vec<(usize, Option<Stance>)>> {
    let mut all = Vec::new();
    for part in written.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let (id, word) = part.split_once(char::is_whitespace).map_or((part, ""), |(id, word)| (id, word.trim()));
        let Some(at) = archive.argument(id) else {
            return Err(
                format!("there is no argument `{id}`\n  help: it is one of {}", archive.argument_names()).into()
            );
        };
        let stance = if word.is_empty() { None } else { Some(stance_word::parse(word)?) };
        all.push((at, stance));
    }
    Ok(all)
}
