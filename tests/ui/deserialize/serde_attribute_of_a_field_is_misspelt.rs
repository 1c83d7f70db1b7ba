use request_arena::DeserializeIn;

#[derive(DeserializeIn)]
struct Order<'a> {
    #[serde(renam = "customerName")]
    customer: &'a str,
}

fn main() {}
