//! Casebook: archives of arguments, checked, tagged, indexed and published as a static site.
//!
//! The modules are the stages of a pipeline, in its order. [`read`] makes [`Documents`](read::Documents) of the bytes in
//! an archive's folders; [`model`] resolves what they say of one another into an [`Archive`](model::Archive), complete
//! and unchanging; [`check`] reports what is wrong with it and [`tag`] suggests arguments where nobody curated them;
//! [`index`] writes what the terminal and the browser search; [`render`] makes each file of the [`Site`](render::Site) when it is
//! asked for; [`publish`] brings them into `public/` in one step. [`pipeline`] runs the stages, [`live`] keeps what they
//! make up to date with edits, [`serve`] shows that, [`ingest`] makes drafts of captured pages, and [`cli`] is the command line over all. Below them is the floor: where things were written
//! ([`span`]), what a language decides ([`language`]), what is wrong with them ([`diagnostic`]), the values and fields of front matter ([`value`], [`fields`]),
//! files ([`fs`]) and their edits ([`watch`]), what is kept from build to build ([`cache`]), schemas for editors ([`schema`]),
//! programming languages ([`syntax`], [`parsers`]). A module uses only those above it in this list; `tests/architecture.rs` holds it to that.

#![forbid(unsafe_code)]

// The floor.
pub mod span;
pub mod date;
pub mod escape;
pub mod language;
pub mod diagnostic;
pub mod value;
pub mod schema;
pub mod fields;
pub mod config;
pub mod fs;
pub mod math;
pub mod syntax;
pub mod parsers;
pub mod watch;
pub mod cache;

// The stages.
pub mod read;
pub mod model;
pub mod check;
pub mod tag;
pub mod index;
pub mod render;
pub mod publish;
pub mod pipeline;
pub mod live;
pub mod serve;

// Beside them.
pub mod ingest;
pub mod init;

pub mod cli;
