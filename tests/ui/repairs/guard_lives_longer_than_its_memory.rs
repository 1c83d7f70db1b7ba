use request_arena::{Arena, RequestScope, Site};

static SITE: Site = Site::new("by hand", module_path!(), file!(), line!());

fn work<'a>(arena: &Arena<'a>, line: &str) -> &'a str {
    arena.alloc_str(line)
}

fn by_hand() {
    let mut request = RequestScope::enter(&SITE);
    let arena = request.arena();
    let second = arena.fork();
    println!("{} {}", work(&arena, "a"), work(&second, "b"));
    drop(request);
}

fn main() {
    by_hand();
}
