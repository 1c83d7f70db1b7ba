use request_arena::DeserializeIn;

#[derive(DeserializeIn)]
enum Event {
    #[deserialize_in(serde)]
    Created(u64),
}

fn main() {}
