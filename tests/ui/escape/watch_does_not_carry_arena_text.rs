use request_arena::{Arena, request_arena};
use tokio::sync::watch::Sender;

struct Status {
    text: &'static str,
}

#[request_arena]
async fn report(arena: Arena<'_>, status: &Sender<Status>, done: u32) {
    let text = request_arena::format!(in arena, "{done} done");
    status.send_replace(Status { text });
}

fn main() {
    drop(report(&tokio::sync::watch::channel(Status { text: "" }).0, 1));
}
