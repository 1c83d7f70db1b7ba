use request_arena::{Bump, request_arena};

#[request_arena]
fn search(bump: &mut Bump, query: &str) -> usize {
    bump.reset();
    bump.alloc_str(query).len()
}

fn main() {
    search("q");
}
