//! The `casebook` command.

/// Rendering makes and drops many small values on all threads: the system's allocator takes a tenth of a build.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    casebook::cli::run()
}
