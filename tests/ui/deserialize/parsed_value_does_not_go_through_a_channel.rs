use std::sync::mpsc::Sender;

use request_arena::{Arena, DeserializeIn, request_arena};

#[derive(DeserializeIn)]
struct Order<'a> {
    customer: &'a str,
}

fn parse<'a>(arena: &Arena<'a>, body: &str) -> Order<'a> {
    arena.deserialize(&mut serde_json::Deserializer::from_str(body)).unwrap()
}

#[request_arena]
fn create(arena: Arena<'_>, body: &str, orders: &Sender<Order<'static>>) {
    orders.send(parse(&arena, body)).unwrap();
}

fn main() {}
