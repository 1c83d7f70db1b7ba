//! The doctor where Rust allocates from mimalloc, counted, and C from glibc.
#![cfg(all(target_os = "linux", target_env = "gnu"))]

use std::time::Duration;

use mimalloc::MiMalloc;
use request_arena_core::heap::Counted;
use request_arena_telemetry::doctor::{Doctor, Mode, Options, requests};

#[global_allocator]
static ALLOCATOR: Counted<MiMalloc> = Counted::new(MiMalloc);

/// One test, as both look at the whole process.
#[test]
fn mimalloc_is_found_its_maps_are_its_own_and_growth_is_seen() {
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
    let report = doctor.examine();
    let serves = |name: &str| &report.allocators.iter().find(|allocator| allocator.name == name).unwrap().serves;
    assert!(serves("mimalloc").rust && !serves("mimalloc").c && serves("glibc").c, "{report:?}");
    assert_eq!(report.findings.iter().map(|finding| finding.mode).collect::<Vec<_>>(), [Mode::RealGrowth], "{report}");
    assert!(report.account.unexplained_bytes < 4 << 20 && report.account.bytes_of("heap live") > 10 << 20, "{report}");
    drop(held);
}
