use request_arena::{Arena, request_arena};

struct Timer(u32);

impl Drop for Timer {
    fn drop(&mut self) {
        println!("{} ms", self.0);
    }
}

#[request_arena]
fn search(arena: Arena<'_>) -> u32 {
    arena.alloc_with(|| Timer(1)).0
}

fn main() {
    search();
}
