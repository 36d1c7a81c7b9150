//! The `casebook` command.

use std::process::ExitCode;

/// Rendering makes and drops many small values on all threads: the system's allocator takes a tenth of a build.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    casebook::cli::run(hold_memory)
}

/// Keeps memory that was freed: a build soon wants it again, and to give it back and get it anew, cleared, is a
/// twelfth of its time.
#[expect(unsafe_code, reason = "the allocator has no other way to be told")]
fn hold_memory() {
    use libmimalloc_sys::{mi_option_set, mi_option_t, mi_option_use_numa_nodes};
    /// The crate names the option after it.
    const PURGE_DELAY: mi_option_t = mi_option_use_numa_nodes - 1;
    // SAFETY: it sets a number, which the allocator reads whenever it asks itself whether to give memory back.
    unsafe { mi_option_set(PURGE_DELAY, -1) };
}
