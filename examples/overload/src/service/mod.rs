//! The service: an API on axum with its allocator, its log and its metrics, as any other. Its
//! arguments say whether admission control protects it, and what else goes on in the process.

mod figures;
mod file;
mod handlers;
mod leak;
mod protection;

use std::io::{self, Read, Write, stdin, stdout};
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::serve::ListenerExt;
use axum::{Router, http::header::CONTENT_TYPE};
use request_arena::admission::Admission;
use request_arena::doctor::{Doctor, Options};
use request_arena::telemetry::prometheus;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task;

pub(crate) use self::figures::Figures;
pub(crate) use self::protection::Mode;
use self::{file::BigFile, leak::Leak};

/// The doctor takes readings more often than in a service that lives for days, and what lasts for a
/// second counts.
const INTERVAL: Duration = Duration::from_millis(100);
const SETTLE: Duration = Duration::from_secs(1);

/// The arguments of the service.
#[derive(Debug, clap::Args)]
pub(crate) struct Serve {
    /// What admission control does
    #[arg(long, value_enum, default_value_t = Mode::Off)]
    pub(crate) mode: Mode,
    #[command(flatten)]
    leak: Leak,
    #[command(flatten)]
    file: BigFile,
}

/// Runs the service. It writes its address to the standard output, and ends with its standard
/// input.
pub(crate) fn serve(serve: Serve) -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_writer(io::stderr).with_ansi(false).init();
    let doctor = Arc::new(Doctor::start(Options {
        interval: INTERVAL,
        settle: SETTLE,
        watch: None,
        ..Options::default()
    }));
    serve.file.start()?;
    let admission = protection::start(serve.mode)?;
    let router = protection::routes(admission).merge(operators(doctor, admission));
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        writeln!(stdout(), "{}", listener.local_addr()?)?;
        let listener = listener.tap_io(|socket| {
            // An answer is one write, so a delay gains nothing.
            let _ = socket.set_nodelay(true);
        });
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped = async { stopped.await.unwrap_or(()) };
        let served = tokio::spawn(async move {
            axum::serve(listener, router).with_graceful_shutdown(stopped).await
        });
        serve.leak.start()?;
        task::block_in_place(|| stdin().read_to_end(&mut Vec::new()))?;
        drop(stop);
        Ok(served.await??)
    })
}

/// Routes that need no admission.
fn operators(doctor: Arc<Doctor>, admission: Option<Admission>) -> Router {
    let figures = move || async move { axum::Json(admission.map(protection::figures)) };
    Router::new()
        .route("/health", get(handlers::health))
        .route("/admission", get(figures))
        .route("/doctor", get(move || examine(Arc::clone(&doctor))))
        .merge(prometheus::route())
}

/// `GET /doctor`: the diagnosis, as JSON.
async fn examine(doctor: Arc<Doctor>) -> Response {
    let examined = task::spawn_blocking(move || {
        // It reads the program's symbols, which takes as much memory as the reserve has, and which
        // no request has reserved.
        request_arena::admission::relieve();
        serde_json::to_vec(&doctor.diagnose()).context("the diagnosis is no JSON")
    });
    match examined.await {
        Ok(Ok(json)) => ([(CONTENT_TYPE, "application/json")], json).into_response(),
        Ok(Err(error)) => failed(&error),
        Err(error) => failed(&error.into()),
    }
}

fn failed(error: &anyhow::Error) -> Response {
    (axum::http::StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}")).into_response()
}
