//! How fast code is highlighted, beside syntect's parser alone, which casebook uses for languages without a syntax tree;
//! that one by the regex engine that the build chose:
//!
//! ```text
//! cargo bench --bench highlight
//! cargo bench --bench highlight --no-default-features --features regex-fancy
//! ```
//!
//! The input is this repository's own code: Rust, JavaScript and Python. Each file is highlighted once, as in a build.

use std::hint::black_box;
use std::path::Path;

use casebook::render::Highlights;
use casebook::syntax;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use syntect::parsing::ParseState;

/// Every file below `folder` with the ending.
fn code(folder: &str, ending: &str, out: &mut Vec<String>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut entries: Vec<_> = std::fs::read_dir(path).into_iter().flatten().flatten().map(|e| e.path()).collect();
    entries.sort();
    for path in entries {
        let inside = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap_or(&path).to_string_lossy().into_owned();
        if path.is_dir() && !inside.contains("node_modules") {
            code(&inside, ending, out);
        } else if inside.ends_with(ending) {
            out.push(std::fs::read_to_string(&path).unwrap_or_default());
        }
    }
}

fn parse(language: &str, text: &str) -> usize {
    let mut state = ParseState::new(syntax::find(language).expect("a known language"));
    let lines = text.split_inclusive('\n');
    lines.map(|line| state.parse_line(line, syntax::syntaxes()).map_or(0, |found| found.len())).sum()
}

fn highlight(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("highlight");
    group.sample_size(10);
    for (language, folder, ending) in
        [("rust", "src", ".rs"), ("javascript", "tests/browser", ".mjs"), ("python", "content/samples", ".py")]
    {
        let mut files = Vec::new();
        code(folder, ending, &mut files);
        assert!(!files.is_empty(), "there is no {ending} file in {folder}");
        group.throughput(Throughput::Elements(files.iter().map(|text| text.lines().count() as u64).sum()));
        group.bench_function(format!("{language} lines"), |bencher| {
            bencher.iter(|| {
                let highlights = Highlights::new(usize::MAX);
                for text in &files {
                    black_box(highlights.html(Some(language), black_box(text)));
                }
            });
        });
        group.bench_function(format!("{language} lines, syntect's parser"), |bencher| {
            bencher.iter(|| files.iter().map(|text| parse(language, black_box(text))).sum::<usize>());
        });
    }
    group.finish();
}

criterion_group!(benches, highlight);
criterion_main!(benches);
