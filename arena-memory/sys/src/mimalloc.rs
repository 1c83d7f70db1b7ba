//! mimalloc, version 2 or 3. It needs no feature: a mimalloc that is in the program is found by its
//! symbols.

use core::ffi::{c_int, c_long, c_void};

#[cfg(any(test, not(feature = "mimalloc")))]
use crate::symbols::weak;

type Version = unsafe extern "C" fn() -> c_int;
type Owns = unsafe extern "C" fn(*const c_void) -> bool;
type Collect = unsafe extern "C" fn(bool);
type ReadOption = unsafe extern "C" fn(c_int) -> c_long;

/// The mimalloc in the program.
#[derive(Clone, Copy, Debug)]
pub struct Mimalloc {
    version: Version,
    owns: Owns,
    collect: Collect,
    option: ReadOption,
}

impl Mimalloc {
    /// The program's mimalloc. `None` if it contains none.
    #[must_use]
    pub fn find() -> Option<Self> {
        #[cfg(feature = "mimalloc")]
        return Some(Self {
            version: libmimalloc_sys::mi_version,
            owns: libmimalloc_sys::mi_is_in_heap_region,
            collect: libmimalloc_sys::mi_collect,
            option: libmimalloc_sys::mi_option_get,
        });
        #[cfg(not(feature = "mimalloc"))]
        Self::by_symbols()
    }

    #[cfg(any(test, not(feature = "mimalloc")))]
    fn by_symbols() -> Option<Self> {
        let version = weak!("mi_version")?.address();
        let owns = weak!("mi_is_in_heap_region")?.address();
        let collect = weak!("mi_collect")?.address();
        let option = weak!("mi_option_get")?.address();
        Some(Self {
            // SAFETY: `mi_version` has this signature in all versions of `mimalloc.h`.
            version: unsafe { core::mem::transmute::<*const c_void, Version>(version) },
            // SAFETY: as above, for `mi_is_in_heap_region`.
            owns: unsafe { core::mem::transmute::<*const c_void, Owns>(owns) },
            // SAFETY: as above, for `mi_collect`.
            collect: unsafe { core::mem::transmute::<*const c_void, Collect>(collect) },
            // SAFETY: as above, for `mi_option_get`; an enumeration is an `int` there.
            option: unsafe { core::mem::transmute::<*const c_void, ReadOption>(option) },
        })
    }

    /// The version: 20302 is 2.3.2, 30302 is 3.3.2. Before 2.2 it has three digits: 212 is 2.1.2.
    #[must_use]
    pub fn version(&self) -> u32 {
        // SAFETY: it reads a constant.
        let version = unsafe { (self.version)() };
        version.unsigned_abs()
    }

    /// The first number of the version.
    #[must_use]
    pub fn major(&self) -> u32 {
        let version = self.version();
        version / if version < 1000 { 100 } else { 10_000 }
    }

    /// Whether the memory at this address belongs to mimalloc. Any address is valid.
    #[must_use]
    pub fn owns(&self, address: usize) -> bool {
        // SAFETY: mimalloc looks the address up in its map of regions and never follows it.
        unsafe { (self.owns)(address as *const c_void) }
    }

    /// Makes mimalloc give back all that it can: free pages of the calling thread's heap, of
    /// threads that have ended, and of its arenas.
    pub fn collect(&self) {
        // SAFETY: `mi_collect` may be called at any time, from any thread; it touches no live
        // block.
        unsafe { (self.collect)(true) };
    }

    /// Milliseconds after which mimalloc gives back free pages, including those of its arenas.
    /// Below 0 it never does.
    #[must_use]
    #[allow(clippy::unnecessary_cast, reason = "`c_long` is narrower than `i64` on Windows")]
    pub fn purge_delay_ms(&self) -> i64 {
        /// `mi_option_purge_delay` in both versions' `mimalloc.h`.
        const PURGE_DELAY: c_int = 15;
        /// `mi_option_arena_purge_mult`: the factor by which arenas wait longer.
        const ARENA_PURGE_MULT: c_int = 24;
        // SAFETY: reading an option changes nothing, and an unknown one is 0.
        let delay = unsafe { (self.option)(PURGE_DELAY) };
        // SAFETY: as above.
        let times = unsafe { (self.option)(ARENA_PURGE_MULT) };
        delay as i64 * times.max(1) as i64
    }
}

#[cfg(all(test, feature = "mimalloc"))]
mod tests {
    use libmimalloc_sys as mi;

    use super::*;

    #[test]
    fn it_knows_its_own_memory() {
        for mimalloc in [Mimalloc::find().unwrap(), Mimalloc::by_symbols().unwrap()] {
            let here = Box::new(1_u8);
            assert!(
                !mimalloc.owns(&raw const *here as usize),
                "the test's global allocator is the system's"
            );
            // SAFETY: any size may be asked for.
            let memory = unsafe { mi::mi_malloc(100) };
            assert!(mimalloc.owns(memory as usize));
            // SAFETY: it was allocated above, and nothing else has it.
            unsafe { mi::mi_free(memory) };
            mimalloc.collect();
        }
    }

    #[test]
    fn the_version_is_of_the_two_that_the_option_is_known_of_and_its_delay_is_the_documented_one() {
        let mimalloc = Mimalloc::find().unwrap();
        match mimalloc.major() {
            2 => assert_eq!(mimalloc.purge_delay_ms(), 100),
            3 => assert_eq!(mimalloc.purge_delay_ms(), 1000),
            other => panic!("mimalloc {other}: look `mi_option_purge_delay` up in its header"),
        }
    }
}
