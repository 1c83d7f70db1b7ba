//! glibc's own `malloc`, also where another allocator is the program's `malloc`.

use std::sync::Once;

/// Has glibc set its `malloc` up, if nothing has. It does so at the first call, without a lock, as
/// that is the first `malloc` of a program with one thread. Where another allocator is the
/// program's `malloc`, it is one of the calls here, and two threads at once would both be counted
/// off when they end, though one was counted: glibc then aborts.
fn set_up() {
    static SET_UP: Once = Once::new();
    SET_UP.call_once(|| {
        // SAFETY: `mallinfo2` may be called at any time; no other thread is in it for the first
        // time, as all calls come by here.
        unsafe { libc::mallinfo2() };
    });
}

/// Has glibc give back every whole free page, in all its arenas; `true` if any was. It takes each
/// arena's lock in turn, and milliseconds for each 100 MiB of free memory.
#[expect(
    clippy::must_use_candidate,
    reason = "most callers want what it does, and not what it says"
)]
pub fn trim() -> bool {
    set_up();
    // SAFETY: `malloc_trim` may be called at any time, from any thread, with any padding.
    unsafe { libc::malloc_trim(0) == 1 }
}

/// Bytes that are allocated from glibc now: in its arenas, and in maps of their own. It walks over
/// all free chunks.
#[must_use]
pub fn allocated_bytes() -> usize {
    set_up();
    // SAFETY: `mallinfo2` may be called at any time, from any thread.
    let info = unsafe { libc::mallinfo2() };
    info.uordblks + info.hblkhd
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether `malloc` is jemalloc's: built with all packages together, it may stand in for the
    /// system's, and glibc allocates nothing.
    fn is_replaced() -> bool {
        #[cfg(feature = "jemalloc")]
        return core::ptr::fn_addr_eq(
            tikv_jemalloc_sys::malloc as unsafe extern "C" fn(usize) -> *mut core::ffi::c_void,
            libc::malloc as unsafe extern "C" fn(usize) -> *mut core::ffi::c_void,
        );
        #[cfg(not(feature = "jemalloc"))]
        return false;
    }

    #[test]
    fn what_c_allocates_is_counted() {
        const BYTES: usize = 48 << 20;
        let before = allocated_bytes();
        let within = crate::c::with_malloc(BYTES, |_| allocated_bytes()).unwrap();
        let counted = if is_replaced() { 0 } else { BYTES };
        assert!(within.abs_diff(before + counted) < BYTES / 2, "{before} and {within}");
        trim();
    }
}
