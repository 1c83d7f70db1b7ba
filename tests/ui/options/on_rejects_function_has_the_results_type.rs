use request_arena::extract::Rejection;
use request_arena::{Arena, request_arena};

fn explain(rejection: Rejection) -> String {
    rejection.to_string()
}

#[request_arena(on_reject = explain)]
fn create(_arena: Arena<'_>, #[json] name: &str) -> usize {
    name.len()
}

fn main() {
    create(request_arena::extract::JsonBody::new("1"));
}
