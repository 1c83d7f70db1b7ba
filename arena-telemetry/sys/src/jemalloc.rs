//! jemalloc's one command that `tikv-jemalloc-ctl` cannot give, as it takes no value.

use core::ptr::null_mut;

/// Has jemalloc give back every freed page, of all its arenas; `false` if it refuses. It takes milliseconds for each 100 MiB of them, and later
/// allocations fault the pages in again.
#[must_use]
pub fn purge() -> bool {
    // 4096 is jemalloc's number for all arenas together.
    let name = c"arena.4096.purge";
    // SAFETY: the name ends in a zero byte, and the command neither takes nor gives a value. It may be given at any time, from any thread.
    let error = unsafe { tikv_jemalloc_sys::mallctl(name.as_ptr(), null_mut(), null_mut(), null_mut(), 0) };
    error == 0
}

#[cfg(test)]
mod tests {
    #[test]
    fn jemalloc_knows_the_command() {
        assert!(super::purge());
    }
}
