use request_arena::{Arena, request_arena};

struct Names {
    first: String,
}

impl Names {
    #[request_arena]
    fn greeting(&self, arena: Arena<'_>) -> &str {
        request_arena::format!(in arena, "hello {}", self.first)
    }
}

fn main() {
    Names { first: String::new() }.greeting();
}
