//! What a contributor waits for beside what the publisher waits for: the whole process `casebook check`, and the whole
//! process of a build that finds neither index nor site, on the same synthetic archives and in one run:
//!
//! ```text
//! cargo bench --bench check
//! CASEBOOK_BENCH_ENTRIES=500,2000 cargo bench --bench check
//! ```
//!
//! The ratio of the two is what counts: a check that costs as much as a build is a check that nobody runs.

#![expect(clippy::disallowed_methods, reason = "a benchmark runs the program and clears up after it")]

mod corpus;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use criterion::{Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use serde_json::Value;

const ENTRIES: &str = "CASEBOOK_BENCH_ENTRIES";

/// How large the archives are that are measured.
fn sizes() -> Vec<usize> {
    let list = std::env::var(ENTRIES).unwrap_or_else(|_| "1000,10000".to_owned());
    let size = |size: &str| size.trim().parse().unwrap_or_else(|_| panic!("{ENTRIES}: `{size}` is no number"));
    list.split(',').map(size).collect()
}

/// Runs the program in the archive: how long it took, and the object that it printed.
fn run(root: &Path, command: &str) -> (Duration, Value) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_casebook"));
    program.args([command, "--format", "json", "-C"]).arg(root);
    let start = Instant::now();
    let output = program.output().expect("the program starts");
    let took = start.elapsed();
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stdout));
    (took, serde_json::from_slice(&output.stdout).expect("an object"))
}

/// Removes whatever an earlier build left, so that the next one has nothing to reuse.
fn clear(root: &Path) {
    for folder in ["index", "public", ".public.stage"] {
        let folder = root.join(folder);
        if folder.exists() {
            std::fs::remove_dir_all(&folder).expect("what was built can be removed");
        }
    }
}

fn check(criterion: &mut Criterion) {
    for entries in sizes() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path();
        corpus::write(root, entries);
        let found = run(root, "check").1;
        assert_eq!((&found["errors"], &found["warnings"]), (&0.into(), &0.into()), "an archive with nothing to mend");

        let mut group = criterion.benchmark_group(format!("{entries} entries"));
        // Each sample is one process: a build of the larger archive takes seconds.
        group.sample_size(10).sampling_mode(SamplingMode::Flat);
        group.warm_up_time(Duration::from_millis(1)).measurement_time(Duration::from_secs(1));
        group.throughput(Throughput::Elements(entries as u64));
        group.bench_function("check", |bencher| {
            bencher.iter_custom(|times| (0..times).map(|_| run(root, "check").0).sum());
        });
        group.bench_function("cold build", |bencher| {
            bencher.iter_custom(|times| {
                let cold = |_| {
                    clear(root);
                    run(root, "build").0
                };
                (0..times).map(cold).sum()
            });
        });
        group.finish();
    }
}

criterion_group!(benches, check);
criterion_main!(benches);
