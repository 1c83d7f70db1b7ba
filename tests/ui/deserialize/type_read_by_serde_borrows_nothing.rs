use request_arena::DeserializeIn;

#[derive(DeserializeIn)]
struct Order<'a> {
    #[deserialize_in(serde)]
    customer: &'a str,
}

fn main() {}
