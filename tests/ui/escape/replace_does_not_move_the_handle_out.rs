use request_arena::{Arena, request_arena};

#[request_arena]
fn work(arena: Arena<'_>, spare: &mut Option<Arena<'static>>) -> usize {
    let before = spare.replace(arena);
    before.map_or(0, |arena| arena.used())
}

fn main() {
    work(&mut None);
}
