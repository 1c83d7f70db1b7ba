//! The service in request arenas: a request's body is parsed into its arena, the work is done
//! there, and the answer borrows from it.

pub mod found;
pub mod handlers;
pub mod list;
pub mod order;
pub mod receipt;

use axum::Router;
use axum::routing::{get, post};

use crate::shop::Shop;

/// The routes.
pub fn router(shop: Shop) -> Router {
    Router::new()
        .route("/quotes", post(handlers::quote))
        .route("/orders", post(handlers::create).get(handlers::list))
        .route("/orders/{number}", get(handlers::order))
        .with_state(shop)
}
