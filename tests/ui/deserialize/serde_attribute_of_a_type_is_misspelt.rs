use request_arena::DeserializeIn;

#[derive(DeserializeIn)]
#[serde(rename_al = "camelCase")]
struct Order<'a> {
    customer: &'a str,
}

fn main() {}
