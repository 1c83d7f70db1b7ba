//! A service with requests that leave memory on the heap, and a doctor that watches it.

use std::time::Duration;

use request_arena_doctor::{Diagnosis, Doctor, Mode, Options, record_requests};
use request_arena_memory::jemalloc;

/// The allocator of C, for after the report: built with all packages together, jemalloc stands in
/// for glibc.
pub(crate) fn of_c() -> &'static str {
    if jemalloc::start().prefixed { "glibc" } else { "jemalloc" }
}

/// The doctor's diagnosis after forty rounds, with each fourth round idle: real growth, and nothing
/// else.
pub(crate) fn report() -> Diagnosis {
    // jemalloc's readings are kept for a moment.
    let pause =
        if jemalloc::read().is_ok() { 2 * jemalloc::MAX_AGE } else { Duration::from_millis(5) };
    // What grows has to be seen for four times as long to be certain.
    let settle = 4 * pause;
    let doctor = Doctor::start(Options {
        interval: Duration::from_secs(3600),
        settle,
        ..Options::default()
    });
    let mut held: Vec<Vec<u8>> = Vec::new();
    for round in 0..40 {
        if round % 4 != 3 {
            record_requests(100);
            held.extend((0..3000).map(|size| vec![1; size % 1000 + 100]));
        }
        std::thread::sleep(pause);
        doctor.sample();
    }
    let report = doctor.diagnose_with_purge();
    let modes: Vec<_> = report.findings.iter().map(|finding| finding.mode).collect();
    assert_eq!(modes, [Mode::RealGrowth], "{report}");
    assert!(
        report.account.unexplained_bytes < 4 << 20
            && report.account.bytes_of("heap live") > 10 << 20,
        "{report}"
    );
    drop(held);
    report
}
