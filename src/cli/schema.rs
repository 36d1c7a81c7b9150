//! `casebook schema`

use std::process::ExitCode;

use clap::Args;
use serde_json::{Map, Value};

use super::{Global, Result};
use crate::diagnostic::did_you_mean;
use crate::read::schemas;
use crate::schema::reference;

#[derive(Args)]
pub struct Schema {
    /// Of what: `casebook.toml`, `essay`, `quote` and so on; all of them, by name, where it is missing
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// Prints the keys as Markdown, for people
    #[arg(long, conflicts_with = "name")]
    reference: bool,
}

impl Schema {
    pub fn run(&self, global: &Global) -> Result<ExitCode> {
        let schemas = schemas();
        if self.reference {
            global.print(reference(&schemas).trim_end());
            return Ok(ExitCode::SUCCESS);
        }
        let printed: Value = match &self.name {
            None => {
                schemas.into_iter().map(|(name, schema)| (name.to_owned(), schema.into())).collect::<Map<_, _>>().into()
            }
            Some(name) => match schemas.iter().find(|(of, _)| of == name) {
                Some((_, schema)) => schema.clone().into(),
                None => {
                    let help = did_you_mean(name, schemas.iter().map(|(name, _)| *name)).unwrap_or_default();
                    return Err(format!("there is no schema of `{name}`\n  help: {help}").into());
                }
            },
        };
        // One object a line for programs; for people, as it is kept in files.
        global.print(if global.json() { printed.to_string() } else { serde_json::to_string_pretty(&printed)? });
        Ok(ExitCode::SUCCESS)
    }
}
