use request_arena::{Arena, request_arena};

struct Router {
    guards: Vec<Box<dyn Fn(&str) -> bool>>,
}

impl Router {
    #[request_arena]
    fn allow(&mut self, arena: Arena<'_>, prefix: &str) {
        let prefix = arena.alloc_str(prefix);
        self.guards.push(Box::new(move |path| path.starts_with(&*prefix)));
    }
}

fn main() {
    Router { guards: Vec::new() }.allow("/");
}
