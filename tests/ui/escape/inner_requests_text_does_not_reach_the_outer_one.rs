use request_arena::{Arena, Site, request_arena, scope};

static INNER: Site = Site::new("inner", module_path!(), file!(), line!());

struct Hit<'h> {
    title: &'h str,
}

#[request_arena]
fn outer(arena: Arena<'_>, title: &str) -> usize {
    let hit = arena.alloc(Hit { title: "" });
    scope(&INNER, |inner| hit.title = inner.alloc_str(title));
    hit.title.len()
}

fn main() {
    outer("t");
}
