//! A client: one HTTP/1.1 connection that stays open.

use std::fmt;
use std::io;
use std::net::SocketAddr;

use axum::body::Bytes;
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::http::{Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::requests::Ask;

/// An answer.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) content_type: String,
    pub(super) body: Bytes,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { status, content_type, body } = self;
        write!(f, "{status} {content_type}: {}", String::from_utf8_lossy(body))
    }
}

/// An open connection.
#[derive(Debug)]
pub(super) struct Client {
    addr: SocketAddr,
    sender: SendRequest<Full<Bytes>>,
}

impl Client {
    pub(super) async fn connect(addr: SocketAddr) -> io::Result<Self> {
        let socket = TcpStream::connect(addr).await?;
        socket.set_nodelay(true)?;
        let (sender, connection) =
            handshake(TokioIo::new(socket)).await.map_err(io::Error::other)?;
        // The task ends when the sender is dropped. An error in it fails the request.
        tokio::spawn(connection);
        Ok(Self { addr, sender })
    }

    /// Sends a request, and reads the whole answer. Connects again if the server has closed the
    /// connection, as it does after a body that it did not read.
    pub(super) async fn send(&mut self, ask: &Ask) -> io::Result<Answer> {
        if self.sender.ready().await.is_err() {
            *self = Self::connect(self.addr).await?;
        }
        let mut request = Request::builder()
            .method(&ask.method)
            .uri(&ask.target)
            .header(HOST, self.addr.to_string());
        if let Some(content_type) = ask.content_type {
            request = request.header(CONTENT_TYPE, content_type);
        }
        let request = request.body(Full::new(ask.body.clone())).map_err(io::Error::other)?;
        let response = self.sender.send_request(request).await.map_err(io::Error::other)?;
        let status = response.status();
        let content_type = response.headers().get(CONTENT_TYPE);
        let content_type = content_type.and_then(|value| value.to_str().ok()).unwrap_or_default();
        let content_type = content_type.to_owned();
        let body = response.into_body().collect().await.map_err(io::Error::other)?.to_bytes();
        Ok(Answer { status, content_type, body })
    }
}
