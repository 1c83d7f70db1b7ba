//! `arena_handler!`: calls, captures and outcomes of every kind of closure.

#![allow(clippy::semicolon_if_nothing_returned, reason = "the closures end where the macro does")]

use core::cell::RefCell;
use core::pin::pin;

use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use axum::{Json, Router};
use request_arena::{Arena, arena_handler, report};
use tokio::runtime::Builder;

use crate::support::{panic_of, pause, poll_at_most};
use crate::{counts, outcomes};

fn run<F: Future>(future: F) -> F::Output {
    Builder::new_current_thread().build().expect("a runtime").block_on(future)
}

/// Adds its name to the log when it is dropped.
struct Logs<'l>(&'static str, &'l RefCell<Vec<&'static str>>);

impl Drop for Logs<'_> {
    fn drop(&mut self) {
        self.1.borrow_mut().push(self.0);
    }
}

#[test]
fn a_sync_closure_opens_a_scope_for_each_call() {
    let lengths: Vec<usize> = ["a", "bc", "def"]
        .into_iter()
        .map(arena_handler!(name = "sync closure", |arena, text| arena.alloc_str(text).len()))
        .collect();
    assert_eq!(lengths, [1, 2, 3]);
    assert_eq!(counts("sync closure"), [3, 0, 0, 0]);
}

#[test]
fn a_sync_closure_has_types_return_and_question_mark() {
    let half = arena_handler!(name = "half closure", |_: u8,
                                                      arena: Arena<'_>,
                                                      text: &str|
     -> Result<u32, String> {
        let number: &mut u32 = arena.alloc(text.parse().map_err(|_| String::from("no number"))?);
        if *number == 0 {
            return Ok(0);
        }
        assert!(*number < 100, "too many");
        Ok(*number / 2)
    });
    assert_eq!(half(0, "8"), Ok(4));
    assert_eq!(half(0, "0"), Ok(0));
    assert_eq!(half(0, "x"), Err(String::from("no number")));
    assert_eq!(panic_of(|| half(0, "100")), "too many");
    assert_eq!(counts("half closure"), [2, 1, 1, 0]);
}

#[test]
fn an_untyped_result_is_judged_by_its_type() {
    let parse = arena_handler!(name = "judged closure", |arena, text: &str| arena
        .alloc_str(text)
        .parse::<u8>());
    assert_eq!(parse("7"), Ok(7));
    assert!(parse("x").is_err());
    assert_eq!(counts("judged closure"), [1, 1, 0, 0]);
    let awaits = arena_handler!(name = "judged block", |arena, text: String| async move {
        pause().await;
        arena.alloc_str(&text).parse::<u8>()
    });
    assert_eq!(run(awaits("7".into())), Ok(7));
    assert!(run(awaits("x".into())).is_err());
    assert_eq!(counts("judged block"), [1, 1, 0, 0]);
}

#[test]
fn a_closure_captures_as_it_does_without_the_macro() {
    let mut total = 0;
    let mut add =
        arena_handler!(|arena, n: usize| total += arena.alloc_slice_fill_copy(n, 0_u8).len());
    add(2);
    add(3);
    assert_eq!(total, 5);
    let text = String::from("moved");
    let owns =
        arena_handler!(
            move |arena, more: &str| request_arena::format!(in arena, "{text} {more}").len()
        );
    let again = owns.clone();
    assert_eq!((owns("x"), owns("xy"), again("")), (7, 8, 6));
    let state = String::from("borrowed");
    let reads = arena_handler!(async |arena: Arena<'_>, more: &str| {
        pause().await;
        request_arena::format!(in arena, "{state} {more}").len()
    });
    assert_eq!((run(reads("x")), run(reads("xy")), state.len()), (10, 11, 8));
}

#[test]
fn the_parameters_are_whole_and_dropped_in_the_order_of_the_plain_closure() {
    fn logged(call: impl FnOnce(&RefCell<Vec<&'static str>>)) -> Vec<&'static str> {
        let log = RefCell::new(Vec::new());
        call(&log);
        log.into_inner()
    }
    macro_rules! compare {
        ($name:literal, |$a:ident, $b:ident| $call:expr, $plain:expr, $handler:expr) => {
            let plain = logged(|log| {
                let ($a, $b) = (Logs("a", log), Logs("b", log));
                let f = $plain;
                $call(f($a, $b))
            });
            let scoped = logged(|log| {
                let ($a, $b) = (Logs("a", log), Logs("b", log));
                let f = $handler;
                $call(f($a, $b))
            });
            assert!(plain.contains(&"a") && plain.contains(&"b"), "{plain:?}");
            assert_eq!(scoped, plain, $name);
        };
    }
    compare!(
        "unused",
        |a, b| |_| (),
        |_x: Logs<'_>, _: Logs<'_>| 1,
        arena_handler!(|arena, _x: Logs<'_>, _: Logs<'_>| *arena.alloc(1))
    );
    compare!(
        "field",
        |a, b| |_| (),
        |mut x: Logs<'_>, _y: Logs<'_>| x.0 = "a",
        arena_handler!(|_arena, mut x: Logs<'_>, _y: Logs<'_>| x.0 = "a")
    );
    compare!(
        "async",
        |a, b| run,
        async |mut x: Logs<'_>, y: Logs<'_>| {
            pause().await;
            x.0 = "a";
            assert_eq!(x.0, "a");
            if y.0 == "b" {
                drop(y);
            }
        },
        arena_handler!(async |_arena: Arena<'_>, mut x: Logs<'_>, y: Logs<'_>| {
            pause().await;
            x.0 = "a";
            assert_eq!(x.0, "a");
            if y.0 == "b" {
                drop(y);
            }
        })
    );
    compare!(
        "async, unused",
        |a, b| run,
        async |_x: Logs<'_>, _: Logs<'_>| pause().await,
        arena_handler!(async |_arena: Arena<'_>, _x: Logs<'_>, _: Logs<'_>| pause().await)
    );
    compare!(
        "async, cancelled",
        |a, b| |future| assert!(poll_at_most(pin!(future), 1).is_none()),
        async |_x: Logs<'_>, y: Logs<'_>| {
            pause().await;
            drop(y);
        },
        arena_handler!(async |_arena: Arena<'_>, _x: Logs<'_>, y: Logs<'_>| {
            pause().await;
            drop(y);
        })
    );
    compare!(
        "block",
        |a, b| run,
        |_x, y| async move {
            pause().await;
            drop(y);
        },
        arena_handler!(|_arena, _x, y| async move {
            pause().await;
            drop(y);
        })
    );
}

#[test]
fn a_future_that_is_dropped_counts_as_cancelled() {
    let block = arena_handler!(name = "cancelled block", |arena| async move {
        arena.alloc(1);
        pause().await;
    });
    drop(block());
    assert!(report().site("cancelled block").is_none_or(|site| site.outcomes.total() == 0));
    assert!(poll_at_most(pin!(block()), 1).is_none());
    assert_eq!(counts("cancelled block"), [0, 0, 0, 1]);
    let closure = arena_handler!(name = "cancelled closure", async |arena: Arena<'_>| {
        arena.alloc(1);
        pause().await;
    });
    assert!(poll_at_most(pin!(closure()), 1).is_none());
    run(closure());
    assert_eq!(counts("cancelled closure"), [1, 0, 0, 1]);
}

#[test]
fn the_limit_is_answered() {
    let sync = arena_handler!(
        name = "limit sync",
        limit = "4 KiB",
        on_limit = |error| Err(error.requested()),
        |arena, n: usize| Ok(arena.alloc_slice_fill_copy(n, 0_u8).len())
    );
    assert_eq!(sync(10), Ok(10));
    assert_eq!(sync(100_000), Err(100_000));
    let block = arena_handler!(
        name = "limit block",
        limit = "4 KiB",
        on_limit = None,
        |arena, n: usize| async move {
            pause().await;
            Some(arena.alloc_slice_fill_copy(n, 0_u8).len())
        }
    );
    assert_eq!((run(block(10)), run(block(100_000))), (Some(10), None));
    let closure = arena_handler!(
        name = "limit closure",
        limit = "4 KiB",
        on_limit = n + 1,
        async |arena: Arena<'_>, n: usize| {
            pause().await;
            arena.alloc_slice_fill_copy(n, 0_u8).len()
        }
    );
    assert_eq!((run(closure(10)), run(closure(100_000))), (10, 100_001));
    for name in ["limit sync", "limit block", "limit closure"] {
        assert_eq!((outcomes(name).returned, outcomes(name).limit_exceeded), (1, 1), "{name}");
    }
}

#[test]
fn into_converts_a_result_that_borrows_from_the_arena() {
    struct Text<'a>(&'a str);
    impl From<Text<'_>> for String {
        fn from(text: Text<'_>) -> Self {
            text.0.to_owned()
        }
    }
    let sync = arena_handler!(into = String, |arena, text: &str| Text(arena.alloc_str(text)));
    let block = arena_handler!(into = String, |arena, text: String| async move {
        pause().await;
        Text(arena.alloc_str(&text))
    });
    let closure = arena_handler!(into = String, async |arena: Arena<'_>, text: &str| {
        pause().await;
        Text(arena.alloc_str(text))
    });
    assert_eq!(
        (sync("a"), run(block("b".into())), run(closure("c"))),
        ("a".into(), "b".into(), "c".into())
    );
}

#[test]
fn a_closure_without_a_name_is_found_by_its_place() {
    let (line, ten) = (line!(), arena_handler!(|arena| *arena.alloc(10))());
    assert_eq!(ten, 10);
    let name = format!("closure at {}:{line}", file!());
    assert_eq!(counts(&name), [1, 0, 0, 0]);
    assert_eq!(report().site(&name).map(|site| (site.file, site.line)), Some((file!(), line)));
}

#[test]
fn axum_takes_closures_of_each_kind() {
    let shelf = String::from("shelf");
    let _: Router = Router::new()
        .route(
            "/block/{n}",
            get(arena_handler!(
                |arena, Path(n): Path<usize>, State(state): State<u8>| async move {
                    let all = arena.alloc_slice_fill_copy(n, state);
                    pause().await;
                    format!("{} {shelf}", all.len())
                }
            )),
        )
        .route(
            "/closure/{n}",
            get(arena_handler!(into = Response, async |arena: Arena<'_>, Path(n): Path<usize>| {
                let all = arena.alloc_slice_fill_copy(n, 1_u8);
                pause().await;
                Json(&*all)
            })),
        )
        .with_state(1_u8);
}
