use request_arena::{Arena, request_arena};

fn start(arena: &'static Arena<'static>) {
    arena.alloc_str("started");
}

#[request_arena]
fn serve(arena: Arena<'_>) {
    start(Box::leak(Box::new(arena)));
}

fn main() {
    serve();
}
