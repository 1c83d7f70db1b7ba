use request_arena::DeserializeIn;
use serde::{Deserialize, Deserializer};

#[derive(DeserializeIn)]
struct Order {
    #[serde(deserialize_with = "read")]
    id: u64,
}

fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    u32::deserialize(deserializer)
}

fn main() {}
