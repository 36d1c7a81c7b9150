//! The `casebook` command.

use std::alloc::{GlobalAlloc, Layout};
use std::process::ExitCode;

use mimalloc::MiMalloc;

/// Rendering makes and drops many small values on all threads: the system's allocator takes a tenth of a build.
#[global_allocator]
static ALLOCATOR: Allocator = Allocator;

/// mimalloc, asked for an alignment only where its blocks have not got it anyway: asked for one, it takes a longer way
/// and larger blocks.
struct Allocator;

/// Whether a block of so many bytes is aligned as it should be: all are to their size, up to 16.
fn is_aligned(layout: Layout, size: usize) -> bool {
    layout.align() <= 16 && layout.align() <= size
}

// SAFETY: all of it is mimalloc's, which gives blocks of the size and the alignment that are asked for, or null.
#[expect(unsafe_code, reason = "an allocator has no other way")]
unsafe impl GlobalAlloc for Allocator {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if is_aligned(layout, layout.size()) {
            return unsafe { libmimalloc_sys::mi_malloc(layout.size()) }.cast();
        }
        unsafe { MiMalloc.alloc(layout) }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if is_aligned(layout, layout.size()) {
            return unsafe { libmimalloc_sys::mi_zalloc(layout.size()) }.cast();
        }
        unsafe { MiMalloc.alloc_zeroed(layout) }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        unsafe { MiMalloc.dealloc(block, layout) }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if is_aligned(layout, size) {
            return unsafe { libmimalloc_sys::mi_realloc(block.cast(), size) }.cast();
        }
        unsafe { MiMalloc.realloc(block, layout, size) }
    }
}

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
