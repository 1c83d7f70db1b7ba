use axum::extract::State;
use axum::response::Response;
use request_arena::extract::JsonBody;
use request_arena::{Arena, request_arena};
use std::sync::mpsc::Sender;

#[request_arena(into = Response)]
async fn create(
    _arena: Arena<'_>,
    State(log): State<Sender<&'static str>>,
    #[json] name: &str,
) -> String {
    drop(log.send(name));
    name.to_owned()
}

fn main() {
    let (log, _lines) = std::sync::mpsc::channel();
    drop(create(State(log), JsonBody::new("1")));
}
