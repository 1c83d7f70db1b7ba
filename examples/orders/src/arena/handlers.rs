//! The handlers. A body is parsed into the arena when its handler begins, and an answer is
//! serialised before the arena is freed.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use request_arena::{Arena, request_arena};

use super::found::Found;
use super::list::{Filter, Page};
use super::order::Order;
use super::receipt::{Complaint, Receipt};
use crate::refusal::{NoSuchOrder, Refused};
use crate::shop::Shop;
use crate::store::StoredItem;

/// The answer to an order that violates rules.
type Refusal<'a> = (StatusCode, Json<Refused<'a, Complaint<'a>>>);

fn refuse<'a>(complaints: &'a [Complaint<'a>]) -> Refusal<'a> {
    (StatusCode::UNPROCESSABLE_ENTITY, Json(Refused::new(complaints)))
}

/// `POST /quotes`: what an order would come to.
#[request_arena(into = Response, limit = "16 MiB")]
pub async fn quote<'a>(
    arena: Arena<'a>,
    State(shop): State<Shop>,
    #[json] order: Order<'a>,
) -> Result<Json<Receipt<'a>>, Refusal<'a>> {
    Receipt::new(&arena, &order, &shop.prices).map(Json).map_err(refuse)
}

/// `POST /orders`: the same, and the order is stored. The store's copy outlives the arena.
#[request_arena(into = Response, limit = "16 MiB")]
pub async fn create<'a>(
    arena: Arena<'a>,
    State(shop): State<Shop>,
    #[json] order: Order<'a>,
) -> Result<(StatusCode, Json<Receipt<'a>>), Refusal<'a>> {
    let mut receipt = Receipt::new(&arena, &order, &shop.prices).map_err(refuse)?;
    let items =
        order.items.iter().map(|item| StoredItem { sku: item.sku.into(), quantity: item.quantity });
    let number = shop.store.add(order.customer.name.into(), items.collect(), receipt.totals.total);
    receipt.number = Some(number);
    Ok((StatusCode::CREATED, Json(receipt)))
}

/// `GET /orders/{number}`: a stored order.
#[request_arena(into = Response, limit = "1 MiB")]
pub async fn order<'a>(
    arena: Arena<'a>,
    State(shop): State<Shop>,
    Path(number): Path<u64>,
) -> Result<Json<Found<'a>>, NoSuchOrder> {
    let store = shop.store.read();
    let order = store.order(number).ok_or(NoSuchOrder(number))?;
    Ok(Json(Found::copy(&arena, order)))
}

/// `GET /orders`: a page of the stored orders.
#[request_arena(into = Response, limit = "1 MiB")]
pub async fn list<'a>(
    arena: Arena<'a>,
    State(shop): State<Shop>,
    #[query] filter: Filter<'a>,
) -> Json<Page<'a>> {
    Json(Page::new(&arena, &filter, &shop.store))
}
