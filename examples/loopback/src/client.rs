//! A client: one HTTP/1.1 connection that stays open.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{CONTENT_TYPE, HOST, HeaderName, RETRY_AFTER};
use hyper::{HeaderMap, Method, Request, StatusCode};
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

impl Ask {
    /// `GET target`.
    pub fn get(target: impl Into<String>) -> Self {
        let target = target.into();
        Self { method: Method::GET, target, content_type: None, body: Bytes::new() }
    }

    /// `POST target` with a body.
    pub fn post(
        target: impl Into<String>,
        content_type: &'static str,
        body: impl Into<Bytes>,
    ) -> Self {
        let (target, body) = (target.into(), body.into());
        Self { method: Method::POST, target, content_type: Some(content_type), body }
    }
}

/// An answer.
#[derive(Clone)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

impl Answer {
    /// The type of its body, or nothing.
    #[must_use]
    pub fn content_type(&self) -> &str {
        self.header(&CONTENT_TYPE).unwrap_or_default()
    }

    /// The seconds of `Retry-After`. `None` without the header, or with a date.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.header(&RETRY_AFTER)?.parse().ok().map(Duration::from_secs)
    }

    fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (content_type, body) = (self.content_type(), String::from_utf8_lossy(&self.body));
        write!(f, "{} {content_type}: {body}", self.status)
    }
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

    /// Sends `ask`, and reads the whole answer. Connects again if the server has closed the
    /// connection, as it does after a body that it did not read.
    ///
    /// # Errors
    /// If the connection breaks, or `ask` is no valid request.
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
        let (head, body) = response.into_parts();
        let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
        Ok(Answer { status: head.status, headers: head.headers, body })
    }

    /// Sends `GET target`, and reads the whole answer.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn get(&mut self, target: impl Into<String>) -> io::Result<Answer> {
        self.send(&Ask::get(target)).await
    }
}
