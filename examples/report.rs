//! Prints a report: runs some requests, with every outcome that a request can have, and then prints
//! `request_arena::report()`.
//!
//! `cargo run --example report`. `tests/readme.rs` sends the same requests, for the report in the
//! README.

use std::panic::catch_unwind;
use std::pin::pin;
use std::task::{Context, Waker};

use request_arena::{Arena, ArenaError, collections::Vec, report, request_arena};

#[request_arena(initial = "16 KiB")]
fn search(arena: Arena<'_>, query: &str) -> usize {
    let words = arena
        .alloc_from_iter(query.split(' ').map(|word| request_arena::format!(in arena, "{word}*")));
    let mut scores = Vec::new_in(&arena);
    scores.extend(0..100_u64);
    words.len() + scores.len()
}

#[request_arena(limit = "256 KiB")]
fn upload(arena: Arena<'_>, bytes: usize) -> Result<usize, ArenaError> {
    Ok(arena.try_alloc_slice_fill_copy(bytes, 0_u8)?.len())
}

#[request_arena(limit = "256 KiB")]
fn render(arena: Arena<'_>, pages: usize) -> usize {
    assert!(pages > 0, "nothing to render");
    arena.alloc_slice_fill_copy(pages * 4096, b' ').len()
}

#[request_arena]
async fn stream(arena: Arena<'_>) {
    arena.alloc_slice_fill_copy(1000, 0_u8);
    std::future::pending::<()>().await;
}

/// Sends at least one request to each handler. Two of them panic, and the last one is cancelled.
#[allow(clippy::missing_panics_doc, reason = "an example")]
pub(crate) fn requests() {
    for query in ["arena", "bump arena", "request scoped bump arena"] {
        search(query);
    }
    assert!(upload(100_000).is_ok());
    assert!(upload(1_000_000).is_err());

    render(3);
    assert!(catch_unwind(|| render(0)).is_err(), "it panics");
    assert!(catch_unwind(|| render(1000)).is_err(), "it exceeds its limit");

    {
        let mut client = pin!(stream());
        assert!(client.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    } // the client hangs up
}

fn main() {
    std::panic::set_hook(Box::new(|_| {}));
    requests();
    println!("{}", report());
}
