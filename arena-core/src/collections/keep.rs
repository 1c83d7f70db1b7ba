//! Conversion of a collection to a slice of the arena's whole lifetime.

use allocator_api2::vec::Vec;

use crate::arena::handle::Arena;
use crate::arena::handle::Forgets;
use crate::arena::or_panic::or_panic;

/// Converts a `Vec` over `&Arena` to a slice of the arena's whole lifetime.
///
/// [`String::into_arena_str`](crate::text::String::into_arena_str) does the same for text.
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
    /// The type of the slice's elements.
    type Element;

    /// Returns the elements as a slice. It does not copy them if they lie in `arena`.
    ///
    /// If the elements lie in a fork or a child scope, the method moves them into `arena`. In
    /// contrast, `Vec::leak` returns a slice with only the lifetime of the borrow. As with
    /// [`Arena::alloc`], a type that needs `Drop` fails to build.
    ///
    /// Cost: only the move, if there is one. Unused capacity stays in use. Call `shrink_to_fit`
    /// first to free it, at the cost of a copy.
    ///
    /// # Panics
    ///
    /// Panics under the same conditions as [`Arena::alloc`], if the elements have to be moved.
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
        // SAFETY: rules 2 and 3 (handle.rs): `leak` never frees the block, so no other allocation
        // overlaps it. The block lies in the lease of `arena`, which keeps it until `'a` ends. That
        // holds even if the vector borrowed the handle for a shorter time.
        unsafe { &mut *elements }
    }
}
