use request_arena::{Arena, request_arena};

#[request_arena]
fn import(arena: Arena<'_>) {
    let fork = arena.fork();
    std::thread::scope(|threads| {
        threads.spawn(|| fork.alloc_str("one").len());
        threads.spawn(|| fork.alloc_str("two").len());
    });
}

fn main() {
    import();
}
