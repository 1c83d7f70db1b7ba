//! jemalloc's figures, if it is the global allocator, and the size of a page.

#[cfg(feature = "jemalloc")]
mod jemalloc {
    use request_arena_memory::jemalloc;

    /// Starts to count heap allocations.
    pub(crate) fn start() {
        if is_jemalloc() {
            jemalloc::start();
        }
    }

    pub(crate) fn is_jemalloc() -> bool {
        jemalloc::is_global()
    }

    pub(crate) fn live_bytes() -> Result<u64, String> {
        jemalloc::live_bytes().map_err(|error| error.to_string())
    }

    pub(crate) fn of_thread() -> Option<i64> {
        if is_jemalloc() { jemalloc::net_of_thread() } else { None }
    }
}

#[cfg(not(feature = "jemalloc"))]
mod jemalloc {
    pub(crate) fn start() {}

    pub(crate) fn is_jemalloc() -> bool {
        false
    }

    pub(crate) fn live_bytes() -> Result<u64, String> {
        Err("jemalloc is not there".to_owned())
    }

    pub(crate) fn of_thread() -> Option<i64> {
        None
    }
}

pub(crate) use jemalloc::{is_jemalloc, live_bytes, of_thread, start};

/// Bytes of a page.
pub(super) fn page_size() -> u64 {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    return procfs::page_size();
    // The largest usual size.
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    return 16 << 10;
}
