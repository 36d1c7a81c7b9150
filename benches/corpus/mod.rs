//! A synthetic archive of any size, to measure the program on more than anyone has written.
//!
//! The same number of entries gives the same bytes, on any machine and at any time, so that figures of different days
//! compare. Nothing in it is an error or a warning: what is measured is the work, not the printing of findings. Texts
//! are noise with the statistics of prose (Zipf's law, stop words, terms by subject), so that no two are alike and
//! index, tagger and highlighter have the work that they would have.
//!
//! Of twenty entries ten are essays of some 1,200 words and two blocks of code, seven are quotes and three samples; ten
//! entries share a source. Hugo gets the same texts, so that both programs can be measured on one archive.

#![expect(clippy::disallowed_methods, reason = "a benchmark writes its own folder")]

mod casebook;
mod code;
mod draw;
mod essay;
mod hugo;
mod text;

use std::path::Path;

use rayon::prelude::*;

use draw::Corpus;

/// A file: its path and what it holds.
type File = (String, String);

/// Slugs of the arguments; the terms of each stand in `text.rs`.
const ARGUMENTS: [&str; 4] = ["coordination", "builds", "access", "history"];
const CLAIMS: usize = 8;

/// Writes an archive of so many entries into the folder.
pub fn write(folder: &Path, entries: usize) {
    let corpus = Corpus::new(entries);
    put(folder, casebook::frame(&corpus));
    (0..entries).into_par_iter().for_each(|at| put(folder, casebook::entry(&corpus, at)));
}

/// Writes the content of a Hugo site of the same texts; its theme is `benches/peers/hugo/`.
#[allow(dead_code, reason = "not every benchmark has a peer")]
pub fn write_hugo(folder: &Path, entries: usize) {
    let corpus = Corpus::new(entries);
    put(folder, hugo::frame(&corpus));
    (0..entries).into_par_iter().for_each(|at| put(folder, vec![hugo::entry(&corpus, at)]));
}

fn put(folder: &Path, files: Vec<File>) {
    for (path, text) in files {
        let path = folder.join(path);
        path.parent().map(std::fs::create_dir_all).transpose().expect("a folder can be made");
        std::fs::write(path, text).expect("a file can be written");
    }
}
