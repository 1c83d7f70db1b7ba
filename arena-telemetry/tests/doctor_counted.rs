//! The doctor where Rust allocates from the system, counted: one allocator for Rust and C.
#![cfg(all(target_os = "linux", target_env = "gnu"))]

use std::alloc::System;
use std::time::Duration;

use request_arena_core::heap::Counted;
use request_arena_telemetry::doctor::{Doctor, Mode, Options, requests};

#[global_allocator]
static ALLOCATOR: Counted<System> = Counted::new(System);

/// One test, as both look at the whole process.
#[test]
fn glibc_is_found_and_what_requests_leave_is_real_growth() {
    let doctor = Doctor::start(Options { interval: Duration::from_secs(3600), ..Options::default() });
    let mut held: Vec<Vec<u8>> = Vec::new();
    for round in 0..40 {
        if round % 4 != 3 {
            requests(100);
            held.extend((0..1000).map(|size| vec![1; size % 1000 + 100]));
        }
        std::thread::sleep(Duration::from_millis(5));
        doctor.sample();
    }
    let report = doctor.diagnose();
    let glibc = &report.allocators[0];
    assert!(report.allocators.len() == 1 && glibc.name == "glibc" && glibc.serves.rust && glibc.serves.c, "{report:?}");
    assert_eq!(report.findings.iter().map(|finding| finding.mode).collect::<Vec<_>>(), [Mode::RealGrowth], "{report}");
    assert!(report.account.unexplained_bytes < 4 << 20, "{report}");
    drop(held);
}
