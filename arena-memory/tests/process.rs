//! What the process holds, against what this process does.
#![cfg(all(feature = "process", target_os = "linux"))]

use std::hint::black_box;
use std::sync::{Barrier, Mutex, MutexGuard, PoisonError};
use std::thread;

use memmap2::MmapMut;
use request_arena_memory::{ProcessReading, process};

/// One test at a time, as each looks at the whole process.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Memory that no test has touched before. An allocator may keep what another test has freed.
fn touched(bytes: usize) -> MmapMut {
    let mut memory = MmapMut::map_anon(bytes).unwrap();
    memory.fill(1);
    memory
}

#[test]
fn touched_memory_is_anonymous() {
    const BYTES: usize = 64 << 20;
    let _alone = alone();
    let before = process::read().unwrap();
    let taken = touched(BYTES);
    let after = process::read().unwrap();
    drop(taken);
    assert!(after.anonymous_bytes - before.anonymous_bytes >= 60 << 20, "{before:?} {after:?}");
    assert!(after.rss_bytes - before.rss_bytes >= 60 << 20, "{before:?} {after:?}");
    assert!(after.file_bytes.abs_diff(before.file_bytes) < 4 << 20, "{before:?} {after:?}");
    assert!(after.virtual_bytes >= after.rss_bytes, "{after:?}");
    assert!(after.minor_page_faults > before.minor_page_faults, "{before:?} {after:?}");
}

#[test]
fn untouched_memory_is_address_space_only() {
    const BYTES: usize = 1 << 30;
    let _alone = alone();
    let before = process::read().unwrap();
    let reserved = black_box(Vec::<u8>::with_capacity(BYTES));
    let after = process::read().unwrap();
    drop(reserved);
    // A thread that ends meanwhile gives back its stack and its heap, of 64 MiB.
    assert!(
        after.virtual_bytes - before.virtual_bytes >= BYTES as u64 * 3 / 4,
        "{before:?} {after:?}"
    );
    assert!(after.rss_bytes.abs_diff(before.rss_bytes) < 8 << 20, "{before:?} {after:?}");
}

#[test]
fn physical_memory_is_the_sum_of_its_kinds() {
    let _alone = alone();
    let ProcessReading { rss_bytes, anonymous_bytes, file_bytes, shared_bytes, .. } =
        process::read().unwrap();
    assert!(anonymous_bytes > 0 && file_bytes > 0);
    assert_eq!(rss_bytes, anonymous_bytes + file_bytes + shared_bytes);
}

#[test]
fn threads_are_counted() {
    let _alone = alone();
    let (ready, done) = (Barrier::new(21), Barrier::new(21));
    let before = process::read().unwrap().threads;
    let during = thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| {
                ready.wait();
                done.wait();
            });
        }
        ready.wait();
        let during = process::read().unwrap().threads;
        done.wait();
        during
    });
    // The test harness starts and ends a few threads of its own meanwhile.
    assert!(during.abs_diff(before + 20) <= 8, "{before} {during}");
}

#[test]
fn lazily_freed_memory_is_read() {
    let _alone = alone();
    let process = process::read().unwrap();
    assert!(process.rss_bytes > 0 && process.lazily_freed_bytes.is_some(), "{process:?}");
}

#[test]
fn page_tables_grow_with_touched_address_space() {
    const BYTES: usize = 128 << 20;
    let _alone = alone();
    let before = process::read().unwrap().page_table_bytes;
    // A page of a table maps 2 MiB.
    let taken = touched(BYTES);
    let after = process::read().unwrap().page_table_bytes;
    drop(taken);
    assert!(after >= before + (BYTES as u64 / 2 / 512), "{before} {after}");
}

#[test]
fn processor_time_is_counted() {
    let _alone = alone();
    let before = process::read().unwrap();
    let mut sum = 0_u64;
    // The kernel counts in steps of 10 ms.
    while process::read_counters().unwrap().user_micros < before.user_micros + 20_000 {
        sum = black_box((0..100_000_u64).fold(sum, |sum, i| sum ^ i.wrapping_mul(sum)));
    }
    let after = process::read().unwrap();
    assert!(after.system_micros >= before.system_micros && after.user_micros > 0, "{after:?}");
    assert!(after.huge_page_bytes.is_some_and(|huge| huge <= after.anonymous_bytes), "{after:?}");
}

#[test]
fn what_is_written_to_tmpfs_counts_as_written_to_memory() {
    let _alone = alone();
    let file = std::path::Path::new("/dev/shm").join(format!("written-{}", std::process::id()));
    let before = process::written_to_memory().unwrap();
    std::fs::write(&file, vec![1_u8; 8 << 20]).unwrap();
    let after = process::written_to_memory().unwrap();
    std::fs::remove_file(&file).unwrap();
    // A few bytes that another test has printed into a file count as a whole page on disk.
    assert!(after - before >= (8 << 20) - (64 << 10), "{before} {after}");
}
