//! The doctor where Rust allocates from the system, counted: one allocator for Rust and C.
#![cfg(all(target_os = "linux", target_env = "gnu"))]

use std::alloc::System;

use request_arena_core::heap::Counted;

mod growing;

#[global_allocator]
static ALLOCATOR: Counted<System> = Counted::new(System);

#[test]
fn glibc_is_found_to_serve_rust_and_c() {
    let report = growing::report();
    let glibc = &report.allocators[0];
    assert!(report.allocators.len() == 1 && glibc.name == "glibc" && glibc.serves.rust && glibc.serves.c, "{report:?}");
}
