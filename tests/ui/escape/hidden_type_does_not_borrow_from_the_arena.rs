use request_arena::{Arena, request_arena};
use std::fmt::Display;

#[request_arena]
fn title(arena: Arena<'_>, page: u32) -> impl Display {
    request_arena::format!(in arena, "page {page}")
}

fn main() {
    println!("{}", title(1));
}
