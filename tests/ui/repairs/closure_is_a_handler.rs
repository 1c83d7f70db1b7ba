use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use request_arena::{Arena, arena_handler};

fn app(shelf: String) -> Router {
    let words = arena_handler!(
        name = "words",
        limit = "1 MiB",
        |arena, Path(text): Path<String>| async move {
            let words = arena.alloc_from_iter(text.split(' '));
            format!("{} on the {shelf}", words.len())
        }
    );
    let length = arena_handler!(async |arena: Arena<'_>, Path(text): Path<String>| {
        arena.alloc_str(&text).len().to_string()
    });
    Router::new().route("/words/{text}", get(words)).route("/length/{text}", get(length))
}

fn main() {
    drop(app(String::from("shelf")));
}
