//! `casebook init`

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::{Global, Result};
use crate::init;

#[derive(Args)]
pub struct Init {
    /// The folder of the new archive: empty, or not there yet
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Says what would be written, and writes nothing
    #[arg(long)]
    dry_run: bool,
}

impl Init {
    pub fn run(&self, global: &Global) -> Result<ExitCode> {
        let folder = global.root.join(&self.folder);
        let written = if self.dry_run { 0 } else { init::write(&folder)? };
        let files: Vec<_> = init::files().map(|(path, _)| path).collect();
        if global.json() {
            global.print(json!({"folder": folder, "files": files, "written": written}));
            return Ok(ExitCode::SUCCESS);
        }
        if self.dry_run {
            files.iter().for_each(|path| global.print(folder.join(path).display()));
            return Ok(ExitCode::SUCCESS);
        }
        global.tell(format!("Made an archive of {written} files in {}", folder.display()));
        global.tell(format!("Next: casebook -C {} serve", folder.display()));
        Ok(ExitCode::SUCCESS)
    }
}
