use request_arena::{RequestScope, Site};

static SITE: Site = Site::new("by hand", module_path!(), file!(), line!());

fn main() {
    let mut request = RequestScope::enter(&SITE);
    let arena = request.arena();
    let second = request.arena();
    arena.alloc_str("one");
    second.alloc_str("two");
}
