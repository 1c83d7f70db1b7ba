//! Plain functions that return an `async` block: the scope belongs to the future.

use core::future::ready;
use core::pin::Pin;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use request_arena::{Arena, format, report, request_arena};

use crate::counts;
use crate::support::{pause, poll_at_most, sendable};

#[request_arena]
fn opaque_future(arena: Arena<'_>, name: &str) -> impl Future<Output = usize> + Send {
    let greeting = "hello";
    async move {
        let text = format!(in arena, "{greeting} {name}");
        pause().await;
        text.len()
    }
}

#[request_arena]
fn boxed_future(
    name: String,
    mut arena: Arena<'_>,
) -> Pin<Box<dyn Future<Output = Result<usize, String>> + Send>> {
    if name.is_empty() {
        return Box::pin(ready(Err("empty".to_owned())));
    }
    Box::pin(async move {
        let copy = arena.alloc_str(&name);
        arena = arena.fork();
        pause().await;
        if copy == "fail" {
            return Err(name);
        }
        Ok(arena.alloc_str(copy).len())
    })
}

#[request_arena]
fn with_combinators<'t>(arena: Arena<'_>, text: &'t str) -> BoxFuture<'t, &'t str> {
    async {
        let length = arena.alloc(text.len());
        pause().await;
        &text[..*length / 2]
    }
    .map(str::trim)
    .boxed()
}

/// The type that the next function converts to.
mod words {
    pub(super) struct Words(pub(super) String);
    impl From<&[&str]> for Words {
        fn from(words: &[&str]) -> Self {
            Self(words.join(" "))
        }
    }
}

#[request_arena(into = words::Words)]
fn turned<'a>(
    arena: Arena<'a>,
    count: usize,
) -> Pin<Box<dyn Future<Output = &'a [&'a str]> + Send>> {
    Box::pin(async move {
        pause().await;
        let word = &*arena.alloc_str("word");
        &*arena.alloc_slice_fill_copy(count, word)
    })
}

struct Service {
    name: Arc<str>,
}

trait Call<R> {
    type Future: Future;
    fn call(&mut self, request: R) -> Self::Future;
}

#[request_arena]
impl Call<u32> for Service {
    type Future = BoxFuture<'static, u32>;

    fn call(&mut self, arena: Arena<'_>, request: u32) -> Self::Future {
        let name = Arc::clone(&self.name);
        Box::pin(async move {
            let text = format!(in arena, "{name}{request}");
            pause().await;
            text.len() as u32
        })
    }
}

/// The function computes its result at the call, so the scope opens at the call.
#[request_arena]
fn at_once(arena: Arena<'_>, text: &str) -> impl Future<Output = usize> + use<> {
    ready(arena.alloc_str(text).len())
}

#[test]
fn the_scope_is_open_while_the_future_is_polled() {
    let mut future = Box::pin(opaque_future("you"));
    assert!(report().site("opaque_future").is_none(), "nothing is open before the first poll");
    assert_eq!(poll_at_most(future.as_mut(), 1), None);
    assert_eq!(report().site("opaque_future").map(|site| site.live_scopes), Some(1));
    assert_eq!(poll_at_most(future, 1), Some(9));
    assert_eq!(counts("opaque_future"), [1, 0, 0, 0]);
}

#[test]
fn boxed_futures_are_scopes_of_their_own() {
    let poll = |name: &str| poll_at_most(sendable(boxed_future(name.to_owned())), 2);
    assert_eq!(poll("four"), Some(Ok(4)));
    assert_eq!(poll("fail"), Some(Err("fail".to_owned())));
    assert_eq!(poll(""), Some(Err("empty".to_owned())));
    assert_eq!(poll_at_most(boxed_future("dropped".to_owned()), 1), None);
    assert_eq!(counts("boxed_future"), [1, 1, 0, 1]);
}

#[test]
fn combinators_may_stand_behind_the_block() {
    assert_eq!(poll_at_most(with_combinators("abc def "), 2), Some("abc"));
    assert_eq!(counts("with_combinators"), [1, 0, 0, 0]);
}

#[test]
fn into_turns_the_futures_output() {
    assert_eq!(
        poll_at_most(sendable(turned(2)), 2).map(|words| words.0),
        Some("word word".to_owned())
    );
    assert_eq!(counts("turned"), [1, 0, 0, 0]);
}

#[test]
fn a_service_may_name_its_future() {
    let mut service = Service { name: "name".into() };
    let call = service.call(12);
    drop(service);
    assert_eq!(poll_at_most(call, 2), Some(6));
    assert_eq!(counts("call"), [1, 0, 0, 0]);
}

#[test]
fn a_future_that_is_no_block_is_made_in_the_scope_of_the_call() {
    let future = at_once("text");
    assert_eq!(counts("at_once"), [1, 0, 0, 0]);
    assert_eq!(poll_at_most(future, 1), Some(4));
}
