//! [`JsonStream`] as a response of axum. axum polls the body when the client is ready for a chunk.

use core::pin::Pin;
use core::task::{Context, Poll};

use axum_core::body::Body;
use axum_core::response::Response;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http_body::{Body as HttpBody, Frame};
use request_arena_core::JsonStream;
use request_arena_core::expansion::{Place, Prepared};
use serde::Serialize;

use super::BorrowedResponse;
use super::axum::PreparedResponse;

struct Chunks<I>(JsonStream<I>);

impl<I: Iterator<Item: Serialize> + Unpin> HttpBody for Chunks<I> {
    type Data = Bytes;
    type Error = serde_json::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, serde_json::Error>>> {
        let chunk = self.0.next();
        Poll::Ready(chunk.map(|chunk| Ok(Frame::data(Bytes::from_owner(chunk?)))))
    }
}

impl<I> BorrowedResponse<Response> for JsonStream<I>
where
    I: Iterator<Item: Serialize> + Send + Unpin + 'static,
{
    fn copy_to_response(self, _: Place) -> PreparedResponse {
        let mut response = Response::new(Body::new(Chunks(self)));
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(CONTENT_TYPE, json);
        PreparedResponse::ready(response)
    }
}
