//! A fence that costs nothing where it is met often. One side is a fence of the compiler alone. The
//! other one asks the operating system for a memory barrier on each processor that runs a thread of
//! this process (`membarrier`, Linux 4.14).
//!
//! Together they order as two `fence(SeqCst)` do: of two threads that each write a word, pass their
//! side and read the other one's word, at least one sees what the other one wrote. A thread that
//! does not run passed a barrier when its processor was taken away.

use std::sync::atomic::{Ordering::SeqCst, compiler_fence};

/// The side that is met often.
#[inline(always)]
pub(crate) fn light_fence() {
    compiler_fence(SeqCst);
}

/// The other side: a system call, and an interrupt for each other processor that runs this process
/// (about 1 to 10 µs). `false` where the system has none or refuses it. Then nothing is ordered.
#[cfg(target_os = "linux")]
pub(crate) fn heavy_fence() -> bool {
    let barrier = || membarrier(libc::MEMBARRIER_CMD_PRIVATE_EXPEDITED);
    // The kernel serves only processes that have announced themselves, once.
    barrier() || membarrier(libc::MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) && barrier()
}

#[cfg(target_os = "linux")]
fn membarrier(command: libc::c_int) -> bool {
    let nothing: libc::c_uint = 0;
    // SAFETY: rule 9 (handle.rs): the call has no pointer, and takes any number as its command.
    let result = unsafe { libc::syscall(libc::SYS_membarrier, command, nothing, nothing) };
    result == 0
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn heavy_fence() -> bool {
    false
}

#[cfg(test)]
mod tests {
    #[test]
    #[cfg(target_os = "linux")]
    fn the_kernel_has_the_barrier() {
        assert!(
            super::heavy_fence(),
            "a Linux kernel from 4.14 on, and no filter of system calls that refuses membarrier"
        );
    }
}
