use request_arena::arena_handler;

fn main() {
    let search = arena_handler!(name = "search");
    search();
}
