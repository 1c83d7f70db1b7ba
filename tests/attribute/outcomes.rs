//! The outcome of a call: by its last expression, `return`, `?`, a panic, or a drop of its future.

use core::num::ParseIntError;

use request_arena::{Arena, request_arena};

use crate::support::{panic_of, pause, poll_at_most};
use crate::{counts, outcomes};

macro_rules! bail_if {
    ($condition:expr, $error:expr) => {
        if $condition {
            return Err($error);
        }
    };
}

#[request_arena]
fn half(arena: Arena<'_>, text: &str) -> Result<u32, String> {
    let number: &mut u32 =
        arena.alloc(text.parse().map_err(|error: ParseIntError| error.to_string())?);
    bail_if!(*number % 2 == 1, String::from("odd"));
    if *number == 0 {
        return Ok(0);
    }
    assert!(*number < 100, "too many");
    Ok(*number / 2)
}

#[request_arena]
async fn async_half(arena: Arena<'_>, text: &str) -> Result<u32, String> {
    let number: &mut u32 =
        arena.alloc(text.parse().map_err(|error: ParseIntError| error.to_string())?);
    pause().await;
    bail_if!(*number % 2 == 1, String::from("odd"));
    if *number == 0 {
        return Ok(0);
    }
    pause().await;
    assert!(*number < 100, "too many");
    Ok(*number / 2)
}

#[test]
fn each_way_out_of_a_function_is_counted() {
    assert_eq!(half("x").unwrap_err(), "invalid digit found in string");
    assert_eq!(half("7").unwrap_err(), "odd");
    assert_eq!((half("0"), half("8"), half("10")), (Ok(0), Ok(4), Ok(5)));
    assert_eq!(panic_of(|| half("200")), "too many");
    assert_eq!(counts("half"), [3, 2, 1, 0]);
}

#[test]
fn each_way_out_of_a_future_is_counted() {
    let run = |text, polls| poll_at_most(async_half(text), polls);
    assert_eq!(run("x", 1), Some(Err(String::from("invalid digit found in string"))));
    assert_eq!(run("7", 2), Some(Err(String::from("odd"))));
    assert_eq!((run("0", 2), run("8", 3)), (Some(Ok(0)), Some(Ok(4))));
    assert_eq!((run("8", 0), run("8", 1), run("8", 2)), (None, None, None));
    assert_eq!(panic_of(|| run("200", 3)), "too many");
    assert_eq!(counts("async_half"), [2, 2, 1, 2]);
}

#[request_arena]
fn finds(arena: Arena<'_>, wanted: u8) -> Option<u8> {
    let list = arena.alloc_slice_copy(&[1, 2, 3]);
    let found = list.iter().find(|&&number| number == wanted)?;
    Some(*found)
}

#[request_arena]
fn nothing(arena: Arena<'_>, early: bool) {
    if early {
        return;
    }
    arena.alloc(1);
}

#[request_arena]
async fn async_nothing(_: Arena<'_>, early: bool) {
    if early {
        return;
    }
    pause().await;
}

#[test]
fn results_that_are_no_result_return() {
    assert_eq!((finds(2), finds(9)), (Some(2), None));
    nothing(true);
    nothing(false);
    assert_eq!(
        (poll_at_most(async_nothing(true), 1), poll_at_most(async_nothing(false), 2)),
        (Some(()), Some(()))
    );
    assert_eq!((counts("finds"), counts("nothing")), ([2, 0, 0, 0], [2, 0, 0, 0]));
    assert_eq!(counts("async_nothing"), [2, 0, 0, 0]);
}

type Outcome<T> = Result<T, u8>;

#[request_arena]
fn aliased_result(arena: Arena<'_>, fails: bool) -> Outcome<u8> {
    if fails { Err(*arena.alloc(1)) } else { Ok(2) }
}

#[test]
fn a_result_under_another_name_is_a_result() {
    assert_eq!((aliased_result(true), aliased_result(false)), (Err(1), Ok(2)));
    assert_eq!(counts("aliased_result"), [1, 1, 0, 0]);
}

#[request_arena(limit = 4096)]
fn greedy(arena: Arena<'_>, bytes: usize) -> Result<usize, request_arena::ArenaError> {
    if bytes > 10_000 {
        return Ok(arena.alloc_slice_fill_copy(bytes, 0_u8).len());
    }
    Ok(arena.try_alloc_slice_fill_copy(bytes, 0_u8)?.len())
}

#[test]
fn the_limit_ends_a_call_as_an_error_or_as_a_panic() {
    assert_eq!(greedy(100).unwrap(), 100);
    assert_eq!(greedy(9000).unwrap_err().limit(), Some(4096));
    assert!(panic_of(|| greedy(20_000)).contains("the arena of `greedy` is at its limit"));
    assert_eq!((counts("greedy"), outcomes("greedy").limit_exceeded), ([1, 1, 0, 0], 1));
}

#[request_arena]
fn borrows_its_result<'t>(arena: Arena<'_>, text: &'t str) -> Result<&'t str, &'t str> {
    let length = *arena.alloc(text.len());
    let (start, _) = text.split_at_checked(length / 2).ok_or(text)?;
    Ok(start)
}

#[test]
fn a_result_may_borrow_from_other_parameters() {
    assert_eq!((borrows_its_result("abcd"), borrows_its_result("é")), (Ok("ab"), Err("é")));
    assert_eq!(counts("borrows_its_result"), [1, 1, 0, 0]);
}

#[request_arena]
fn drops_in_order(arena: Arena<'_>, log: std::sync::Arc<std::sync::Mutex<Vec<&'static str>>>) {
    struct Notes(std::sync::Arc<std::sync::Mutex<Vec<&'static str>>>, &'static str);
    impl Drop for Notes {
        fn drop(&mut self) {
            self.0.lock().unwrap().push(self.1);
        }
    }
    arena.alloc_deferred(Notes(log.clone(), "deferred"));
    let _local = Notes(log.clone(), "local");
    let _boxed = arena.alloc_box(Notes(log, "boxed"));
}

#[test]
fn locals_are_dropped_before_deferred_work_runs() {
    let log = std::sync::Arc::default();
    drops_in_order(std::sync::Arc::clone(&log));
    assert_eq!(*log.lock().unwrap(), ["boxed", "local", "deferred"]);
}
