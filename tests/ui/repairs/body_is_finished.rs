use request_arena::{Arena, request_arena};

struct App;

impl App {
    #[request_arena]
    async fn search(&self, arena: Arena<'_>, query: String) -> usize {
        let text = arena.alloc_str(&query);
        text.len()
    }
}

fn main() {
    drop(App.search(String::new()));
}
