use axum::response::{Html, Response};
use request_arena::{Arena, request_arena};

#[request_arena(into = Response)]
async fn page<'a>(arena: Arena<'a>) -> Html<&'a str> {
    Html(arena.alloc_str("<h1>hello</h1>"))
}

fn main() {
    drop(page());
}
