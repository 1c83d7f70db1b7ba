//! The option `send` and its default: the check applies to the functions that need it, and to no
//! others.

use std::rc::Rc;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::routing::get;
use request_arena::{Arena, arena_handler, request_arena};

use crate::counts;

/// A framework that stays on one thread. One of its extractors has the name of an axum extractor.
struct Path<T>(T);

#[request_arena]
async fn of_another_framework(arena: Arena<'_>, Path(text): Path<String>) -> usize {
    let shared = Rc::new(text);
    let handle = &arena;
    tokio::task::yield_now().await;
    handle.alloc_str(&shared).len()
}

#[request_arena(send = false)]
async fn of_no_framework(arena: Arena<'_>, Query(text): Query<String>) -> usize {
    let shared = Rc::new(text);
    let handle = &arena;
    tokio::task::yield_now().await;
    handle.alloc_str(&shared).len()
}

#[tokio::test]
async fn a_function_that_is_no_handler_of_axum_may_stay_on_one_thread() {
    let local = tokio::task::LocalSet::new();
    let lengths = local.run_until(async {
        let first = tokio::task::spawn_local(of_another_framework(Path("three".into())));
        let second = tokio::task::spawn_local(of_no_framework(Query("four".into())));
        (first.await.unwrap(), second.await.unwrap())
    });
    assert_eq!(lengths.await, (5, 4));
    assert_eq!(
        (counts("of_another_framework"), counts("of_no_framework")),
        ([1, 0, 0, 0], [1, 0, 0, 0])
    );
}

/// A type of that name may be generic over an unsized type.
mod shelf {
    pub(super) struct State<T: ?Sized>(pub(super) Box<T>);
}

#[request_arena]
async fn of_a_text(arena: Arena<'_>, text: shelf::State<str>) -> usize {
    let handle = &arena;
    tokio::task::yield_now().await;
    handle.alloc_str(&text.0).len()
}

#[request_arena]
async fn of_a_trait(arena: Arena<'_>, number: shelf::State<dyn Fn() -> usize>) -> usize {
    let handle = &arena;
    tokio::task::yield_now().await;
    *handle.alloc((number.0)())
}

/// A parameter that a `cfg` removes may have an unknown type. It does not affect the default.
#[request_arena]
async fn of_a_condition(
    arena: Arena<'_>,
    #[cfg(any())] _store: shelf::State<Missing>,
    #[cfg(any())] _index: axum::extract::State<Missing>,
    text: &str,
) -> usize {
    let handle = &arena;
    tokio::task::yield_now().await;
    handle.alloc_str(text).len()
}

#[tokio::test]
async fn a_type_of_that_name_need_not_have_a_size_or_be_there() {
    assert_eq!(of_a_text(shelf::State("three".into())).await, 5);
    assert_eq!(of_a_trait(shelf::State(Box::new(|| 4))).await, 4);
    assert_eq!(of_a_condition("two").await, 3);
}

/// Its future is `Send` for some types only, and axum checks it for the type in use.
trait Store: Send + Sync + 'static {
    async fn size(&self) -> usize;
}

struct Memory;

impl Store for Memory {
    async fn size(&self) -> usize {
        tokio::task::yield_now().await;
        3
    }
}

#[request_arena]
async fn of_a_parameter<S: Store>(arena: Arena<'_>, State(store): State<Arc<S>>) -> String {
    let size = store.size().await;
    arena.alloc_str("x").repeat(size)
}

struct Api<S>(Arc<S>);

impl<S> Clone for Api<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S: Store> Api<S> {
    #[request_arena]
    async fn of_self(arena: Arena<'_>, State(api): State<Self>) -> String {
        let size = api.0.size().await;
        arena.alloc_str("x").repeat(size)
    }

    #[request_arena]
    async fn of_the_impl(arena: Arena<'_>, State(api): State<Api<S>>) -> String {
        let size = api.0.size().await;
        arena.alloc_str("x").repeat(size)
    }
}

#[request_arena]
impl<Backend: Store> Api<Backend> {
    async fn of_a_long_name(arena: Arena<'_>, State(api): State<Api<Backend>>) -> String {
        let size = api.0.size().await;
        arena.alloc_str("x").repeat(size)
    }
}

#[test]
fn a_generic_handler_is_send_for_the_types_that_axum_gets() {
    let _: axum::Router = axum::Router::new()
        .route("/a", get(Api::<Memory>::of_self))
        .route("/b", get(Api::<Memory>::of_the_impl))
        .route("/c", get(Api::<Memory>::of_a_long_name))
        .with_state(Api(Arc::new(Memory)));
    let _: axum::Router =
        axum::Router::new().route("/", get(of_a_parameter::<Memory>)).with_state(Arc::new(Memory));
}

#[request_arena]
async fn left_out(arena: Arena<'_>, text: String) -> usize {
    let text = arena.alloc_str(&text);
    tokio::task::yield_now().await;
    text.len()
}

#[request_arena(send = true)]
async fn asked_for(arena: Arena<'_>, text: String) -> usize {
    let text = arena.alloc_str(&text);
    tokio::task::yield_now().await;
    text.len()
}

fn is_send_and_sync(_: &(impl Send + Sync)) {}

#[tokio::test]
async fn a_future_that_needs_send_has_the_same_size_and_sync() {
    let (plain, asked) = (left_out("three".into()), asked_for("three".into()));
    assert_eq!(size_of_val(&plain), size_of_val(&asked));
    is_send_and_sync(&asked);
    assert_eq!((plain.await, asked.await), (5, 5));
    assert_eq!(counts("asked_for"), [1, 0, 0, 0]);
}

struct Index;

/// The option of an `impl` applies to its futures.
#[request_arena(send = true)]
impl Index {
    async fn find(&self, arena: Arena<'_>, text: &str) -> usize {
        tokio::task::yield_now().await;
        arena.alloc_str(text).len()
    }

    #[request_arena(send = false)]
    async fn find_here(&self, arena: Arena<'_>, text: &str) -> usize {
        let shared = Rc::new(text);
        tokio::task::yield_now().await;
        arena.alloc_str(&shared).len()
    }

    fn is_empty(&self, arena: Arena<'_>) -> bool {
        arena.alloc_str("").is_empty()
    }

    /// Its result type does not promise `Send`, and the future is `Send`.
    fn later(&self, arena: Arena<'_>) -> std::pin::Pin<Box<dyn Future<Output = usize>>> {
        Box::pin(async move {
            tokio::task::yield_now().await;
            arena.alloc_str("later").len()
        })
    }
}

macro_rules! switched {
    ($name:ident, $switch:expr, $literal:literal) => {
        #[request_arena(send = $switch, name = $literal)]
        async fn $name(arena: Arena<'_>) -> usize {
            arena.alloc_str("text").len()
        }
    };
}

switched!(by_a_fragment, true, "by a fragment");

#[tokio::test]
async fn the_option_is_inherited_and_may_be_a_fragment() {
    assert_eq!((Index.find("three").await, Index.find_here("four").await), (5, 4));
    assert!(Index.is_empty());
    assert_eq!(Index.later().await, 5);
    is_send_and_sync(&by_a_fragment());
    let closure = arena_handler!(send = true, async |arena: Arena<'_>, text: &str| arena
        .alloc_str(text)
        .len());
    assert_eq!(closure("three").await, 5);
}

/// With an answer that awaits, the function stays an `async fn`.
#[request_arena(send = true, limit = "64 KiB", on_limit = { tokio::task::yield_now().await; 413 })]
async fn awaited(arena: Arena<'_>, length: usize) -> usize {
    tokio::task::yield_now().await;
    arena.alloc_slice_fill_default::<u8>(length).len()
}

#[request_arena(send = true, into = String)]
async fn turned<'a>(arena: Arena<'a>, text: String) -> &'a str {
    tokio::task::yield_now().await;
    arena.alloc_str(&text)
}

#[tokio::test]
async fn the_check_for_send_works_in_every_form() {
    let (fits, too_much) = (awaited(10), awaited(100_000));
    is_send_and_sync(&turned(String::new()));
    assert_eq!(
        (fits.await, too_much.await, turned("text".into()).await),
        (10, 413, String::from("text"))
    );
}
