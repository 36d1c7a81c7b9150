//! What a build can't do without: bytes read and written, lines highlighted, tokens indexed. Counted in an archive that
//! was built:
//!
//! ```text
//! cargo run --release --example floor -- ARCHIVE
//! ```

use std::collections::HashSet;
use std::io::Write;
use std::path::{Path, PathBuf};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Files and bytes.
#[derive(Default)]
struct Amount {
    files: usize,
    bytes: u64,
}

/// Blocks of code, and lines of those that differ: a block is highlighted once.
#[derive(Default)]
struct Code {
    blocks: usize,
    distinct: HashSet<String>,
}

impl Code {
    fn add(&mut self, block: String) {
        self.blocks += 1;
        self.distinct.insert(block);
    }

    /// The fenced blocks of a Markdown text.
    fn fences(&mut self, text: &str) {
        let mut open: Option<String> = None;
        for line in text.lines() {
            match (&mut open, line.starts_with("```")) {
                (None, true) => open = Some(format!("{line}\n")),
                (Some(_), true) => self.add(open.take().unwrap_or_default()),
                (Some(block), false) => *block += &format!("{line}\n"),
                (None, false) => {}
            }
        }
    }

    fn lines(&self) -> usize {
        // The first line of a block is its language.
        self.distinct.iter().map(|block| block.lines().count() - 1).sum()
    }
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() { found.extend(files(&path)?) } else { found.push(path) }
    }
    Ok(found)
}

fn amount(files: &[PathBuf]) -> Result<Amount> {
    let bytes = files.iter().map(|path| Ok(path.metadata()?.len())).sum::<Result<u64>>()?;
    Ok(Amount { files: files.len(), bytes })
}

fn code(content: &[PathBuf]) -> Result<Code> {
    let mut code = Code::default();
    for path in content {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        if ending == "md" {
            code.fences(&std::fs::read_to_string(path)?);
        } else if ["py", "js", "rs", "go", "java"].contains(&ending) {
            code.add(format!("```{ending}\n{}", std::fs::read_to_string(path)?));
        }
    }
    Ok(code)
}

/// The tokens of all texts in the index.
fn tokens(files: &[PathBuf]) -> Result<u64> {
    let meta = files.iter().find(|path| path.ends_with("meta.json")).ok_or("index/ holds no index: build first")?;
    let index = tantivy::Index::open_in_dir(meta.parent().unwrap_or(meta))?;
    let schema = index.schema();
    let searcher = index.reader()?.searcher();
    let mut tokens = 0;
    for segment in searcher.segment_readers() {
        // Only texts have lengths, which count in their ranking.
        for (field, _) in schema.fields().filter(|(_, field)| field.has_fieldnorms()) {
            tokens += segment.inverted_index(field)?.total_num_tokens();
        }
    }
    Ok(tokens)
}

fn main() -> Result<()> {
    let root = PathBuf::from(std::env::args().nth(1).ok_or("usage: floor ARCHIVE")?);
    let [content, index, public] = ["content", "index", "public"].map(|folder| files(&root.join(folder)));
    let (content, index, public) = (content?, index?, public?);
    let code = code(&content)?;
    let mut out = std::io::stdout().lock();
    for (what, files) in [("read", &content), ("written to public/", &public), ("written to index/", &index)] {
        let Amount { files, bytes } = amount(files)?;
        writeln!(out, "{what:<20} {files:>9} files {bytes:>13} bytes")?;
    }
    writeln!(
        out,
        "{:<20} {:>9} blocks {:>12} lines of {} that differ",
        "highlighted",
        code.blocks,
        code.lines(),
        code.distinct.len()
    )?;
    writeln!(out, "{:<20} {:>9} tokens", "indexed", tokens(&index)?)?;
    Ok(())
}
