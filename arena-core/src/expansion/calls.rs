//! Runs the body of a function that is not `async`.
//!
//! The parameters are the arguments of the body's closure, and it captures none of them. So they are
//! bound, dropped and warned about as those of a plain function, and a large one is copied once.
//! (A closure that captures takes only the fields that its body mentions: a guard would be dropped with
//! the values that it came with.)
//!
//! There is one function for each number of parameters, since Rust has no other way to say this.

use super::{Opener, Outcome, Visit};
use crate::{ArenaError, Site};

macro_rules! calls {
    ($($pass:ident $run:ident $run_to_limit:ident($($parameter:ident: $Type:ident),*);)+) => {$(
        /// Passes the parameters on to a closure, so that `return` and `?` end there.
        #[inline]
        pub fn $pass<$($Type,)* R>($($parameter: $Type,)* body: impl FnOnce($($Type),*) -> R) -> R {
            body($($parameter),*)
        }

        /// Runs the body in a scope of `site`.
        #[inline]
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
    pass_0 run_0 run_to_limit_0();
    pass_1 run_1 run_to_limit_1(a: A);
    pass_2 run_2 run_to_limit_2(a: A, b: B);
    pass_3 run_3 run_to_limit_3(a: A, b: B, c: C);
    pass_4 run_4 run_to_limit_4(a: A, b: B, c: C, d: D);
    pass_5 run_5 run_to_limit_5(a: A, b: B, c: C, d: D, e: E);
    pass_6 run_6 run_to_limit_6(a: A, b: B, c: C, d: D, e: E, f: F);
    pass_7 run_7 run_to_limit_7(a: A, b: B, c: C, d: D, e: E, f: F, g: G);
    pass_8 run_8 run_to_limit_8(a: A, b: B, c: C, d: D, e: E, f: F, g: G, h: H);
    pass_9 run_9 run_to_limit_9(a: A, b: B, c: C, d: D, e: E, f: F, g: G, h: H, i: I);
    pass_10 run_10 run_to_limit_10(a: A, b: B, c: C, d: D, e: E, f: F, g: G, h: H, i: I, j: J);
    pass_11 run_11 run_to_limit_11(a: A, b: B, c: C, d: D, e: E, f: F, g: G, h: H, i: I, j: J, k: K);
    pass_12 run_12 run_to_limit_12(
        a: A, b: B, c: C, d: D, e: E, f: F, g: G, h: H, i: I, j: J, k: K, l: L
    );
}
