use request_arena::DeserializeIn;

#[derive(DeserializeIn)]
struct Order<'a> {
    items: Vec<&'a str>,
}

fn main() {}
