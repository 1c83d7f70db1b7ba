//! Measures whether readers of the page and of the metrics slow another handler down.
//!
//! A service with 2,000 handlers answers `/work`, the page and the metrics on one runtime with two
//! workers. Idle rounds and rounds with 200 readers of each alternate:
//!
//! `cargo run --release -p request-arena-telemetry --example readers -- [SITES] [READERS] [ROUNDS]`

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Empty};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use request_arena_core::{Site, scope};
use request_arena_telemetry::{debug_page, jemalloc, process, prometheus};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};

#[global_allocator]
static ALLOCATOR: jemalloc::Jemalloc = jemalloc::Jemalloc;

static WORK: Site = Site::new("work", module_path!(), file!(), line!());

/// An idle and a loaded round take so long each.
const ROUND: Duration = Duration::from_secs(5);

type Answer = Result<u64, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    jemalloc::start();
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u32>());
    let mut argument = |default| arguments.next().unwrap_or(Ok(default));
    let (sites, readers, rounds) = (argument(2000)?, argument(200)?, argument(4)?);
    (0..sites).for_each(run_handler);
    let service = runtime(2, "service")?;
    let clients = runtime(1, "clients")?;
    let addr = service.block_on(serve())?;
    let (mut idle, mut loaded) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        idle.extend(clients.block_on(work(addr))?);
        let stop = Arc::new(AtomicBool::new(false));
        let read = Arc::new(AtomicU64::new(0));
        let mut all = Vec::new();
        for reader in 0..2 * readers {
            let path = if reader % 2 == 0 { "/metrics" } else { "/debug/arenas" };
            let (stop, read) = (Arc::clone(&stop), Arc::clone(&read));
            all.push(clients.spawn(async move {
                let mut client = connect(addr).await?;
                while !stop.load(Relaxed) {
                    read.fetch_add(get(&mut client, path).await?, Relaxed);
                }
                Answer::Ok(0)
            }));
        }
        thread::sleep(Duration::from_millis(500));
        loaded.extend(clients.block_on(work(addr))?);
        stop.store(true, Relaxed);
        println!("the readers got {} MiB", read.load(Relaxed) >> 20);
        all.iter().for_each(tokio::task::JoinHandle::abort);
        thread::sleep(Duration::from_secs(1));
    }
    println!("idle:   {}", Latencies::of(idle));
    println!("loaded: {}", Latencies::of(loaded));
    println!("RSS {} MiB", process::read_counters()?.rss_bytes >> 20);
    Ok(())
}

fn run_handler(number: u32) {
    let name: &'static str = format!("handler_number_{number}_of_a_service").leak();
    let site = Site::new(name, "service::handlers::module", "src/handlers/module.rs", number);
    let site: &'static Site = Box::leak(Box::new(site));
    for part in 0..50 {
        scope(site, |arena| arena.alloc_slice_fill_copy(100 << (part % 10), 1_u8).len());
    }
}

fn runtime(workers: usize, name: &'static str) -> std::io::Result<Runtime> {
    Builder::new_multi_thread().worker_threads(workers).thread_name(name).enable_all().build()
}

async fn serve() -> std::io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let addr = listener.local_addr()?;
    let routes: axum::Router = prometheus::route().merge(debug_page::router());
    let routes = routes.route("/work", axum::routing::get(answer));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    Ok(addr)
}

async fn answer() -> String {
    let sum = scope(&WORK, |arena| {
        arena.alloc_from_iter((0..2000_u64).map(|value| value * 7)).iter().sum::<u64>()
    });
    sum.to_string()
}

/// Latencies of `/work` in a round.
async fn work(addr: SocketAddr) -> Result<Vec<Duration>, Box<dyn std::error::Error + Send + Sync>> {
    let mut client = connect(addr).await?;
    let (began, mut latencies) = (Instant::now(), Vec::new());
    while began.elapsed() < ROUND {
        let asked = Instant::now();
        get(&mut client, "/work").await?;
        latencies.push(asked.elapsed());
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    Ok(latencies)
}

async fn connect(
    addr: SocketAddr,
) -> Result<SendRequest<Empty<Bytes>>, Box<dyn std::error::Error + Send + Sync>> {
    let (client, connection) = handshake(TokioIo::new(TcpStream::connect(addr).await?)).await?;
    tokio::spawn(connection);
    Ok(client)
}

/// The bytes of the answer.
async fn get(client: &mut SendRequest<Empty<Bytes>>, path: &str) -> Answer {
    client.ready().await?;
    let request = Request::get(path).header("host", "localhost").body(Empty::new())?;
    let mut body = client.send_request(request).await?.into_body();
    let mut bytes = 0;
    while let Some(frame) = body.frame().await {
        bytes += frame?.data_ref().map_or(0, |data| data.len() as u64);
    }
    Ok(bytes)
}

struct Latencies {
    sorted: Vec<Duration>,
}

impl Latencies {
    fn of(mut all: Vec<Duration>) -> Self {
        all.sort_unstable();
        Self { sorted: all }
    }
}

impl std::fmt::Display for Latencies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let of = |share: f64| {
            let place = (self.sorted.len() as f64 * share) as usize;
            self.sorted.get(place).copied().unwrap_or_default()
        };
        write!(f, "p50 {:?}, p99 {:?} of {}", of(0.5), of(0.99), self.sorted.len())
    }
}
