//! Whether a type implements `Drop` itself.
//!
//! `needs_drop` is also true of a struct with a collection over the arena, which needs none. So the
//! derive asks each field, and asks here about the type. The compiler prefers the inherent constant
//! where its bound holds.

use core::marker::PhantomData;

/// Asks about `T`.
#[derive(Debug)]
pub struct DropProbe<T: ?Sized>(PhantomData<T>);

#[allow(drop_bounds, reason = "the question is whether the type has a `Drop` of its own")]
impl<T: Drop + ?Sized> DropProbe<T> {
    /// The type implements `Drop`.
    pub const HAS_DROP: bool = true;
}

/// The answer for all other types.
pub trait NoDrop {
    /// The type does not implement `Drop`.
    const HAS_DROP: bool = false;
}

impl<T: ?Sized> NoDrop for DropProbe<T> {}
