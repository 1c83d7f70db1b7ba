//! The server: routes on a port of this machine.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A port that is bound. Clients can connect, and wait until a server answers.
#[derive(Debug)]
pub struct Port {
    addr: SocketAddr,
    listener: TcpListener,
}

impl Port {
    /// Binds `port` of this machine, or a free one if it is 0.
    ///
    /// # Errors
    ///
    /// If the port is in use: what to do, for the user of a program with the option `--port`.
    pub async fn bind(port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
        let listener = listener.map_err(|error| {
            let says = match error.kind() {
                io::ErrorKind::AddrInUse => format!(
                    "port {port} is in use; choose another with --port, or 0 for any free one"
                ),
                _ => format!("cannot listen on port {port}: {error}"),
            };
            io::Error::new(error.kind(), says)
        })?;
        Ok(Self { addr: listener.local_addr()?, listener })
    }

    /// The address.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Answers the requests to this port.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    #[must_use]
    pub fn serve(self, router: Router) -> Server {
        let Self { addr, listener } = self;
        let listener = listener.tap_io(|socket| {
            // An answer is one write, so a delay gains nothing. A failure here only makes it
            // slower.
            let _ = socket.set_nodelay(true);
        });
        let (stop, stopped) = oneshot::channel::<()>();
        let served = tokio::spawn(async move {
            let stopped = async { stopped.await.unwrap_or(()) };
            axum::serve(listener, router).with_graceful_shutdown(stopped).await
        });
        Server { addr, stop, served }
    }
}

/// A server that answers requests. Dropping it stops it after the answers to open ones.
#[derive(Debug)]
pub struct Server {
    addr: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<io::Result<()>>,
}

impl Server {
    /// Binds `port`, or a free one if it is 0, and answers its requests.
    ///
    /// # Errors
    ///
    /// If the port is in use.
    pub async fn start(port: u16, router: Router) -> io::Result<Self> {
        Ok(Port::bind(port).await?.serve(router))
    }

    /// The address that it listens on.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Accepts no more requests, and waits for the answers to open ones.
    ///
    /// # Errors
    ///
    /// If the listener had failed.
    pub async fn stop(self) -> io::Result<()> {
        // If the receiver is gone, the server has stopped already.
        let _ = self.stop.send(());
        self.served.await.map_err(io::Error::other)?
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, Method, StatusCode};
    use axum::response::IntoResponse;
    use axum::routing::any;

    use super::*;
    use crate::{Ask, Client};

    async fn echo(method: Method, headers: HeaderMap, body: String) -> impl IntoResponse {
        let content_type = headers["content-type"].to_str().unwrap().to_owned();
        let said = format!("{method} {body}");
        (StatusCode::ACCEPTED, [("content-type", content_type), ("retry-after", "3".into())], said)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_answer_has_status_headers_and_body_until_the_server_stops() {
        let server = Server::start(0, Router::new().route("/echo", any(echo))).await.unwrap();
        let addr = server.addr();
        let mut client = Client::connect(addr).await.unwrap();
        let answer = client.send(&Ask::post("/echo", "text/x", "hello")).await.unwrap();
        assert_eq!(format!("{answer:?}"), "202 Accepted text/x: POST hello");
        assert_eq!(answer.retry_after(), Some(std::time::Duration::from_secs(3)));
        assert_eq!(client.get("/none").await.unwrap().status, StatusCode::NOT_FOUND);
        drop(client);
        server.stop().await.unwrap();
        assert!(Client::connect(addr).await.is_err());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_connection_that_the_server_closed_is_opened_again() {
        let closing = || async { ([("connection", "close")], "bye") };
        let server = Server::start(0, Router::new().route("/", any(closing))).await.unwrap();
        let mut client = Client::connect(server.addr()).await.unwrap();
        for _ in 0..3 {
            assert_eq!(client.get("/").await.unwrap().body, "bye");
        }
    }
}
