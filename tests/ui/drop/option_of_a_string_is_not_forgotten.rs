use request_arena::{Arena, request_arena};

#[request_arena]
async fn greet(arena: Arena<'_>, name: Option<String>) -> bool {
    arena.alloc(name).is_some()
}

fn main() {
    futures::executor::block_on(greet(None));
}
