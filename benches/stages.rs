//! The stages of a build, each on its own: parse (read and resolve), tag, render, index, shard and publish. What
//! highlighting costs alone is measured by `benches/highlight.rs`; here it is a part of `render`.
//!
//! ```text
//! cargo bench --bench stages
//! CASEBOOK_BENCH_ENTRIES=200,2000 cargo bench --bench stages -- render
//! ```
//!
//! Nothing is kept between two rounds: each renders every page and highlights every block anew.

mod corpus;

use std::path::Path;
use std::time::Duration;

use casebook::diagnostic::Diagnostics;
use casebook::index::{Index, Shard, export, update};
use casebook::model::{Archive, Scope, resolve};
use casebook::pipeline::load;
use casebook::publish::Publisher;
use casebook::read::{Tree, Unsaved, read};
use casebook::render::{Artifact, Options, Site};
use casebook::span::Files;
use casebook::tag::{Memory, suggest};
use criterion::measurement::WallTime;
use criterion::{BatchSize, BenchmarkGroup, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use rayon::prelude::*;
use tempfile::TempDir;

const ENTRIES: &str = "CASEBOOK_BENCH_ENTRIES";

fn sizes() -> Vec<usize> {
    let list = std::env::var(ENTRIES).unwrap_or_else(|_| "1000".to_owned());
    let size = |size: &str| size.trim().parse().unwrap_or_else(|_| panic!("{ENTRIES}: `{size}` is no number"));
    list.split(',').map(size).collect()
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn parse(root: &Path) -> Archive {
    let (mut files, mut found) = (Files::default(), Diagnostics::default());
    let tree = Tree { root: Some(root), unsaved: &Unsaved::new() };
    let documents = read(tree, &mut files, &mut found).expect("the archive can be read");
    resolve(&documents, Scope::All, &mut found)
}

/// A site that has rendered nothing yet.
fn site(root: &Path) -> Site {
    let loaded = load(root).expect("the archive can be read");
    let site = loaded.into_site(false, &Options::default(), &mut Memory::default());
    site.unwrap_or_else(|_| panic!("the archive has nothing to mend")).0
}

fn render(site: &Site, path: &str) -> Artifact {
    let made = site.render(path).expect("a path of the site");
    made.unwrap_or_else(|_| panic!("{path} can be rendered"))
}

fn publish(folder: &Path, artifacts: &[(String, Vec<u8>)]) {
    let publisher = Publisher::open(folder, folder.join("stamps")).expect("public/ can be opened");
    let add = |(path, bytes): &(String, Vec<u8>)| {
        publisher.add(Artifact { path: path.clone(), bytes: bytes.clone() }).map(drop)
    };
    artifacts.par_iter().try_for_each(add).expect("a file can be written");
    publisher.finish().expect("the site can be published");
}

fn search(group: &mut BenchmarkGroup<'_, WallTime>, archive: &Archive) {
    group.bench_function("index", |bencher| {
        let write = |folder: TempDir| {
            update(archive, folder.path(), "").expect("the index can be written");
            folder
        };
        bencher.iter_batched(folder, write, BatchSize::PerIteration);
    });
    let index = Index::in_memory(archive).expect("the index can be made");
    group.bench_function("shard", |bencher| {
        let forget = |shard: Shard| {
            std::hint::black_box(shard);
            Ok(())
        };
        bencher.iter(|| export(&index, None, &forget).expect("the shards can be made"));
    });
}

fn stages(criterion: &mut Criterion) {
    for entries in sizes() {
        let archive_folder = folder();
        let root = archive_folder.path();
        corpus::write(root, entries);
        let mut group = criterion.benchmark_group(format!("{entries} entries"));
        group.sample_size(10).sampling_mode(SamplingMode::Flat);
        group.warm_up_time(Duration::from_millis(1)).measurement_time(Duration::from_secs(1));
        group.throughput(Throughput::Elements(entries as u64));

        group.bench_function("parse", |bencher| bencher.iter(|| parse(root)));
        let archive = parse(root);
        group.bench_function("tag", |bencher| bencher.iter(|| suggest(&archive)));
        group.bench_function("render", |bencher| {
            let render_all = |site: Site| {
                let paths: Vec<_> = site.paths().collect();
                paths.par_iter().for_each(|path| drop(std::hint::black_box(render(&site, path))));
                site
            };
            bencher.iter_batched(|| site(root), render_all, BatchSize::PerIteration);
        });
        search(&mut group, &archive);
        drop(archive);

        let site = site(root);
        let paths: Vec<_> = site.paths().collect();
        let artifact = |path: &&str| render(&site, path);
        let artifacts: Vec<_> = paths.par_iter().map(artifact).map(|made| (made.path, made.bytes)).collect();
        group.bench_function("publish", |bencher| {
            let publish = |folder: TempDir| {
                publish(folder.path(), &artifacts);
                folder
            };
            bencher.iter_batched(folder, publish, BatchSize::PerIteration);
        });
        group.finish();
    }
}

criterion_group!(benches, stages);
criterion_main!(benches);
