//! The account of a real process: every byte of RSS is in a class. It is a process of its own,
//! since other tests would allocate between the readings.
#![cfg(target_os = "linux")]

use std::time::Duration;

use request_arena_doctor::{Doctor, Options};

#[global_allocator]
static JEMALLOC: request_arena_memory::jemalloc::Jemalloc =
    request_arena_memory::jemalloc::Jemalloc;

#[test]
fn every_byte_is_in_a_class_and_little_is_unexplained() {
    let held: Vec<Vec<u8>> = (0..20_000).map(|size| vec![1; size % 3000 + 100]).collect();
    // One of jemalloc's sizes.
    let untouched = Vec::<u8>::with_capacity(192 << 20);
    let doctor =
        Doctor::start(Options { interval: Duration::from_secs(3600), ..Options::default() });
    let account = doctor.diagnose().account;
    let sum: u64 = account.classes.iter().map(|class| class.bytes).sum();
    assert_eq!(sum as i64 + account.unexplained_bytes, account.rss_bytes as i64, "{account:?}");
    let most = (account.rss_bytes / 20).max(4 << 20);
    assert!(account.unexplained_bytes.unsigned_abs() < most, "{account:#?}");
    assert!(account.bytes_of("heap live").abs_diff(31 << 20) < 8 << 20, "{account:#?}");
    assert!(account.untouched_bytes.abs_diff(192 << 20) < 16 << 20, "{account:#?}");
    assert!(account.bytes_of("stacks") > 0 && account.bytes_of("file pages") > 0, "{account:#?}");
    drop((held, untouched));
}
