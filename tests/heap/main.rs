//! A warm scope allocates nothing on the heap, as counted by the global allocator.

use core::cell::Cell;
use core::pin::pin;
use core::task::{Context, Poll};
use std::alloc::{GlobalAlloc, Layout, System};

use request_arena::collections::{HashMap, Vec, owned};
use request_arena::{Arena, Site, format, request_arena, scope, scope_async};

struct Counting;

thread_local! {
    static CALLS: Cell<usize> = const { Cell::new(0) };
}

fn count() {
    // The thread's locals may already be gone. No test reads the count then.
    let _ = CALLS.try_with(|calls| calls.set(calls.get() + 1));
}

// SAFETY: every method forwards to the system's allocator. The count is separate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller keeps the contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        count();
        // SAFETY: the caller keeps the contract.
        unsafe { System.dealloc(memory, layout) };
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: the caller keeps the contract.
        unsafe { System.realloc(memory, layout, size) }
    }
}

#[global_allocator]
static HEAP: Counting = Counting;

/// The heap allocations of this thread in 100 rounds of `work`, after three warm rounds.
fn calls_when_warm(work: impl Fn()) -> usize {
    (0..3).for_each(|_| work());
    let before = CALLS.get();
    (0..100).for_each(|_| work());
    CALLS.get() - before
}

/// Polls a future to its end, with a waker that does nothing.
fn run<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        let mut context = Context::from_waker(futures::task::noop_waker_ref());
        if let Poll::Ready(result) = future.as_mut().poll(&mut context) {
            return result;
        }
    }
}

#[test]
fn the_counter_counts() {
    assert_eq!(calls_when_warm(|| drop(core::hint::black_box(Box::new(1)))), 200);
}

#[test]
fn a_warm_scope_asks_the_heap_for_nothing() {
    static SITE: Site = Site::new("sync", module_path!(), file!(), line!()).with_initial(16 << 10);
    let calls = calls_when_warm(|| {
        scope(&SITE, |arena| {
            arena.alloc_slice_fill_copy(5000, 1_u8);
            let text = format!(in arena, "{}", 12);
            let mut list = Vec::new_in(&arena);
            list.extend(0..500);
            let mut map = HashMap::new_in(&arena);
            map.extend([(text.len(), 1)]);
        });
    });
    assert_eq!(calls, 0);
}

#[test]
fn a_warm_scope_without_an_initial_size_and_of_one_chunk_asks_for_nothing() {
    static SITE: Site = Site::new("plain", module_path!(), file!(), line!());
    assert_eq!(calls_when_warm(|| scope(&SITE, |arena| assert_eq!(*arena.alloc(1), 1))), 0);
}

#[test]
fn warm_forks_children_and_deferred_work_ask_for_nothing() {
    static SITE: Site = Site::new("forks", module_path!(), file!(), line!()).with_initial(4 << 10);
    let calls = calls_when_warm(|| {
        scope(&SITE, |arena| {
            let fork = arena.fork();
            arena.defer(|| ());
            fork.alloc_deferred(Cell::new(1)).set(2);
            fork.fork().alloc(1);
            arena.scope(|child| child.scope(|inner| *inner.alloc(1) + *child.alloc(2)));
            let mut list = owned::Vec::new_in(fork);
            list.extend(0..10);
            drop(arena.alloc_box(1));
        });
    });
    assert_eq!(calls, 0);
}

#[test]
fn warm_futures_ask_for_nothing() {
    static SITE: Site = Site::new("async", module_path!(), file!(), line!()).with_initial(4 << 10);
    async fn pause() {
        let mut paused = false;
        core::future::poll_fn(|_| {
            if core::mem::replace(&mut paused, true) { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }
    let calls = calls_when_warm(|| {
        run(scope_async(&SITE, async |mut arena: Arena<'_>| {
            let text = arena.alloc_str("text");
            let fork = arena.fork();
            arena.defer(|| ());
            pause().await;
            arena.scope_async(async |child| child.alloc_str(text).len()).await;
            fork.alloc(1);
            pause().await;
        }));
    });
    assert_eq!(calls, 0);
}

#[test]
fn a_warm_annotated_function_asks_for_nothing() {
    #[request_arena(initial = "4 KiB")]
    fn sync(arena: Arena<'_>, count: usize) -> Result<usize, ()> {
        Ok(arena.alloc_slice_fill_copy(count, 1_u8).len())
    }
    #[request_arena(initial = "4 KiB", into = Option<usize>)]
    async fn asynchronous(arena: Arena<'_>, count: usize) -> usize {
        arena.alloc_slice_fill_copy(count, 1_u8).len()
    }
    assert_eq!(calls_when_warm(|| assert_eq!(sync(3000), Ok(3000))), 0);
    assert_eq!(calls_when_warm(|| assert_eq!(run(asynchronous(3000)), Some(3000))), 0);
}

#[test]
fn a_warm_scope_with_a_limit_asks_for_nothing_until_it_forks_and_then_for_its_budget() {
    static SITE: Site = Site::new("limited", module_path!(), file!(), line!())
        .with_initial(4 << 10)
        .with_limit(64 << 10);
    assert_eq!(calls_when_warm(|| scope(&SITE, |arena| _ = arena.alloc([1_u8; 3000]))), 0);
    let calls = calls_when_warm(|| {
        scope(&SITE, |arena| {
            arena.fork().alloc(1);
            arena.fork().alloc(1);
        });
    });
    // The budget that the forks share is one block for each scope.
    assert_eq!(calls, 200);
}

#[test]
fn a_warm_scope_that_panics_or_is_cancelled_leaves_its_successor_warm() {
    static SITE: Site =
        Site::new("after trouble", module_path!(), file!(), line!()).with_initial(4 << 10);
    let good = || scope(&SITE, |arena| _ = arena.alloc([1_u8; 3000]));
    good();
    assert!(std::panic::catch_unwind(|| scope(&SITE, |_| -> () { panic!("once") })).is_err());
    drop(scope_async(&SITE, async |arena| _ = arena.alloc(1)));
    let before = CALLS.get();
    good();
    assert_eq!(CALLS.get() - before, 0);
}
