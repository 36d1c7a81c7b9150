//! Where a thing was written: the texts that were read, and byte ranges in them.
//!
//! A text is normalised once, as it enters: no byte order mark, line feeds only. Spans, lines and columns then
//! mean the same whatever editor wrote the file; a CRLF file differs from an LF one in nothing that is built.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

/// A file that was read, by its place in [`Files`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FileId(u32);

/// A byte range in the normalised text of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    pub file: FileId,
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub fn new(file: FileId, range: Range<usize>) -> Self {
        Self { file, start: offset(range.start), end: offset(range.end.max(range.start)) }
    }

    /// The start of a file: for findings about the file as a whole.
    pub fn start_of(file: FileId) -> Self {
        Self { file, start: 0, end: 0 }
    }

    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Files are bounded (see [`crate::fs::MAX_TEXT`]) far below 4 GiB, so an offset always fits.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// A value and where it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    pub value: T,
    pub span: Span,
}

impl<T> Spanned<T> {
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }

    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned { value: f(self.value), span: self.span }
    }
}

/// For a schema, only the value counts.
impl<T: JsonSchema> JsonSchema for Spanned<T> {
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// A position as people count it: lines and columns from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

/// A text that was read.
#[derive(Debug)]
pub struct File {
    /// Relative to the archive's root, with `/`.
    pub path: String,
    pub text: Arc<str>,
    /// Made when the first position is asked for: most files have no findings.
    line_starts: OnceLock<Vec<u32>>,
}

impl File {
    fn new(path: String, text: Arc<str>) -> Self {
        Self { path, text, line_starts: OnceLock::new() }
    }

    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let breaks = self.text.match_indices('\n').map(|(at, _)| offset(at + 1));
            std::iter::once(0).chain(breaks).collect()
        })
    }

    pub fn position(&self, at: usize) -> Position {
        let at = self.text.floor_char_boundary(at.min(self.text.len()));
        let line_starts = self.line_starts();
        let line = line_starts.partition_point(|&start| start as usize <= at);
        let start = line_starts[line - 1] as usize;
        Position { line, column: self.text[start..at].chars().count() + 1 }
    }

    /// The byte offset of a line and a column, both from 1; past the end it is the end.
    pub fn offset(&self, line: usize, column: usize) -> usize {
        let Some(&start) = self.line_starts().get(line.saturating_sub(1)) else { return self.text.len() };
        let rest = &self.text[start as usize..];
        let line = rest.split('\n').next().unwrap_or(rest);
        start as usize + line.char_indices().nth(column.saturating_sub(1)).map_or(line.len(), |(at, _)| at)
    }
}

/// Every text that was read, by [`FileId`].
#[derive(Debug, Default)]
pub struct Files {
    files: Vec<File>,
    /// Places whose texts were let go.
    free: Vec<FileId>,
}

impl Files {
    /// Takes in a text and gives it an id. `text` is normalised here.
    pub fn add(&mut self, path: impl Into<String>, text: &str) -> FileId {
        self.add_normalised(path, normalise(text))
    }

    /// As [`add`](Self::add), for who made the text ready on a thread of its own.
    pub fn add_normalised(&mut self, path: impl Into<String>, text: Arc<str>) -> FileId {
        let file = File::new(path.into(), text);
        if let Some(id) = self.free.pop() {
            self.files[id.0 as usize] = file;
            return id;
        }
        let id = FileId(offset(self.files.len()));
        self.files.push(file);
        id
    }

    pub fn get(&self, id: FileId) -> &File {
        &self.files[id.0 as usize]
    }

    /// Takes in a normalised text in the place of another.
    pub fn replace(&mut self, id: FileId, text: Arc<str>) {
        let file = &mut self.files[id.0 as usize];
        *file = File::new(std::mem::take(&mut file.path), text);
    }

    pub fn let_go(&mut self, id: FileId) {
        self.files[id.0 as usize] = File::new(String::new(), Arc::default());
        self.free.push(id);
    }

    /// Lets go of every text that `kept` does not name; the ids of the others stay theirs.
    pub fn keep_only(&mut self, kept: impl IntoIterator<Item = FileId>) {
        let mut is_kept = vec![false; self.files.len()];
        kept.into_iter().for_each(|id| is_kept[id.0 as usize] = true);
        self.free.clear();
        for (at, _) in is_kept.iter().enumerate().filter(|(_, kept)| !**kept) {
            self.files[at] = File::new(String::new(), Arc::default());
            self.free.push(FileId(offset(at)));
        }
    }

    /// The text that a span covers.
    pub fn text(&self, span: Span) -> &str {
        self.get(span.file).text.get(span.range()).unwrap_or_default()
    }
}

/// A text on one line, white space collapsed.
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// A text without byte order mark and with line feeds only.
pub fn normalise(text: &str) -> Arc<str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n").into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_from_one() {
        let mut files = Files::default();
        let id = files.add("a.md", "\u{feff}één\r\ntwo");
        let file = files.get(id);
        assert_eq!(&*file.text, "één\ntwo");
        assert_eq!(file.position(0), Position { line: 1, column: 1 });
        assert_eq!(file.position("éé".len()), Position { line: 1, column: 3 });
        assert_eq!(file.position("één\n".len()), Position { line: 2, column: 1 });
        assert_eq!(file.position(999), Position { line: 2, column: 4 });
        assert_eq!(file.offset(2, 2), "één\nt".len());
        assert_eq!(file.offset(9, 1), file.text.len());
    }

    #[test]
    fn what_is_kept_keeps_its_id_and_the_rest_is_used_again() {
        let mut files = Files::default();
        let all = ["a", "b", "c"].map(|path| files.add(path, path));
        files.keep_only([all[0], all[2]]);
        let new = ["d", "e"].map(|path| files.add(path, path));
        assert_eq!(new[0], all[1]);
        assert_eq!([all[0], all[2], new[0], new[1]].map(|id| files.get(id).path.clone()), ["a", "c", "d", "e"]);
    }
}
