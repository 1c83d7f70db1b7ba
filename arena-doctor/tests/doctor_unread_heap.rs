//! The doctor with Rust on mimalloc, which does not count live bytes: a burst that is over looks
//! like data that was loaded, until a purge.
#![cfg(target_os = "linux")]

use std::time::{Duration, Instant};

use mimalloc::MiMalloc;
use request_arena_doctor::{Confidence, Doctor, Mode, Options};

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

const SETTLE: Duration = Duration::from_millis(200);
const BYTES: usize = 128 << 20;

/// Samples until a multiple of `settle` has passed.
fn rest(doctor: &Doctor, times: u32) {
    let until = Instant::now() + SETTLE * times;
    while Instant::now() < until {
        doctor.sample();
        std::thread::sleep(SETTLE / 10);
    }
}

#[test]
fn memory_that_rose_at_once_and_stays_is_neither_healthy_nor_fragmentation() {
    let hour = Duration::from_secs(3600);
    let options = Options { interval: hour, watch: None, settle: SETTLE, ..Options::default() };
    let doctor = Doctor::start(options);
    rest(&doctor, 5);
    assert!(doctor.diagnose().is_healthy(), "{}", doctor.diagnose());
    let loaded: Vec<Vec<u8>> = (0..BYTES >> 15).map(|_| vec![1; 1 << 15]).collect();
    rest(&doctor, 6);
    let report = doctor.diagnose();
    let said: Vec<_> = report.findings.iter().map(|f| (f.mode, f.confidence)).collect();
    assert_eq!(said, [(Mode::UnreadHeap, Confidence::Low)], "{report}");
    assert_eq!(report.findings[0].subject.as_deref(), Some("mimalloc"), "{report}");
    assert!(report.account.bytes_of("unread heap") > BYTES as u64 * 9 / 10, "{report}");
    assert_eq!(report.account.bytes_of("fragmentation"), 0, "{report}");
    let purged = doctor.diagnose_with_purge();
    assert_eq!(purged.findings[0].mode, Mode::UnreadHeap, "{purged}");
    drop(loaded);
}
