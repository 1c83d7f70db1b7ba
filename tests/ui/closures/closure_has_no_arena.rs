use request_arena::arena_handler;

fn main() {
    let double = arena_handler!(|x: u8| x * 2);
    println!("{}", double(1));
}
