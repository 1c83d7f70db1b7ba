use request_arena::{Arena, request_arena};

const INITIAL: usize = 16 << 10;

#[request_arena(
    name = "find",
    limit = "1 MiB",
    soft_limit = "256 KiB",
    initial = INITIAL,
    into = String
)]
fn search<'a>(arena: Arena<'a>, query: &str) -> &'a str {
    request_arena::format!(in arena, "{}!", query)
}

fn main() {
    search("q");
}
