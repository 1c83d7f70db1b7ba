use axum::extract::{Path, State};
use axum::{Json, Router, routing::get, routing::post};
use request_arena::{Arena, arena_handler, collections::owned, request_arena};

#[derive(Clone)]
struct App;

async fn fetch(id: u32) -> String {
    id.to_string()
}

async fn load<'a>(arena: &mut Arena<'a>, id: u32) -> &'a str {
    tokio::task::yield_now().await;
    request_arena::format!(in arena, "item {id}")
}

#[request_arena]
async fn user(arena: Arena<'_>, Path(id): Path<u32>) -> String {
    let name = fetch(id).await;
    arena.alloc_str(&name).to_owned()
}

#[request_arena]
async fn hits(arena: Arena<'_>, State(_app): State<App>) -> String {
    let mut hits = owned::Vec::new_in(arena.fork());
    hits.push(fetch(1).await);
    hits.join(" ")
}

#[request_arena]
async fn item(mut arena: Arena<'_>, Json(id): Json<u32>) -> String {
    load(&mut arena, id).await.to_owned()
}

#[request_arena]
async fn items(mut arena: Arena<'_>, query: axum::extract::RawQuery) -> String {
    let mut fork = arena.fork();
    let (first, second) = tokio::join!(load(&mut arena, 1), load(&mut fork, 2));
    format!("{first} {second} {:?}", query.0)
}

fn main() {
    let closure = arena_handler!(|arena, Path(id): Path<u32>| async move {
        let name = fetch(id).await;
        arena.alloc_str(&name).to_owned()
    });
    let _: Router = Router::new()
        .route("/user/{id}", get(user))
        .route("/closure/{id}", get(closure))
        .route("/hits", get(hits))
        .route("/item", post(item))
        .route("/items", get(items))
        .with_state(App);
}
