use request_arena::{Arena, collections::owned::Vec, request_arena};

#[request_arena]
fn sum(arena: Arena<'_>, numbers: &[u32]) -> u32 {
    let mut copy = Vec::new_in(&arena);
    copy.extend_from_slice(numbers);
    total(copy)
}

fn total(numbers: Vec<'_, u32>) -> u32 {
    numbers.iter().sum()
}

fn main() {
    sum(&[1]);
}
