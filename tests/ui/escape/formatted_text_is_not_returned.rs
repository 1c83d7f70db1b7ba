use request_arena::{Arena, request_arena};

#[request_arena]
fn title(arena: Arena<'_>, page: u32) -> &'static str {
    request_arena::format!(in arena, "page {page}")
}

fn main() {
    title(1);
}
