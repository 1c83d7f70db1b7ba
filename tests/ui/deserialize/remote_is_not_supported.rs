use request_arena::DeserializeIn;

#[derive(DeserializeIn)]
#[serde(remote = "std::time::Duration")]
struct Time {
    secs: u64,
}

fn main() {}
