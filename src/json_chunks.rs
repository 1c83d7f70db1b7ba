//! [`JsonChunks`]: a long list as the body of a response.

use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use futures_core::Stream;
use http_body::{Body, Frame};
use request_arena_core::JsonStream;
use serde::Serialize;

/// A [`JsonStream`] as a stream of [`Bytes`], and as an [`http_body::Body`].
///
/// Under `into`, a handler returns the `JsonStream` itself. This type is for frameworks without
/// `into`, such as salvo, and for responses that the handler builds:
///
/// ```
/// use axum::{body::Body, response::Response};
/// use request_arena::{Arena, JsonChunks, request_arena};
///
/// #[request_arena]
/// async fn squares(arena: Arena<'_>) -> Response {
///     let squares = arena.json_stream((0..1_000_000_u64).map(|number| number * number));
///     let response = Response::builder().header("content-type", "application/json");
///     response.body(Body::new(JsonChunks::from(squares))).unwrap()
/// }
/// # fn main() {}
/// ```
///
/// The framework asks for a chunk when the client is ready for it. It is never pending.
///
/// # Errors
///
/// An element that cannot be serialised ends the stream with an error. The client gets an
/// incomplete response, because its status was sent before.
pub struct JsonChunks<I> {
    /// Never locked. It makes the stream `Sync`, as warp requires.
    stream: Mutex<JsonStream<I>>,
}

impl<I> From<JsonStream<I>> for JsonChunks<I> {
    fn from(stream: JsonStream<I>) -> Self {
        Self { stream: Mutex::new(stream) }
    }
}

impl<I: Iterator<Item: Serialize>> JsonChunks<I> {
    /// Makes the next chunk.
    fn next_chunk(&mut self) -> Option<Result<Bytes, serde_json::Error>> {
        let stream = self.stream.get_mut().unwrap_or_else(PoisonError::into_inner);
        stream.next().map(|chunk| chunk.map(Bytes::from_owner))
    }
}

impl<I: Iterator<Item: Serialize> + Unpin> Stream for JsonChunks<I> {
    type Item = Result<Bytes, serde_json::Error>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.get_mut().next_chunk())
    }
}

impl<I: Iterator<Item: Serialize> + Unpin> Body for JsonChunks<I> {
    type Data = Bytes;
    type Error = serde_json::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, serde_json::Error>>> {
        Poll::Ready(self.get_mut().next_chunk().map(|chunk| chunk.map(Frame::data)))
    }
}

impl<I> fmt::Debug for JsonChunks<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonChunks").finish_non_exhaustive()
    }
}
