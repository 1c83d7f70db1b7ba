//! Results without a name: a returned closure knows its types, as in a plain function.

use core::pin::Pin;

use futures::FutureExt;
use request_arena::{Arena, request_arena};

use crate::counts;
use crate::support::pause;

type Boxed<T> = Pin<Box<dyn Future<Output = T>>>;

#[request_arena]
fn closure_of_closures(arena: Arena<'_>, number: u8) -> impl FnOnce() -> Box<dyn Fn() -> u8> {
    let number = *arena.alloc(number);
    move || Box::new(move || number)
}

#[request_arena]
fn higher_ranked(_arena: Arena<'_>) -> impl for<'t> Fn(&'t str, usize) -> &'t str {
    |text, length| text.trim().split_at(length).0
}

#[request_arena]
fn with_boxed_futures(_arena: Arena<'_>, number: usize) -> impl Fn(String) -> Boxed<usize> {
    move |text| Box::pin(async move { text.len() + number })
}

#[request_arena]
fn async_closure(_arena: Arena<'_>) -> impl AsyncFn(&str) -> usize {
    async |text| text.trim().len()
}

#[request_arena]
#[allow(clippy::needless_return, reason = "a `return` is the subject of the test")]
fn early(_arena: Arena<'_>, is_early: bool) -> impl Fn(&str) -> usize {
    let length = if is_early { 1 } else { 2 };
    return move |text| text.len() + length;
}

#[request_arena]
async fn later_closure(arena: Arena<'_>, number: u8) -> impl FnOnce() -> Box<dyn Fn() -> u8> {
    pause().await;
    let number = *arena.alloc(number);
    move || Box::new(move || number)
}

#[request_arena]
async fn later_higher_ranked(_arena: Arena<'_>) -> impl for<'t> Fn(&'t str, usize) -> &'t str {
    pause().await;
    |text, length| text.trim().split_at(length).0
}

#[request_arena]
async fn later_async_closure(_arena: Arena<'_>) -> impl AsyncFn(&str) -> usize {
    async |text| text.trim().len()
}

struct Adder<T>(T);

impl<T: Copy + Into<u64>> Adder<T> {
    #[request_arena]
    fn adds(&self, _arena: Arena<'_>) -> impl Fn(T, u64) -> u64 {
        let own = self.0.into();
        move |number, more| number.into() + own + more.count_ones() as u64
    }

    #[request_arena]
    async fn adds_later<U: Into<u64>>(&self, _arena: Arena<'_>) -> impl Fn(U) -> u64 {
        let own = self.0.into();
        move |number| number.into() + own
    }
}

#[test]
fn a_returned_closure_knows_its_types() {
    assert_eq!(closure_of_closures(3)()(), 3);
    assert_eq!(higher_ranked()(" text ", 2), "te");
    assert_eq!(with_boxed_futures(1)("text".into()).now_or_never(), Some(5));
    assert_eq!(async_closure()(" text ").now_or_never(), Some(4));
    assert_eq!((early(true)("text"), early(false)("text")), (5, 6));
    assert_eq!(Adder(2_u8).adds()(3, 1), 6);
    assert_eq!(counts("early"), [2, 0, 0, 0]);
}

#[test]
fn a_closure_that_a_future_gives_knows_its_types() {
    assert_eq!(futures::executor::block_on(later_closure(3))()(), 3);
    assert_eq!(futures::executor::block_on(later_higher_ranked())(" text ", 2), "te");
    let closure = futures::executor::block_on(later_async_closure());
    assert_eq!(closure(" text ").now_or_never(), Some(4));
    assert_eq!(futures::executor::block_on(Adder(2_u8).adds_later())(3_u8), 5);
    assert_eq!(counts("later_closure"), [1, 0, 0, 0]);
}
