use request_arena::{Arena, request_arena};

#[request_arena(limit = "1 MiB", on_limit = std::process::exit(1))]
fn serve(arena: Arena<'_>) -> ! {
    loop {
        arena.alloc_str("again");
    }
}

fn main() {
    serve();
}
