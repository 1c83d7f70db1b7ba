use request_arena::{Arena, DeserializeIn, request_arena};

#[derive(DeserializeIn)]
struct Order<'a> {
    customer: &'a str,
}

fn parse<'a>(arena: &Arena<'a>, body: &str) -> Order<'a> {
    arena.deserialize(&mut serde_json::Deserializer::from_str(body)).unwrap()
}

fn spawn<F: Future + Send + 'static>(_: F) {}

#[request_arena]
async fn create(arena: Arena<'_>, body: String) {
    let order = parse(&arena, &body);
    spawn(async move { println!("{}", order.customer) });
}

fn main() {}
