use request_arena::{Arena, Site, request_arena, scope};

static SITE: Site = Site::new("greet", module_path!(), file!(), line!());

#[request_arena]
fn search(arena: Arena<'_>, text: &str) -> usize {
    let mut kept = Vec::new();
    for line in text.lines() {
        arena.scope(|scratch| {
            let words = scratch.alloc_from_iter(line.split(' '));
            kept.push(arena.alloc_str(words[0]));
        });
    }
    kept.len()
}

#[request_arena]
async fn titles(mut arena: Arena<'_>, pages: u32) -> usize {
    let keep = arena.fork();
    let mut titles = Vec::new();
    for page in 0..pages {
        let length = arena.scope_async(async |scratch| scratch.alloc_str("long text").len()).await;
        titles.push(request_arena::format!(in keep, "page {page}: {length}"));
    }
    titles.len()
}

fn main() {
    search("a b");
    drop(titles(1));
    let owned: String = scope(&SITE, |arena| arena.alloc_str("hello").to_owned());
    println!("{owned}");
}
