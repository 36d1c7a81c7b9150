//! Writes the synthetic archive that benchmarks are run on, or a Hugo site of the same texts:
//!
//! ```text
//! cargo run --release --example corpus -- 10000 target/corpus casebook
//! ```

#[path = "mod.rs"]
mod corpus;

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [entries, folder, format] = args.as_slice() else { return usage() };
    match (entries.parse(), format.as_str()) {
        (Ok(entries), "casebook") => corpus::write(Path::new(folder), entries),
        (Ok(entries), "hugo") => corpus::write_hugo(Path::new(folder), entries),
        _ => return usage(),
    }
    ExitCode::SUCCESS
}

#[expect(clippy::print_stderr, reason = "a program that is called wrongly says so")]
fn usage() -> ExitCode {
    eprintln!("usage: corpus ENTRIES FOLDER casebook|hugo");
    ExitCode::from(2)
}
