//! The doctor with Rust on the system's allocator, counted: one allocator for Rust and C.
#![cfg(all(target_os = "linux", target_env = "gnu"))]

use std::alloc::System;

use request_arena_core::heap::CountingAllocator;

mod growing;

#[global_allocator]
static ALLOCATOR: CountingAllocator<System> = CountingAllocator::new(System);

#[test]
fn the_systems_allocator_is_found_to_serve_rust_and_c() {
    let report = growing::report();
    let serving: Vec<_> =
        report.allocators.iter().filter(|it| it.serves.rust || it.serves.c).collect();
    assert!(serving.len() == 1 && serving[0].name == growing::of_c(), "{report:?}");
    assert!(serving[0].serves.rust && serving[0].serves.c, "{report:?}");
}
