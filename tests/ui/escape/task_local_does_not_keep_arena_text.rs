use request_arena::{Arena, request_arena};

tokio::task_local! {
    static USER: &'static str;
}

async fn greet() -> usize {
    USER.get().len()
}

#[request_arena]
async fn handle(arena: Arena<'_>, name: String) -> usize {
    let name = arena.alloc_str(&name);
    USER.scope(name, greet()).await
}

fn main() {
    drop(handle(String::new()));
}
