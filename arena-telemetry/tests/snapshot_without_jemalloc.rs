//! jemalloc is in the program, but is not its global allocator: a snapshot has no figures of it.

use request_arena_telemetry::{Snapshot, jemalloc};

#[test]
fn snapshot_has_no_figures_of_an_unused_jemalloc() {
    // Without a prefix, Rust's default allocator is `malloc`, and that is jemalloc.
    let is_used = !jemalloc::start().prefixed;
    assert_eq!(Snapshot::take().allocator.is_some(), is_used);
}
