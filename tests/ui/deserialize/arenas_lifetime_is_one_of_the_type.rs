use request_arena::DeserializeIn;

#[derive(DeserializeIn)]
#[deserialize_in(arena = 'b)]
struct Order<'a> {
    customer: &'a str,
}

fn main() {}
