//! The service: an API on axum with its allocator, its log and its metrics, as any other. Its
//! arguments say whether admission control protects it, and what else goes on in the process.

mod figures;
mod file;
mod handlers;
mod leak;
mod protection;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Router, http::header::CONTENT_TYPE};
use loopback::{Server, until_parent_stops};
use request_arena::admission::Admission;
use request_arena::doctor::{Doctor, Options};
use request_arena::telemetry::prometheus;
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
        let server = Server::start(0, router).await?;
        serve.leak.start()?;
        until_parent_stops(server.addr())?;
        Ok(server.stop().await?)
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
