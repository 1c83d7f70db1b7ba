use request_arena::{Arena, arena_handler};

fn main() {
    let greet = arena_handler!(async |arena: Arena<'_>, name: String| &*arena.alloc_str(&name));
    drop(greet(String::new()));
}
