//! The closure of a body, told the types of its parameters.
//!
//! The parameters of a function are the arguments of its body's closure, which captures none of
//! them. So they are bound, dropped and warned about as those of a plain function, and a large one
//! is copied once. (A closure that captures takes only the fields that its body mentions: a guard
//! would be dropped with the values that it came with.)
//!
//! The compiler has to know the types before it reads the body, and the expansion cannot write
//! them: `impl Trait` and lifetimes that are left out have no name. So each of these functions
//! looks at the arguments and returns the closure as it is. There is one for each number of
//! arguments, written out, as compile errors show its line.

/// A closure that takes one such argument.
#[inline(always)]
#[must_use]
pub fn takes_1<A, R, Body: FnOnce(A) -> R>(_: &A, body: Body) -> Body {
    body
}

/// A closure that takes 2 such arguments.
#[inline(always)]
#[must_use]
pub fn takes_2<A, B, R, Body: FnOnce(A, B) -> R>(_: &A, _: &B, body: Body) -> Body {
    body
}

/// A closure that takes 3 such arguments.
#[inline(always)]
#[must_use]
pub fn takes_3<A, B, C, R, Body: FnOnce(A, B, C) -> R>(_: &A, _: &B, _: &C, body: Body) -> Body {
    body
}

/// A closure that takes 4 such arguments.
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

/// A closure that takes 5 such arguments.
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

/// A closure that takes 6 such arguments.
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

/// A closure that takes 7 such arguments.
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

/// A closure that takes 8 such arguments.
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

/// A closure that takes 9 such arguments.
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

/// A closure that takes 10 such arguments.
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

/// A closure that takes 11 such arguments.
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

/// A closure that takes 12 such arguments.
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
