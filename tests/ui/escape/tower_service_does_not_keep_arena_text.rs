use request_arena::{Arena, request_arena};

trait Service<Request> {
    fn call(&mut self, request: Request) -> usize;
}

struct Dedupe {
    last: &'static str,
}

impl Dedupe {
    #[request_arena]
    fn decide(&mut self, arena: Arena<'_>, path: &str) -> usize {
        self.last = request_arena::format!(in arena, "{path}/");
        self.last.len()
    }
}

impl Service<String> for Dedupe {
    fn call(&mut self, path: String) -> usize {
        self.decide(&path)
    }
}

fn main() {
    Dedupe { last: "" }.call(String::new());
}
