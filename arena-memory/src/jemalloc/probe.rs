//! Which jemalloc this is: whether Rust allocates from it, and whether C does. Found out by
//! looking, as neither can be asked.

use core::hint::black_box;
use std::fs;
use std::sync::OnceLock;

use tikv_jemalloc_ctl::thread::allocatedp;

/// Whether jemalloc is the program's global allocator: whether a box moves its counter of the
/// thread.
#[must_use]
pub fn is_global() -> bool {
    static GLOBAL: OnceLock<bool> = OnceLock::new();
    *GLOBAL.get_or_init(|| allocated_by(|| drop(black_box(Box::new([0_u8; 4096])))) >= 4096)
}

/// Whether jemalloc's functions have a prefix, so that C code does not allocate from it, and its
/// environment variable has one too.
///
/// Opening a folder is C code that allocates: 32 KiB or more in glibc, 2 KiB in musl, and the few
/// bytes that Rust adds are below that. Where no folder can be opened the default build is assumed,
/// which has a prefix unless the feature `jemalloc-unprefixed` is on.
#[must_use]
pub fn is_prefixed() -> bool {
    const LEAST_OF_A_FOLDER: u64 = 2048;
    for folder in ["/", "."] {
        let mut opened = false;
        let allocated = allocated_by(|| opened = fs::read_dir(folder).is_ok());
        if opened {
            return allocated < LEAST_OF_A_FOLDER;
        }
    }
    !cfg!(feature = "jemalloc-unprefixed")
}

/// Bytes that this thread allocates from jemalloc while `body` runs; 0 if jemalloc does not count.
fn allocated_by(body: impl FnOnce()) -> u64 {
    let Ok(counter) = allocatedp::read() else {
        body();
        return 0;
    };
    let before = counter.get();
    body();
    counter.get() - before
}
