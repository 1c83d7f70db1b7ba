use axum::extract::{Path, State};
use request_arena::{Arena, request_arena};
use std::sync::{Arc, Mutex};

#[derive(Default)]
struct App {
    recent: Mutex<Vec<&'static str>>,
}

#[request_arena]
async fn search(
    arena: Arena<'_>,
    State(app): State<Arc<App>>,
    Path(query): Path<String>,
) -> String {
    let query = arena.alloc_str(&query);
    app.recent.lock().unwrap().push(query);
    query.to_owned()
}

fn main() {
    drop(search(State(Arc::default()), Path(String::new())));
}
