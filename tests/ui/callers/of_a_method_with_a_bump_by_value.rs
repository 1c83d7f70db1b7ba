use request_arena::{Bump, request_arena};

struct App {
    limit: usize,
}

impl App {
    #[request_arena]
    fn search(&mut self, bump: Bump, query: &str) -> usize {
        bump.alloc_str(query).len().min(self.limit)
    }
}

fn main() {
    let mut app = App { limit: 8 };
    println!("{}", app.search("q") + app.search("again"));
}
