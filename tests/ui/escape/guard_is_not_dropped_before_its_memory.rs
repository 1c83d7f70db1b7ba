use request_arena::{RequestScope, Site};

static SITE: Site = Site::new("by hand", module_path!(), file!(), line!());

fn main() {
    let mut request = RequestScope::enter(&SITE);
    let arena = request.arena();
    let text = arena.alloc_str("hello");
    drop(request);
    println!("{text}");
}
