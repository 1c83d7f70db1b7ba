use request_arena::DeserializeIn;

#[derive(DeserializeIn)]
struct Order<'a> {
    customer: Customer<'a>,
}

struct Customer<'a> {
    name: &'a str,
}

fn main() {}
