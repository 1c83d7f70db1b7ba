use request_arena::{Arena, request_arena};
use tokio::sync::mpsc::Sender;

#[request_arena]
async fn log(arena: Arena<'_>, lines: Sender<&'static str>, query: String) {
    let line = request_arena::format!(in arena, "searched {query}");
    let _ = lines.send(line).await;
}

fn main() {
    drop(log(tokio::sync::mpsc::channel(1).0, String::new()));
}
