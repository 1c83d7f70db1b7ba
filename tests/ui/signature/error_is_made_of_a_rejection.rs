use request_arena::{Arena, request_arena};

struct Failed;

#[request_arena]
fn create(_arena: Arena<'_>, #[json] name: &str) -> Result<usize, Failed> {
    Ok(name.len())
}

fn main() {
    drop(create(request_arena::extract::JsonBody::new("1")));
}
