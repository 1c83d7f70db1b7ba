use axum::response::Response;
use request_arena::{Arena, request_arena};

#[request_arena(into = Response)]
async fn create(_arena: Arena<'_>, #[json] words: &[&str]) -> String {
    tokio::spawn(async move { println!("{words:?}") });
    words.len().to_string()
}

fn main() {
    drop(create(request_arena::extract::JsonBody::new("[]")));
}
