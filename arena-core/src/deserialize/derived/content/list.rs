//! A list that grows in the arena, and reports a refusal as the deserializer's error.

use serde::de::Error;

use crate::arena::handle::Arena;
use crate::deserialize::Destination;
use crate::lease::pointer::LeaseRef;

/// Elements in the order of the document. The length that a document claims is not used.
pub(crate) struct List<'s, 'a, T: Copy> {
    destination: Destination<'s, 'a>,
    elements: allocator_api2::vec::Vec<T, LeaseRef<'a>>,
}

impl<'s, 'a, T: Copy> List<'s, 'a, T> {
    pub(crate) fn new(destination: Destination<'s, 'a>) -> Self {
        let elements = allocator_api2::vec::Vec::new_in(Arena::lease_ref(destination.arena()));
        Self { destination, elements }
    }

    pub(crate) fn push<E: Error>(&mut self, element: T) -> Result<(), E> {
        let lease = self.destination.arena().lease_ref();
        self.destination.allocated(lease.reserve(&mut self.elements, 1))?;
        self.elements.push(element);
        Ok(())
    }

    pub(crate) fn as_mut_slice(&mut self) -> &mut [T] {
        &mut self.elements
    }

    pub(crate) fn into_slice(self) -> &'a [T]
    where
        T: 'a,
    {
        self.destination.arena().lease_ref().leak(self.elements)
    }
}
