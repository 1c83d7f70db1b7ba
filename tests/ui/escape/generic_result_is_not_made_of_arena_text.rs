use request_arena::{Arena, request_arena};

#[request_arena]
fn pick<'t>(arena: Arena<'_>, text: &'t str, longest: fn(&'t str, &'t str) -> &'t str) -> &'t str {
    let upper: &str = arena.alloc_str(text);
    longest(text, upper)
}

fn main() {
    pick("a", |a, _| a);
}
