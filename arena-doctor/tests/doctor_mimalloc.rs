//! The doctor with Rust on mimalloc, counted, and C on glibc.
#![cfg(all(target_os = "linux", target_env = "gnu"))]

use mimalloc::MiMalloc;
use request_arena_core::heap::CountingAllocator;

mod growing;

#[global_allocator]
static ALLOCATOR: CountingAllocator<MiMalloc> = CountingAllocator::new(MiMalloc);

#[test]
fn mimalloc_is_found_to_serve_rust_and_the_systems_allocator_to_serve_c() {
    let report = growing::report();
    let serves = |name: &str| {
        &report.allocators.iter().find(|allocator| allocator.name == name).unwrap().serves
    };
    assert!(serves("mimalloc").rust && !serves("mimalloc").c, "{report:?}");
    let of_c = growing::of_c();
    assert!(serves(of_c).c && !serves(of_c).rust, "{report:?}");
}
