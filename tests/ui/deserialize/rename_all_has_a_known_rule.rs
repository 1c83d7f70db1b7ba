use request_arena::DeserializeIn;

#[derive(DeserializeIn)]
#[serde(rename_all = "camel")]
struct Order<'a> {
    customer: &'a str,
}

fn main() {}
