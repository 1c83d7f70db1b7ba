//! [`JsonStream`]: a long list as JSON, in chunks of the pool.
//!
//! A list that is too long for one buffer is sent while it is serialised. A chunk is made when the
//! client is ready for it. So a slow client holds one chunk, and the iterator.

use core::fmt;
use std::io::Write;

use serde::Serialize;

use crate::buffer::{Place, ResponseBuffer};
use crate::lease::class::Class;

/// The class of a chunk: 16 KiB.
pub(crate) const CHUNK: Class = 14;

/// The elements of an iterator as one JSON array, in chunks of 16 KiB of the pool.
///
/// [`Arena::json_stream`](crate::Arena::json_stream) makes it. It is an iterator over the chunks.
/// The features of the frameworks make it a body.
///
/// Elements are serialised one at a time, when the client is ready for the next chunk. So the
/// memory of the response does not depend on the number of elements. A chunk grows if a single
/// element does not fit.
pub struct JsonStream<I> {
    place: Place,
    elements: I,
    state: State,
    /// The size of the largest element so far. A chunk ends before an element of this size could
    /// make it grow.
    largest: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Begin,
    Elements,
    End,
}

impl<I: Iterator<Item: Serialize>> JsonStream<I> {
    pub(crate) fn new(place: Place, elements: I) -> Self {
        Self { place, elements, state: State::Begin, largest: 0 }
    }

    /// Writes elements until the chunk is full.
    fn fill(&mut self, chunk: &mut ResponseBuffer) -> Result<(), serde_json::Error> {
        while chunk.is_empty() || chunk.capacity() - chunk.len() > self.largest {
            let Some(element) = self.elements.next() else {
                let end: &[u8] = if self.state == State::Begin { b"[]" } else { b"]" };
                self.state = State::End;
                return chunk.write_all(end).map_err(serde_json::Error::io);
            };
            let before = chunk.len();
            let separator = if self.state == State::Begin { b"[" } else { b"," };
            chunk.write_all(separator).map_err(serde_json::Error::io)?;
            self.state = State::Elements;
            serde_json::to_writer(&mut *chunk, &element)?;
            // With a separator and the end of the array.
            self.largest = self.largest.max(chunk.len() - before + 1);
        }
        Ok(())
    }
}

impl<I: Iterator<Item: Serialize>> Iterator for JsonStream<I> {
    type Item = Result<ResponseBuffer, serde_json::Error>;

    /// Makes the next chunk. After an error the stream has ended, and the JSON is incomplete.
    fn next(&mut self) -> Option<Self::Item> {
        if self.state == State::End {
            return None;
        }
        let mut chunk = ResponseBuffer::of_stream(self.place);
        match self.fill(&mut chunk) {
            Ok(()) => Some(Ok(chunk)),
            Err(error) => {
                self.state = State::End;
                Some(Err(error))
            }
        }
    }
}

impl<I> fmt::Debug for JsonStream<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonStream").field("state", &self.state).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scope::scope;
    use crate::site::Site;

    static SITE: Site = Site::new("stream", module_path!(), file!(), line!());

    fn chunks<T: Serialize>(elements: Vec<T>) -> Vec<ResponseBuffer> {
        let stream = scope(&SITE, |arena| arena.json_stream(elements));
        stream.map(|chunk| chunk.expect("serialisable")).collect()
    }

    fn joined(chunks: &[ResponseBuffer]) -> Vec<u8> {
        chunks.iter().flat_map(|chunk| chunk.to_vec()).collect()
    }

    #[test]
    fn chunks_are_one_array() {
        for count in [0, 1, 2, 10_000] {
            let elements: Vec<_> = (0..count).map(|n| format!("element {n}")).collect();
            let expected = serde_json::to_vec(&elements).expect("strings");
            let chunks = chunks(elements);
            assert_eq!(joined(&chunks), expected);
            assert!(chunks.iter().all(|chunk| chunk.capacity() < 16 << 10), "no chunk grew");
            assert!(
                chunks.iter().rev().skip(1).all(|chunk| chunk.len() > 15 << 10),
                "all are full"
            );
        }
    }

    #[test]
    fn an_element_that_does_not_fit_makes_its_chunk_grow() {
        let elements = vec!["a".repeat(10), "b".repeat(50_000), "c".repeat(10)];
        let expected = serde_json::to_vec(&elements).expect("strings");
        assert_eq!(joined(&chunks(elements)), expected);
    }

    #[test]
    fn an_element_that_fails_ends_the_stream() {
        let failing = std::collections::HashMap::from([((1, 2), 3)]);
        let stream = scope(&SITE, |arena| arena.json_stream(vec![failing.clone(), failing]));
        let results: Vec<_> = stream.collect();
        assert_eq!(results.len(), 1);
        assert!(results[0].is_err());
    }
}
