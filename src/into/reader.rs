//! A long list as the reader that rocket takes for a body.

use core::pin::Pin;
use core::task::{Context, Poll};
use std::io;

use ::rocket::tokio::io::{AsyncRead, ReadBuf};
use bytes::Bytes;
use serde::Serialize;

use crate::JsonChunks;

/// Reads one chunk after the other.
pub(super) struct ChunkReader<I> {
    chunks: JsonChunks<I>,
    /// The rest of the present chunk.
    rest: Bytes,
}

impl<I> ChunkReader<I> {
    pub(super) fn new(chunks: JsonChunks<I>) -> Self {
        Self { chunks, rest: Bytes::new() }
    }
}

impl<I: Iterator<Item: Serialize> + Unpin> AsyncRead for ChunkReader<I> {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        while this.rest.is_empty() {
            match this.chunks.next_chunk() {
                Some(chunk) => this.rest = chunk?,
                None => return Poll::Ready(Ok(())),
            }
        }
        let length = this.rest.len().min(into.remaining());
        into.put_slice(&this.rest.split_to(length));
        Poll::Ready(Ok(()))
    }
}
