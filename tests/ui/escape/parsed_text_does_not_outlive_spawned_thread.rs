use request_arena::extract::{JsonBody, Rejection};
use request_arena::{Arena, request_arena};

#[request_arena]
fn create(arena: Arena<'_>, #[json] name: &str) -> Result<usize, Rejection> {
    std::thread::spawn(move || println!("{name}"));
    Ok(arena.used())
}

fn main() {
    drop(create(JsonBody::new("1")));
}
