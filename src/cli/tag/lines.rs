//! `casebook tag --stdin`: a passage a line, an answer a line.

use std::io::{BufRead, Read};
use std::process::ExitCode;

use serde::Deserialize;

use super::object;
use crate::cli::{FAILED, Global, Result};
use crate::model::Archive;
use crate::tag::Tagger;

#[derive(Deserialize)]
struct Line {
    id: String,
    text: String,
}

/// A longer line is no passage.
const LONGEST: u64 = 8 << 20;

/// A line that is no passage is told of on stderr, and the others are answered.
pub fn answer(global: &Global, archive: &Archive) -> Result<ExitCode> {
    let tagger = Tagger::new(archive);
    let mut input = std::io::stdin().lock();
    let (mut number, mut status) = (0, ExitCode::SUCCESS);
    loop {
        let mut line = Vec::new();
        let read = input.by_ref().take(LONGEST).read_until(b'\n', &mut line);
        if read.map_err(|error| format!("standard input can't be read: {error}"))? == 0 {
            return Ok(status);
        }
        number += 1;
        let parsed = if line.len() as u64 == LONGEST && !line.ends_with(b"\n") {
            input.skip_until(b'\n').map_err(|error| format!("standard input can't be read: {error}"))?;
            Err(format!(
                "line {number} is longer than {} MiB\n  help: hand in passages, not whole books",
                LONGEST >> 20
            ))
        } else if line.trim_ascii().is_empty() {
            continue;
        } else {
            serde_json::from_slice::<Line>(&line).map_err(|error| {
                let help = "write one JSON object a line";
                format!("line {number} is not {{\"id\": ..., \"text\": ...}}: {error}\n  help: {help}")
            })
        };
        match parsed {
            Ok(Line { id, text }) => global.print(object(&id, archive, &tagger.text(&text), &[])),
            Err(why) => {
                global.complain(why);
                status = ExitCode::from(FAILED);
            }
        }
    }
}
