use request_arena::DeserializeIn;

#[derive(DeserializeIn)]
struct Order {
    parent: Option<Box<Order>>,
}

fn main() {}
