//! A client: one HTTP/1.1 connection that stays open.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::header::{HOST, RETRY_AFTER};
use axum::http::{Request, StatusCode};
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    /// The seconds of `Retry-After`. `None` without the header, or with a date.
    pub(crate) retry_after: Option<Duration>,
    pub(crate) body: Bytes,
}

/// An open connection.
#[derive(Debug)]
pub(crate) struct Client {
    addr: SocketAddr,
    sender: SendRequest<Empty<Bytes>>,
}

impl Client {
    pub(crate) async fn connect(addr: SocketAddr) -> io::Result<Self> {
        let socket = TcpStream::connect(addr).await?;
        socket.set_nodelay(true)?;
        let (sender, connection) =
            handshake(TokioIo::new(socket)).await.map_err(io::Error::other)?;
        // The task ends when the sender is dropped. An error in it fails the request.
        tokio::spawn(connection);
        Ok(Self { addr, sender })
    }

    /// Sends `GET target`, and reads the whole answer. Connects again if the server has closed the
    /// connection.
    pub(crate) async fn get(&mut self, target: &str) -> io::Result<Answer> {
        if self.sender.ready().await.is_err() {
            *self = Self::connect(self.addr).await?;
        }
        let request = Request::get(target).header(HOST, self.addr.to_string()).body(Empty::new());
        let response = self.sender.send_request(request.map_err(io::Error::other)?).await;
        let response = response.map_err(io::Error::other)?;
        let status = response.status();
        let retry_after = response.headers().get(RETRY_AFTER);
        let retry_after = retry_after.and_then(|value| value.to_str().ok()?.parse().ok());
        let retry_after = retry_after.map(Duration::from_secs);
        let body = response.into_body().collect().await.map_err(io::Error::other)?.to_bytes();
        Ok(Answer { status, retry_after, body })
    }
}
