use request_arena::{Arena, request_arena};

struct Worker<'w> {
    scratch: Option<Arena<'w>>,
}

impl Worker<'_> {
    #[request_arena]
    fn work(&mut self, arena: Arena<'_>) {
        std::mem::swap(&mut self.scratch, &mut Some(arena));
    }
}

fn main() {
    Worker { scratch: None }.work();
}
