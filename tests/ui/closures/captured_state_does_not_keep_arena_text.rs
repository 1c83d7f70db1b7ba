use request_arena::arena_handler;

fn main() {
    let mut seen = Vec::new();
    let mut note = arena_handler!(|arena, text: &str| seen.push(&*arena.alloc_str(text)));
    note("text");
    println!("{seen:?}");
}
