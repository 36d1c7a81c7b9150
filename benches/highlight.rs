//! How fast code is highlighted, by the regex engine that the build chose:
//!
//! ```text
//! cargo bench --bench highlight
//! cargo bench --bench highlight --no-default-features --features regex-fancy
//! ```
//!
//! The input is this repository's own code: Rust, JavaScript and Python. Each block is highlighted once, as in a build.

use std::fmt::Write;
use std::hint::black_box;
use std::path::Path;

use casebook::render::Highlights;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// Every file below `folder` with the ending, one after the other.
fn code(folder: &str, ending: &str, out: &mut String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut entries: Vec<_> = std::fs::read_dir(path).into_iter().flatten().flatten().map(|e| e.path()).collect();
    entries.sort();
    for path in entries {
        let inside = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap_or(&path).to_string_lossy().into_owned();
        if path.is_dir() && !inside.contains("node_modules") {
            code(&inside, ending, out);
        } else if inside.ends_with(ending) {
            let _ = writeln!(out, "{}", std::fs::read_to_string(&path).unwrap_or_default());
        }
    }
}

fn highlight(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("highlight");
    group.sample_size(10);
    for (language, folder, ending) in
        [("rust", "src", ".rs"), ("javascript", "tests/browser", ".mjs"), ("python", "content/samples", ".py")]
    {
        let mut text = String::new();
        code(folder, ending, &mut text);
        assert!(!text.is_empty(), "there is no {ending} file in {folder}");
        group.throughput(Throughput::Elements(text.lines().count() as u64));
        group.bench_function(format!("{language} lines"), |bencher| {
            bencher.iter(|| Highlights::new(usize::MAX).html(Some(language), black_box(&text)));
        });
    }
    group.finish();
}

criterion_group!(benches, highlight);
criterion_main!(benches);
