use request_arena::{Arena, request_arena};
use std::sync::mpsc::{Receiver, channel};

#[request_arena]
fn words(arena: Arena<'_>, text: &str) -> Receiver<&'static str> {
    let (sender, receiver) = channel();
    for word in text.split(' ') {
        sender.send(&*arena.alloc_str(word)).unwrap();
    }
    receiver
}

fn main() {
    words("a b");
}
