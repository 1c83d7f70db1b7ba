//! Methods without `try_`, which panic where their `try_` version returns an error.

/// Unwraps the result of a `try_*` method, or panics with its error.
macro_rules! or_panic {
    ($arena:ident, $result:expr) => {
        match $result {
            Ok(slice) => slice,
            Err(error) => $arena.lease().panic_with(error),
        }
    };
}
pub(crate) use or_panic;
