use request_arena::{Arena, request_arena};

async fn load(arena: Arena<'_>, id: u32) -> usize {
    request_arena::format!(in arena, "item {id}").len()
}

#[request_arena]
async fn both(arena: Arena<'_>) -> usize {
    let (first, second) = tokio::join!(load(arena, 1), load(arena, 2));
    first + second
}

fn main() {
    drop(both());
}
