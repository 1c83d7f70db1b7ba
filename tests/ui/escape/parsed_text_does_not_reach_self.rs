use request_arena::extract::{JsonBody, Rejection};
use request_arena::{Arena, request_arena};

struct Shop<'s> {
    customers: Vec<&'s str>,
}

impl Shop<'_> {
    #[request_arena]
    fn create(&mut self, arena: Arena<'_>, #[json] name: &str) -> Result<usize, Rejection> {
        self.customers.push(name);
        Ok(arena.used())
    }
}

fn main() {
    drop(Shop { customers: Vec::new() }.create(JsonBody::new("1")));
}
