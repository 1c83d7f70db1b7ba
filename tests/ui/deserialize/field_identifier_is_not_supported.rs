use request_arena::DeserializeIn;

#[derive(DeserializeIn)]
#[serde(field_identifier)]
enum Field {
    Customer,
    Items,
}

fn main() {}
