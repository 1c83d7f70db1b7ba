use request_arena::DeserializeIn;

#[derive(DeserializeIn)]
struct Order<'a> {
    page: Page<'a, String>,
}

#[derive(DeserializeIn)]
struct Page<'a, T> {
    items: &'a [T],
}

fn main() {}
