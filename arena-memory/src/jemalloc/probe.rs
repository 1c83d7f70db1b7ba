//! Whether Rust allocates from jemalloc, and whether C does. jemalloc cannot answer either
//! question, so the functions allocate and watch its counter.

use core::hint::black_box;
use std::fs;
use std::sync::OnceLock;

use tikv_jemalloc_ctl::thread::allocatedp;

/// Whether jemalloc is the program's global allocator. The first call allocates a box and watches
/// jemalloc's counter of the thread.
#[must_use]
pub fn is_global() -> bool {
    static GLOBAL: OnceLock<bool> = OnceLock::new();
    *GLOBAL.get_or_init(|| allocated_by(|| drop(black_box(Box::new([0_u8; 4096])))) >= 4096)
}

/// Whether jemalloc's functions have a prefix. If so, C code does not allocate from jemalloc, and
/// the name of jemalloc's environment variable has a prefix, too.
///
/// Opening a directory runs C code that allocates 32 KiB or more in glibc, and 2 KiB in musl. Rust
/// adds only a few bytes. If no directory can be opened, the feature `jemalloc-unprefixed`
/// decides.
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

/// The bytes that this thread allocates from jemalloc while `body` runs. 0 if jemalloc does not
/// count.
fn allocated_by(body: impl FnOnce()) -> u64 {
    let Ok(counter) = allocatedp::read() else {
        body();
        return 0;
    };
    let before = counter.get();
    body();
    counter.get() - before
}
