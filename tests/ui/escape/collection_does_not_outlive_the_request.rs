use request_arena::{Arena, collections::owned::HashMap, request_arena};
use tokio::sync::oneshot::Sender;

type Counts = HashMap<'static, u32, u32>;

#[request_arena]
async fn count(arena: Arena<'_>, reply: Sender<Counts>, numbers: Vec<u32>) {
    let mut counts = HashMap::new_in(arena.fork());
    for number in numbers {
        *counts.entry(number).or_default() += 1;
    }
    let _ = reply.send(counts);
}

fn main() {
    drop(count(tokio::sync::oneshot::channel().0, Vec::new()));
}
