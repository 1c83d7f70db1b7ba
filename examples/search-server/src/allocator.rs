//! The allocator: jemalloc for Rust and, because it is built unprefixed, for LMDB's C code too.
//!
//! It is declared here, in the library, so that it is the allocator of the program and of every test alike.

use request_arena::jemalloc::Status;

/// Sets jemalloc up, the first time: freed memory goes back to the operating system, and what a handler takes from the heap is counted
/// beside its arena. Says how jemalloc is set up.
pub fn start() -> &'static Status {
    request_arena::use_jemalloc!();
    request_arena::jemalloc::start()
}

#[cfg(test)]
mod tests {
    use super::*;
    use request_arena::jemalloc::read;

    #[test]
    fn background_threads_run() {
        let status = start();
        assert!(status.global && status.background_thread, "{:?}", status.problems);
    }

    #[test]
    fn what_c_code_allocates_is_seen_by_jemalloc() {
        assert!(!start().prefixed, "C code has an allocator of its own");
        let allocated = || {
            // A reading is kept for a moment.
            std::thread::sleep(2 * request_arena::jemalloc::MAX_AGE);
            read().unwrap().allocated_bytes
        };
        let before = allocated();
        let folder = tempfile::tempdir().unwrap();
        // LMDB allocates a list of 128 Ki page numbers for every environment that may be written, and it is C.
        let store = crate::store::Store::open(folder.path()).unwrap();
        assert!(allocated() > before + (512 << 10), "LMDB does not use jemalloc");
        drop(store);
    }
}
