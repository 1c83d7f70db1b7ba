use request_arena::{Arena, request_arena};
use tokio::task::JoinSet;

#[request_arena]
async fn fetch_all(arena: Arena<'_>, urls: String) -> usize {
    let mut tasks = JoinSet::new();
    for url in urls.split(' ') {
        let url = arena.alloc_str(url);
        tasks.spawn(async move { url.len() });
    }
    tasks.join_all().await.len()
}

fn main() {
    drop(fetch_all(String::new()));
}
