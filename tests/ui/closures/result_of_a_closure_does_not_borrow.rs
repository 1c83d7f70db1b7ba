use request_arena::arena_handler;

fn main() {
    let greet = arena_handler!(|arena, name: &str| &*arena.alloc_str(name));
    println!("{}", greet("you"));
}
