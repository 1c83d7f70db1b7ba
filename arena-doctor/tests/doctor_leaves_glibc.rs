//! The doctor finds out which code allocates from glibc, and does not change glibc's behaviour:
//! large blocks still go back when they are freed. It is a process of its own, since the allocator
//! is global.
#![cfg(all(target_os = "linux", target_env = "gnu"))]

use request_arena_doctor::{Doctor, Options};
use request_arena_memory::process;

#[global_allocator]
static SYSTEM: std::alloc::System = std::alloc::System;

/// Allocates and frees 65 MB in buffers with separate maps. A small value stays that was allocated
/// after each of them.
fn small_ones_stay() -> Vec<Vec<u8>> {
    let (mut buffers, mut stays) = (Vec::new(), Vec::new());
    for number in 0..120_usize {
        buffers.push(vec![1_u8; (130 + 7 * number) << 10]);
        stays.push(vec![1_u8; 200]);
    }
    std::hint::black_box(&buffers);
    stays
}

#[test]
fn blocks_with_a_map_of_their_own_go_back_when_they_are_freed() {
    let anonymous = || process::read().unwrap().anonymous_bytes;
    let doctor = Doctor::start(Options { watch: None, ..Options::default() });
    let before = anonymous();
    let stays = small_ones_stay();
    let kept = anonymous().saturating_sub(before);
    drop(stays);
    let report = doctor.diagnose();
    let allocator = report.allocators.iter().find(|allocator| allocator.serves.rust).unwrap();
    // In a build of all packages jemalloc may replace `malloc`, and retain memory.
    assert!(kept < 8 << 20 || allocator.name != "glibc", "{kept} bytes of 65 MB are kept");
}
