use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use request_arena::extract::{JsonBody, QueryString, Rejection};
use request_arena::{Arena, DeserializeIn, request_arena};
use std::sync::mpsc::Sender;

#[derive(DeserializeIn)]
struct Order<'a> {
    customer: &'a str,
    items: &'a [&'a str],
}

// With a web framework.
#[request_arena(into = Response)]
async fn create<'a>(
    arena: Arena<'a>,
    #[json] order: Order<'a>,
    State(log): State<Sender<String>>,
) -> &'a str {
    log.send(order.customer.to_owned()).ok();
    arena.alloc_join(order.items, ", ")
}

fn explain(rejection: Rejection) -> Response {
    (StatusCode::BAD_REQUEST, format!("send an order: {rejection}")).into_response()
}

// With an answer of its own.
#[request_arena(into = Response, on_reject = explain)]
async fn count(_arena: Arena<'_>, #[json] order: Order<'_>) -> String {
    order.items.len().to_string()
}

// Without a framework.
#[request_arena]
fn page(_arena: Arena<'_>, #[query] pair: (&str, u32)) -> Result<u32, Rejection> {
    Ok(pair.1)
}

fn main() {
    let (log, _lines) = std::sync::mpsc::channel();
    drop(create(State(log), JsonBody::new("{}")));
    drop(count(JsonBody::new("{}")));
    drop(page(QueryString::new("")));
}
