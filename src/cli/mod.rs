//! The command line: one file a command. Arguments in, printing out, nothing else.

mod build;
mod check;
mod ingest;
mod init;
mod schema;
mod search;
mod serve;
mod show;
mod tag;

use std::fmt::Display;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ColorChoice, Parser, Subcommand, ValueEnum};

/// The archive has errors, or the work failed.
pub const FAILED: u8 = 1;
/// Wrong usage.
pub const USAGE: u8 = 2;

#[derive(Parser)]
#[command(name = "casebook", version, about = "Publishes an archive of arguments as a fast static site")]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Args, Clone)]
pub struct Global {
    /// The archive's root
    #[arg(short = 'C', value_name = "DIR", default_value = ".", global = true)]
    pub root: PathBuf,
    /// How results are printed
    #[arg(long, value_enum, default_value_t = Format::Human, global = true)]
    pub format: Format,
    /// Prints errors only
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Prints what is being done
    #[arg(long, short, global = true)]
    pub verbose: bool,
    /// Whether output is coloured
    #[arg(long, value_enum, default_value_t = ColorChoice::Auto, global = true)]
    pub color: ColorChoice,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Human,
    Json,
    /// SARIF 2.1.0, for `check`
    Sarif,
    /// Workflow commands of GitHub, for `check`
    Github,
}

#[derive(Subcommand)]
enum Command {
    /// Checks the archive and publishes it: `index/` and `public/`
    Build(build::Build),
    /// Makes drafts of captured pages, exports, bibliographies and feeds
    Ingest(ingest::Ingest),
    /// Makes a new archive
    Init(init::Init),
    /// Shows the site while you write, and reloads the browser
    Serve(serve::Serve),
    /// Suggests arguments for entries that nobody curated
    Tag(tag::Tag),
    /// Searches the archive
    Search(search::Search),
    /// Prints an entry, a claim, an argument, a source or a page
    Show(show::Show),
    /// Opens a page of the published site in the browser
    Open(show::Open),
    /// Reports every mistake in the archive, with its place and its mend
    Check(check::Check),
    /// Prints JSON Schemas of casebook.toml and of each kind's front matter
    Schema(schema::Schema),
}

/// A failure that ends a command; its text is printed after `error: `.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Parses the command line, runs the command and says how it went. Wrong usage exits with 2. `hold_memory` tells the
/// allocator to give nothing back from then on.
pub fn run(hold_memory: fn()) -> ExitCode {
    let cli = Cli::parse_from(search::arguments(std::env::args_os()));
    let global = &cli.global;
    if matches!(global.format, Format::Sarif | Format::Github) && !matches!(cli.command, Command::Check(_)) {
        global.complain("only `check` prints in this format\n  help: use `--format human` or `--format json`");
        return ExitCode::from(USAGE);
    }
    if global.verbose {
        tracing_subscriber::fmt().with_writer(std::io::stderr).without_time().with_target(false).init();
    }
    let done = match &cli.command {
        Command::Build(command) => command.run(global, hold_memory),
        Command::Ingest(command) => command.run(global),
        Command::Init(command) => command.run(global),
        Command::Serve(command) => command.run(global),
        Command::Tag(command) => command.run(global),
        Command::Search(command) => command.run(global),
        Command::Show(command) => command.run(global),
        Command::Open(command) => command.run(global),
        Command::Check(command) => command.run(global),
        Command::Schema(command) => command.run(global),
    };
    done.unwrap_or_else(|error| {
        global.complain(&error);
        ExitCode::from(FAILED)
    })
}

impl Global {
    /// Prints a line of results to stdout. A reader that went away, such as `head`, is no failure.
    pub fn print(&self, text: impl Display) {
        let mut out = anstream::AutoStream::new(std::io::stdout().lock(), choice(self.color));
        let text = text.to_string();
        let _ = writeln!(out, "{}", if self.json() { text } else { tame(&text) });
    }

    /// Prints a text to stdout to the byte, for programs that read it.
    pub fn print_as_is(&self, text: &str) {
        let _ = std::io::stdout().lock().write_all(text.as_bytes());
    }

    /// Prints a line of news to stderr, unless `--quiet`.
    pub fn tell(&self, text: impl Display) {
        if !self.quiet {
            let mut err = anstream::AutoStream::new(std::io::stderr().lock(), choice(self.color));
            let _ = writeln!(err, "{}", tame(&text.to_string()));
        }
    }

    /// Prints an error to stderr.
    pub fn complain(&self, error: impl Display) {
        let mut err = anstream::AutoStream::new(std::io::stderr().lock(), choice(self.color));
        let _ = writeln!(err, "error: {}", tame(&error.to_string()));
    }

    pub fn json(&self) -> bool {
        self.format == Format::Json
    }

    /// Whether stdout takes colour.
    pub fn colors(&self) -> bool {
        match self.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => {
                std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            }
        }
    }
}

/// Text as a terminal may have it. Titles and file names are anybody's: of what would steer the terminal only our own
/// colours are left.
fn tame(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let style = rest.strip_prefix("\u{1b}[").map_or(0, |codes| {
            let end = codes.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap_or(codes.len());
            if codes[end..].starts_with('m') { end + 3 } else { 0 }
        });
        let length = style.max(c.len_utf8());
        match c {
            _ if style > 0 => out.push_str(&rest[..style]),
            '\n' | '\t' => out.push(c),
            // Marks that would turn the line around.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
        rest = &rest[length..];
    }
    out
}

fn choice(color: ColorChoice) -> anstream::ColorChoice {
    match color {
        ColorChoice::Auto => anstream::ColorChoice::Auto,
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Never => anstream::ColorChoice::Never,
    }
}

#[cfg(test)]
mod tests {
    use super::tame;

    #[test]
    fn only_colours_reach_the_terminal() {
        let text = "a\u{1b}[1;31mb\u{1b}[0m\u{1b}]0;x\u{7}\u{9b}2J\rc\u{202e}d\u{1b}[2J\n\u{1b}";
        assert_eq!(tame(text), "a\u{1b}[1;31mb\u{1b}[0m\u{fffd}]0;x\u{fffd}\u{fffd}2J\u{fffd}cd\u{fffd}[2J\n\u{fffd}");
    }
}
