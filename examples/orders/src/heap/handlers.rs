//! The handlers.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::list::{Filter, Page};
use super::order::Order;
use super::receipt::{Complaint, Receipt};
use crate::refusal::{NoSuchOrder, Refused};
use crate::shop::Shop;
use crate::store::StoredItem;

/// `POST /quotes`: what an order would come to.
pub async fn quote(State(shop): State<Shop>, Json(order): Json<Order>) -> Response {
    match Receipt::new(&order, &shop.prices) {
        Ok(receipt) => Json(receipt).into_response(),
        Err(complaints) => refuse(&complaints),
    }
}

/// `POST /orders`: the same, and the order is stored.
pub async fn create(State(shop): State<Shop>, Json(order): Json<Order>) -> Response {
    match Receipt::new(&order, &shop.prices) {
        Ok(mut receipt) => {
            let items = order
                .items
                .iter()
                .map(|item| StoredItem { sku: item.sku.as_str().into(), quantity: item.quantity });
            let customer = order.customer.name.as_str().into();
            receipt.number = Some(shop.store.add(customer, items.collect(), receipt.totals.total));
            (StatusCode::CREATED, Json(receipt)).into_response()
        }
        Err(complaints) => refuse(&complaints),
    }
}

/// `GET /orders/{number}`: a stored order.
pub async fn order(State(shop): State<Shop>, Path(number): Path<u64>) -> Response {
    match shop.store.read().order(number) {
        Some(order) => Json(order).into_response(),
        None => NoSuchOrder(number).into_response(),
    }
}

/// `GET /orders`: a page of the stored orders.
pub async fn list(State(shop): State<Shop>, Query(filter): Query<Filter>) -> Response {
    Json(Page::new(&filter, &shop.store.read())).into_response()
}

fn refuse(complaints: &[Complaint]) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, Json(Refused::new(complaints))).into_response()
}
