//! The server: routes on a port of this machine.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A server that answers requests.
#[derive(Debug)]
pub struct Server {
    addr: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<io::Result<()>>,
}

impl Server {
    /// Listens on `port`, or on a free one if it is 0.
    ///
    /// # Errors
    ///
    /// If the port is in use.
    pub async fn start(port: u16, router: Router) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let addr = listener.local_addr()?;
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
        Ok(Self { addr, stop, served })
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
