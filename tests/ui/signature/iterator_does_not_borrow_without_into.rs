use request_arena::{Arena, request_arena};

#[request_arena]
fn words<'a>(arena: Arena<'a>, text: &str) -> impl Iterator<Item = &'a str> {
    arena.alloc_str(text).split(' ')
}

fn main() {
    println!("{}", words("a b").count());
}
