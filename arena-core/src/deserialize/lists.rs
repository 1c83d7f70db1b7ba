//! Lists: `&'a [T]`, `&'a mut [T]` and arrays.
//!
//! A list grows in place while it is the newest block of the arena. The size that a document claims
//! for a list reserves at most [`CAUTIOUS`] bytes, as in serde.

use core::fmt;
use core::marker::PhantomData;

use serde::Deserializer;
use serde::de::{Error, SeqAccess, Visitor};

use crate::deserialize::{DeserializeIn, Destination};

/// The most bytes that a claimed length reserves, the same as serde's.
const CAUTIOUS: usize = 1024 * 1024;

/// The claimed length of a list, reduced to [`CAUTIOUS`] bytes.
#[inline]
pub(crate) fn cautious<T>(claimed: Option<usize>) -> usize {
    if size_of::<T>() == 0 { 0 } else { claimed.unwrap_or(0).min(CAUTIOUS / size_of::<T>()) }
}

/// The check that a slice may forget its elements.
struct Slice<T>(PhantomData<T>);

impl<'a, T: DeserializeIn<'a>> Slice<(T, &'a ())> {
    const NEEDS_NO_DROP: () = assert!(
        !T::NEEDS_DROP,
        "the arena would never run the `Drop` of this list's elements\n\
         write a type without heap memory, or a collection: `request_arena::collections::Vec<'a, T>`"
    );
}

/// The elements of a sequence, one after the other. An error ends them.
pub(crate) struct Elements<'s, 'a, 'e, T, A, E> {
    pub(crate) destination: Destination<'s, 'a>,
    pub(crate) sequence: A,
    pub(crate) index: usize,
    pub(crate) failed: &'e mut Option<E>,
    pub(crate) claimed: usize,
    pub(crate) element: PhantomData<fn() -> T>,
}

impl<'de, 'a, T, A> Iterator for Elements<'_, 'a, '_, T, A, A::Error>
where
    T: DeserializeIn<'a>,
    A: SeqAccess<'de>,
{
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        match self.sequence.next_element_seed(self.destination.seed()) {
            Ok(element) => {
                self.index += 1;
                element
            }
            Err(error) => {
                *self.failed = Some(self.destination.index_failed(self.index, error));
                None
            }
        }
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.claimed, None)
    }
}

struct Sequence<'s, 'a, T> {
    destination: Destination<'s, 'a>,
    element: PhantomData<fn() -> T>,
}

impl<'de, 'a, T: DeserializeIn<'a>> Visitor<'de> for Sequence<'_, 'a, T> {
    type Value = &'a mut [T];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence")
    }

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(self, sequence: A) -> Result<&'a mut [T], A::Error> {
        let destination = self.destination;
        let claimed = cautious::<T>(sequence.size_hint());
        let mut failed = None;
        let slice = destination.arena.collected(Elements {
            destination,
            sequence,
            index: 0,
            failed: &mut failed,
            claimed,
            element: PhantomData,
        });
        match failed {
            Some(error) => Err(error),
            None => destination.allocated(slice),
        }
    }
}

#[inline]
pub(crate) fn sequence<'de, 'a, T, D>(
    destination: Destination<'_, 'a>,
    deserializer: D,
) -> Result<&'a mut [T], D::Error>
where
    T: DeserializeIn<'a>,
    D: Deserializer<'de>,
{
    let () = Slice::<(T, &'a ())>::NEEDS_NO_DROP;
    deserializer.deserialize_seq(Sequence { destination, element: PhantomData })
}

struct Bytes<'s, 'a> {
    destination: Destination<'s, 'a>,
}

impl<'de, 'a> Visitor<'de> for Bytes<'_, 'a> {
    type Value = &'a mut [u8];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bytes or a sequence of numbers from 0 to 255")
    }

    #[inline]
    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<&'a mut [u8], E> {
        self.destination.allocated(self.destination.arena.try_alloc_slice_copy(bytes))
    }

    #[inline]
    fn visit_str<E: Error>(self, text: &str) -> Result<&'a mut [u8], E> {
        self.visit_bytes(text.as_bytes())
    }

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(self, sequence: A) -> Result<&'a mut [u8], A::Error> {
        Sequence { destination: self.destination, element: PhantomData }.visit_seq(sequence)
    }
}

/// Bytes: what serde accepts for `&[u8]`, and a sequence of numbers.
#[inline]
pub(crate) fn bytes<'de, 'a, D>(
    destination: Destination<'_, 'a>,
    deserializer: D,
) -> Result<&'a mut [u8], D::Error>
where
    D: Deserializer<'de>,
{
    deserializer.deserialize_bytes(Bytes { destination })
}

impl<'a, T: DeserializeIn<'a>> DeserializeIn<'a> for &'a mut [T] {
    #[inline]
    fn deserialize_in<'de, D>(
        destination: Destination<'_, 'a>,
        deserializer: D,
    ) -> Result<Self, D::Error>
    where
        D: Deserializer<'de>,
    {
        T::list_in(destination, deserializer)
    }
}

impl<'a, T: DeserializeIn<'a>> DeserializeIn<'a> for &'a [T] {
    #[inline]
    fn deserialize_in<'de, D>(
        destination: Destination<'_, 'a>,
        deserializer: D,
    ) -> Result<Self, D::Error>
    where
        D: Deserializer<'de>,
    {
        T::list_in(destination, deserializer).map(|list| &*list)
    }
}

struct Array<'s, 'a, T, const N: usize> {
    destination: Destination<'s, 'a>,
    element: PhantomData<fn() -> T>,
}

impl<'de, 'a, T: DeserializeIn<'a>, const N: usize> Visitor<'de> for Array<'_, 'a, T, N> {
    type Value = [T; N];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match N {
            0 => f.write_str("an empty array"),
            _ => write!(f, "an array of length {N}"),
        }
    }

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<[T; N], A::Error> {
        let mut elements = arrayvec::ArrayVec::<T, N>::new();
        while elements.len() < N {
            let index = elements.len();
            let next = sequence.next_element_seed(self.destination.seed());
            match self.destination.in_index(index, next)? {
                Some(element) => elements.push(element),
                None => return Err(A::Error::invalid_length(index, &self)),
            }
        }
        match elements.into_inner() {
            Ok(array) => Ok(array),
            Err(_) => unreachable!("the loop filled all {N} elements"),
        }
    }
}

impl<'a, T: DeserializeIn<'a>, const N: usize> DeserializeIn<'a> for [T; N] {
    const NEEDS_DROP: bool = N > 0 && T::NEEDS_DROP;

    #[inline]
    fn deserialize_in<'de, D>(
        destination: Destination<'_, 'a>,
        deserializer: D,
    ) -> Result<Self, D::Error>
    where
        D: Deserializer<'de>,
    {
        deserializer.deserialize_tuple(N, Array { destination, element: PhantomData })
    }
}
