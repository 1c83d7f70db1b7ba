//! `use_jemalloc!` through the facade, in an `async` program.
#![cfg(feature = "jemalloc")]

use request_arena::{heap, jemalloc, telemetry::Snapshot};

#[tokio::test]
async fn one_statement_sets_jemalloc_up() {
    request_arena::use_jemalloc!();
    let status = jemalloc::status().unwrap();
    assert!(status.global && status.background_thread, "{status:?}");
    assert!(heap::is_installed());
    assert_eq!(Snapshot::take().allocator.map(|allocator| allocator.background_thread), Some(true));
}
