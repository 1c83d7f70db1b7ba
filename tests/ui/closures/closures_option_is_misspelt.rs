use request_arena::arena_handler;

fn main() {
    let double = arena_handler!(limt = "1 MiB", |arena, x: u8| *arena.alloc(x) * 2);
    println!("{}", double(1));
}
