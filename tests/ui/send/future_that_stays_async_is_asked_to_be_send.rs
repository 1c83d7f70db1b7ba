use request_arena::{Arena, request_arena};

fn spawn<F: Future + Send + 'static>(_: F) {}
async fn fetch() -> u32 {
    1
}

#[request_arena(send = true)]
async unsafe fn search(arena: Arena<'_>) -> u32 {
    *arena.alloc(fetch().await)
}

fn main() {
    spawn(unsafe { search() });
}
