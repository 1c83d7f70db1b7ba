use request_arena::{Arena, collections::owned::Vec, request_arena};

#[request_arena]
fn sum(arena: Arena<'_>) -> usize {
    let numbers = arena.alloc(Vec::<u32>::new_in(arena.fork()));
    numbers.push(1);
    numbers.len()
}

fn main() {
    sum();
}
