use request_arena::arena_handler;

fn spawn<F: Future + Send + 'static>(_: F) {}

fn main() {
    let search = arena_handler!(|arena, query: String| async move {
        let words = arena.alloc_str(&query);
        spawn(async move { println!("{words}") });
        query.len()
    });
    drop(search(String::new()));
}
