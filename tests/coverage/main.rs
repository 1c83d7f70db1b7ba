//! Heap coverage: every byte that a scope's code allocates outside of its arena is counted, and no
//! other.

use core::cell::Cell;
use std::alloc::{GlobalAlloc, Layout, System};

use request_arena::{Arena, RequestScope, Site, heap, request_arena, scope, scope_async};
use support::{figures, on_a_fresh_thread, panic_of, pause, poll_at_most};

mod layer;
#[path = "../support/mod.rs"]
mod support;

struct Counting;

thread_local! {
    static ALLOCATED: Cell<u64> = const { Cell::new(0) };
}

fn count(bytes: usize) {
    // The thread's locals may already be gone. No test reads the count then.
    let _ = ALLOCATED.try_with(|allocated| allocated.set(allocated.get() + bytes as u64));
}

// SAFETY: every method forwards to the system's allocator. The count is separate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: the caller keeps the contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract.
        unsafe { System.dealloc(memory, layout) };
    }
}

#[global_allocator]
static HEAP: Counting = Counting;

/// Installs the hook before this process opens a scope.
fn with_hook() {
    heap::install(|| ALLOCATED.try_with(Cell::get).unwrap_or(0));
    assert!(heap::is_installed());
}

fn take(bytes: usize) -> usize {
    std::hint::black_box(vec![1_u8; bytes]).len()
}

#[test]
fn a_call_is_charged_with_its_allocations_and_not_with_chunks() {
    static SITE: Site = Site::new("call", module_path!(), file!(), line!());
    with_hook();
    on_a_fresh_thread(|| {
        scope(&SITE, |arena| {
            // Chunks, forks and child scopes allocate too. These allocations do not count.
            arena.alloc_slice_fill_copy(500_000, 1_u8);
            arena.fork().alloc_slice_fill_copy(100_000, 1_u8);
            arena.scope(|child| child.alloc_slice_fill_copy(200_000, 1_u8).len());
            take(1000) + take(234)
        });
        let heap = figures(&SITE).heap.expect("there is a hook");
        assert_eq!((heap.bytes.count(), heap.bytes.sum), (1, 1234));
        let arena = figures(&SITE).peak_used.sum - figures(&SITE).abandoned_bytes;
        assert_eq!(heap.arena_bytes, arena);
        let coverage = heap.coverage().unwrap();
        assert!((0.99..1.0).contains(&coverage), "{coverage}");
    });
}

#[test]
fn chunks_that_a_raw_bump_takes_are_not_the_heaps() {
    static SITE: Site = Site::new("raw", module_path!(), file!(), line!());
    with_hook();
    scope(&SITE, |arena| arena.bump().alloc_slice_fill_copy(300_000, 1_u8).len() + take(77));
    assert_eq!(figures(&SITE).heap.unwrap().bytes.sum, 77);
}

#[test]
fn a_future_is_charged_with_its_own_polls_on_any_thread() {
    static SITE: Site = Site::new("future", module_path!(), file!(), line!());
    with_hook();
    let mut future = Box::pin(scope_async(&SITE, async |arena| {
        take(100);
        pause().await;
        arena.alloc_slice_fill_copy(100_000, 1_u8);
        take(20);
        pause().await;
        take(3)
    }));
    assert!(support::poll_once(future.as_mut()).is_pending());
    take(100_000);
    let mut future = on_a_fresh_thread(move || {
        take(100_000);
        assert!(support::poll_once(future.as_mut()).is_pending());
        future
    });
    take(100_000);
    assert!(support::poll_once(future.as_mut()).is_ready());
    assert_eq!(figures(&SITE).heap.unwrap().bytes.sum, 123);
}

#[test]
fn a_scope_in_a_scope_is_part_of_both() {
    static OUTER: Site = Site::new("outer", module_path!(), file!(), line!());
    static INNER: Site = Site::new("inner", module_path!(), file!(), line!());
    with_hook();
    let nested = async {
        scope_async(&OUTER, async |_| {
            take(10);
            scope(&INNER, |arena| arena.alloc_slice_fill_copy(50_000, 1_u8).len() + take(5))
        })
        .await
    };
    poll_at_most(nested, 1);
    assert_eq!(
        (figures(&OUTER).heap.unwrap().bytes.sum, figures(&INNER).heap.unwrap().bytes.sum),
        (15, 5)
    );
}

#[test]
fn every_way_out_is_charged() {
    static SITE: Site = Site::new("ways", module_path!(), file!(), line!());
    with_hook();
    poll_at_most(
        scope_async(&SITE, async |_| {
            take(1000);
            pause().await;
            take(1)
        }),
        1,
    );
    assert_eq!(figures(&SITE).heap.unwrap().bytes.sum, 1000, "cancelled");
    panic_of(|| scope(&SITE, |_| -> () { std::panic::panic_any(take(7)) }));
    let heap = figures(&SITE).heap.unwrap();
    assert!(heap.bytes.count() == 2 && heap.bytes.sum >= 1007, "panicked: {heap:?}");
}

#[test]
fn a_guard_is_not_measured_for_its_thread_may_do_other_work() {
    static SITE: Site = Site::new("guard", module_path!(), file!(), line!());
    with_hook();
    let owner = RequestScope::enter(&SITE);
    take(1000);
    drop(owner);
    assert_eq!((figures(&SITE).heap, figures(&SITE).resets), (None, 1));
}

#[request_arena]
async fn annotated(arena: Arena<'_>, bytes: usize) -> usize {
    let text = arena.alloc_str("kept in the arena");
    pause().await;
    take(bytes) + text.len()
}

#[test]
fn an_annotated_function_is_measured() {
    with_hook();
    assert_eq!(poll_at_most(annotated(5000), 2), Some(5017));
    let heap = request_arena::report().site("annotated").unwrap().heap.unwrap();
    assert_eq!((heap.bytes.sum, heap.arena_bytes), (5000, 17));
}
