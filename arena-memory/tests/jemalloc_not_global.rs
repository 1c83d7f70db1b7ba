//! jemalloc is linked, but is not the global allocator: reading it is an error.
#![cfg(feature = "jemalloc")]

use request_arena_core::heap;
use request_arena_memory::jemalloc;

#[test]
fn a_jemalloc_that_is_not_used_is_an_error() {
    assert_eq!(jemalloc::status(), None);
    let status = jemalloc::start();
    if !status.prefixed {
        // Rust's default allocator is `malloc`, and that is jemalloc.
        assert!(status.global && heap::is_installed() && jemalloc::read().is_ok());
        return;
    }
    assert!(!status.global);
    assert!(
        status.problems.iter().any(|problem| problem.contains("not the global allocator")),
        "{:?}",
        status.problems
    );
    assert!(!heap::is_installed());
    assert_eq!(jemalloc::read(), Err(jemalloc::Error::NotGlobal));
}
