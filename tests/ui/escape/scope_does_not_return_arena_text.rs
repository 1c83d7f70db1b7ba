use request_arena::{Site, scope};

static SITE: Site = Site::new("greet", module_path!(), file!(), line!());

fn main() {
    let text = scope(&SITE, |arena| arena.alloc_str("hello"));
    println!("{text}");
}
