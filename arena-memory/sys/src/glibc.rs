//! glibc's own `malloc`, even where another allocator is the program's `malloc`.

use std::sync::Once;

/// Makes glibc set its `malloc` up. glibc does so at the first call and without a lock, since that
/// is normally the first `malloc` of a program with one thread.
///
/// Where another allocator is the program's `malloc`, the first call is one of those in this file.
/// If two threads made it at once, glibc would count one thread but uncount both when they end, and
/// abort.
fn set_up() {
    static SET_UP: Once = Once::new();
    SET_UP.call_once(|| {
        // SAFETY: `mallinfo2` may be called at any time; no other thread is in it for the first
        // time, as all calls come by here.
        unsafe { libc::mallinfo2() };
    });
}

/// Makes glibc give back every whole free page of all its arenas. Returns whether it gave any back.
/// It takes each arena's lock in turn, and milliseconds for each 100 MiB of free memory.
#[expect(clippy::must_use_candidate, reason = "most callers need the effect, and not the result")]
pub fn trim() -> bool {
    set_up();
    // SAFETY: `malloc_trim` may be called at any time, from any thread, with any padding.
    unsafe { libc::malloc_trim(0) == 1 }
}

/// The bytes that are allocated from glibc now, in its arenas and in separate maps. It walks all
/// free chunks.
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

    /// Whether `malloc` is jemalloc's. In a build of all packages it may replace the system's, and
    /// glibc allocates nothing.
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
