use request_arena::extract::{JsonBody, Rejection};
use request_arena::{Arena, request_arena};
use std::sync::Arc;

#[request_arena]
async fn store(arena: Arena<'_>, #[json] names: &[&str]) -> Result<Arc<[&'static str]>, Rejection> {
    tokio::task::yield_now().await;
    assert_eq!(arena.used(), 0);
    Ok(Arc::from(names))
}

fn main() {
    drop(store(JsonBody::new("[]")));
}
