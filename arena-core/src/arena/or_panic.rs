//! Methods without `try_`: they panic where their twin returns an error.

/// What a `try_*` method gives, or a panic with its error.
macro_rules! or_panic {
    ($arena:ident, $result:expr) => {
        match $result {
            Ok(slice) => slice,
            Err(error) => $arena.lease().panic_with(error),
        }
    };
}
pub(crate) use or_panic;
