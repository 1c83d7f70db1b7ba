//! HTTP: the routes, and a JSON error for every failure.

pub mod arenas;
pub mod body;
pub mod documents;
pub mod error;
pub mod facets;
pub mod home;
pub mod json;
pub mod params;
pub mod search;

use std::{any::Any, sync::Arc};

use axum::{
    Router,
    http::{Method, Uri},
    response::{IntoResponse, Response},
    routing::get,
};
use request_arena::telemetry::{debug_page, prometheus};
use tower_http::catch_panic::CatchPanicLayer;

use self::error::ApiError;
use crate::store::Store;

/// The state that the handlers share.
pub type App = Arc<Store>;

/// All routes of the service.
pub fn router(app: App) -> Router {
    Router::new()
        .route("/", get(home::home))
        .route("/search", get(search::search))
        .route("/facets", get(facets::facets))
        .route("/documents", axum::routing::post(documents::post_documents))
        .route("/documents/{id}", get(documents::get_document))
        .route("/arenas", get(arenas::arenas))
        // For operators only. It can be here as the server listens on this machine only.
        .merge(prometheus::route())
        .merge(debug_page::router())
        .merge(heap_profile())
        .fallback(no_such_path)
        .method_not_allowed_fallback(wrong_method)
        .layer(CatchPanicLayer::custom(panicked))
        .with_state(app)
}

/// The heap profile. Whoever reaches the server may turn jemalloc's sampling on, as it listens on
/// this machine only.
#[cfg(feature = "heap-profile")]
fn heap_profile() -> Router<App> {
    use request_arena::telemetry::pprof;

    pprof::router().merge(pprof::activation(|_| true))
}

/// Without the feature there is none.
#[cfg(not(feature = "heap-profile"))]
fn heap_profile() -> Router<App> {
    Router::new()
}

async fn no_such_path(uri: Uri) -> ApiError {
    ApiError::not_found("no_such_path", format!("there is no path {}", uri.path()))
        .hint("GET / has a link to each path")
}

async fn wrong_method(method: Method, uri: Uri) -> ApiError {
    ApiError::wrong_method(format!("{method} is not possible at {}", uri.path()))
}

/// Answers after a panic, which is a mistake in this program or an arena at its limit. The
/// connection stays open.
fn panicked(_: Box<dyn Any + Send>) -> Response {
    ApiError::internal("the server failed to answer the request").into_response()
}
