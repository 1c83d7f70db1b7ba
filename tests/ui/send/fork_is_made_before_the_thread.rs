use request_arena::{Arena, request_arena};

#[request_arena]
fn import(arena: Arena<'_>) {
    std::thread::scope(|threads| {
        threads.spawn(|| arena.fork().alloc_str("later").len());
    });
}

fn main() {
    import();
}
