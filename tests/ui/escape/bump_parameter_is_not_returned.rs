use request_arena::{Bump, request_arena};

#[request_arena]
fn copy(bump: &Bump, text: &'static str) -> &'static str {
    bump.alloc_str(text)
}

fn main() {
    copy("text");
}
