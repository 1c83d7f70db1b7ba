use request_arena::{Arena, request_arena};

#[request_arena(into = String)]
fn serve(arena: Arena<'_>) -> ! {
    panic!("{}", arena.alloc_str("never"))
}

fn main() {
    println!("{}", serve());
}
