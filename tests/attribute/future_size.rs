//! The size of an annotated function's future is in the report, whatever the shape of the function.

use core::future::Future;
use core::pin::{Pin, pin};

use request_arena::{Arena, report, request_arena};

use crate::support::{pause, poll_once};

const LARGE: usize = 20_000;

#[request_arena]
async fn sized_plain(arena: Arena<'_>, byte: u8) -> usize {
    let buffer = [byte; LARGE];
    pause().await;
    arena.alloc_slice_copy(&buffer).len()
}

#[request_arena(limit = "64 KiB", on_limit = |_| 0)]
async fn sized_answered(arena: Arena<'_>, byte: u8) -> usize {
    let buffer = [byte; LARGE];
    pause().await;
    arena.alloc_slice_copy(&buffer).len()
}

#[request_arena]
fn sized_returned(arena: Arena<'_>, byte: u8) -> impl Future<Output = usize> {
    async move {
        let buffer = [byte; LARGE];
        pause().await;
        arena.alloc_slice_copy(&buffer).len()
    }
}

#[request_arena]
fn sized_boxed(arena: Arena<'_>, byte: u8) -> Pin<Box<dyn Future<Output = usize>>> {
    Box::pin(async move {
        let buffer = [byte; LARGE];
        pause().await;
        arena.alloc_slice_copy(&buffer).len()
    })
}

#[request_arena]
async fn sized_small(arena: Arena<'_>, byte: u8) -> usize {
    Box::pin(async {
        let buffer = [byte; LARGE];
        pause().await;
        arena.alloc_slice_copy(&buffer).len()
    })
    .await
}

#[request_arena]
fn sized_never(arena: Arena<'_>) -> usize {
    arena.alloc_str("text").len()
}

/// The size in the report while a future of the function is open.
fn reported(name: &str, future: impl Future<Output = usize>) -> usize {
    let mut future = pin!(future);
    assert!(poll_once(future.as_mut()).is_pending());
    let report = report();
    let site = report.site(name).expect("it is open");
    let bytes = site.future_bytes.expect("it is async");
    assert_eq!((site.live_scopes, site.live_future_bytes), (1, bytes as u64));
    bytes
}

#[test]
fn each_shape_of_an_async_function_reports_the_size_of_its_future() {
    let future = sized_plain(1);
    let bytes = size_of_val(&future);
    assert_eq!(reported("sized_plain", future), bytes, "the future that the function returns");
    let future = sized_answered(1);
    let bytes = size_of_val(&future);
    assert_eq!(reported("sized_answered", future), bytes, "with the answer to the limit");
    let future = sized_returned(1);
    let bytes = size_of_val(&future);
    assert_eq!(reported("sized_returned", future), bytes);
    let future = sized_boxed(1);
    let bytes = size_of_val(&*future);
    assert_eq!(reported("sized_boxed", future), bytes, "what is in the box");
    assert!(bytes > LARGE);
    assert!(reported("sized_small", sized_small(1)) < 512, "the box has the buffer");
}

#[test]
fn a_function_that_is_not_async_reports_no_future() {
    sized_never();
    assert_eq!(report().site("sized_never").expect("it ran").future_bytes, None);
}
