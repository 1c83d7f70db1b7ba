//! A snapshot has the readings of the memory around the arenas.
#![cfg(target_os = "linux")]

use request_arena_telemetry::{Snapshot, use_jemalloc};

#[test]
fn snapshot_has_the_allocator_and_the_process() {
    use_jemalloc!();
    let snapshot = Snapshot::take();
    assert!(snapshot.allocator.unwrap().allocated_bytes > 0);
    let process = snapshot.process.unwrap();
    assert!(process.rss_bytes > 0 && process.lazily_freed_bytes.is_some(), "{process:?}");
    assert_eq!(snapshot.doctor, None);
}
