use request_arena::{Arena, request_arena};

#[request_arena]
fn words(arena: Arena<'_>, text: String) -> Box<dyn Iterator<Item = String>> {
    let text = arena.alloc_str(&text);
    Box::new(text.split(' ').map(str::to_owned))
}

fn main() {
    words(String::from("a b")).count();
}
