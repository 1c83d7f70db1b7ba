use request_arena::DeserializeIn;

#[derive(DeserializeIn)]
struct Order {
    #[deserialize_in(serde, with = "read")]
    id: u64,
}

fn main() {}
