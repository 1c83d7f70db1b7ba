//! The allocator: jemalloc for Rust and, as it is built unprefixed, for LMDB's C code, too.

use request_arena::jemalloc::{MAX_AGE, Status, read, start};
use search_server::store::Store;

fn allocator() -> &'static Status {
    request_arena::use_jemalloc!();
    start()
}

#[test]
fn background_threads_run() {
    let status = allocator();
    assert!(status.global && status.background_thread, "{:?}", status.problems);
}

#[test]
fn c_code_allocates_from_jemalloc() {
    assert!(!allocator().prefixed, "C code has an allocator of its own");
    let allocated = || {
        // The last reading is kept for a moment.
        std::thread::sleep(2 * MAX_AGE);
        read().unwrap().allocated_bytes
    };
    let before = allocated();
    let folder = tempfile::tempdir().unwrap();
    // LMDB, which is C, allocates a list of 128 Ki page numbers for every writable environment.
    let store = Store::open(folder.path()).unwrap();
    assert!(allocated() > before + (512 << 10), "LMDB does not use jemalloc");
    drop(store);
}
