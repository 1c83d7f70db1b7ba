use request_arena::{Site, scope};

static SITE: Site = Site::new("greet", module_path!(), file!(), line!());

fn main() {
    let arena = scope(&SITE, |arena| arena);
    println!("{}", arena.alloc_str("hello"));
}
