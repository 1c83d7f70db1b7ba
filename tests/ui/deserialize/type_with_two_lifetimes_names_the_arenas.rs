use request_arena::DeserializeIn;

#[derive(DeserializeIn)]
struct Order<'a, 'b> {
    customer: &'a str,
    note: &'b str,
}

fn main() {}
