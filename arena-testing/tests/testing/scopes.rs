//! What scopes took: peaks and their bounds, chunks, the heap.

use request_arena_core::{RequestScope, Site, scope, scope_async};
use request_arena_testing::watch;

use crate::{panic_of, runtime, serve, take, watch_heap};

#[test]
fn a_peak_within_its_bound_passes_and_one_byte_more_fails() {
    static SITE: Site = Site::new("exact", "m", "src/exact.rs", 7);
    serve(&SITE, 100_000);
    let watch = watch();
    [100, 3000, 200].into_iter().for_each(|bytes| serve(&SITE, bytes));
    watch
        .scope("exact")
        .peak_used_at_most(3000)
        .peak_used_at_most("3 kB")
        .reserved_at_most("200 KiB");
    watch.every_scope().peak_used_at_most(3000);
    assert_eq!(watch.scope("exact").ended(), 3, "the one before the watch is not its");
    let message = panic_of(|| watch.scope("exact").peak_used_at_most(2999));
    let (first, rest) = message.split_once("; it held ").unwrap();
    assert_eq!(
        first,
        "scope `exact` (src/exact.rs:7) used 3000 bytes at its peak, expected at most 2999 \
         bytes\n  the largest of 3 scopes in this test"
    );
    let (reserved, next) = rest.split_once(' ').unwrap();
    assert!(reserved.parse::<u64>().unwrap() > 3000, "{message}");
    assert_eq!(
        next,
        "bytes of chunks\n  next: free scratch memory early (`arena.scope(..)`), avoid building \
         it, or raise the bound"
    );
    let message = panic_of(|| watch.scope("exact").peak_used_at_most("2 KiB"));
    assert!(message.contains("expected at most 2 KiB (2048 bytes)\n"), "{message}");
}

#[test]
fn chunks_have_a_bound_of_their_own() {
    static SITE: Site = Site::new("chunks", "m", "src/chunks.rs", 7).with_initial(8000);
    let watch = watch();
    serve(&SITE, 100);
    let message = panic_of(|| watch.scope("chunks").peak_used_at_most(100).reserved_at_most(1000));
    assert!(message.starts_with("scope `chunks` (src/chunks.rs:7) held "), "{message}");
    assert!(
        message.contains(" bytes of chunks at its peak, expected at most 1000 bytes\n"),
        "{message}"
    );
    assert!(
        message.contains(
            "\n  the only scope in this test; its peak_used was 100 bytes\n  next: set the size of \
             the first chunk"
        ),
        "{message}"
    );
}

#[test]
fn a_peak_that_is_an_upper_bound_says_so() {
    static SITE: Site = Site::new("bound", "m", "src/bound.rs", 7);
    let watch = watch();
    scope(&SITE, |arena| {
        let fork = arena.fork();
        fork.scope(|child| child.alloc_slice_fill_copy(5000, 1_u8).len());
        arena.scope(|child| child.alloc_slice_fill_copy(5000, 1_u8).len());
    });
    watch.scope("bound").peak_used_at_most("16 KiB");
    let message = panic_of(|| watch.scope("bound").peak_used_at_most(9000));
    assert!(message.starts_with("scope `bound` (src/bound.rs:7) used at most 10"), "{message}");
    assert!(
        message.contains(
            "\n  the figure is an upper bound: it adds up the peaks of forks and \
            child scopes, "
        ),
        "{message}"
    );
}

#[test]
fn a_peak_that_is_a_lower_bound_passes_only_if_the_chunks_prove_it() {
    static SITE: Site = Site::new("raw", "m", "src/raw.rs", 7).with_initial(30_000);
    let watch = watch();
    scope(&SITE, |arena| arena.bump().alloc_slice_fill_copy(3000, 1_u8).len());
    watch.scope("raw").peak_used_at_most("64 KiB");
    let message = panic_of(|| watch.scope("raw").peak_used_at_most(20_000));
    assert!(
        message.starts_with(
            "scope `raw` (src/raw.rs:7) may have used more at its peak than expected: at most \
             20000 bytes\n  known: at least 3000 bytes used, and at most "
        ),
        "{message}"
    );
    assert!(
        message.ends_with(
            "\n  memory that is given back through a raw `&Bump` is not seen\n  next: use `&arena` \
             instead of `&Bump`, which makes the peak exact, or assert what is known: \
             `reserved_at_most(..)`"
        ),
        "{message}"
    );
    let message = panic_of(|| watch.scope("raw").peak_used_at_most(2000));
    assert!(
        message.starts_with("scope `raw` (src/raw.rs:7) used at least 3000 bytes at its peak"),
        "{message}"
    );
}

#[test]
fn a_scope_that_did_not_run_fails() {
    static SITE: Site = Site::new("known", "m", "src/known.rs", 7);
    let watch = watch();
    assert_eq!(
        panic_of(|| watch.every_scope().peak_used_at_most(1)),
        "no scope has ended in this test\n  next: start the watch before the request, and check \
         the name: it is the function's, or `name = \"..\"`"
    );
    serve(&SITE, 1);
    assert_eq!(
        panic_of(|| watch.scope("knwon").peak_used_at_most("1 KiB")),
        "no scope `knwon` has ended in this test\n  scopes that have ended: scope `known` \
         (src/known.rs:7)\n  next: start the watch before the request, and check the name: it is \
         the function's, or `name = \"..\"`"
    );
    static OPEN: Site = Site::new("open", "m", "src/open.rs", 7);
    let _open = RequestScope::enter(&OPEN);
    let message = panic_of(|| watch.scope("open").peak_used_at_most("1 KiB"));
    assert!(message.contains("\n  1 scope still open\n"), "{message}");
}

#[test]
fn each_of_several_sites_of_one_name_is_asserted() {
    static SMALL: Site = Site::new("same", "m", "src/small.rs", 7);
    static LARGE: Site = Site::new("same", "m", "src/large.rs", 9);
    let watch = watch();
    serve(&SMALL, 10);
    serve(&LARGE, 2000);
    let message = panic_of(|| watch.scope("same").peak_used_at_most("1 kB"));
    assert!(message.starts_with("scope `same` (src/large.rs:9) used 2000 bytes"), "{message}");
}

#[test]
fn a_scope_that_allocates_from_the_heap_is_told() {
    static SITE: Site = Site::new("heap", "m", "src/heap.rs", 7);
    let watch = watch_heap();
    (0..3).for_each(|_| scope(&SITE, |arena| _ = arena.alloc_slice_fill_copy(100_000, 1_u8)));
    watch.scope("heap").no_heap();
    scope(&SITE, |_| take(1000));
    runtime().block_on(async {
        // The runtime makes its list of those that yield once.
        tokio::task::yield_now().await;
        scope_async(&SITE, async |_| {
            take(2000);
            tokio::task::yield_now().await;
            take(1000);
        })
        .await;
    });
    // 1024 and 2048 are jemalloc's classes.
    watch.scope("heap").heap_at_most("3 KiB");
    let message = panic_of(|| watch.scope("heap").no_heap());
    assert_eq!(
        message,
        "scope `heap` (src/heap.rs:7) allocated 3072 bytes from the heap, expected nothing\n  the \
         largest of 5 scopes in this test; scopes that allocated from the heap: 2\n  next: build \
         the value in the arena: `arena.alloc_str`, `collections::Vec::new_in(&arena)`, \
         `format!(in arena, ..)`. If it is built only once, call the function before the watch. Or \
         allow it: `heap_at_most(..)`"
    );
    let message = panic_of(|| watch.scope("heap").heap_at_most("3 kB"));
    assert!(
        message
            .contains("allocated 3072 bytes from the heap, expected at most 3 kB (3000 bytes)\n"),
        "{message}"
    );
}

#[test]
fn what_a_watch_allocates_itself_is_not_the_heap_of_a_scope_around() {
    static OUTER: Site = Site::new("outer", "m", "src/outer.rs", 7);
    static INNER: [Site; 40] = [const { Site::new("inner", "m", "src/inner.rs", 7) }; 40];
    let watch = watch_heap();
    scope(&OUTER, |_| INNER.iter().for_each(|site| serve(site, 10)));
    watch.every_scope().no_heap();
}

#[test]
fn a_guard_is_not_measured_and_so_does_not_pass() {
    static SITE: Site = Site::new("guard", "m", "src/guard.rs", 7);
    let watch = watch_heap();
    drop(RequestScope::enter(&SITE));
    assert_eq!(
        panic_of(|| watch.scope("guard").no_heap()),
        "scope `guard` (src/guard.rs:7): the heap of 1 of 1 scope was not measured\n  next: use an \
         annotated function, `scope` or `scope_async` instead of the guard `RequestScope`, and \
         install the allocator's hook before the scopes open"
    );
}

#[test]
fn chunks_that_a_raw_bump_takes_may_be_the_heaps_by_what_the_allocator_rounds_up() {
    static SITE: Site = Site::new("raw chunks", "m", "src/raw.rs", 7);
    let request =
        |bytes: usize| scope(&SITE, |arena| arena.bump().alloc_slice_fill_copy(bytes, 1_u8).len());
    let cold = watch_heap();
    request(100_000);
    let message = panic_of(|| cold.scope("raw chunks").no_heap());
    assert!(
        message.starts_with("scope `raw chunks` (src/raw.rs:7) allocated 16 bytes from the heap"),
        "{message}"
    );
    assert!(
        message.contains(
            "\n  the handler used a raw `&Bump`: bytes that the allocator adds to its new chunks"
        ),
        "{message}"
    );
    (0..100).for_each(|_| _ = request(100_000));
    let warm = watch_heap();
    request(100_000);
    warm.scope("raw chunks").no_heap();
}

/// Holds so many bytes across an await.
async fn hold<const BYTES: usize>() -> usize {
    let buffer = [1_u8; BYTES];
    std::future::ready(()).await;
    buffer.len()
}

#[test]
fn a_future_within_its_bound_passes_and_one_that_holds_too_much_fails() {
    static SITE: Site = Site::new("large future", "m", "src/large.rs", 7);
    let watch = watch();
    runtime().block_on(scope_async(&SITE, async |_| hold::<20_000>().await));
    watch.scope("large future").future_at_most("20 KiB").future_at_most(20_480);
    let message = panic_of(|| watch.scope("large future").future_at_most(20_000));
    let (first, rest) = message.split_once('\n').unwrap();
    let bytes = first.strip_prefix("scope `large future` (src/large.rs:7) has a future of ");
    let bytes = bytes.and_then(|rest| rest.strip_suffix(" bytes, expected at most 20000 bytes"));
    let bytes: u64 = bytes.unwrap_or_else(|| panic!("{message}")).parse().unwrap();
    assert!((20_001..20_480).contains(&bytes), "{message}");
    watch.every_scope().future_at_most(bytes as usize);
    assert!(rest.contains("\n  next: allocate large values in the arena"), "{message}");
    assert!(rest.contains("`Box::pin(call()).await`"), "{message}");
}

#[test]
fn a_future_is_as_small_as_what_it_boxes() {
    static SITE: Site = Site::new("boxed future", "m", "src/boxed.rs", 7);
    let watch = watch();
    runtime().block_on(scope_async(&SITE, async |_| Box::pin(hold::<20_000>()).await));
    watch.scope("boxed future").future_at_most(256);
}

#[test]
fn a_function_that_is_not_async_has_no_future_to_check() {
    static SITE: Site = Site::new("no future", "m", "src/none.rs", 7);
    let watch = watch();
    serve(&SITE, 10);
    let message = panic_of(|| watch.scope("no future").future_at_most("1 MiB"));
    assert!(
        message.starts_with("scope `no future` (src/none.rs:7) has no future\n  next: the handler"),
        "{message}"
    );
    let message = panic_of(|| watch.scope("another").future_at_most("1 MiB"));
    assert!(message.starts_with("no scope `another` has ended in this test"), "{message}");
}
