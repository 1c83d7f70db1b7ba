use request_arena::{Arena, request_arena};
use std::cell::RefCell;

thread_local! {
    static TRAIL: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

#[request_arena]
fn visit(arena: Arena<'_>, page: &str) -> usize {
    let page = arena.alloc_str(page);
    TRAIL.with_borrow_mut(|trail| trail.push(page));
    page.len()
}

fn main() {
    visit("/");
}
