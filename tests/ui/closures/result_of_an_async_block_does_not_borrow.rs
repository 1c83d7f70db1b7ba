use request_arena::arena_handler;

fn main() {
    let greet = arena_handler!(|arena, name: String| async move { &*arena.alloc_str(&name) });
    drop(greet(String::new()));
}
