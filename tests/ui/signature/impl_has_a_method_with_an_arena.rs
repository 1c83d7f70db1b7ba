use request_arena::request_arena;

struct Service;

#[request_arena]
impl Service {
    fn search(&self, query: &str) -> usize {
        query.len()
    }
}

fn main() {
    Service.search("q");
}
