use request_arena::DeserializeIn;

#[derive(DeserializeIn)]
struct Order {
    #[deserialize_in(serd)]
    id: u64,
}

fn main() {}
