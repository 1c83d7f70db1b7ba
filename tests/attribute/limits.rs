//! `on_limit`: answers a refusal of the arena on every path of allocation, and across awaits. Other
//! panics go on.

use core::fmt;
use std::panic::{self, AssertUnwindSafe, catch_unwind};

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use request_arena::collections::{HashMap, Vec, owned};
use request_arena::{Arena, ArenaError, Bump, format, report, request_arena};

use crate::support::{panic_of, pause, poll_at_most, sendable};
use crate::{counts, outcomes};

const LIMIT: usize = 16 << 10;

/// The counts of a site: `returned`, `error`, `panicked`, `cancelled` and `limit_exceeded`.
fn ends(name: &str) -> [u64; 5] {
    let [returned, error, panicked, cancelled] = counts(name);
    [returned, error, panicked, cancelled, outcomes(name).limit_exceeded]
}

fn fill(arena: &Arena<'_>) {
    loop {
        arena.alloc_str("sixteen bytes ..");
    }
}

/// Every method that allocates and returns no error. Each function ends with "answered".
macro_rules! answered {
    ($($name:ident: |$arena:ident| $body:expr;)+) => {$(
        #[test]
        fn $name() {
            #[request_arena(limit = LIMIT, on_limit = "answered")]
            #[allow(unreachable_code, reason = "some of these allocate for ever")]
            fn $name($arena: Arena<'_>) -> &'static str {
                $body;
                "fits"
            }
            assert_eq!(($name(), ends(stringify!($name))), ("answered", [0, 0, 0, 0, 1]));
        }
    )+};
}

answered! {
    values: |arena| loop { arena.alloc([0_u64; 9]); };
    values_made_in_place: |arena| arena.alloc_with(|| [0_u8; 2 * LIMIT]);
    boxes: |arena| drop(arena.alloc_box([0_u8; 2 * LIMIT]));
    deferred_values: |arena| loop { arena.alloc_deferred(String::from("dropped at the end")); };
    deferred_closures: |arena| loop { arena.defer(|| ()); };
    texts: |arena| fill(&arena);
    formats: |arena| format!(in arena, "{:1$}", 1, 2 * LIMIT);
    slices: |arena| arena.alloc_slice_fill_with(LIMIT, |index| index);
    sizes_of_no_address_space: |arena| arena.alloc_slice_fill_copy(usize::MAX / 8, 1_u64);
    iterators: |arena| arena.alloc_from_iter(core::iter::repeat_n(1_u8, 2 * LIMIT));
    vecs: |arena| { let mut list = Vec::new_in(&arena); loop { list.push(1_u64) } };
    vecs_of_forks: |arena| {
        let mut list = owned::Vec::new_in(arena.fork());
        loop { list.push(1_u64) }
    };
    maps: |arena| {
        let mut map = HashMap::new_in(&arena);
        for number in 0.. { map.insert(number, number); }
    };
    strings: |arena| {
        let mut text = owned::String::new_in(arena.fork());
        loop { text.push('c') }
    };
    forks: |arena| fill(&arena.fork());
    children: |arena| arena.scope(|child| fill(&child));
    forks_of_children: |arena| arena.scope(|child| fill(&child.fork()));
    nested_children: |arena| arena.scope(|child| child.scope(|grandchild| fill(&grandchild)));
    raw_bumps: |arena| loop { arena.bump().alloc([0_u64; 9]); };
    raw_bumps_of_forks: |arena| {
        let fork = arena.fork().into_bump();
        loop { fork.alloc([0_u64; 9]); }
    };
    raw_bumps_of_children: |arena| arena.scope(|child| loop { child.bump().alloc([0_u64; 9]); });
    other_threads: |arena| {
        let (left, right) = (arena.fork(), arena.fork());
        rayon::join(move || fill(&left), move || fill(&right))
    };
}

#[request_arena(limit = LIMIT, on_limit = 0)]
fn with_bump(bump: &Bump, words: usize) -> usize {
    (0..words).map(|_| bump.alloc_str("sixteen bytes ..").len()).sum()
}

#[test]
fn a_bump_parameter_is_answered_too() {
    assert_eq!((with_bump(3), with_bump(LIMIT)), (48, 0));
    assert_eq!(ends("with_bump"), [1, 0, 0, 0, 1]);
}

#[request_arena(limit = LIMIT, on_limit = Err(ArenaFull))]
async fn at_await(mut arena: Arena<'_>, full_at: usize) -> Result<usize, ArenaFull> {
    for step in 0..3 {
        if step == full_at {
            arena.scope_async(async |child| fill(&child)).await;
        }
        pause().await;
    }
    Ok(arena.used())
}

#[derive(Debug, PartialEq)]
struct ArenaFull;

#[test]
fn a_future_is_answered_at_every_await() {
    for full_at in 0..3 {
        assert_eq!(
            poll_at_most(sendable(at_await(full_at)), 3),
            Some(Err(ArenaFull)),
            "at {full_at}"
        );
    }
    assert_eq!(poll_at_most(at_await(3), 4), Some(Ok(0)));
    assert_eq!(poll_at_most(at_await(3), 2), None);
    assert_eq!(ends("at_await"), [1, 0, 0, 1, 3]);
}

#[request_arena(
    limit = "16 KiB",
    into = Response,
    on_limit = StatusCode::PAYLOAD_TOO_LARGE.into_response(),
)]
async fn refusing_handler<'a>(arena: Arena<'a>, words: usize) -> axum::Json<&'a [&'a str]> {
    pause().await;
    axum::Json(arena.alloc_slice_fill_with(words, |_| &*arena.alloc_str("word")))
}

#[test]
fn a_response_says_that_the_request_was_too_large() {
    let status = |words| {
        poll_at_most(sendable(refusing_handler(words)), 2).map(|response| response.status())
    };
    assert_eq!(
        (status(10), status(10_000)),
        (Some(StatusCode::OK), Some(StatusCode::PAYLOAD_TOO_LARGE))
    );
    assert_eq!(ends("refusing_handler"), [1, 0, 0, 0, 1]);
}

#[request_arena(limit = "16 KiB", on_limit = |error| Err(error.to_string()))]
fn with_the_error(arena: Arena<'_>, bytes: usize) -> Result<usize, String> {
    Ok(arena.alloc_slice_fill_copy(bytes, 0_u8).len())
}

#[request_arena(limit = "16 KiB", on_limit = |error: ArenaError| error.to_string())]
fn with_the_bumps_error(arena: Arena<'_>) -> String {
    loop {
        arena.bump().alloc(0_u8);
    }
}

#[test]
fn a_closure_gets_the_error() {
    let text = with_the_error(20_000).unwrap_err();
    let place = std::format!("({}:", file!());
    assert!(
        text.starts_with("the arena of `with_the_error` is at its limit: 20000 bytes requested, "),
        "{text}"
    );
    assert!(text.contains(" of 16384 bytes taken ") && text.contains(&place), "{text}");
    let text = with_the_bumps_error();
    assert!(text.starts_with("the arena of `with_the_bumps_error` is at its limit: "), "{text}");
    assert!(text.contains(" of 16384 bytes taken, through `&Bump` ("), "{text}");
}

struct Handler {
    refused: usize,
}

#[request_arena(limit = LIMIT, on_limit = self.too_large())]
impl Handler {
    fn copy(&self, arena: Arena<'_>, text: &str) -> usize {
        arena.alloc_str(text).len()
    }

    #[allow(clippy::manual_async_fn, reason = "it is the subject of the test")]
    fn later(&self, arena: Arena<'_>, text: String) -> impl Future<Output = usize> + Send {
        async move {
            pause().await;
            arena.alloc_str(&text).len()
        }
    }

    fn too_large(&self) -> usize {
        self.refused
    }
}

#[test]
fn the_answer_may_use_parameters_that_the_body_leaves() {
    let handler = Handler { refused: 413 };
    let large = "x".repeat(2 * LIMIT);
    assert_eq!((handler.copy("text"), handler.copy(&large)), (4, 413));
    assert_eq!(poll_at_most(sendable(handler.later(large)), 2), Some(413));
    assert_eq!((ends("copy"), ends("later")), ([1, 0, 0, 0, 1], [0, 0, 0, 0, 1]));
}

#[request_arena(limit = LIMIT, on_limit = return Err(Failed))]
fn answers_by_return(arena: Arena<'_>) -> Result<(), Failed> {
    fill(&arena);
    Ok(())
}

#[derive(Debug, PartialEq)]
struct Failed;

impl From<ArenaError> for Failed {
    fn from(_: ArenaError) -> Self {
        Self
    }
}

/// The body handles the typed error with `?`, so that `on_limit` has nothing to do.
#[request_arena(limit = LIMIT, on_limit = unreachable!("`?` comes first"))]
fn fallible(arena: Arena<'_>) -> Result<(), Failed> {
    loop {
        arena.try_alloc_str("sixteen bytes ..")?;
    }
}

#[request_arena(limit = LIMIT, on_limit = unreachable!("`?` comes first"))]
fn dynamic(arena: Arena<'_>) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    loop {
        arena.try_alloc_str("sixteen bytes ..")?;
    }
}

#[test]
fn the_typed_error_is_the_bodys_own() {
    assert_eq!((answers_by_return(), fallible()), (Err(Failed), Err(Failed)));
    let error = dynamic().unwrap_err().downcast::<ArenaError>().unwrap();
    assert_eq!((error.site().name(), error.limit()), ("dynamic", Some(LIMIT)));
    assert_eq!((ends("fallible"), ends("dynamic")), ([0, 1, 0, 0, 0], [0, 1, 0, 0, 0]));
}

#[request_arena(limit = LIMIT, on_limit = "answered")]
fn panics(arena: Arena<'_>, how: u8) -> &'static str {
    match how {
        0 => panic!("{}", arena.alloc_str("its own")),
        1 => panic::panic_any(17_u32),
        // The arena refused an allocation before, but the body ends for another reason.
        2 => {
            assert!(catch_unwind(AssertUnwindSafe(|| fill(&arena))).is_err());
            panic!("after a refusal")
        }
        // Another arena.
        3 => within(),
        // A `Bump` of the user.
        4 => {
            let own = Bump::new();
            own.set_allocation_limit(Some(1));
            own.alloc([0_u8; 1000]);
        }
        _ => assert!(arena.try_alloc_slice_fill_copy(2 * LIMIT, 0_u8).is_err()),
    }
    "returned"
}

#[request_arena(limit = 4096)]
fn within(arena: Arena<'_>) {
    fill(&arena);
}

#[test]
fn any_other_panic_goes_on_unchanged() {
    assert_eq!(panic_of(|| panics(0)), "its own");
    let payload = catch_unwind(|| panics(1)).unwrap_err();
    assert_eq!(payload.downcast_ref::<u32>(), Some(&17));
    assert_eq!(panic_of(|| panics(2)), "after a refusal");
    assert!(panic_of(|| panics(3)).starts_with("the arena of `within` is at its limit"));
    assert_eq!(panic_of(|| panics(4)), "out of memory");
    assert_eq!(panics(5), "returned");
    assert_eq!(ends("panics"), [1, 0, 5, 0, 0]);
}

#[request_arena(limit = LIMIT, on_limit = "outer".to_owned())]
fn outer(arena: Arena<'_>, is_outer: bool) -> String {
    let inner = inner(!is_outer);
    if is_outer {
        fill(&arena);
    }
    inner.to_owned()
}

#[request_arena(limit = LIMIT, on_limit = "inner")]
fn inner(arena: Arena<'_>, is_inner: bool) -> &'static str {
    if is_inner {
        fill(&arena);
    }
    "none"
}

#[test]
fn each_scope_answers_for_its_own_arena() {
    assert_eq!((outer(false), outer(true)), ("inner".to_owned(), "outer".to_owned()));
    assert_eq!((ends("outer"), ends("inner")), ([1, 0, 0, 0, 1], [1, 0, 0, 0, 1]));
}

/// If an inner scope exceeds the limit of the outer request, both end.
#[request_arena(limit = LIMIT, on_limit = "lent")]
fn lends(arena: Arena<'_>) -> &'static str {
    borrows(&arena)
}

#[request_arena(limit = LIMIT, on_limit = "borrower")]
fn borrows(#[arena] own: Arena<'_>, other: &Arena<'_>) -> &'static str {
    own.alloc(1);
    fill(other);
    "fits"
}

#[test]
fn the_scope_of_the_full_arena_answers() {
    assert_eq!(lends(), "lent");
    assert_eq!((ends("lends"), ends("borrows")), ([0, 0, 0, 0, 1], [0, 0, 1, 0, 0]));
}

#[test]
fn an_answered_limit_does_not_call_the_panic_hook() {
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    #[request_arena(limit = LIMIT, on_limit = 413)]
    fn quiet(arena: Arena<'_>) -> usize {
        assert!(!std::thread::panicking());
        fill(&arena);
        200
    }
    let thread = std::thread::current().id();
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        CALLS.fetch_add(usize::from(std::thread::current().id() == thread), Relaxed);
        before(info);
    }));
    assert_eq!(quiet(), 413);
    assert_eq!((CALLS.load(Relaxed), ends("quiet")), (0, [0, 0, 0, 0, 1]));
    assert_eq!(report().site("quiet").map(|site| site.refusals), Some(1));
}

/// A value that the body borrowed keeps the body's changes.
#[request_arena(limit = LIMIT, on_limit = false)]
fn half_done(arena: Arena<'_>, log: &mut std::vec::Vec<u8>) -> bool {
    log.push(1);
    fill(&arena);
    log.push(2);
    true
}

#[test]
fn changes_of_the_body_stay() {
    let mut log = std::vec::Vec::new();
    assert_eq!((half_done(&mut log), log), (false, vec![1]));
}

/// A body may also catch the panic itself.
#[request_arena(limit = LIMIT, on_limit = "answered")]
async fn caught(arena: Arena<'_>) -> &'static str {
    let refused = AssertUnwindSafe(async { fill(&arena) }).catch_unwind().await;
    if refused.is_err() { "caught" } else { "fits" }
}

#[test]
fn a_body_may_catch_it_first() {
    assert_eq!((poll_at_most(caught(), 1), ends("caught")), (Some("caught"), [1, 0, 0, 0, 0]));
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("failed")
    }
}
