use request_arena::arena_handler;

fn main() {
    let greet = arena_handler!(|arena, name: String| {
        let text = arena.alloc_str(&name);
        async move { text.len() }
    });
    drop(greet(String::new()));
}
