//! An owner of one value in the arena. It runs `Drop`, and the arena frees the memory.

use core::borrow::{Borrow, BorrowMut};
use core::fmt;
use core::mem::ManuallyDrop;
use core::ops::{Deref, DerefMut};

/// Owns a value in a request's arena and drops it. [`Arena::alloc_box`](crate::Arena::alloc_box)
/// creates it.
///
/// Use it for values that own heap memory or a resource. The arena frees the memory of the value
/// itself.
///
/// ```
/// use request_arena_core::{Box, Site, scope};
///
/// static SITE: Site = Site::new("box", module_path!(), file!(), line!());
/// scope(&SITE, |arena| {
///     let text: Box<'_, String> = arena.alloc_box(String::from("kept on the heap"));
///     assert_eq!(text.len(), 16);
///     let string: String = Box::into_inner(text);
///     assert_eq!(string, "kept on the heap");
/// });
/// ```
pub struct Box<'a, T: ?Sized>(&'a mut T);

impl<'a, T: ?Sized> Box<'a, T> {
    /// Takes ownership of a value in the arena. No other owner may drop it.
    pub(crate) fn new(value: &'a mut T) -> Self {
        Self(value)
    }

    /// Consumes the box without dropping the value, and returns a reference to it.
    #[must_use]
    pub fn leak(this: Self) -> &'a mut T {
        let mut this = ManuallyDrop::new(this);
        let value: *mut T = &raw mut **this;
        // SAFETY: rules 2 and 3 (handle.rs): nothing uses `this` again, so the reference that it
        // held for `'a` is free to outlive it.
        unsafe { &mut *value }
    }
}

impl<T> Box<'_, T> {
    /// Moves the value out of the arena.
    #[must_use]
    pub fn into_inner(this: Self) -> T {
        let this = ManuallyDrop::new(this);
        let value: *const T = &raw const **this;
        // SAFETY: rule 2 (handle.rs): the box is the only owner of the value, and nothing uses or
        // drops it again.
        unsafe { value.read() }
    }
}

impl<T: ?Sized> Drop for Box<'_, T> {
    fn drop(&mut self) {
        let value: *mut T = self.0;
        // SAFETY: rule 2 (handle.rs): the box is the only owner of the value, and `drop` runs once.
        unsafe { value.drop_in_place() };
    }
}

impl<T: ?Sized> Deref for Box<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0
    }
}

impl<T: ?Sized> DerefMut for Box<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.0
    }
}

impl<T: ?Sized> AsRef<T> for Box<'_, T> {
    fn as_ref(&self) -> &T {
        self
    }
}

impl<T: ?Sized> AsMut<T> for Box<'_, T> {
    fn as_mut(&mut self) -> &mut T {
        self
    }
}

impl<T: ?Sized> Borrow<T> for Box<'_, T> {
    fn borrow(&self) -> &T {
        self
    }
}

impl<T: ?Sized> BorrowMut<T> for Box<'_, T> {
    fn borrow_mut(&mut self) -> &mut T {
        self
    }
}

impl<T: fmt::Debug + ?Sized> fmt::Debug for Box<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: fmt::Display + ?Sized> fmt::Display for Box<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: PartialEq + ?Sized> PartialEq for Box<'_, T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Eq + ?Sized> Eq for Box<'_, T> {}

impl<T: PartialOrd + ?Sized> PartialOrd for Box<'_, T> {
    fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
        (**self).partial_cmp(&**other)
    }
}

impl<T: Ord + ?Sized> Ord for Box<'_, T> {
    fn cmp(&self, other: &Self) -> core::cmp::Ordering {
        (**self).cmp(&**other)
    }
}

impl<T: core::hash::Hash + ?Sized> core::hash::Hash for Box<'_, T> {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl<I: Iterator + ?Sized> Iterator for Box<'_, I> {
    type Item = I::Item;

    fn next(&mut self) -> Option<I::Item> {
        (**self).next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (**self).size_hint()
    }
}
