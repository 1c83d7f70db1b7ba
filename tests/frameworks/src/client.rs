//! Three clients: one waits for the whole response, one reads it line by line, and one hangs up
//! half-way.

use std::net::SocketAddr;

use http_body_util::{BodyExt, Empty, Full};
use hyper::Request;
use hyper::body::{Bytes, Incoming};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// A complete response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: String,
}

/// The `content-type` of the response to a request of [`get`], or an empty text.
///
/// # Panics
///
/// If the path is invalid, or there is no response.
pub async fn content_type(address: SocketAddr, path: &str) -> String {
    let uri = format!("http://{address}{path}").parse().expect("a path");
    let client = Client::builder(TokioExecutor::new()).build_http::<Empty<&[u8]>>();
    let response = client.get(uri).await.expect("the server answers");
    let value = response.headers().get("content-type");
    value.map(|value| value.to_str().expect("text").to_owned()).unwrap_or_default()
}

/// Sends one request over a connection of its own. Returns `None` if the server closes the
/// connection without a response.
///
/// # Panics
///
/// If the path is invalid, or the response is no text.
pub async fn get(address: SocketAddr, path: &str) -> Option<Answer> {
    let uri = format!("http://{address}{path}").parse().expect("a path");
    let client = Client::builder(TokioExecutor::new()).build_http::<Empty<&[u8]>>();
    let response = client.get(uri).await.ok()?;
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.ok()?.to_bytes();
    Some(Answer { status, body: String::from_utf8(body.to_vec()).expect("text") })
}

/// Sends one body over a connection of its own. Returns `None` if the server closes the connection
/// without a response.
///
/// # Panics
///
/// If the path is invalid, or the response is no text.
pub async fn post(
    address: SocketAddr,
    path: &str,
    content_type: Option<&str>,
    body: impl Into<Bytes>,
) -> Option<Answer> {
    let mut request = Request::post(format!("http://{address}{path}"));
    if let Some(content_type) = content_type {
        request = request.header("content-type", content_type);
    }
    let request = request.body(Full::new(body.into())).expect("a path");
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    let response = client.request(request).await.ok()?;
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.ok()?.to_bytes();
    Some(Answer { status, body: String::from_utf8(body.to_vec()).expect("text") })
}

/// A response that is read line by line while the server still writes it. Its drop hangs up.
#[derive(Debug)]
pub struct Lines {
    body: Incoming,
    read: Vec<u8>,
}

impl Lines {
    /// Sends the request, and waits for the start of the response.
    ///
    /// # Panics
    ///
    /// If the status is not 200.
    pub async fn get(address: SocketAddr, path: &str) -> Self {
        let uri = format!("http://{address}{path}").parse().expect("a path");
        let client = Client::builder(TokioExecutor::new()).build_http::<Empty<&[u8]>>();
        let response = client.get(uri).await.expect("the server answers");
        assert_eq!(response.status(), 200);
        Self { body: response.into_body(), read: Vec::new() }
    }

    /// The next line, or `None` at the end of the response.
    ///
    /// # Panics
    ///
    /// If the connection ends before the response does.
    pub async fn next(&mut self) -> Option<String> {
        loop {
            if let Some(end) = self.read.iter().position(|&byte| byte == b'\n') {
                let line = self.read.drain(..=end).take(end).collect();
                return Some(String::from_utf8(line).expect("text"));
            }
            let frame = self.body.frame().await?.expect("the server goes on");
            self.read.extend_from_slice(frame.data_ref().expect("no trailers"));
        }
    }
}

/// A client that has sent its request. Its drop hangs up.
#[derive(Debug)]
pub struct HangUp {
    _socket: TcpStream,
}

impl HangUp {
    /// Connects and sends the request.
    ///
    /// # Panics
    ///
    /// If no server listens.
    pub async fn get(address: SocketAddr, path: &str) -> Self {
        let mut socket = TcpStream::connect(address).await.expect("the server listens");
        let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n\r\n");
        socket.write_all(request.as_bytes()).await.expect("the server reads");
        Self { _socket: socket }
    }
}
