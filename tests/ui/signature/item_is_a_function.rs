use request_arena::request_arena;

#[request_arena]
struct Search;

fn main() {
    let _ = Search;
}
