use request_arena::{Arena, request_arena};

#[request_arena]
async fn search<'a, 'q>(arena: Arena<'a>, query: &'q str) -> usize
where
    'a: 'q,
{
    arena.alloc_str(query).len()
}

fn main() {
    drop(search("search"));
}
