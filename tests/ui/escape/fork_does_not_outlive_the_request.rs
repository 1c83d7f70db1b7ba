use request_arena::{Arena, request_arena};

#[request_arena]
fn import(arena: Arena<'_>) {
    let fork = arena.fork();
    std::thread::spawn(move || fork.alloc_str("later").len());
}

fn main() {
    import();
}
