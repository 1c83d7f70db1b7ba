use request_arena::request_arena;

#[request_arena]
fn search(query: &str) -> usize {
    query.len()
}

fn twice(query: &str) -> usize {
    search(query) + search("again")
}

fn main() {
    println!("{}", twice("q"));
}
