use request_arena::DeserializeIn;
use std::collections::BTreeMap;

#[derive(DeserializeIn)]
struct Order {
    id: u64,
    #[serde(flatten)]
    rest: BTreeMap<u32, u32>,
}

fn main() {}
