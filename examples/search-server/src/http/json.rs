//! JSON answers: written in the arena, and copied once into a body of exactly their size.
//!
//! axum's own `Json` writes into a buffer on the heap that doubles until the text fits, so that the heap hands out twice the text and more.

use std::io;

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use request_arena::{Arena, collections::owned::Vec};
use serde::Serialize;

use super::error::ApiError;

/// Bytes that a text has room for at first; as the last block of its arena it grows in place.
const ROOM: usize = 256;

/// A value as JSON, in the arena.
#[derive(Debug)]
pub struct Json<'a> {
    text: Text<'a>,
}

/// Bytes that grow by whole slices: `Vec`'s own `Write` pushes one after the other.
#[derive(Debug)]
struct Text<'a>(Vec<'a, u8>);

impl io::Write for Text<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Self(text) = self;
        let len = text.len();
        text.resize(len + bytes.len(), 0);
        text[len..].copy_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> Json<'a> {
    /// Writes `value` into the arena, which nobody needs any more.
    ///
    /// # Errors
    /// If the value has no JSON; those of this service have.
    pub fn new(arena: Arena<'a>, value: &impl Serialize) -> Result<Self, ApiError> {
        let mut text = Text(Vec::with_capacity_in(ROOM, arena));
        serde_json::to_writer(&mut text, value).map_err(|error| ApiError::internal(error.to_string()))?;
        Ok(Self { text })
    }
}

impl IntoResponse for Json<'_> {
    fn into_response(self) -> Response {
        response(Bytes::copy_from_slice(&self.text.0))
    }
}

/// The answer whose body is this JSON.
pub fn response(text: Bytes) -> Response {
    let mut response = Response::new(Body::from(text));
    // For the type and, which axum adds, the length; by itself the map begins with room for six.
    *response.headers_mut() = HeaderMap::with_capacity(2);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
