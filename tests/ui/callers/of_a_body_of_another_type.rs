use request_arena::{Arena, request_arena};

struct App;

impl App {
    #[request_arena]
    async fn search(&self, arena: Arena<'_>, query: String) -> usize {
        arena.alloc_str(&query)
    }
}

async fn twice(app: &App) -> usize {
    app.search(String::new()).await + app.search(String::from("again")).await
}

fn main() {
    drop(twice(&App));
}
