use request_arena::{Arena, request_arena};

#[request_arena]
fn search<'h>(arena: Arena<'_>, query: &str, mut on_hit: impl FnMut(&'h str)) {
    for word in query.split(' ') {
        on_hit(arena.alloc_str(word));
    }
}

fn main() {
    let mut hits = Vec::new();
    search("q", |hit| hits.push(hit));
}
