//! Runs the body of a function that is not `async`.
//!
//! The parameters are the arguments of the body's closure, and it captures none of them. So they are
//! bound, dropped and warned about as those of a plain function, and a large one is copied once.
//! (A closure that captures takes only the fields that its body mentions: a guard would be dropped with
//! the values that it came with.)
//!
//! There is one function for each number of parameters, since Rust has no other way to say this. Those that a
//! compile error may show are written out.

use super::{Opener, Outcome, Visit};
use crate::{ArenaError, Site};

/// Calls the body of a function, so that `return` and `?` end there.
#[inline]
pub fn pass_0<R>(body: impl FnOnce() -> R) -> R {
    body()
}

/// As [`pass_0`], with 1 parameter.
#[inline]
pub fn pass_1<A, R>(a: A, body: impl FnOnce(A) -> R) -> R {
    body(a)
}

/// As [`pass_0`], with 2 parameters.
#[inline]
pub fn pass_2<A, B, R>(a: A, b: B, body: impl FnOnce(A, B) -> R) -> R {
    body(a, b)
}

/// As [`pass_0`], with 3 parameters.
#[inline]
pub fn pass_3<A, B, C, R>(a: A, b: B, c: C, body: impl FnOnce(A, B, C) -> R) -> R {
    body(a, b, c)
}

/// As [`pass_0`], with 4 parameters.
#[inline]
pub fn pass_4<A, B, C, D, R>(a: A, b: B, c: C, d: D, body: impl FnOnce(A, B, C, D) -> R) -> R {
    body(a, b, c, d)
}

/// As [`pass_0`], with 5 parameters.
#[inline]
pub fn pass_5<A, B, C, D, E, R>(a: A, b: B, c: C, d: D, e: E, body: impl FnOnce(A, B, C, D, E) -> R) -> R {
    body(a, b, c, d, e)
}

/// As [`pass_0`], with 6 parameters.
#[inline]
pub fn pass_6<A, B, C, D, E, F, R>(a: A, b: B, c: C, d: D, e: E, f: F, body: impl FnOnce(A, B, C, D, E, F) -> R) -> R {
    body(a, b, c, d, e, f)
}

/// As [`pass_0`], with 7 parameters.
#[inline]
#[allow(clippy::too_many_arguments, clippy::many_single_char_names, reason = "one for each parameter of the function")]
pub fn pass_7<A, B, C, D, E, F, G, R>(
    a: A,
    b: B,
    c: C,
    d: D,
    e: E,
    f: F,
    g: G,
    body: impl FnOnce(A, B, C, D, E, F, G) -> R,
) -> R {
    body(a, b, c, d, e, f, g)
}

/// As [`pass_0`], with 8 parameters.
#[inline]
#[allow(clippy::too_many_arguments, clippy::many_single_char_names, reason = "one for each parameter of the function")]
pub fn pass_8<A, B, C, D, E, F, G, H, R>(
    a: A,
    b: B,
    c: C,
    d: D,
    e: E,
    f: F,
    g: G,
    h: H,
    body: impl FnOnce(A, B, C, D, E, F, G, H) -> R,
) -> R {
    body(a, b, c, d, e, f, g, h)
}

/// As [`pass_0`], with 9 parameters.
#[inline]
#[allow(clippy::too_many_arguments, clippy::many_single_char_names, reason = "one for each parameter of the function")]
pub fn pass_9<A, B, C, D, E, F, G, H, I, R>(
    a: A,
    b: B,
    c: C,
    d: D,
    e: E,
    f: F,
    g: G,
    h: H,
    i: I,
    body: impl FnOnce(A, B, C, D, E, F, G, H, I) -> R,
) -> R {
    body(a, b, c, d, e, f, g, h, i)
}

/// As [`pass_0`], with 10 parameters.
#[inline]
#[allow(clippy::too_many_arguments, clippy::many_single_char_names, reason = "one for each parameter of the function")]
pub fn pass_10<A, B, C, D, E, F, G, H, I, J, R>(
    a: A,
    b: B,
    c: C,
    d: D,
    e: E,
    f: F,
    g: G,
    h: H,
    i: I,
    j: J,
    body: impl FnOnce(A, B, C, D, E, F, G, H, I, J) -> R,
) -> R {
    body(a, b, c, d, e, f, g, h, i, j)
}

/// As [`pass_0`], with 11 parameters.
#[inline]
#[allow(clippy::too_many_arguments, clippy::many_single_char_names, reason = "one for each parameter of the function")]
pub fn pass_11<A, B, C, D, E, F, G, H, I, J, K, R>(
    a: A,
    b: B,
    c: C,
    d: D,
    e: E,
    f: F,
    g: G,
    h: H,
    i: I,
    j: J,
    k: K,
    body: impl FnOnce(A, B, C, D, E, F, G, H, I, J, K) -> R,
) -> R {
    body(a, b, c, d, e, f, g, h, i, j, k)
}

/// As [`pass_0`], with 12 parameters.
#[inline]
#[allow(clippy::too_many_arguments, clippy::many_single_char_names, reason = "one for each parameter of the function")]
pub fn pass_12<A, B, C, D, E, F, G, H, I, J, K, L, R>(
    a: A,
    b: B,
    c: C,
    d: D,
    e: E,
    f: F,
    g: G,
    h: H,
    i: I,
    j: J,
    k: K,
    l: L,
    body: impl FnOnce(A, B, C, D, E, F, G, H, I, J, K, L) -> R,
) -> R {
    body(a, b, c, d, e, f, g, h, i, j, k, l)
}

macro_rules! calls {
    ($($run:ident $run_to_limit:ident($($parameter:ident: $Type:ident),*);)+) => {$(
        /// Runs the body in a scope of `site`.
        #[inline]
        #[allow(clippy::too_many_arguments, clippy::many_single_char_names, reason = "one for each parameter")]
        pub fn $run<$($Type,)* R>(
            site: &'static Site,
            $($parameter: $Type,)*
            body: impl FnOnce(Opener, $($Type),*) -> R,
            judge: impl FnOnce(&R) -> Outcome,
        ) -> R {
            let (visit, opener) = Visit::of_call(site);
            let result = body(opener, $($parameter),*);
            visit.end(judge(&result));
            result
        }

        /// Runs the body in a scope of `site`, and catches what its limit ends it with.
        ///
        /// # Errors
        ///
        /// The request that the arena refused.
        #[inline]
        #[allow(clippy::too_many_arguments, clippy::many_single_char_names, reason = "one for each parameter")]
        pub fn $run_to_limit<$($Type,)* R>(
            site: &'static Site,
            $($parameter: $Type,)*
            body: impl FnOnce(Opener, $($Type),*) -> R,
            judge: impl FnOnce(&R) -> Outcome,
        ) -> Result<R, ArenaError> {
            let (visit, opener) = Visit::of_call(site);
            let result = visit.call_to_limit(|| body(opener, $($parameter),*))?;
            visit.end(judge(&result));
            Ok(result)
        }
    )+};
}

calls! {
    run_0 run_to_limit_0();
    run_1 run_to_limit_1(a: A);
    run_2 run_to_limit_2(a: A, b: B);
    run_3 run_to_limit_3(a: A, b: B, c: C);
    run_4 run_to_limit_4(a: A, b: B, c: C, d: D);
    run_5 run_to_limit_5(a: A, b: B, c: C, d: D, e: E);
    run_6 run_to_limit_6(a: A, b: B, c: C, d: D, e: E, f: F);
    run_7 run_to_limit_7(a: A, b: B, c: C, d: D, e: E, f: F, g: G);
    run_8 run_to_limit_8(a: A, b: B, c: C, d: D, e: E, f: F, g: G, h: H);
    run_9 run_to_limit_9(a: A, b: B, c: C, d: D, e: E, f: F, g: G, h: H, i: I);
    run_10 run_to_limit_10(a: A, b: B, c: C, d: D, e: E, f: F, g: G, h: H, i: I, j: J);
    run_11 run_to_limit_11(a: A, b: B, c: C, d: D, e: E, f: F, g: G, h: H, i: I, j: J, k: K);
    run_12 run_to_limit_12(
        a: A, b: B, c: C, d: D, e: E, f: F, g: G, h: H, i: I, j: J, k: K, l: L
    );
}
