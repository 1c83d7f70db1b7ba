use request_arena::DeserializeIn;

#[derive(DeserializeIn)]
struct Order {
    customer: String,
}

fn main() {}
