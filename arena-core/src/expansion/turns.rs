//! Functions that give the inner closure of a body with `into` the types of its parameters, as
//! `calls` does.
//!
//! The first argument of the closure is the handle, and the closure states its type itself. So
//! these functions take no reference to the handle. Such a reference would tie the handle's
//! lifetime to a bound here, and the compiler would then blame that bound for an escape.

macro_rules! turns {
    ($($name:ident $($type:ident)*;)+) => {$(
        /// Returns `body`, typed as a closure with a handle and these arguments.
        #[inline(always)]
        #[must_use]
        #[allow(clippy::too_many_arguments, reason = "one for each argument of the closure")]
        pub fn $name<Handle, $($type,)* R, Body: FnOnce(Handle, $($type),*) -> R>(
            $(_: &$type,)*
            body: Body,
        ) -> Body {
            body
        }
    )+};
}

turns! {
    turns_1;
    turns_2 A;
    turns_3 A B;
    turns_4 A B C;
    turns_5 A B C D;
    turns_6 A B C D E;
    turns_7 A B C D E F;
    turns_8 A B C D E F G;
    turns_9 A B C D E F G H;
    turns_10 A B C D E F G H I;
    turns_11 A B C D E F G H I J;
    turns_12 A B C D E F G H I J K;
}
