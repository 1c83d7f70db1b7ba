use request_arena::DeserializeIn;

#[derive(DeserializeIn)]
struct Order {
    #[serde(deserialize_with = "raed")]
    id: u64,
}

fn main() {}
