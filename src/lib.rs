//! Casebook
pub mod check;
pub mod cli;
pub mod config;
pub mod date;
pub mod diagnostic;
pub mod fields;
pub mod fs;
pub mod math;
pub mod model;
pub mod pipeline;
pub mod publish;
pub mod read;
pub mod render;
pub mod serve;
pub mod span;
pub mod syntax;
pub mod value;
