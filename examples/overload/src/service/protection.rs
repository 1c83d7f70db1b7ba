//! What protects the service: nothing, or admission control around its handlers.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::{MethodRouter, get};
use request_arena::admission::{self, Admission, AdmissionLayer, Options, Priority};

use super::figures::Figures;
use super::handlers;

/// What admission control does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Mode {
    /// There is none.
    Off,
    /// It counts what it would refuse.
    Measure,
    /// It refuses.
    Enforce,
}

impl Mode {
    /// The value of the argument.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Measure => "measure",
            Self::Enforce => "enforce",
        }
    }
}

/// The routes of the API. Requests of each handler pass the gate, if there is one.
pub(super) fn routes(admission: Option<Admission>) -> Router {
    let gated = |name: &'static str, priority: Priority, route: MethodRouter| match admission {
        Some(admission) => {
            let layer: AdmissionLayer<Body, Body> = admission.layer(name);
            route.layer(layer.with_priority(move |_| priority).with_deadline(DEADLINE))
        }
        None => route,
    };
    // A small request does not wait behind large ones.
    Router::new()
        .route("/small/{number}", gated("small", Priority::High, get(handlers::small)))
        .route("/large/{number}", gated("large", Priority::Normal, get(handlers::large)))
}

/// How long a request waits before it is refused. Three times the load that fits does not wait for
/// the default of a second, and this program is to show refusals, too.
const DEADLINE: Duration = Duration::from_millis(100);

/// Starts the gate. The other options have their defaults.
pub(super) fn start(mode: Mode) -> anyhow::Result<Option<Admission>> {
    let mode = match mode {
        Mode::Off => return Ok(None),
        Mode::Measure => admission::Mode::Measure,
        Mode::Enforce => admission::Mode::Enforce,
    };
    Ok(Some(Admission::start(Options { mode, ..Options::default() })?))
}

/// The gate's figures.
pub(super) fn figures(admission: Admission) -> Figures {
    let snapshot = admission.snapshot();
    Figures {
        admitted: snapshot.admitted,
        waited: snapshot.waited.count(),
        refused: snapshot.refused.total(),
        would_have_waited: snapshot.would_have_waited,
        would_have_refused: snapshot.would_have_refused.total(),
        reserved_bytes: snapshot.reserved_bytes,
        budget_bytes: snapshot.budget_bytes.unwrap_or(0),
        base_bytes: snapshot.base_bytes.unwrap_or(0),
    }
}
