//! Annotated functions in a crate of edition 2021.
//!
//! In that edition, temporaries of a block's last expression live longer than the block's
//! variables. They must not live longer than the arena. The crate also has bodies that diverge,
//! under lints that would report unreachable code behind them.

#![deny(warnings, clippy::pedantic, clippy::nursery)]
#![allow(
    clippy::must_use_candidate,
    clippy::diverging_sub_expression,
    reason = "the test is about these functions"
)]

use request_arena::{request_arena, Arena};

/// The box is a temporary of the last expression.
#[request_arena]
pub fn boxed(arena: Arena<'_>) -> usize {
    arena.alloc_box(String::from("box")).len()
}

/// The same across an `.await`.
#[request_arena]
pub async fn boxed_later(arena: Arena<'_>) -> usize {
    std::future::ready(()).await;
    arena.alloc_box(String::from("later")).len()
}

/// Ends by `return`.
#[request_arena]
pub fn returned(arena: Arena<'_>, number: u8) -> u8 {
    if number > 0 {
        return *arena.alloc(number);
    }
    unreachable!()
}

/// Ends by a panic.
///
/// # Errors
///
/// None.
///
/// # Panics
///
/// Always.
#[request_arena]
pub async fn panicked(arena: Arena<'_>) -> Result<u8, ()> {
    std::future::ready(()).await;
    panic!("{}", arena.alloc_str("it"))
}

/// Never returns.
///
/// # Panics
///
/// Always.
#[request_arena]
pub fn never(arena: Arena<'_>) -> ! {
    panic!("{}", arena.alloc_str("it"))
}

/// Before edition 2024, an `unsafe` function needs no `unsafe` block.
///
/// # Safety
///
/// `number` has to be valid.
#[request_arena]
#[allow(unsafe_op_in_unsafe_fn, reason = "it is the subject of the test")]
pub unsafe fn trusting(arena: Arena<'_>, number: *const u8) -> u8 {
    *arena.alloc(*number)
}

/// The same across an `.await`.
///
/// # Safety
///
/// `number` has to be valid.
#[request_arena]
#[allow(unsafe_op_in_unsafe_fn, clippy::future_not_send, reason = "it is the subject of the test")]
pub async unsafe fn trusting_later(arena: Arena<'_>, number: *const u8) -> u8 {
    let number = arena.alloc(*number);
    std::future::ready(()).await;
    *number
}

/// The body begins with an attribute, and has a label with the arena's name.
#[request_arena]
pub fn labelled<'a>(arena: Arena<'a>) -> u8 {
    #![allow(clippy::never_loop, reason = "a label is the subject of the test")]
    let mut sum = 0;
    'a: loop {
        for step in 0..10 {
            let here: &'a u8 = arena.alloc(step);
            sum += *here;
            if step == 3 {
                break 'a sum;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::catch_unwind;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    fn now<T>(future: impl std::future::Future<Output = T>) -> T {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(value) => value,
            Poll::Pending => panic!("it waits for nothing"),
        }
    }

    #[test]
    fn each_function_returns_the_right_value() {
        assert_eq!((boxed(), now(boxed_later()), returned(3), labelled()), (3, 5, 3, 6));
        // SAFETY: a valid pointer.
        assert_eq!(unsafe { trusting(&7) }, 7);
        // SAFETY: a valid pointer.
        assert_eq!(now(unsafe { trusting_later(&8) }), 8);
    }

    #[test]
    fn each_panics_as_it_should() {
        assert!(catch_unwind(|| now(panicked())).is_err());
        assert!(catch_unwind(|| never()).is_err());
        let report = request_arena::report();
        let panics =
            |name| report.site(name).map(|site| (site.outcomes.panicked, site.live_scopes));
        assert_eq!((panics("panicked"), panics("never")), (Some((1, 0)), Some((1, 0))));
    }
}
