//! A service that has axum 0.7.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use request_arena::telemetry::{debug_page, prometheus};
use request_arena::{Arena, DeserializeIn, request_arena};
use serde::Serialize;

/// The answer of [`greet`].
#[derive(Serialize)]
struct Greeting<'a> {
    text: &'a str,
}

/// `GET /greet/:name`: the answer is serialised from the arena. `Path` makes it a handler of axum,
/// so its future is `Send`.
#[request_arena(into = Response)]
async fn greet(arena: Arena<'_>, Path(name): Path<String>) -> Json<Greeting<'_>> {
    tokio::task::yield_now().await;
    Json(Greeting { text: request_arena::format!(in arena, "Hello, {name}!") })
}

/// `GET /page`: a status, a header and text of the arena.
#[request_arena(into = Response)]
async fn page(arena: Arena<'_>, State(title): State<&'static str>) -> impl IntoResponse {
    (StatusCode::ACCEPTED, [("x-page", "1")], Html(arena.alloc_str(title)))
}

#[derive(DeserializeIn)]
struct Order<'a> {
    items: &'a [u32],
}

/// `POST /orders`: the body is parsed into the arena.
#[request_arena(
    into = Response,
    limit = "64 KiB",
    on_limit = StatusCode::PAYLOAD_TOO_LARGE.into_response(),
)]
async fn order(arena: Arena<'_>, #[json] order: Order<'_>) -> Result<String, StatusCode> {
    let _ = &arena;
    match order.items {
        [] => Err(StatusCode::UNPROCESSABLE_ENTITY),
        items => Ok(items.iter().sum::<u32>().to_string()),
    }
}

/// The service. The routes for operators are a service of tower, which axum 0.7 takes as well.
pub fn router() -> Router {
    let operators = debug_page::router::<()>().merge(prometheus::route());
    Router::new()
        .route("/greet/:name", get(greet))
        .route("/page", get(page))
        .route("/orders", post(order))
        .with_state("A page")
        .fallback_service(operators)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::{Method, Request};
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    use super::*;

    async fn send(method: Method, target: &str, body: &'static str) -> (u16, String, String) {
        let request = Request::builder().method(method).uri(target);
        let request = request.header("content-type", "application/json").body(Body::from(body));
        let response = router().oneshot(request.unwrap()).await.unwrap();
        let (head, body) = response.into_parts();
        let content_type = head.headers.get("content-type");
        let content_type = content_type.map_or("", |value| value.to_str().unwrap()).to_owned();
        let body = body.collect().await.unwrap().to_bytes();
        (head.status.as_u16(), content_type, String::from_utf8(body.into()).unwrap())
    }

    #[tokio::test]
    async fn handlers_answer_from_their_arena() {
        let (status, content_type, body) = send(Method::GET, "/greet/Ada", "").await;
        assert_eq!((status, &*content_type), (200, "application/json"));
        assert_eq!(body, r#"{"text":"Hello, Ada!"}"#);
        let (status, content_type, body) = send(Method::GET, "/page", "").await;
        assert_eq!((status, &*content_type), (202, "text/html; charset=utf-8"));
        assert_eq!(body, "A page");
        let used = request_arena::report().site("greet").unwrap().used;
        assert!(used.count() >= 1 && used.sum > 0, "{used:?}");
    }

    #[tokio::test]
    async fn bodies_are_parsed_into_the_arena_or_refused() {
        let order = async |body| {
            let (status, _, text) = send(Method::POST, "/orders", body).await;
            (status, text)
        };
        assert_eq!(order(r#"{"items":[1,2,3]}"#).await, (200, "6".to_owned()));
        assert_eq!(order(r#"{"items":[]}"#).await.0, 422);
        assert_eq!(order(r#"{"items":"#).await.0, 400);
        let (status, text) = order(r#"{"items":7}"#).await;
        assert_eq!(status, 422, "{text}");
    }

    #[tokio::test]
    async fn the_routes_for_operators_answer() {
        send(Method::GET, "/greet/Grace", "").await;
        let (status, _, metrics) = send(Method::GET, "/metrics", "").await;
        assert_eq!(status, 200);
        assert!(metrics.contains("request_arena_scopes_total{scope=\"greet\""), "{metrics}");
        let (status, content_type, page) = send(Method::GET, "/debug/arenas", "").await;
        assert_eq!((status, &*content_type), (200, "text/html; charset=utf-8"));
        assert!(page.contains(">greet<"), "{page}");
        assert_eq!(send(Method::GET, "/nowhere", "").await.0, 404);
    }
}
