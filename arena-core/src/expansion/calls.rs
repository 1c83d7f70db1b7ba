//! Functions that give the closure of a body the types of its parameters.
//!
//! The parameters of a function become the arguments of its body's closure, and the closure
//! captures none of them. So they are bound, dropped and linted like those of a plain function, and
//! a large one is copied once. A closure that captures would take only the fields that its body
//! mentions. A guard in another field would stay outside, and be dropped at another time.
//!
//! The compiler must know the types before it reads the body. The expansion cannot write them:
//! `impl Trait` and elided lifetimes have no name. So each of these functions takes references to
//! the arguments and returns the closure unchanged. The functions are written out, one for each
//! number of arguments, because compile errors show their lines.

/// Returns `body`, typed as a closure with one argument.
#[inline(always)]
#[must_use]
pub fn takes_1<A, R, Body: FnOnce(A) -> R>(_: &A, body: Body) -> Body {
    body
}

/// Returns `body`, typed as a closure with 2 arguments.
#[inline(always)]
#[must_use]
pub fn takes_2<A, B, R, Body: FnOnce(A, B) -> R>(_: &A, _: &B, body: Body) -> Body {
    body
}

/// Returns `body`, typed as a closure with 3 arguments.
#[inline(always)]
#[must_use]
pub fn takes_3<A, B, C, R, Body: FnOnce(A, B, C) -> R>(_: &A, _: &B, _: &C, body: Body) -> Body {
    body
}

/// Returns `body`, typed as a closure with 4 arguments.
#[inline(always)]
#[must_use]
pub fn takes_4<A, B, C, D, R, Body: FnOnce(A, B, C, D) -> R>(
    _: &A,
    _: &B,
    _: &C,
    _: &D,
    body: Body,
) -> Body {
    body
}

/// Returns `body`, typed as a closure with 5 arguments.
#[inline(always)]
#[must_use]
pub fn takes_5<A, B, C, D, E, R, Body: FnOnce(A, B, C, D, E) -> R>(
    _: &A,
    _: &B,
    _: &C,
    _: &D,
    _: &E,
    body: Body,
) -> Body {
    body
}

/// Returns `body`, typed as a closure with 6 arguments.
#[inline(always)]
#[must_use]
pub fn takes_6<A, B, C, D, E, F, R, Body: FnOnce(A, B, C, D, E, F) -> R>(
    _: &A,
    _: &B,
    _: &C,
    _: &D,
    _: &E,
    _: &F,
    body: Body,
) -> Body {
    body
}

/// Returns `body`, typed as a closure with 7 arguments.
#[inline(always)]
#[must_use]
#[allow(clippy::too_many_arguments, reason = "one for each parameter of the function")]
pub fn takes_7<A, B, C, D, E, F, G, R, Body: FnOnce(A, B, C, D, E, F, G) -> R>(
    _: &A,
    _: &B,
    _: &C,
    _: &D,
    _: &E,
    _: &F,
    _: &G,
    body: Body,
) -> Body {
    body
}

/// Returns `body`, typed as a closure with 8 arguments.
#[inline(always)]
#[must_use]
#[allow(clippy::too_many_arguments, reason = "one for each parameter of the function")]
pub fn takes_8<A, B, C, D, E, F, G, H, R, Body: FnOnce(A, B, C, D, E, F, G, H) -> R>(
    _: &A,
    _: &B,
    _: &C,
    _: &D,
    _: &E,
    _: &F,
    _: &G,
    _: &H,
    body: Body,
) -> Body {
    body
}

/// Returns `body`, typed as a closure with 9 arguments.
#[inline(always)]
#[must_use]
#[allow(clippy::too_many_arguments, reason = "one for each parameter of the function")]
pub fn takes_9<A, B, C, D, E, F, G, H, I, R, Body: FnOnce(A, B, C, D, E, F, G, H, I) -> R>(
    _: &A,
    _: &B,
    _: &C,
    _: &D,
    _: &E,
    _: &F,
    _: &G,
    _: &H,
    _: &I,
    body: Body,
) -> Body {
    body
}

/// Returns `body`, typed as a closure with 10 arguments.
#[inline(always)]
#[must_use]
#[allow(clippy::too_many_arguments, reason = "one for each parameter of the function")]
pub fn takes_10<
    A,
    B,
    C,
    D,
    E,
    F,
    G,
    H,
    I,
    J,
    R,
    Body: FnOnce(A, B, C, D, E, F, G, H, I, J) -> R,
>(
    _: &A,
    _: &B,
    _: &C,
    _: &D,
    _: &E,
    _: &F,
    _: &G,
    _: &H,
    _: &I,
    _: &J,
    body: Body,
) -> Body {
    body
}

/// Returns `body`, typed as a closure with 11 arguments.
#[inline(always)]
#[must_use]
#[allow(clippy::too_many_arguments, reason = "one for each parameter of the function")]
pub fn takes_11<
    A,
    B,
    C,
    D,
    E,
    F,
    G,
    H,
    I,
    J,
    K,
    R,
    Body: FnOnce(A, B, C, D, E, F, G, H, I, J, K) -> R,
>(
    _: &A,
    _: &B,
    _: &C,
    _: &D,
    _: &E,
    _: &F,
    _: &G,
    _: &H,
    _: &I,
    _: &J,
    _: &K,
    body: Body,
) -> Body {
    body
}

/// Returns `body`, typed as a closure with 12 arguments.
#[inline(always)]
#[must_use]
#[allow(clippy::too_many_arguments, reason = "one for each parameter of the function")]
pub fn takes_12<
    A,
    B,
    C,
    D,
    E,
    F,
    G,
    H,
    I,
    J,
    K,
    L,
    R,
    Body: FnOnce(A, B, C, D, E, F, G, H, I, J, K, L) -> R,
>(
    _: &A,
    _: &B,
    _: &C,
    _: &D,
    _: &E,
    _: &F,
    _: &G,
    _: &H,
    _: &I,
    _: &J,
    _: &K,
    _: &L,
    body: Body,
) -> Body {
    body
}
