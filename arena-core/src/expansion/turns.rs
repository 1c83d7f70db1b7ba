//! Gives the inner closure of a body with `into` the types of its parameters, as `calls` does.
//!
//! Its first argument is the handle. The closure writes its type itself, so the handle is not
//! looked at: its lifetime would be tied to a bound of these functions, which the compiler would
//! then show as the reason of an escape.

macro_rules! turns {
    ($($name:ident $($type:ident)*;)+) => {$(
        /// A closure that takes a handle, and such arguments.
        #[inline(always)]
        #[must_use]
        #[allow(clippy::too_many_arguments, reason = "one for each argument of the closure")]
        pub fn $name<Handle, $($type,)* R, Body: FnOnce(Handle, $($type),*) -> R>($(_: &$type,)* body: Body) -> Body {
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
