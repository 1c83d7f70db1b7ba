use request_arena::{Arena, request_arena};
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

static COUNTS: LazyLock<Mutex<HashMap<&'static str, u64>>> = LazyLock::new(Default::default);

#[request_arena]
fn count(arena: Arena<'_>, path: &str) {
    let path = arena.alloc_str(path);
    *COUNTS.lock().unwrap().entry(path).or_default() += 1;
}

fn main() {
    count("/");
}
