use request_arena::{Arena, request_arena};
use std::sync::{Arc, Mutex};

// The shape of `actix_web::web::Data`.
struct Data<T>(Arc<T>);

struct App {
    last: Mutex<&'static str>,
}

#[request_arena]
async fn search(app: Data<App>, arena: Arena<'_>, query: String) -> usize {
    let query = arena.alloc_str(&query);
    *app.0.last.lock().unwrap() = query;
    query.len()
}

fn main() {
    drop(search(Data(Arc::new(App { last: Mutex::new("") })), String::new()));
}
