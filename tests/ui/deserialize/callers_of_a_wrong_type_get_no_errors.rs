use request_arena::{Arena, DeserializeIn, request_arena};

#[derive(DeserializeIn)]
struct Order<'a> {
    #[serde(renam = "customerName")]
    customer: &'a str,
}

#[request_arena]
fn create(arena: Arena<'_>, body: &str) -> usize {
    let order: Order<'_> =
        arena.deserialize(&mut serde_json::Deserializer::from_str(body)).unwrap();
    order.customer.len()
}

fn main() {
    create("{}");
}
