//! A check that a collection can leave a body with `into`. It applies to each type that the
//! function's result type mentions.
//!
//! A collection over `&arena` borrows the handle, which is gone when `into` converts the result.
//! The compiler's own error would only be "returns a value referencing function parameter `arena`".
//! The bound of the method below names what to return instead.

use core::marker::PhantomData;

use crate::arena::allocator::Fallible;
use crate::arena::handle::Arena;
use crate::arena::handle::OwnedForkOrArenaSlice;
use crate::collections::{deque, sorted_map, sorted_set};
use crate::text;

/// A type in the function's result type:
/// `(&Collection::<T>::new()).request_arena_collection_leaves_its_body()`, with both traits below
/// in scope.
#[derive(Debug)]
pub struct Collection<T: ?Sized>(PhantomData<fn(&T)>);

impl<T: ?Sized> Collection<T> {
    /// Creates a value to call the method on.
    #[inline]
    #[must_use]
    #[expect(clippy::new_without_default, reason = "only the expansion creates one")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

/// The first candidate, for a collection that borrows the handle. The compiler names this trait if
/// the result of a body with `into` contains such a collection.
pub trait CollectionOverTheHandle {
    /// Fails to compile, because the bound never holds.
    #[inline]
    fn request_arena_collection_leaves_its_body(&self)
    where
        for<'s> &'s Arena<'s>: OwnedForkOrArenaSlice,
    {
    }
}

/// The second candidate, for any other type.
pub trait AnyCollection {
    /// Accepts the type.
    #[inline]
    fn request_arena_collection_leaves_its_body(&self) {}
}

impl<T: ?Sized> AnyCollection for &Collection<T> {}

macro_rules! over_the_handle {
    ($(<$($element:ident),*> $ty:ty;)+) => {$(
        impl<$($element),*> CollectionOverTheHandle for Collection<$ty> {}
    )+};
}

over_the_handle! {
    <T> allocator_api2::vec::Vec<T, &Arena<'_>>;
    <T> allocator_api2::vec::Vec<T, Fallible<'_>>;
    <T> deque::VecDeque<T, &Arena<'_>>;
    <T> deque::VecDeque<T, Fallible<'_>>;
    <K, V, S> hashbrown::HashMap<K, V, S, &Arena<'_>>;
    <K, V, S> hashbrown::HashMap<K, V, S, Fallible<'_>>;
    <T, S> hashbrown::HashSet<T, S, &Arena<'_>>;
    <T, S> hashbrown::HashSet<T, S, Fallible<'_>>;
    <K, V> sorted_map::SortedMap<K, V, &Arena<'_>>;
    <T> sorted_set::SortedSet<T, &Arena<'_>>;
    <> text::String<&Arena<'_>>;
    <> text::String<Fallible<'_>>;
}
