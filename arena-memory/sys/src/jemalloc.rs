//! The two commands of jemalloc that `tikv-jemalloc-ctl` cannot send safely. One takes no value,
//! and the other takes a text that `tikv-jemalloc-ctl` requires to be `'static`.

use core::ffi::{CStr, c_char};
use core::ptr::null_mut;
use std::io;

/// Makes jemalloc give back every freed page of all its arenas. Returns `false` if it refuses. It
/// takes milliseconds for each 100 MiB, and later allocations fault the pages in again.
#[must_use]
pub fn purge() -> bool {
    // 4096 is jemalloc's number for all arenas together.
    let name = c"arena.4096.purge";
    // SAFETY: the name ends in a zero byte, and the command neither takes nor gives a value. It may
    // be given at any time, from any thread.
    let error =
        unsafe { tikv_jemalloc_sys::mallctl(name.as_ptr(), null_mut(), null_mut(), null_mut(), 0) };
    error == 0
}

/// Makes jemalloc write its heap profile into a file, which it creates or truncates.
///
/// # Errors
///
/// `ENOENT` if jemalloc does not profile, because `prof` is off or not built in. `EFAULT` if the
/// file cannot be written.
pub fn dump_profile(file: &CStr) -> io::Result<()> {
    let name = c"prof.dump";
    let mut file = file.as_ptr();
    // SAFETY: the name ends in a zero byte, and the command takes a pointer to a text that does, by
    // a copy of that pointer. jemalloc reads the text before it returns, and keeps neither. The
    // command may be given at any time, from any thread.
    let error = unsafe {
        tikv_jemalloc_sys::mallctl(
            name.as_ptr(),
            null_mut(),
            null_mut(),
            (&raw mut file).cast(),
            size_of::<*const c_char>(),
        )
    };
    if error == 0 { Ok(()) } else { Err(io::Error::from_raw_os_error(error)) }
}

#[cfg(test)]
mod tests {
    #[test]
    fn jemalloc_knows_the_command() {
        assert!(super::purge());
    }

    #[test]
    fn there_is_no_profile_where_nobody_asked_for_one() {
        let error = super::dump_profile(c"never written").unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::NotFound, "{error}");
        assert!(!std::path::Path::new("never written").exists());
    }
}
