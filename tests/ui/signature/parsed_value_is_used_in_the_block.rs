use request_arena::extract::Rejection;
use request_arena::{Arena, request_arena};

#[request_arena]
fn create(_arena: Arena<'_>, #[json] name: &str) -> impl Future<Output = Result<usize, Rejection>> {
    let length = name.len();
    async move { Ok(length) }
}

fn main() {}
