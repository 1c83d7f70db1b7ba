//! The allocator: jemalloc for Rust and, because it is built unprefixed, for LMDB's C code too.
//!
//! Without background threads jemalloc gives freed pages back only while someone allocates, which after a burst may be
//! never. They are turned on here at run time, which needs no `unsafe` and no environment variable, and read back.

use tikv_jemalloc_ctl::{background_thread, max_background_threads};

#[global_allocator]
static JEMALLOC: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Turns jemalloc's background threads on.
///
/// # Errors
/// If they are not on afterwards, with the reason.
pub fn start_background_threads() -> Result<(), String> {
    // One thread can serve all arenas; by default there may be one for each CPU.
    let set = max_background_threads::write(1).and_then(|()| background_thread::write(true));
    set.map_err(|error| format!("jemalloc refused to start its background threads: {error}"))?;
    match background_thread::read() {
        Ok(true) => Ok(()),
        Ok(false) => Err("jemalloc's background threads are off although they were turned on".to_owned()),
        Err(error) => Err(format!("jemalloc does not say whether its background threads run: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn background_threads_run() {
        start_background_threads().unwrap();
        assert!(background_thread::read().unwrap());
    }

    #[test]
    fn what_c_code_allocates_is_seen_by_jemalloc() {
        let allocated = || {
            tikv_jemalloc_ctl::epoch::advance().unwrap();
            tikv_jemalloc_ctl::stats::allocated::read().unwrap()
        };
        let before = allocated();
        let folder = tempfile::tempdir().unwrap();
        // LMDB allocates a list of 128 Ki page numbers for every environment that may be written, and it is C.
        let store = crate::store::Store::open(folder.path()).unwrap();
        assert!(allocated() > before + (512 << 10), "LMDB does not use jemalloc");
        drop(store);
    }
}
