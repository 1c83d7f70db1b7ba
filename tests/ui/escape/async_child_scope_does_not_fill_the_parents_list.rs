use request_arena::{Arena, request_arena};

async fn fetch() {}

#[request_arena]
async fn search(mut arena: Arena<'_>, pages: u32) -> usize {
    let mut titles = Vec::new();
    for page in 0..pages {
        arena
            .scope_async(async |scratch| {
                fetch().await;
                titles.push(request_arena::format!(in scratch, "page {page}"));
            })
            .await;
    }
    titles.len()
}

fn main() {
    drop(search(1));
}
