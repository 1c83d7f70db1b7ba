use request_arena::DeserializeIn;

#[derive(DeserializeIn)]
struct Order {
    #[serde(default)]
    state: State,
}

#[derive(DeserializeIn)]
enum State {
    Open,
    Closed,
}

fn main() {}
