use request_arena::{Arena, request_arena};

macro_rules! handler {
    ($limit:literal) => {
        #[request_arena(limit = $limit)]
        fn search(arena: Arena<'_>) -> usize {
            arena.used()
        }
    };
}
handler!(0);

fn main() {
    search();
}
