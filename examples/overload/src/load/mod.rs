//! Load: clients with a connection each, which send their next request after the last answer.
//!
//! A client that is refused waits as long as `Retry-After` says, and sends the same request again
//! until it is answered. After the planned time no client begins a new request.
//!
//! One thread runs all clients, which leaves the rest of the machine to the service.

mod probe;
mod tally;

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow};
use axum::http::StatusCode;
use loopback::Client;
use tokio::task::{JoinSet, LocalSet};
use tokio::time;

pub(crate) use self::probe::{Probe, Probed, Reading};
pub(crate) use self::tally::{Kind, Tally};

/// The pause of a client between two small requests.
const SMALL_PAUSE: Duration = Duration::from_millis(20);
/// Clients that are refused together do not come back together: each waits up to this much longer.
const SPREAD: Duration = Duration::from_millis(500);
/// How long requests may be on their way home after the planned time.
const HOME: Duration = Duration::from_secs(60);

/// Which load there is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// Clients that send large requests, without pauses.
    pub(crate) large: usize,
    /// Clients that send small requests, with short pauses.
    pub(crate) small: usize,
    /// The time in which all clients have begun, one after the other.
    pub(crate) ramp: Duration,
    /// The time in which requests are begun. It includes the ramp.
    pub(crate) time: Duration,
}

impl Plan {
    /// Answers count for the throughput from here on.
    fn window(&self) -> Duration {
        self.ramp + (self.time - self.ramp) / 10
    }
}

/// Load on its own thread.
#[derive(Debug)]
pub(crate) struct Load {
    thread: JoinHandle<anyhow::Result<Tally>>,
    stop: Arc<AtomicBool>,
}

impl Load {
    pub(crate) fn start(addr: SocketAddr, plan: Plan) -> anyhow::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::Builder::new().name("load".into());
        let thread = thread.spawn(move || run(addr, plan, stopped)).context("no thread")?;
        Ok(Self { thread, stop })
    }

    /// Whether all requests are home, or the load was given up.
    pub(crate) fn is_over(&self) -> bool {
        self.thread.is_finished()
    }

    /// Gives the load up: the service is gone. Requests on their way are lost.
    pub(crate) fn give_up(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// The results, once all requests are home.
    pub(crate) fn join(self) -> anyhow::Result<Tally> {
        self.thread.join().map_err(|_| anyhow!("the load's thread panicked"))?
    }
}

fn run(addr: SocketAddr, plan: Plan, stop: Arc<AtomicBool>) -> anyhow::Result<Tally> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let shared =
        Rc::new(Shared { addr, plan, stop, began: Instant::now(), tally: RefCell::default() });
    let clients = plan.large + plan.small;
    LocalSet::new().block_on(&runtime, async {
        let mut running = JoinSet::new();
        for number in 0..clients {
            // Small and large ones begin side by side.
            let is_large = number * plan.large / clients < (number + 1) * plan.large / clients;
            let kind = if is_large { Kind::Large } else { Kind::Small };
            let begins = plan.ramp.mul_f64(number as f64 / clients as f64);
            running.spawn_local(client(Rc::clone(&shared), number, kind, begins));
        }
        while let Some(ended) = running.join_next().await {
            ended?;
        }
        anyhow::Ok(())
    })?;
    let mut tally = shared.tally.take();
    tally.window = plan.time - plan.window();
    tally.home = shared.began.elapsed().saturating_sub(plan.time);
    Ok(tally)
}

struct Shared {
    addr: SocketAddr,
    plan: Plan,
    stop: Arc<AtomicBool>,
    began: Instant,
    tally: RefCell<Tally>,
}

impl Shared {
    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// One client. It ends with the planned time, or when its connection breaks.
async fn client(shared: Rc<Shared>, number: usize, kind: Kind, begins: Duration) {
    time::sleep(begins).await;
    let mut connection = match Client::connect(shared.addr).await {
        Ok(connection) => connection,
        Err(error) => return shared.tally.borrow_mut().lose(&error),
    };
    let mut request = number as u64 * 1_000_003;
    while shared.began.elapsed() < shared.plan.time && !shared.is_stopped() {
        if let Err(error) = send(&shared, &mut connection, kind, request).await {
            return shared.tally.borrow_mut().lose(&error);
        }
        request += 1;
        if kind == Kind::Small {
            time::sleep(SMALL_PAUSE).await;
        }
    }
}

/// Sends one request until it is home.
async fn send(
    shared: &Shared,
    connection: &mut Client,
    kind: Kind,
    request: u64,
) -> anyhow::Result<()> {
    let target = format!("{}/{request}", kind.path());
    let began = Instant::now();
    loop {
        let sent = Instant::now();
        let answer = connection.get(target.clone()).await?;
        shared.tally.borrow_mut().count(answer.status);
        match answer.status {
            StatusCode::OK => {
                let at = shared.began.elapsed();
                let counts = at >= shared.plan.window() && at < shared.plan.time;
                shared.tally.borrow_mut().home(kind, began.elapsed(), at, counts);
                return Ok(());
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                let has_retry_after = answer.retry_after().is_some();
                shared.tally.borrow_mut().refused(kind, sent.elapsed(), has_retry_after);
            }
            status => {
                let body = String::from_utf8_lossy(&answer.body).into_owned();
                return Err(anyhow!("the answer to {target} is {status}: {body}"));
            }
        }
        let at = shared.began.elapsed();
        if shared.is_stopped() || at > shared.plan.time + HOME {
            return Err(anyhow!("{target} was still refused after {at:.0?}"));
        }
        let wait = answer.retry_after().unwrap_or(Duration::from_secs(1));
        time::sleep(wait + SPREAD.mul_f64((request % 97) as f64 / 97.0)).await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use axum::http::header::RETRY_AFTER;
    use axum::{Router, routing};
    use loopback::Server;

    use super::*;

    /// Serves this router until the end of the test.
    fn served(router: Router) -> (tokio::runtime::Runtime, Server) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let server = runtime.block_on(Server::start(0, router)).unwrap();
        (runtime, server)
    }

    fn plan(large: usize, small: usize) -> Plan {
        Plan { large, small, ramp: Duration::ZERO, time: Duration::from_millis(100) }
    }

    #[test]
    fn a_refused_request_comes_back_until_it_is_home() {
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let large = move || {
            let first = count.fetch_add(1, Ordering::Relaxed) < 2;
            let refused = (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "1")], "later");
            async move { if first { Err(refused) } else { Ok("home") } }
        };
        let (_runtime, server) =
            served(Router::new().route("/large/{number}", routing::get(large)));
        let tally = Load::start(server.addr(), plan(1, 0)).unwrap().join().unwrap();
        // After the planned time, and only after two whole seconds.
        assert_eq!(tally.statuses, [(200, 1), (503, 2)].into());
        assert!(tally.home >= Duration::from_millis(1900), "{:?}", tally.home);
        assert_eq!((tally.lost.len(), tally.without_retry_after), (0, 0));
        assert_eq!((tally.large.home, tally.large.refused, tally.large.in_window), (1, 2, 0));
    }

    #[test]
    fn another_status_and_a_broken_connection_lose_a_client_with_its_reason() {
        let failing = || async { (StatusCode::INTERNAL_SERVER_ERROR, "oh") };
        let (runtime, server) =
            served(Router::new().route("/small/{number}", routing::get(failing)));
        let tally = Load::start(server.addr(), plan(0, 2)).unwrap().join().unwrap();
        assert_eq!(tally.statuses, [(500, 2)].into());
        assert_eq!(tally.lost.len(), 2);
        assert!(tally.lost[0].ends_with("is 500 Internal Server Error: oh"), "{:?}", tally.lost);
        drop(runtime);
        let tally = Load::start(server.addr(), plan(1, 0)).unwrap().join().unwrap();
        assert_eq!((tally.statuses.len(), tally.lost.len()), (0, 1));
    }
}
