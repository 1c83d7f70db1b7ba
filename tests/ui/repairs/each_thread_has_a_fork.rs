use request_arena::{Arena, request_arena};

#[request_arena]
fn import(arena: Arena<'_>) {
    let fork = arena.fork();
    std::thread::scope(|threads| {
        threads.spawn(move || fork.alloc_str("there").len());
        arena.alloc_str("here");
    });
}

fn main() {
    import();
}
