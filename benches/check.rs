//! What a contributor waits for beside what the publisher waits for: the whole process `casebook check`, and the whole
//! process of a build that finds neither index nor site, on the same synthetic archives and in one run:
//!
//! ```text
//! cargo bench --bench check
//! CASEBOOK_BENCH_ENTRIES=500,2000 cargo bench --bench check
//! ```
//!
//! The ratio of the two is what counts: a check that costs as much as a build is a check that nobody runs. The sites
//! that were built are kept until the end, which takes some 5 GiB of the temporary folder.

#![expect(clippy::disallowed_methods, reason = "a benchmark runs the program and moves its site away")]

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

/// Moves whatever an earlier build left out of the archive, so that the next one has nothing to reuse. It is deleted
/// when all is measured, since ext4 walks past the inodes that were deleted in the last minutes whenever it makes a
/// file: builds between deletions of thousands of files would measure that, each more than the one before.
fn set_aside(root: &Path, aside: &Path) {
    let into = tempfile::tempdir_in(aside).expect("a temporary folder").keep();
    for folder in ["index", "public", ".public.stage"].into_iter().filter(|folder| root.join(folder).exists()) {
        std::fs::rename(root.join(folder), into.join(folder)).expect("what was built can be moved");
    }
}

fn check(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let aside = folder.path().join("aside");
    std::fs::create_dir(&aside).expect("a folder can be made");
    for entries in sizes() {
        let root = &folder.path().join(entries.to_string());
        corpus::write(root, entries);
        let found = run(root, "check").1;
        assert_eq!((&found["errors"], &found["warnings"]), (&0.into(), &0.into()), "an archive with nothing to mend");

        let mut group = criterion.benchmark_group(format!("{entries} entries"));
        // Each sample is one process, since a build of the larger archive takes long: the time is too short on purpose,
        // and criterion says so.
        group.sample_size(10).sampling_mode(SamplingMode::Flat);
        group.warm_up_time(Duration::from_millis(1)).measurement_time(Duration::from_secs(1));
        group.throughput(Throughput::Elements(entries as u64));
        group.bench_function("check", |bencher| {
            bencher.iter_custom(|times| (0..times).map(|_| run(root, "check").0).sum());
        });
        group.bench_function("cold build", |bencher| {
            bencher.iter_custom(|times| {
                let cold = |_| {
                    set_aside(root, &aside);
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
