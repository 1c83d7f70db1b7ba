use request_arena::DeserializeIn;

#[derive(DeserializeIn)]
#[deserialize_in(lifetime = 'a)]
struct Order<'a> {
    customer: &'a str,
}

fn main() {}
