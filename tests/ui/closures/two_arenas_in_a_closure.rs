use request_arena::{Arena, arena_handler};

fn main() {
    let count =
        arena_handler!(|arena: Arena<'_>, other: Arena<'_>| arena.alloc(1) == other.alloc(1));
    println!("{}", count());
}
