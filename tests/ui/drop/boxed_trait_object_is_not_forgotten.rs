use request_arena::{Arena, request_arena};

type Rule = Box<dyn Fn(u32) -> bool>;

#[request_arena]
fn check(arena: Arena<'_>) -> bool {
    let rules = arena.alloc_slice_fill_with(2, |_| -> Rule { Box::new(|n| n > 1) });
    rules.iter().all(|rule| rule(2))
}

fn main() {
    check();
}
