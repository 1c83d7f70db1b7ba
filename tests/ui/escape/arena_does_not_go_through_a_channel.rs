use request_arena::{Arena, request_arena};
use std::sync::mpsc::Sender;

#[request_arena]
fn search(arena: Arena<'_>, log: &Sender<&'static str>, query: &str) -> usize {
    let line = request_arena::format!(in arena, "searched {query}");
    log.send(line).unwrap();
    query.len()
}

fn main() {
    let (log, _lines) = std::sync::mpsc::channel();
    search(&log, "q");
}
