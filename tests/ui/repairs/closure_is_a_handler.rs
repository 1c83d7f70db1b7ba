use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use request_arena::{Arena, arena_handler};

fn main() {
    let shelf = String::from("shelf");
    let app: Router = Router::new()
        .route(
            "/words/{text}",
            get(arena_handler!(name = "words", limit = "1 MiB", |arena, Path(text): Path<String>| async move {
                let words = arena.alloc_from_iter(text.split(' '));
                format!("{} on the {shelf}", words.len())
            })),
        )
        .route(
            "/length/{text}",
            get(arena_handler!(async |arena: Arena<'_>, Path(text): Path<String>| {
                arena.alloc_str(&text).len().to_string()
            })),
        );
    drop(app);
}
