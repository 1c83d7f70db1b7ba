use request_arena::{Arena, request_arena};

struct App;

impl App {
    #[request_arena(limit = "much")]
    async fn search(&self, arena: Arena<'_>, query: String) -> Option<usize> {
        Some(arena.alloc_str(&query).len())
    }
}

async fn twice(app: &App) -> Option<usize> {
    Some(app.search(String::new()).await? + app.search(String::from("again")).await?)
}

fn spawn<F: Future + Send + 'static>(_: F) {}

fn main() {
    spawn(async { twice(&App).await });
}
