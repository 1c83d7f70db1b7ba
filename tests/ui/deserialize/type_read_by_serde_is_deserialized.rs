use request_arena::DeserializeIn;

#[derive(DeserializeIn)]
struct Order {
    #[deserialize_in(serde)]
    id: Id,
}

struct Id(u64);

fn main() {}
