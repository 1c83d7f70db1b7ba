//! The server. It binds its port first, so that a port in use is an error before any indexing. It
//! drains its requests when it ends.

use std::{fmt, io, net::SocketAddr, path::Path, sync::Arc, time::Duration};

use axum::Router;
use heed::EnvClosingEvent;
use indicatif::ProgressBar;
use loopback::Port;

use crate::{
    data,
    http::{self, App},
    store::{Readers, Store, StoreError},
};

/// How long the index may stay in use after the last answer.
const CLOSING: Duration = Duration::from_secs(10);

/// The documents of a new index.
#[derive(Clone, Copy, Debug)]
pub enum Seed {
    /// The cities that the program contains.
    Cities,
    /// None.
    Nothing,
}

/// Why the server does not start.
#[derive(Debug)]
pub enum StartError {
    /// The port is not available.
    Port(io::Error),
    /// The store in this folder cannot be used.
    Store(String, StoreError),
}

impl std::error::Error for StartError {}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Port(error) => write!(f, "{error}"),
            Self::Store(folder, error) => write!(f, "{folder}: {error}"),
        }
    }
}

/// A server that answers requests.
#[derive(Debug)]
pub struct Server {
    http: loopback::Server,
    readers: Readers,
    closing: EnvClosingEvent,
}

impl Server {
    /// Listens on `port` of this machine, or on a free one if it is 0. Opens the index in `folder`,
    /// and fills a new one. Needs a multi-threaded runtime.
    ///
    /// # Errors
    /// If the port or the folder cannot be used.
    pub async fn start(
        port: u16,
        folder: &Path,
        seed: Seed,
        bar: &ProgressBar,
    ) -> Result<Self, StartError> {
        Self::start_with(http::router, port, folder, seed, bar).await
    }

    /// Starts with other routes over the same store.
    ///
    /// # Errors
    /// If the port or the folder cannot be used.
    pub async fn start_with(
        router: impl FnOnce(App) -> Router,
        port: u16,
        folder: &Path,
        seed: Seed,
        bar: &ProgressBar,
    ) -> Result<Self, StartError> {
        let port = Port::bind(port).await.map_err(StartError::Port)?;
        let store = tokio::task::block_in_place(|| {
            let store = Store::open(folder)?;
            if matches!(seed, Seed::Cities) {
                store.fill(data::NAME, data::cities, bar)?;
            }
            Ok(store)
        });
        let store =
            store.map_err(|error| StartError::Store(folder.display().to_string(), error))?;
        let (closing, readers) = (store.closing(), store.readers());
        let router = router(Arc::new(store));
        let http = port.serve(router);
        Ok(Self { http, readers, closing })
    }

    /// The address that it listens on.
    pub fn addr(&self) -> SocketAddr {
        self.http.addr()
    }

    /// The permits to read its index.
    pub fn readers(&self) -> &Readers {
        &self.readers
    }

    /// Accepts no more requests, waits for the answers to open ones, and closes the index.
    ///
    /// # Errors
    /// If the listener had failed.
    pub async fn stop(self) -> io::Result<()> {
        let Self { http, closing, .. } = self;
        http.stop().await?;
        // The last connection reports its end before its task releases the store.
        if tokio::task::block_in_place(|| closing.wait_timeout(CLOSING)) {
            Ok(())
        } else {
            Err(io::Error::new(io::ErrorKind::TimedOut, "the index is still in use"))
        }
    }
}
