//! JSON answers: written in the arena, and copied once into a body of exactly their size.
//!
//! axum's own `Json` writes into a buffer on the heap. The buffer doubles until the text fits, so
//! the heap allocates more than twice the text.

use std::io;

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use request_arena::{Arena, collections::owned::Vec};
use serde::Serialize;

use super::error::ApiError;

/// The initial room of a text. As the last block of its arena, it grows in place.
const ROOM: usize = 256;

/// A value as JSON, in the arena.
#[derive(Debug)]
pub struct Json<'a> {
    text: Text<'a>,
}

/// Bytes that are copied slice by slice into reserved room. `Vec`'s own `Write` pushes one after
/// the other.
#[derive(Debug)]
struct Text<'a> {
    room: Vec<'a, u8>,
    written: usize,
}

impl Text<'_> {
    #[cold]
    fn make_room(&mut self, more: usize) {
        self.room.resize(2 * self.room.len() + more, 0);
    }
}

impl io::Write for Text<'_> {
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.room.len() - self.written < bytes.len() {
            self.make_room(bytes.len());
        }
        self.room[self.written..][..bytes.len()].copy_from_slice(bytes);
        self.written += bytes.len();
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> Json<'a> {
    /// Writes `value` into the arena, which has no other user by then.
    ///
    /// # Errors
    /// If the value has no representation in JSON. Those of this service have one.
    pub fn new(arena: Arena<'a>, value: &impl Serialize) -> Result<Self, ApiError> {
        let mut text = Text { room: Vec::with_capacity_in(ROOM, arena), written: 0 };
        text.room.resize(ROOM, 0);
        serde_json::to_writer(&mut text, value)
            .map_err(|error| ApiError::internal(error.to_string()))?;
        Ok(Self { text })
    }
}

impl IntoResponse for Json<'_> {
    fn into_response(self) -> Response {
        response(Bytes::copy_from_slice(&self.text.room[..self.text.written]))
    }
}

/// The answer with this JSON as its body.
pub fn response(text: Bytes) -> Response {
    let mut response = Response::new(Body::from(text));
    // For the type, and for the length, which axum adds. The default capacity is six.
    *response.headers_mut() = HeaderMap::with_capacity(2);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
