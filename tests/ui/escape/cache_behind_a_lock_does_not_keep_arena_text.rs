use request_arena::{Arena, request_arena};
use std::collections::HashMap;
use std::sync::RwLock;

struct App {
    cache: RwLock<HashMap<u64, &'static str>>,
}

impl App {
    #[request_arena]
    fn title(&self, arena: Arena<'_>, id: u64) -> usize {
        let title = request_arena::format!(in arena, "page {id}");
        self.cache.write().unwrap().insert(id, title);
        title.len()
    }
}

fn main() {
    App { cache: RwLock::default() }.title(1);
}
