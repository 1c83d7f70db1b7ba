//! The heap twin: the service as one writes it on axum, with `String`, `Vec` and serde's derives.
//!
//! It has the answers of [`arena`](crate::arena), byte for byte. Prices, rules, totals and the
//! store are shared. Receipts borrow from their order wherever they can, and nothing is copied only
//! because an arena would need the copy.

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
