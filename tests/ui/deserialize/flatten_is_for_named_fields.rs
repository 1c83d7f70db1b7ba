use request_arena::DeserializeIn;

#[derive(DeserializeIn)]
struct Order<'a>(u64, #[serde(flatten)] Rest<'a>);

#[derive(DeserializeIn)]
struct Rest<'a> {
    note: &'a str,
}

fn main() {}
