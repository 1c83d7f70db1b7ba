use request_arena::{Arena, request_arena};

#[request_arena]
fn search<'a, T>(arena: Arena<'a>, query: T) -> usize
where
    T: AsRef<str> + 'a,
{
    arena.alloc_str(query.as_ref()).len()
}

fn main() {
    search("q");
}
