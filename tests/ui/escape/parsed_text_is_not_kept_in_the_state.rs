use axum::extract::State;
use request_arena::extract::{JsonBody, Rejection};
use request_arena::{Arena, request_arena};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

type Cache = Arc<Mutex<HashMap<&'static str, usize>>>;

#[request_arena]
fn create(
    arena: Arena<'_>,
    State(cache): State<Cache>,
    #[json] name: &str,
) -> Result<usize, Rejection> {
    let mut cache = cache.lock().unwrap();
    Ok(*cache.entry(name).or_insert(arena.used()))
}

fn main() {
    drop(create(State(Cache::default()), JsonBody::new("1")));
}
