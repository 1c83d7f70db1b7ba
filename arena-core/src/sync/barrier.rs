//! An asymmetric fence, free on its frequent side. The light side is a compiler fence. The heavy
//! side asks the operating system for a memory barrier on each processor that runs a thread of this
//! process (`membarrier`, Linux 4.14).
//!
//! Together the two sides order like two `fence(SeqCst)`. If two threads each write a word, pass
//! their side and read the other's word, then at least one of them sees the other's write. A thread
//! that is not running passed a barrier when the kernel descheduled it.

use std::sync::atomic::{Ordering::SeqCst, compiler_fence};

/// The frequent side.
#[inline(always)]
pub(crate) fn light_fence() {
    compiler_fence(SeqCst);
}

/// The rare side: a system call, and an interrupt for each other processor that runs this process
/// (about 1 to 10 µs). Returns `false` if the system has no such call or refuses it. Then nothing
/// is ordered.
#[cfg(target_os = "linux")]
pub(crate) fn heavy_fence() -> bool {
    let barrier = || membarrier(libc::MEMBARRIER_CMD_PRIVATE_EXPEDITED);
    // The kernel serves only processes that have registered once.
    barrier() || membarrier(libc::MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) && barrier()
}

#[cfg(target_os = "linux")]
fn membarrier(command: libc::c_int) -> bool {
    let nothing: libc::c_uint = 0;
    // SAFETY: rule 9 (handle.rs): the call passes no pointer, and accepts any number as its
    // command.
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
            "needs Linux 4.14 or later, and no system-call filter that refuses membarrier"
        );
    }
}
