//! The body of a text: chunks that are parts of the same bytes, each sent in its turn.

use core::convert::Infallible;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use axum::body::HttpBody;
use bytes::Bytes;
use http_body::{Frame, SizeHint};

use super::Rendered;
use super::turns::{Place, TURNS};

/// The most bytes that a worker of the runtime copies into a socket at once.
const CHUNK: usize = 128 << 10;

/// See the module.
#[derive(Debug)]
pub(super) struct PacedBody {
    rest: Bytes,
    place: Place,
}

impl PacedBody {
    pub(super) fn new<T>(rendered: Rendered<T>) -> Self
    where
        T: AsRef<[u8]> + Send + Sync + 'static,
    {
        Self { rest: Bytes::from_owner(rendered), place: Place::default() }
    }
}

impl HttpBody for PacedBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        ready!(TURNS.poll(&mut self.place, cx));
        let next = CHUNK.min(self.rest.len());
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(next)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use http_body_util::BodyExt;

    use super::*;

    #[tokio::test]
    async fn the_chunks_are_the_text() {
        let text: String = (0..100_000).map(|line| format!("line {line}\n")).collect();
        let body = PacedBody::new(Rendered::new(text.clone(), Instant::now()));
        assert_eq!(body.size_hint().exact(), Some(text.len() as u64));
        let sent = body.collect().await.unwrap().to_bytes();
        assert!(sent == text.as_bytes(), "{} of {} bytes", sent.len(), text.len());
        let empty = PacedBody::new(Rendered::new(String::new(), Instant::now()));
        assert!(empty.is_end_stream() && empty.collect().await.unwrap().to_bytes().is_empty());
    }
}
