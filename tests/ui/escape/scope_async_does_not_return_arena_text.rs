use request_arena::{Site, scope_async};

static SITE: Site = Site::new("greet", module_path!(), file!(), line!());

async fn greet(name: &str) -> usize {
    let text = scope_async(&SITE, async |arena| arena.alloc_str(name)).await;
    text.len()
}

fn main() {
    drop(greet("you"));
}
