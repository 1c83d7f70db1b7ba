//! mimalloc, version 2 or 3. The features of `libmimalloc-sys` decide which one the program links.

use core::ffi::c_void;

use libmimalloc_sys as mi;

/// The version: 20302 is 2.3.2, 30302 is 3.3.2.
#[must_use]
pub fn version() -> u32 {
    // SAFETY: it reads a constant.
    let version = unsafe { mi::mi_version() };
    version.unsigned_abs()
}

/// Whether the memory at this address belongs to mimalloc. Any address is valid.
#[must_use]
pub fn owns(address: usize) -> bool {
    // SAFETY: mimalloc looks the address up in its map of regions and never follows it.
    unsafe { mi::mi_is_in_heap_region(address as *const c_void) }
}

/// Makes mimalloc give back all that it can: free pages of the calling thread's heap, of threads
/// that have ended, and of its arenas.
pub fn collect() {
    // SAFETY: `mi_collect` may be called at any time, from any thread; it touches no live block.
    unsafe { mi::mi_collect(true) };
}

/// Milliseconds after which mimalloc gives back free pages, including those of its arenas. Below 0
/// it never does.
#[must_use]
pub fn purge_delay_ms() -> i64 {
    /// `mi_option_purge_delay` in both versions' `mimalloc.h`.
    const PURGE_DELAY: mi::mi_option_t = 15;
    /// `mi_option_arena_purge_mult`: the factor by which arenas wait longer.
    const ARENA_PURGE_MULT: mi::mi_option_t = 24;
    // SAFETY: the option is one of `mi_option_t`; reading it changes nothing.
    let delay = unsafe { mi::mi_option_get(PURGE_DELAY) };
    // SAFETY: as above.
    let times = unsafe { mi::mi_option_get(ARENA_PURGE_MULT) };
    // `c_long`, which is narrower on Windows.
    delay as i64 * times.max(1) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_knows_its_own_memory() {
        let here = Box::new(1_u8);
        assert!(!owns(&raw const *here as usize), "the test's global allocator is the system's");
        // SAFETY: any size may be asked for.
        let memory = unsafe { mi::mi_malloc(100) };
        assert!(owns(memory as usize));
        // SAFETY: it was allocated above, and nothing else has it.
        unsafe { mi::mi_free(memory) };
        collect();
    }

    #[test]
    fn the_version_is_of_the_two_that_the_option_is_known_of_and_its_delay_is_the_documented_one() {
        match version() / 10_000 {
            2 => assert_eq!(purge_delay_ms(), 100),
            3 => assert_eq!(purge_delay_ms(), 1000),
            other => panic!("mimalloc {other}: look `mi_option_purge_delay` up in its header"),
        }
    }
}
