use request_arena::DeserializeIn;

#[derive(DeserializeIn)]
struct Order<'a> {
    parent: Option<Box<Order<'a>>>,
}

fn main() {}
