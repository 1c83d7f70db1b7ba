use request_arena::{Arena, request_arena};
use tokio::sync::broadcast::Sender;

#[request_arena]
async fn publish(arena: Arena<'_>, events: &Sender<&'static [u32]>, ids: &[u32]) {
    let ids: &[u32] = arena.alloc_slice_copy(ids);
    let _ = events.send(ids);
}

fn main() {
    drop(publish(&tokio::sync::broadcast::channel(1).0, &[1]));
}
