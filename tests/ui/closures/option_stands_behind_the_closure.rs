use request_arena::arena_handler;

fn main() {
    let double = arena_handler!(|arena, x: u8| *arena.alloc(x) * 2, limit = "1 MiB");
    println!("{}", double(1));
}
