use request_arena::arena_handler;

fn main() {
    let print = arena_handler!(async { 1 });
    drop(print);
}
