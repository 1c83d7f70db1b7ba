use request_arena::{Arena, request_arena};

trait Search {
    async fn search(&self) -> u32;
    fn is_empty(&self) -> bool;
}

struct Index;

async fn fetch() -> u32 {
    1
}

#[request_arena(send = true)]
impl Search for Index {
    async fn search(&self, arena: Arena<'_>) -> u32 {
        *arena.alloc(fetch().await)
    }

    fn is_empty(&self, arena: Arena<'_>) -> bool {
        *arena.alloc(true)
    }
}

fn main() {
    drop(Index.search());
    Index.is_empty();
}
