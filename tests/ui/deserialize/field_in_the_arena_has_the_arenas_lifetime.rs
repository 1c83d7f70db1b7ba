use request_arena::DeserializeIn;

#[derive(DeserializeIn)]
struct Order {
    customer: &'static str,
}

fn main() {}
