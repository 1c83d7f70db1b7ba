use request_arena::request_arena;

#[request_arena]
async fn search(query: String) -> usize {
    query.len()
}

fn main() {
    drop(search(String::new()));
}
