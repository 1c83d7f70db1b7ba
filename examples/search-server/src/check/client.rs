//! A client: one HTTP/1.1 connection that stays open.

use std::{io, net::SocketAddr};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{
    Method, Request, StatusCode,
    client::conn::http1::{SendRequest, handshake},
    header::{CONTENT_TYPE, HOST},
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// A request.
#[derive(Clone, Debug)]
pub struct Ask {
    /// GET, POST or another method.
    pub method: Method,
    /// Path and query.
    pub target: String,
    /// The type of the body.
    pub content_type: Option<&'static str>,
    /// The body.
    pub body: Bytes,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// The type of its body.
    pub content_type: String,
    /// Its body.
    pub body: Bytes,
}

/// An open connection.
#[derive(Debug)]
pub struct Client {
    addr: SocketAddr,
    sender: SendRequest<Full<Bytes>>,
}

impl Client {
    /// Connects to `addr`.
    ///
    /// # Errors
    /// If the connection is refused.
    pub async fn connect(addr: SocketAddr) -> io::Result<Self> {
        let socket = TcpStream::connect(addr).await?;
        socket.set_nodelay(true)?;
        let (sender, connection) =
            handshake(TokioIo::new(socket)).await.map_err(io::Error::other)?;
        // The task ends when the sender is dropped. An error in it fails the request.
        tokio::spawn(connection);
        Ok(Self { addr, sender })
    }

    /// Sends `ask` and reads the whole answer. Connects again if the server has closed the
    /// connection.
    ///
    /// # Errors
    /// If the connection breaks.
    pub async fn send(&mut self, ask: &Ask) -> io::Result<Answer> {
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
        let content_type =
            response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let content_type = content_type.unwrap_or_default().to_owned();
        let body = response.into_body().collect().await.map_err(io::Error::other)?.to_bytes();
        Ok(Answer { status, content_type, body })
    }
}
