use request_arena::{Arena, request_arena};

#[request_arena]
async fn render(arena: Arena<'_>, page: u32) -> (u16, &'static str) {
    let body = request_arena::format!(in arena, "page {page}");
    (200, body)
}

fn main() {
    drop(render(1));
}
