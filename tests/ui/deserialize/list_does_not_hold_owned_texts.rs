use request_arena::DeserializeIn;

#[derive(DeserializeIn)]
struct Order<'a> {
    tags: &'a [String],
}

fn main() {}
