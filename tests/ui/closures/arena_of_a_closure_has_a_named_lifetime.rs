use request_arena::{Arena, arena_handler};

fn count<'a>(text: &'a str) -> usize {
    arena_handler!(|arena: Arena<'a>| arena.alloc_str(text).len())()
}

fn main() {
    println!("{}", count("text"));
}
