use request_arena::DeserializeIn;

#[derive(DeserializeIn)]
enum Event {
    Created { customer: String },
    Deleted,
}

fn main() {}
