use request_arena::DeserializeIn;
use std::collections::HashMap;

#[derive(DeserializeIn)]
struct Order<'a> {
    prices: HashMap<&'a str, u32>,
}

fn main() {}
