use request_arena::DeserializeIn;
use request_arena::collections::owned::Vec;

#[derive(DeserializeIn)]
#[serde(default)]
struct Order<'a> {
    lines: Vec<'a, u32>,
}

fn main() {}
