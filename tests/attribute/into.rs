//! `into`: converts a result that borrows from the arena to an owned one, while the arena exists.

use axum::Json;
use axum::body::to_bytes;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use request_arena::{Arena, request_arena};
use serde::Serialize;

use crate::counts;
use crate::support::{panic_of, pause, poll_at_most};

#[derive(Serialize)]
struct Hits<'a> {
    words: &'a [&'a str],
}

fn find<'a>(arena: &Arena<'a>, text: &str) -> Hits<'a> {
    Hits { words: arena.alloc_from_iter(text.split(' ').map(|word| &*arena.alloc_str(word))) }
}

/// The status and the body of a response.
fn read(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    let body = futures::executor::block_on(to_bytes(response.into_body(), 1 << 20)).unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[request_arena(into = Response)]
fn json<'a>(arena: Arena<'a>, text: &str) -> Json<Hits<'a>> {
    Json(find(&arena, text))
}

#[request_arena(into = ::axum::response::Response)]
async fn async_json(
    arena: Arena<'_>,
    text: String,
) -> Result<Json<Hits<'_>>, (StatusCode, String)> {
    if text.is_empty() {
        return Err((StatusCode::BAD_REQUEST, String::from("nothing to find")));
    }
    pause().await;
    let number: usize =
        text.len().checked_sub(3).ok_or((StatusCode::NOT_FOUND, String::from("too short")))?;
    assert!(number < 100, "too long");
    Ok(Json(find(&arena, &text)))
}

#[request_arena(into = Response)]
fn elided(arena: Arena<'_>) -> Json<&str> {
    Json(arena.alloc_str("borrowed"))
}

#[request_arena(into = Response)]
fn opaque(arena: Arena<'_>, fails: bool) -> Result<impl IntoResponse, StatusCode> {
    if fails {
        Err(StatusCode::IM_A_TEAPOT)
    } else {
        Ok((StatusCode::CREATED, arena.alloc_str("made").to_owned()))
    }
}

#[request_arena(into = Response)]
fn already(arena: Arena<'_>) -> Response {
    StatusCode::from_u16(*arena.alloc(202)).unwrap().into_response()
}

#[test]
fn a_body_that_borrows_becomes_a_response() {
    assert_eq!(read(json("a bc")), (200, String::from(r#"{"words":["a","bc"]}"#)));
    assert_eq!(read(elided()), (200, String::from("\"borrowed\"")));
    assert_eq!((read(opaque(false)).0, read(opaque(true)).0, read(already()).0), (201, 418, 202));
    assert_eq!((counts("json"), counts("opaque")), ([1, 0, 0, 0], [1, 1, 0, 0]));
}

#[test]
fn an_error_becomes_a_response_and_is_counted_as_an_error() {
    let run = |text: &str, polls| poll_at_most(async_json(text.to_owned()), polls);
    assert_eq!(read(run("abc def", 2).unwrap()), (200, String::from(r#"{"words":["abc","def"]}"#)));
    assert_eq!(read(run("", 1).unwrap()), (400, String::from("nothing to find")));
    assert_eq!(read(run("ab", 2).unwrap()), (404, String::from("too short")));
    assert!(run("abc", 1).is_none());
    assert_eq!(panic_of(|| run(&"x".repeat(200), 2)), "too long");
    assert_eq!(counts("async_json"), [1, 2, 1, 1]);
}

/// A type of the user, made from a value that borrows from the arena.
#[derive(Debug, PartialEq)]
struct Summary(usize, String);

impl From<Hits<'_>> for Summary {
    fn from(hits: Hits<'_>) -> Self {
        Self(hits.words.len(), hits.words.concat())
    }
}

impl<'a> From<Result<Hits<'a>, &'a str>> for Summary {
    fn from(result: Result<Hits<'a>, &'a str>) -> Self {
        result.map_or_else(|error| Self(0, error.to_owned()), Self::from)
    }
}

#[request_arena(into = Summary)]
fn summary<'a>(arena: Arena<'a>, text: &str) -> Hits<'a> {
    find(&arena, text)
}

#[request_arena(into = Summary)]
async fn async_summary<'a>(arena: Arena<'a>, text: &str) -> Result<Hits<'a>, &'a str> {
    pause().await;
    if text.is_empty() {
        return Err(arena.alloc_str("empty"));
    }
    Ok(find(&arena, text))
}

#[test]
fn a_type_of_ones_own_is_made_by_from() {
    assert_eq!(summary("a b"), Summary(2, String::from("ab")));
    assert_eq!(poll_at_most(async_summary("x y z"), 2), Some(Summary(3, String::from("xyz"))));
    assert_eq!(poll_at_most(async_summary(""), 2), Some(Summary(0, String::from("empty"))));
    assert_eq!(counts("async_summary"), [1, 1, 0, 0]);
}

#[derive(Debug, PartialEq)]
struct Empty(String);

impl From<&str> for Empty {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

#[request_arena(
    into = Result<Summary, Empty>,
    limit = "16 KiB",
    on_limit = Err(Empty("full".to_owned())),
)]
async fn checked_summary<'a>(arena: Arena<'a>, text: &str) -> Result<Hits<'a>, &'a str> {
    pause().await;
    if text.is_empty() {
        return Err(arena.alloc_str("empty"));
    }
    Ok(find(&arena, text))
}

type Checked<T> = Result<T, Empty>;

/// An error that stays the same, and a `Result` under another name.
#[request_arena(into = Checked<Summary>)]
fn summary_by_name<'a>(arena: Arena<'a>, text: &str) -> Checked<Hits<'a>> {
    if text.is_empty() { Err(Empty::from("nothing")) } else { Ok(find(&arena, text)) }
}

#[test]
fn a_result_becomes_a_result_each_side_by_itself() {
    let run = |text: &str| poll_at_most(checked_summary(text), 2).unwrap();
    assert_eq!(run("a b"), Ok(Summary(2, String::from("ab"))));
    assert_eq!(run(""), Err(Empty(String::from("empty"))));
    assert_eq!(run(&"x".repeat(20_000)), Err(Empty(String::from("full"))));
    assert_eq!(summary_by_name("c"), Ok(Summary(1, String::from("c"))));
    assert_eq!(summary_by_name(""), Err(Empty(String::from("nothing"))));
    assert_eq!(
        (counts("checked_summary"), counts("summary_by_name")),
        ([1, 1, 0, 0], [1, 1, 0, 0])
    );
}

#[request_arena(into = String)]
fn owned_text(arena: Arena<'_>) -> &mut str {
    arena.alloc_str("text")
}

#[request_arena(into = Box<dyn std::error::Error + Send + Sync>)]
fn boxed_error(arena: Arena<'_>) -> &str {
    arena.alloc_str("an error made of text")
}

struct Service;

impl Service {
    #[request_arena(into = std::borrow::Cow<'static, str>)]
    fn answer(&self, arena: Arena<'_>, number: u8) -> String {
        request_arena::format!(in arena, "{number}").to_owned()
    }
}

#[test]
fn types_of_the_standard_library_do_too() {
    assert_eq!((owned_text(), Service.answer(7)), (String::from("text"), "7".into()));
    assert_eq!(boxed_error().to_string(), "an error made of text");
}

struct Panics;

impl From<Panics> for Summary {
    fn from(_: Panics) -> Self {
        panic!("on the way")
    }
}

#[request_arena(into = Summary)]
fn panics_on_the_way(arena: Arena<'_>) -> Panics {
    arena.alloc(1);
    Panics
}

#[test]
fn a_panic_on_the_way_is_the_calls() {
    assert_eq!(panic_of(panics_on_the_way), "on the way");
    assert_eq!(counts("panics_on_the_way"), [0, 0, 1, 0]);
}

/// A type that has the name of a collection over the handle, and is none.
mod called_as_a_collection {
    use super::{Arena, counts, request_arena};
    use request_arena::collections::owned;

    struct Vec<'a, T>(&'a [T]);

    impl From<Vec<'_, u8>> for usize {
        fn from(list: Vec<'_, u8>) -> Self {
            list.0.len()
        }
    }

    #[request_arena(into = usize)]
    fn a_type_of_that_name<'a>(arena: Arena<'a>, length: usize) -> Vec<'a, u8> {
        Vec(arena.alloc_slice_fill_default(length))
    }

    struct Length(usize);

    impl From<owned::Vec<'_, u8>> for Length {
        fn from(list: owned::Vec<'_, u8>) -> Self {
            Self(list.len())
        }
    }

    #[request_arena(into = Length)]
    async fn a_collection_over_a_fork<'a>(arena: Arena<'a>, length: usize) -> owned::Vec<'a, u8> {
        let mut list = owned::Vec::new_in(arena.fork());
        tokio::task::yield_now().await;
        list.resize(length, 0);
        list
    }

    #[tokio::test]
    async fn values_that_own_memory_or_are_in_the_arena_leave_the_body() {
        assert_eq!((a_type_of_that_name(3), a_collection_over_a_fork(4).await.0), (3, 4));
        assert_eq!(
            (counts("a_type_of_that_name"), counts("a_collection_over_a_fork")),
            ([1, 0, 0, 0], [1, 0, 0, 0])
        );
    }

    /// An unsized type, as `str` is.
    struct String<'a> {
        _owner: core::marker::PhantomData<&'a ()>,
        text: str,
    }

    struct Sizes<T>(T);

    impl From<Sizes<Option<&String<'_>>>> for usize {
        fn from(text: Sizes<Option<&String<'_>>>) -> Self {
            text.0.map_or(1, |text| text.text.len())
        }
    }

    impl From<Sizes<for<'b> fn(Vec<'b, u8>) -> usize>> for usize {
        fn from(function: Sizes<for<'b> fn(Vec<'b, u8>) -> usize>) -> Self {
            (function.0)(Vec(&[1, 2]))
        }
    }

    type Boxed = Box<dyn for<'b> Fn(Vec<'b, u8>) -> usize>;

    impl From<Sizes<Boxed>> for usize {
        fn from(function: Sizes<Boxed>) -> Self {
            (function.0)(Vec(&[1, 2, 3]))
        }
    }

    impl<T: ExactSizeIterator> From<Sizes<Vec<'_, T>>> for usize {
        fn from(lists: Sizes<Vec<'_, T>>) -> Self {
            lists.0.0.iter().map(ExactSizeIterator::len).sum()
        }
    }

    #[request_arena(into = usize)]
    fn one_without_a_size<'a>(_arena: Arena<'a>) -> Sizes<Option<&'a String<'a>>> {
        Sizes(None)
    }

    #[request_arena(into = usize)]
    fn one_that_a_function_takes(_arena: Arena<'_>) -> Sizes<for<'b> fn(Vec<'b, u8>) -> usize> {
        Sizes(|list| list.0.len())
    }

    #[request_arena(into = usize)]
    async fn one_that_a_closure_takes(
        _arena: Arena<'_>,
    ) -> Sizes<Box<dyn for<'b> Fn(Vec<'b, u8>) -> usize>> {
        Sizes(Box::new(|list: Vec<'_, u8>| list.0.len()))
    }

    #[request_arena(into = usize)]
    fn one_of_what_has_no_name<'a>(
        arena: Arena<'a>,
    ) -> Sizes<Vec<'a, impl ExactSizeIterator + use<'a>>> {
        Sizes(Vec(arena.alloc_from_iter([0..2, 0..3])))
    }

    #[tokio::test]
    async fn the_result_of_that_name_is_any_type_that_rust_has() {
        assert_eq!((one_without_a_size(), one_that_a_function_takes()), (1, 2));
        assert_eq!((one_that_a_closure_takes().await, one_of_what_has_no_name()), (3, 5));
    }
}
