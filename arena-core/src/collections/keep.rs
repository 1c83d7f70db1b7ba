//! A collection becomes a slice of the arena's whole lifetime.

use allocator_api2::vec::Vec;

use crate::arena::handle::Arena;
use crate::arena::handle::Forgets;
use crate::arena::or_panic::or_panic;

/// A `Vec` over `&Arena` gives its elements for the arena's whole lifetime.
///
/// [`String::into_arena_str`](crate::text::String::into_arena_str) is the same for text.
///
/// ```
/// use request_arena_core::collections::{IntoArenaSlice, Vec};
/// use request_arena_core::{Arena, Site, scope};
///
/// fn primes<'a>(arena: &Arena<'a>, below: u32) -> &'a [u32] {
///     let mut found: Vec<'_, u32> = Vec::new_in(arena);
///     for number in 2..below {
///         if found.iter().all(|prime| number % prime != 0) {
///             found.push(number);
///         }
///     }
///     found.into_arena_slice(arena)
/// }
///
/// static SITE: Site = Site::new("primes", module_path!(), file!(), line!());
/// scope(&SITE, |arena| assert_eq!(primes(&arena, 12), [2, 3, 5, 7, 11]));
/// ```
pub trait IntoArenaSlice {
    /// What the slice has.
    type Element;

    /// The elements, without a copy if they lie in this very arena.
    ///
    /// The elements of a collection over a fork or a child scope are moved into this arena. `leak`,
    /// which every `Vec` has, gives the borrow's lifetime only. A type that needs `Drop` is refused
    /// when the crate is built, as by [`Arena::alloc`].
    ///
    /// Cost: none. The room that the elements did not need stays taken; `shrink_to_fit` first gives
    /// it back, for a copy.
    ///
    /// # Panics
    ///
    /// As [`Arena::alloc`], if the elements have to be moved.
    fn into_arena_slice<'a>(self, arena: &Arena<'a>) -> &'a mut [Self::Element]
    where
        Self::Element: 'a;
}

impl<'b, T> IntoArenaSlice for Vec<T, &'b Arena<'b>> {
    type Element = T;

    fn into_arena_slice<'a>(self, arena: &Arena<'a>) -> &'a mut [T]
    where
        T: 'a,
    {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        if !self.allocator().lease_ref().is(arena.lease_ref()) {
            return or_panic!(arena, arena.collected(self.into_iter()));
        }
        let elements: *mut [T] = self.leak();
        // SAFETY: rules 2 and 3 (handle.rs): `leak` never gives the block back, so nothing else is
        // handed out there. It lies in the lease of `arena`, which keeps it until `'a` is over,
        // however short the borrow was that the vector had.
        unsafe { &mut *elements }
    }
}
