use axum::extract::Request;
use request_arena::{Arena, request_arena};

#[derive(Clone)]
struct User<'u>(&'u str);

#[request_arena]
fn authenticate(arena: Arena<'_>, request: &mut Request, name: &str) {
    let name = arena.alloc_str(name);
    request.extensions_mut().insert(User(name));
}

fn main() {
    authenticate(&mut Request::default(), "root");
}
