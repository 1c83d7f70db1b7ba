use request_arena::{Arena, request_arena};
use std::cell::OnceCell;

struct Page {
    title: OnceCell<&'static str>,
}

impl Page {
    #[request_arena]
    async fn title(&self, arena: Arena<'_>, id: u32) -> usize {
        self.title.get_or_init(|| request_arena::format!(in arena, "page {id}")).len()
    }
}

fn main() {
    drop(Page { title: OnceCell::new() }.title(1));
}
