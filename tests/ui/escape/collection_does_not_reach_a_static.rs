use request_arena::{Arena, collections::Vec, request_arena};
use std::cell::RefCell;

thread_local! {
    static SCRATCH: RefCell<Option<Vec<'static, u32>>> = const { RefCell::new(None) };
}

#[request_arena]
fn sum(arena: Arena<'_>, numbers: &[u32]) -> u32 {
    let mut copy = Vec::new_in(&arena);
    copy.extend_from_slice(numbers);
    let sum = copy.iter().sum();
    SCRATCH.set(Some(copy));
    sum
}

fn main() {
    sum(&[1]);
}
