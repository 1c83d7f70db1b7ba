use request_arena::{Arena, request_arena};

async fn fetch() -> u32 {
    1
}

#[request_arena(send = true)]
async fn search(arena: Arena<'_>) -> u32 {
    *arena.alloc(fetch().await)
}

fn main() {
    drop(search());
}
