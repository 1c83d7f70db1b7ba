use request_arena::{Arena, request_arena};
use tokio::sync::oneshot::Sender;

#[request_arena]
async fn answer(arena: Arena<'_>, reply: Sender<&'static str>, question: String) {
    let answer = request_arena::format!(in arena, "{question}? yes");
    let _ = reply.send(answer);
}

fn main() {
    drop(answer(tokio::sync::oneshot::channel().0, String::new()));
}
