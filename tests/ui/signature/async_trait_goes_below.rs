use request_arena::{Arena, request_arena};

#[async_trait::async_trait]
trait Search {
    async fn search(&self, query: &str) -> usize;
}

struct Service;

#[async_trait::async_trait]
impl Search for Service {
    #[request_arena]
    async fn search(&self, arena: Arena<'_>, query: &str) -> usize {
        arena.alloc_str(query).len()
    }
}

fn main() {
    drop(Service.search("q"));
}
