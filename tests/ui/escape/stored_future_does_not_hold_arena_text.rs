use request_arena::{Arena, request_arena};
use std::pin::Pin;

type Job = Pin<Box<dyn Future<Output = ()> + Send>>;

#[request_arena]
fn enqueue(arena: Arena<'_>, jobs: &mut Vec<Job>, text: &str) {
    let text = arena.alloc_str(text);
    jobs.push(Box::pin(async move { println!("{text}") }));
}

fn main() {
    enqueue(&mut Vec::new(), "later");
}
