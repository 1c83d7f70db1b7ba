use request_arena::DeserializeIn;

#[derive(DeserializeIn)]
struct Order {
    note: Option<String>,
}

fn main() {}
