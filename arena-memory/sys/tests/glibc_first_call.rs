//! The first call into glibc's `malloc`, from many threads at once, where another allocator may be
//! the program's `malloc` (as it is when all packages are built together).
#![cfg(all(target_os = "linux", target_env = "gnu"))]

use std::sync::Barrier;
use std::thread;

use request_arena_sys::glibc;

#[test]
fn threads_whose_first_calls_meet_end_without_glibc_aborting() {
    let barrier = Barrier::new(16);
    let call = || {
        barrier.wait();
        glibc::allocated_bytes()
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..16).map(|_| scope.spawn(call)).collect();
        threads.into_iter().for_each(|thread| assert!(thread.join().is_ok()));
    });
    glibc::trim();
}
