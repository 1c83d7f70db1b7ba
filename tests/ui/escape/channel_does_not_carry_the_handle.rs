use request_arena::{Arena, request_arena};
use std::sync::mpsc::Sender;

#[request_arena]
fn hand_over(arena: Arena<'_>, worker: &Sender<Arena<'static>>) {
    worker.send(arena).unwrap();
}

fn main() {
    hand_over(&std::sync::mpsc::channel().0);
}
