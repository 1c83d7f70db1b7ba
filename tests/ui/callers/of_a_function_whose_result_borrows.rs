use request_arena::{Arena, request_arena};

#[request_arena]
async fn search<'a>(arena: Arena<'a>, query: String) -> Option<&'a str> {
    Some(arena.alloc_str(&query))
}

async fn twice() -> usize {
    let first = search(String::new()).await.map_or(0, str::len);
    first + search(String::from("again")).await.map_or(0, str::len)
}

fn main() {
    drop(twice());
}
