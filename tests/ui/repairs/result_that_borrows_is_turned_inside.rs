use axum::{Json, response::Response};
use request_arena::{Arena, request_arena};

#[derive(serde::Serialize)]
struct Hits<'a> {
    first: &'a str,
}

#[request_arena(into = Response)]
async fn search<'a>(arena: Arena<'a>, query: String) -> Json<Hits<'a>> {
    Json(Hits { first: arena.alloc_str(&query) })
}

#[request_arena(into = Response)]
async fn page(arena: Arena<'_>, name: String) -> axum::response::Html<String> {
    let html = request_arena::format!(in arena, "<h1>{name}</h1>");
    axum::response::Html(html.to_owned())
}

fn main() {
    drop((search(String::new()), page(String::new())));
}
