use request_arena::{Arena, request_arena};

macro_rules! handler {
    ($initial:literal, $limit:expr) => {
        #[request_arena(initial = $initial, limit = $limit)]
        fn search(arena: Arena<'_>) -> usize {
            arena.used()
        }
    };
}
handler!("64 KiB", 1024);

fn main() {
    search();
}
