//! Load: requests over many connections, in a closed and in an open loop.
//!
//! *Closed*: each connection sends its next request after the last answer. This measures the
//! server's capacity. *Open*: requests come at a steady rate, whether or not earlier ones are
//! answered. This measures how long users wait. A request's time begins when it is due, also if no
//! connection is free, so a server that stalls is charged for all waiting requests.
//!
//! One thread sends and reads everything, which leaves the rest of the machine to the server. In an
//! open loop another thread wakes it, as tokio's timer has a resolution of a millisecond.

use std::{
    cell::{Cell, RefCell},
    net::SocketAddr,
    rc::Rc,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use axum::http::StatusCode;
use loopback::{Ask, Client};
use tokio::{
    sync::Semaphore,
    task::{JoinSet, LocalSet},
};

use super::Latencies;

/// The number of connections.
const CONNECTIONS: usize = 64;

/// The result of a load.
#[derive(Debug)]
pub(crate) struct Load {
    /// How long each request took.
    pub(crate) latencies: Latencies,
    /// From the first request to the last answer.
    pub(crate) took: Duration,
}

impl Load {
    /// Requests answered in a second.
    pub(crate) fn throughput(&self) -> f64 {
        self.latencies.len() as f64 / self.took.as_secs_f64()
    }
}

/// Sends each request once, as fast as the server answers.
pub(crate) fn closed(addr: SocketAddr, asks: &[Ask]) -> anyhow::Result<Load> {
    run(addr, asks, None)
}

/// Sends each request once, at this rate.
pub(crate) fn open(addr: SocketAddr, asks: &[Ask], per_second: f64) -> anyhow::Result<Load> {
    run(addr, asks, Some(per_second))
}

fn run(addr: SocketAddr, asks: &[Ask], per_second: Option<f64>) -> anyhow::Result<Load> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, async {
        let mut clients = Vec::with_capacity(CONNECTIONS);
        for _ in 0..CONNECTIONS {
            clients.push(
                Client::connect(addr).await.context("the server does not accept connections")?,
            );
        }
        let asks = asks.to_vec();
        let schedule = Schedule::begin(asks.len(), per_second);
        let shared = Rc::new(Shared {
            asks,
            next: Cell::new(0),
            latencies: RefCell::new(Latencies::new()?),
        });
        let mut connections = JoinSet::new();
        for client in clients {
            connections.spawn_local(connection(client, Rc::clone(&shared), schedule.clone()));
        }
        while let Some(connection) = connections.join_next().await {
            connection??;
        }
        let took = schedule.begun.elapsed();
        let latencies = shared.latencies.borrow().clone();
        Ok(Load { latencies, took })
    })
}

struct Shared {
    asks: Vec<Ask>,
    next: Cell<usize>,
    latencies: RefCell<Latencies>,
}

async fn connection(
    mut client: Client,
    shared: Rc<Shared>,
    schedule: Schedule,
) -> anyhow::Result<()> {
    loop {
        schedule.turn().await?;
        let number = shared.next.replace(shared.next.get() + 1);
        let Some(ask) = shared.asks.get(number) else {
            // This wakes the other connections, which then find nothing left.
            schedule.due.iter().for_each(|due| due.add_permits(1));
            return Ok(());
        };
        let since = schedule.moment(number);
        let answer = client.send(ask).await.context("a connection broke")?;
        shared.latencies.borrow_mut().record(since.elapsed());
        if answer.status != StatusCode::OK {
            bail!(
                "the answer to {} is {}: {}",
                ask.target,
                answer.status,
                String::from_utf8_lossy(&answer.body)
            );
        }
    }
}

/// When requests are sent.
#[derive(Clone, Debug)]
struct Schedule {
    begun: Instant,
    /// In an open loop: the time between two requests, and a permit for each that is due.
    every: Duration,
    due: Option<Arc<Semaphore>>,
}

impl Schedule {
    fn begin(requests: usize, per_second: Option<f64>) -> Self {
        let begun = Instant::now();
        let Some(per_second) = per_second else {
            return Self { begun, every: Duration::ZERO, due: None };
        };
        let due = Arc::new(Semaphore::new(0));
        let schedule = Self {
            begun,
            every: Duration::from_secs_f64(1.0 / per_second),
            due: Some(Arc::clone(&due)),
        };
        let pace = schedule.clone();
        // The thread ends after the last request, and gives one more permit for the first
        // connection that finds nothing left.
        thread::spawn(move || {
            for number in 0..=requests {
                thread::sleep(pace.moment(number).saturating_duration_since(Instant::now()));
                due.add_permits(1);
            }
        });
        schedule
    }

    /// Waits until a request is due.
    async fn turn(&self) -> anyhow::Result<()> {
        if let Some(due) = &self.due {
            due.acquire().await?.forget();
        }
        Ok(())
    }

    /// When this request is due. In a closed loop that is now.
    fn moment(&self, number: usize) -> Instant {
        match self.due {
            None => Instant::now(),
            Some(_) => self.begun + self.every.mul_f64(number as f64),
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::{Router, routing};
    use loopback::Server;
    use tokio::sync::Mutex;

    use super::*;

    /// A server that answers one request after the other, each after this time.
    fn one_at_a_time(each: Duration) -> (tokio::runtime::Runtime, Server) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let turn = Arc::new(Mutex::new(()));
        let router = Router::new().route(
            "/",
            routing::get(move || async move {
                let _turn = turn.lock().await;
                tokio::time::sleep(each).await;
            }),
        );
        let server = runtime.block_on(Server::start(0, router)).unwrap();
        (runtime, server)
    }

    fn longest(load: &Load) -> Duration {
        Duration::from_nanos(load.latencies.most("").value as u64)
    }

    #[test]
    fn in_an_open_loop_waiting_for_a_connection_counts() {
        let each = Duration::from_millis(5);
        let (_runtime, server) = one_at_a_time(each);
        let asks = vec![Ask::get("/"); 3 * CONNECTIONS];
        // The last request is due after a tenth of the time that all answers take.
        let open = open(server.addr(), &asks, 10.0 / each.as_secs_f64()).unwrap();
        assert_eq!(open.latencies.len(), asks.len() as u64);
        assert!(longest(&open) >= each * 2 * CONNECTIONS as u32, "{:?}", longest(&open));
    }

    #[test]
    fn in_a_closed_loop_each_is_sent_once_and_waits_for_no_connection() {
        let each = Duration::from_millis(2);
        let (_runtime, server) = one_at_a_time(each);
        let asks = vec![Ask::get("/"); 2 * CONNECTIONS];
        let closed = closed(server.addr(), &asks).unwrap();
        assert_eq!(closed.latencies.len(), asks.len() as u64);
        assert!(closed.took >= each * asks.len() as u32);
        assert!(closed.throughput() <= 1.0 / each.as_secs_f64());
        assert!(longest(&closed) < closed.took, "{closed:?}");
    }

    #[test]
    fn an_answer_with_an_error_is_an_error() {
        let (_runtime, server) = one_at_a_time(Duration::ZERO);
        let error = closed(server.addr(), &[Ask::get("/nowhere")]).unwrap_err();
        assert!(error.to_string().starts_with("the answer to /nowhere is 404"), "{error}");
    }
}
